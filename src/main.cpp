// Which program are we? A web server that hands us a listening socket wants a FastCGI server, one that sets
// CGI variables wants one request answered, and a person at a shell wants a command.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include "base/number.h"
#include "cli/command.h"
#include "config/find.h"
#include "config/load.h"
#include "gateway/access_log.h"
#include "gateway/cgi.h"
#include "gateway/clock.h"
#include "gateway/fastcgi.h"
#include "gateway/serve_options.h"

namespace cardea {
namespace {

constexpr int exit_usage = 2;

// Memory with keys in it must not end up in a core file, nor be read by a debugger of the same user.
void protect_memory() {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0);
}

enum class Report { yes, no };

// Nothing if they are not valid; reports on standard error what is wrong with them.
std::optional<Settings> read_settings(const std::optional<std::string>& argument,
                                      Report report = Report::yes) {
  auto loaded = load_settings(find_config(argument));
  if (auto* settings = std::get_if<Settings>(&loaded)) return std::move(*settings);
  if (report == Report::no) return std::nullopt;
  for (const auto& error : std::get<std::vector<ConfigError>>(loaded))
    std::cerr << "cardea: " << error.text() << "\n";
  return std::nullopt;
}

int answer_cgi() {
  auto settings = read_settings(std::nullopt);
  if (!settings) return fail_cgi();
  Runtime runtime(std::move(*settings));
  return run_cgi(runtime);
}

int serve(const ServeOptions& options, Descriptor listener, Settings settings) {
  if (options.gate_mode) settings.gate.mode = *options.gate_mode;
  if (options.gate_scope) settings.gate.scope = *options.gate_scope;
  Runtime runtime(std::move(settings));
  return serve_fastcgi(std::move(listener), runtime, {.threads = options.threads});
}

int serve_inherited(const std::vector<std::string>& arguments) {
  auto options = parse_serve_options(arguments);
  if (const auto* error = std::get_if<ServeUsage>(&options)) {
    std::cerr << "cardea: " << error->message << "\n";
    return exit_usage;
  }
  const auto& chosen = std::get<ServeOptions>(options);
  Descriptor listener(STDIN_FILENO);
  auto settings = read_settings(chosen.config);
  // The web server would start an ended program again and again, or give up and open or shut its gates as it likes.
  const auto try_again = [&] { return (settings = read_settings(chosen.config, Report::no)).has_value(); };
  if (!settings && !serve_unavailable(listener, try_again)) return 0;
  return serve(chosen, std::move(listener), std::move(*settings));
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
  if (!settings) return exit_usage;
  auto listener = open_listener(chosen.listen, chosen.permissions);
  if (const auto* error = std::get_if<ListenError>(&listener)) {
    std::cerr << "cardea: " << error->message << "\n";
    return exit_usage;
  }
  return serve(chosen, std::get<Descriptor>(std::move(listener)), std::move(*settings));
}

int run(const std::vector<std::string>& arguments) {
  protect_memory();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that goes away is an error of that write, not our end
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
    cardea::log_message("error", failure.what());
    return cardea::is_cgi_request() ? cardea::fail_cgi() : 2;
  }
}
