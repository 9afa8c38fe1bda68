#include "torture/options.h"

#include <stdexcept>

namespace cardea::torture {
namespace {

std::int64_t number(const std::string& name, const std::string& text) {
  try {
    std::size_t used = 0;
    const auto value = std::stoll(text, &used);
    if (used == text.size() && value >= 0) return value;
  } catch (const std::exception&) {
    // said below
  }
  throw std::invalid_argument(name + " wants a number, not '" + text + "'");
}

void take(Options& options, const std::string& name, const std::string& value) {
  if (name == "--store") {
    options.store = value;
  } else if (name == "--mutant") {
    options.mutant = value;
  } else if (name == "--seed") {
    options.seed = static_cast<std::uint64_t>(number(name, value));
  } else if (name == "--seconds") {
    options.seconds = number(name, value);
  } else if (name == "--clients") {
    options.clients = static_cast<int>(number(name, value));
  } else if (name == "--sessions") {
    options.sessions = static_cast<int>(number(name, value));
  } else if (name == "--at-once") {
    options.at_once = static_cast<int>(number(name, value));
  } else if (name == "--table") {
    options.mode = Mode::table;
    options.rows = static_cast<int>(number(name, value));
  } else if (name == "--rounds") {
    options.rounds = number(name, value);
  } else {
    throw std::invalid_argument("unknown option " + name);
  }
}

}  // namespace

Options parse_options(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto& word = words[at];
    if (word == "--mutants") {
      options.mode = Mode::mutants;
    } else if (word == "--races") {
      options.mode = Mode::races;
    } else if (word == "--calm") {
      options.calm = true;
    } else if (at + 1 < words.size()) {
      take(options, word, words[++at]);
    } else {
      throw std::invalid_argument(word + " wants a value");
    }
  }
  if (options.seed && options.mode == Mode::histories) options.mode = Mode::replay;
  return options;
}

const char* usage() {
  return "torture [--store memory|sqlite|mysql://user:password@host:port,host2:port2/database] [--seconds N]\n"
         "    random histories, until the time is over or an invariant breaks\n"
         "torture --seed N [--store ...] [--mutant NAME]\n"
         "    the history of that seed, again; a failing one is shrunk and told step by step\n"
         "torture --mutants\n"
         "    plants every bug in turn and says how soon it is found\n"
         "torture --races [--clients N] [--sessions N] [--at-once N] [--rounds N] [--calm] [--store ...]\n"
         "    real threads that present the same tokens at the same time, spread over the hosts of --store\n"
         "torture --table ROWS --store ...\n"
         "    what a rotation costs in a table of so many sessions, beside one of 100\n";
}

}  // namespace cardea::torture
