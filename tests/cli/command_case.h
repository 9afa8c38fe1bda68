// One installation in a directory of its own: a configuration, a SQLite file, a key directory; and a way to
// run commands on it and look at what they print.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "base/json.h"
#include "cli/commands.h"

namespace cardea {

struct Ran {
  ExitCode code = ExitCode::done;
  std::string out;
  std::string err;
  [[nodiscard]] Json json() const;  // what was printed, as JSON; null if it is none
};

class CommandCase {
 public:
  CommandCase();
  CommandCase(const CommandCase&) = delete;
  CommandCase& operator=(const CommandCase&) = delete;
  ~CommandCase();

  // Runs with --config; input is what standard input holds.
  Ran run(std::vector<std::string> arguments, const std::string& input = "");
  // Runs with --config over another store.
  Ran run_over(const StoreFactory& make_store, std::vector<std::string> arguments);
  // Runs the arguments as they are.
  Ran run_bare(const std::vector<std::string>& arguments, const std::string& input = "");
  // migrate and key new: a complete installation.
  void install();
  // Adds a user and returns the id.
  std::string add_user(const std::string& email);

  [[nodiscard]] std::filesystem::path path(std::string_view name) const { return directory_ / name; }
  [[nodiscard]] std::string config() const { return path("cardea.ini").string(); }
  void write_config(const std::string& more);
  [[nodiscard]] std::unique_ptr<Store> store() const;
  // What is written into that table from now on fails: "event".
  void drop_table(const std::string& name) const;

  static constexpr std::string_view password = "correct horse battery staple";
  Instant now;

 private:
  Ran run_all(const StoreFactory& make_store, const std::vector<std::string>& arguments,
              const std::string& input);

  std::filesystem::path directory_;
  SystemEntropy entropy_;
};

}  // namespace cardea
