#include "cli/commands.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <ostream>
#include <system_error>
#include <variant>

#include "base/descriptor.h"
#include "base/network.h"
#include "cli/job.h"
#include "cli/setup.h"
#include "config/load.h"
#include "upkeep/upgrade.h"

namespace cardea {

// The table: each function is in the file of its subject and makes its rows. A new subject is declared and listed
// here and nowhere else.

std::vector<Command> check_commands();
std::vector<Command> migrate_commands();
std::vector<Command> purge_commands();
std::vector<Command> key_commands();
std::vector<Command> key_import_commands();
std::vector<Command> user_commands();
std::vector<Command> user_life_commands();
std::vector<Command> user_import_commands();
std::vector<Command> device_commands();
std::vector<Command> legacy_commands();
std::vector<Command> transport_commands();
std::vector<Command> events_commands();
std::vector<Command> mail_commands();
std::vector<Command> password_list_commands();
std::vector<Command> setup_commands();

namespace {

std::vector<Command> serve_commands() {
  return {{"serve",
           "",
           "answers a web server's FastCGI requests on a socket",
           "Not needed where the web server starts the program itself (mod_fcgid, lighttpd's bin-path, CGI).",
           {{"--listen", "SOCKET", ValueKind::text, "unix:/path or 127.0.0.1:9100", true},
            {"--threads", "N", ValueKind::number, "requests that may wait for the database at a time"},
            {"--mode", "MODE", ValueKind::text, "file mode of a unix socket: 0600 or 0660"}},
           nullptr}};
}

}  // namespace

const std::vector<Command>& all_commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> rows;
    for (const auto& some :
         {setup_commands(), check_commands(), migrate_commands(), key_commands(), key_import_commands(),
          user_commands(), user_life_commands(), user_import_commands(), device_commands(), legacy_commands(),
          transport_commands(), events_commands(), mail_commands(), password_list_commands(),
          purge_commands(), serve_commands()})
      rows.insert(rows.end(), some.begin(), some.end());
    return rows;
  }();
  return commands;
}

// Running

namespace {

// Root becomes the owner of the directory, for good. Another user stays, and so does root if the directory is
// root's or missing.
void become_owner_of(const std::string& directory) {
  struct stat status {};
  if (geteuid() != 0 || stat(directory.c_str(), &status) != 0 || status.st_uid == 0) return;
  look_up_names_without_modules();
  const passwd* owner = getpwuid(status.st_uid);
  const gid_t group = owner != nullptr ? owner->pw_gid : status.st_gid;
  const bool groups_set =
      owner != nullptr ? initgroups(owner->pw_name, group) == 0 : setgroups(1, &group) == 0;
  if (!groups_set || setresgid(group, group, group) != 0 ||
      setresuid(status.st_uid, status.st_uid, status.st_uid) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot become the owner of " + directory);
}

ExitCode report_config_errors(const std::vector<ConfigError>& errors, const CommandLine& line,
                              Console& console) {
  if (line.path == "check" && line.has("--json")) {
    Json findings = Json::array();
    for (const ConfigError& error : errors)
      findings.push_back(
          {{"result", "FAIL"}, {"area", "configuration"}, {"text", error.text()}, {"cure", ""}});
    console.out << json_text(findings) << '\n';
  } else {
    for (const ConfigError& error : errors) console.err << error.text() << '\n';
  }
  return ExitCode::usage;
}

struct RunContext {
  Console& console;
  Instant now;
  Entropy& entropy;
  const StoreFactory& make_store;
};

ExitCode run_without_configuration(const CommandLine& line, const RunContext& context) {
  Tools tools(Settings{}, context.now, context.entropy, context.make_store);
  Job job{line, context.console, tools};
  return line.command->run(job);
}

ExitCode run_configured(const CommandLine& line, const RunContext& context) {
  auto loaded = load_settings(find_config(line.config));
  if (const auto* errors = std::get_if<std::vector<ConfigError>>(&loaded))
    return report_config_errors(*errors, line, context.console);
  Settings& settings = std::get<Settings>(loaded);
  become_owner_of(settings.tokens.keys);
  Tools tools(std::move(settings), context.now, context.entropy, context.make_store);
  Job job{line, context.console, tools};
  return line.command->run(job);
}

ExitCode run_parsed(const CommandLine& line, const RunContext& context) {
  if (line.help) {
    context.console.out << help_text(line.path, all_commands());
    return ExitCode::done;
  }
  const bool makes_configuration = line.path == "setup";
  if (!makes_configuration && line.command->run == nullptr) {
    context.console.err << "cardea: " << line.path << " cannot be run from here\n";
    return ExitCode::usage;
  }
  try {
    if (makes_configuration) return run_setup(line, context.console, context.now, context.entropy);
    return line.command->needs == Needs::nothing ? run_without_configuration(line, context)
                                                 : run_configured(line, context);
  } catch (const std::exception& problem) {
    // No database, no key, no memory: what a command cannot cure is said here, once.
    return refuse(context.console, description_of(problem));
  }
}

ExitCode report_usage_error(const UsageError& error, Console& console) {
  const std::string name = error.path.empty() ? "cardea" : "cardea " + error.path;
  console.err << name << ": " << printable(error.text) << "\n`" << name << " --help` says more\n";
  return ExitCode::usage;
}

}  // namespace

ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console, Instant now,
                          Entropy& entropy) {
  return run_command_line(arguments, console, now, entropy, open_store);
}

ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console, Instant now,
                          Entropy& entropy, const StoreFactory& make_store) {
  if (arguments.size() == 1 && arguments.front() == "--version") {
    console.out << version_text();
    return ExitCode::done;
  }
  const auto parsed = parse_command_line(arguments, all_commands());
  if (const auto* error = std::get_if<UsageError>(&parsed)) return report_usage_error(*error, console);
  return run_parsed(std::get<CommandLine>(parsed), RunContext{console, now, entropy, make_store});
}

namespace {

// "  libssl-dev 3.0.19-1\n" and so on: the Debian packages from which the program was linked, by src/tools/packages-inside.
constexpr const char* libraries =
#include "libraries.inc"
    ;

}  // namespace

std::string version_text() {
  return "cardea " + std::string(program_version()) + "\ninside, from packages of Debian:\n" + libraries;
}

}  // namespace cardea
