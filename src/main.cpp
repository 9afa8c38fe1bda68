// Which program are we? A web server that hands over a listening socket wants a FastCGI server, one that sets CGI
// variables wants one request answered, and a user at a shell wants a command.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/descriptor.h"
#include "base/encoding.h"
#include "cli/check.h"
#include "cli/commands.h"
#include "config/load.h"
#include "http/client.h"
#include "keys/openssl.h"
#include "server/application.h"
#include "server/cgi.h"
#include "server/listener.h"
#include "server/log.h"
#include "server/options.h"
#include "server/serve.h"
#include "setup/htaccess.h"

namespace cardea {
namespace {

constexpr int exit_usage = 2;

// Memory with keys in it must not end up in a core file, nor be read by a debugger of the same user.
void protect_memory() {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0);
}

using Argument = std::optional<std::string>;  // of --config

std::variant<Settings, Unconfigured> read_settings(const Argument& argument) {
  const auto file = find_config(argument);
  auto loaded = load_settings(file);
  if (auto* settings = std::get_if<Settings>(&loaded)) return std::move(*settings);
  auto& errors = std::get<std::vector<ConfigError>>(loaded);
  for (const auto& error : errors)
    std::cerr << "cardea: " + error.text() + "\n";  // in one write, or lines would mix
  const std::string cause(cause_of(errors));
  return Unconfigured{cause, std::move(errors), {}, file, named_config(argument).has_value()};
}

// Why the whole program cannot work, not only one request.
Unconfigured broken_by(const std::exception& failure, const Argument& argument) {
  const auto why = description_of(failure);
  log_message("error", why);
  const bool is_key = dynamic_cast<const KeyError*>(&failure) != nullptr;
  const auto* cause = is_key ? "keys" : is_failure_of_machine(failure) ? "resources" : "failed";
  return {cause, {}, why, find_config(argument), named_config(argument).has_value()};
}

DoorContext doors() {
  DoorContext context;
  context.checks = check_offline;
  context.htaccess = [](const WebSite& site) {
    HttpsClient http;
    return write_htaccess(site, http);
  };
  context.log = [](std::string_view message) { log_message("warning", message); };
  return context;
}

int answer_cgi() {
  try {
    auto settings = read_settings(std::nullopt);
    if (const auto* broken = std::get_if<Unconfigured>(&settings)) return fail_cgi(*broken, doors());
    Application application(std::move(std::get<Settings>(settings)), doors());
    return run_cgi(application);
  } catch (const std::exception& failure) {
    return fail_cgi(broken_by(failure, std::nullopt), doors());
  }
}

// The exit status.
std::variant<int, Unconfigured> serve(const ServeOptions& options, Descriptor listener, Settings settings) {
  if (options.gate_mode) settings.gate.mode = *options.gate_mode;
  if (options.gate_scope) settings.gate.scope = *options.gate_scope;
  if (options.gate_need) settings.gate.need = *options.gate_need;
  try {
    Application application(std::move(settings), doors());
    return serve_fastcgi(std::move(listener), application, {options.threads, options.listen.empty()});
  } catch (const std::exception& failure) {
    return broken_by(failure, options.config);
  }
}

int serve_inherited(const std::vector<std::string>& arguments) {
  auto options = parse_serve_options(arguments);
  if (const auto* error = std::get_if<ServeUsage>(&options)) {
    std::cerr << "cardea: " << error->message << "\n";
    return exit_usage;
  }
  // If the process ended, the web server would start the next one, and clients would not learn why: it stays, answers
  // what is wrong, and begins as soon as that is repaired.
  const auto& chosen = std::get<ServeOptions>(options);
  for (;;) {
    auto settings = read_settings(chosen.config);
    auto* broken = std::get_if<Unconfigured>(&settings);
    std::variant<int, Unconfigured> ended;
    if (broken != nullptr) {
      ended = std::move(*broken);
    } else {
      Descriptor listener(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
      ended = serve(chosen, std::move(listener), std::move(std::get<Settings>(settings)));
    }
    if (const auto* status = std::get_if<int>(&ended)) return *status;
    if (!serve_broken_fastcgi(STDIN_FILENO, std::get<Unconfigured>(ended), doors())) return 0;
  }
}

int serve_own(const std::vector<std::string>& arguments) {
  auto options = parse_serve_options(arguments);
  if (const auto* error = std::get_if<ServeUsage>(&options)) {
    std::cerr << "cardea: " << error->message << "\n";
    return exit_usage;
  }
  const auto& chosen = std::get<ServeOptions>(options);
  if (chosen.listen.empty()) {
    std::cerr << "cardea: serve needs --listen unix:/path or --listen 127.0.0.1:PORT\n";
    return exit_usage;
  }
  auto settings = read_settings(chosen.config);
  if (std::holds_alternative<Unconfigured>(settings)) return exit_usage;
  auto listener = open_listener(chosen.listen, chosen.permissions);
  if (const auto* error = std::get_if<ListenError>(&listener)) {
    std::cerr << "cardea: " << error->message << "\n";
    return exit_usage;
  }
  const auto ended =
      serve(chosen, std::get<Descriptor>(std::move(listener)), std::move(std::get<Settings>(settings)));
  const auto* status = std::get_if<int>(&ended);
  return status != nullptr ? *status : exit_usage;
}

int run(const std::vector<std::string>& arguments) {
  protect_memory();
  openssl::start();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that goes away is an error of that write, not our end
  std::signal(SIGXFSZ, SIG_IGN);  // so is a quota that is reached
  if (is_cgi_request()) return answer_cgi();
  if (is_listening_socket(STDIN_FILENO)) return serve_inherited(arguments);
  const auto wants_help = [&arguments] {
    for (const auto& argument : arguments)
      if (argument == "--help") return true;
    return false;
  };
  if (is_serve_command(arguments) && !wants_help()) return serve_own(arguments);
  Console console{std::cin, std::cout, std::cerr, ::isatty(STDIN_FILENO) == 1};
  SystemEntropy entropy;
  return static_cast<int>(run_command_line(arguments, console, system_now(), entropy));
}

}  // namespace

}  // namespace cardea

int main(int count, char** values) {
  try {
    return cardea::run({values + 1, values + count});
  } catch (const std::exception& failure) {
    cardea::log_message("error", cardea::description_of(failure));
    return 2;
  }
}
