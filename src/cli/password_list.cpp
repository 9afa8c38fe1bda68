// cardea password-list build.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <istream>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/text_set.h"
#include "base/utf8.h"
#include "cli/job.h"
#include "password/common.h"

namespace cardea {
namespace {

constexpr std::size_t line_limit = 1024;  // bytes

struct Lines {
  std::vector<std::uint64_t> hashes;
  std::uint64_t left_out = 0;  // lines that are no entries
};

// The entry as the program looks it up; empty if the line is none.
std::string entry_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto text = normalize_nfc(line, line_limit);
  if (!text) return {};
  auto entry = fold_case(*text);
  return entry.size() >= min_common_size && entry.size() <= max_common_size ? entry : std::string{};
}

// Stops behind text_set_limit entries.
Lines read_lines(std::istream& in) {
  Lines lines;
  for (std::string line; lines.hashes.size() <= text_set_limit && std::getline(in, line);) {
    const auto entry = entry_of(line);
    if (entry.empty()) {
      ++lines.left_out;
    } else {
      lines.hashes.push_back(text_hash(entry));
    }
  }
  return lines;
}

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

// A running program has the old file mapped, so that it must not be written over: the new one takes its place.
void replace_file(const std::string& path, std::string_view bytes) {
  const auto fresh = path + ".new";
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file.is_open() || ::fchmod(file.number(), 0644) != 0 || !write_all(file.number(), bytes) ||
      ::fsync(file.number()) != 0 || std::rename(fresh.c_str(), path.c_str()) != 0)
    fail(path);
}

ExitCode build(Job& job) {
  const auto& input = job.line.operand;
  if (job.line.rest.size() != 1) return misused(job.console, "one OUTPUT is wanted");
  const auto& output = job.line.rest.front();
  std::ifstream in(input, std::ios::binary);
  if (!in) fail(input);
  auto lines = read_lines(in);
  if (in.bad()) fail(input);
  if (lines.hashes.size() > text_set_limit)
    return refuse(job.console, "a list has at most " + std::to_string(text_set_limit) + " passwords");
  const auto bytes = encode_text_set(std::move(lines.hashes));
  replace_file(output, bytes);
  job.console.out << TextSet::of(bytes).value().size() << " passwords, " << bytes.size() << " bytes; "
                  << lines.left_out << " lines left out\n";
  return ExitCode::done;
}

}  // namespace

std::vector<Command> password_list_commands() {
  return {
      {"password-list build",
       "INPUT",
       "makes the file of [password] common_file from a list of passwords",
       "INPUT has one password a line, in any order, in UTF-8; lines that are not, and passwords of less than 6 or more "
       "than 32 bytes, are left out. OUTPUT is replaced as a whole; a server uses it once it is started again. Needs "
       "no configuration.",
       {},
       build,
       "OUTPUT",
       Needs::nothing}};
}

}  // namespace cardea
