#include "command_case.h"

#include <sqlite3.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "config/load.h"

namespace cardea {

namespace fs = std::filesystem;

Json Ran::json() const {
  return parse_json(out).value_or(Json(nullptr));
}

CommandCase::CommandCase() : now(from_unix_seconds(1'790'000'000)) {
  std::string pattern = (fs::temp_directory_path() / "cardea-cli-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
  write_config("");
}

CommandCase::~CommandCase() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void CommandCase::write_config(const std::string& more) {
  std::ofstream(config()) << "[site]\nurl = http://127.0.0.1:1\n[database]\nurl = sqlite:"
                          << path("db.sqlite").string() << "\n[tokens]\nkeys = " << path("keys").string()
                          << "\n[password]\nmemory = 8MiB\niterations = 1\nconcurrency = 1\n"
                          << more;
  fs::permissions(config(), fs::perms::owner_read | fs::perms::owner_write);
}

Ran CommandCase::run_all(const StoreFactory& make_store, const std::vector<std::string>& arguments,
                         const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Console console{in, out, err};
  const ExitCode code = run_command_line(arguments, console, now, entropy_, make_store);
  return {code, out.str(), err.str()};
}

Ran CommandCase::run_bare(const std::vector<std::string>& arguments, const std::string& input) {
  return run_all(open_store, arguments, input);
}

Ran CommandCase::run(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), {"--config", config()});
  return run_all(open_store, arguments, input);
}

Ran CommandCase::run_over(const StoreFactory& make_store, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config", config()});
  return run_all(make_store, arguments, "");
}

void CommandCase::install() {
  for (const std::vector<std::string>& step : {std::vector<std::string>{"migrate"}, {"key", "new"}}) {
    const Ran ran = run(step);
    if (ran.code != ExitCode::done) throw std::runtime_error(step.front() + ": " + ran.err);
  }
}

std::string CommandCase::add_user(const std::string& email) {
  const Ran ran = run({"user", "add", "--email", email}, std::string(password) + "\n");
  if (ran.code != ExitCode::done) throw std::runtime_error("user add: " + ran.err);
  return ran.out.substr(0, ran.out.find('\n'));
}

void CommandCase::drop_table(const std::string& name) const {
  sqlite3* database = nullptr;
  const auto statement = "DROP TABLE cardea_" + name;
  const bool done = sqlite3_open(path("db.sqlite").c_str(), &database) == SQLITE_OK &&
                    sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(database);
  if (!done) throw std::runtime_error(statement);
}

std::unique_ptr<Store> CommandCase::store() const {
  const auto settings = load_settings(config());
  return open_store(std::get<Settings>(settings).database);
}

}  // namespace cardea
