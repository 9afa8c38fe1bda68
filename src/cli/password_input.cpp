#include "cli/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <istream>
#include <ostream>

#include "password/password.h"

namespace cardea {

namespace {

// Longer than any [password] max_length: a line that is cut here is refused as too long.
constexpr std::size_t line_limit = 64 * 1024;

// Switches the terminal's echo off until destroyed.
class WithoutEcho {
 public:
  WithoutEcho() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;
  ~WithoutEcho() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_;
};

// Nothing at the end of input.
std::optional<Secret> read_line(std::istream& in) {
  std::string line;
  line.reserve(line_limit);  // never moves, so no copy is left behind
  int letter = in.get();
  if (letter == std::istream::traits_type::eof()) return std::nullopt;
  for (; letter != std::istream::traits_type::eof() && letter != '\n' && line.size() < line_limit;
       letter = in.get())
    line.push_back(static_cast<char>(letter));
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

std::optional<Secret> ask(std::string_view question, Console& console) {
  console.err << question << std::flush;
  const WithoutEcho without_echo;
  auto typed = read_line(console.in);
  console.err << '\n';
  return typed;
}

}  // namespace

std::optional<Secret> read_secret(std::string_view question, Console& console) {
  return console.in_is_terminal ? ask(question, console) : read_line(console.in);
}

namespace {

std::variant<Secret, ExitCode> read_password(Console& console) {
  auto typed = read_secret("Password: ", console);
  if (!typed) return refuse(console, "no password came on standard input");
  if (console.in_is_terminal) {
    const auto again = ask("The same again: ", console);
    if (!again || !equal_in_constant_time(typed->reveal(), again->reveal()))
      return refuse(console, "the two were not the same");
  }
  return *std::move(typed);
}

std::string explain(PasswordProblem problem, const PasswordSettings& settings) {
  switch (problem) {
    case PasswordProblem::too_short:
      return "the password is too short: at least " + std::to_string(settings.min_length) + " characters";
    case PasswordProblem::too_long:
      return "the password is too long: at most " + std::to_string(settings.max_length) + " bytes";
    case PasswordProblem::not_text:
      break;
  }
  return "the password is not text: UTF-8 without NUL is wanted";
}

}  // namespace

std::variant<std::string, ExitCode> read_and_hash_password(Job& job) {
  const auto typed = read_password(job.console);
  if (const auto* code = std::get_if<ExitCode>(&typed)) return *code;
  const PasswordSettings& settings = job.tools.settings().password;
  const auto prepared = prepare_password(std::get<Secret>(typed), settings);
  if (const auto* problem = std::get_if<PasswordProblem>(&prepared))
    return refuse(job.console, explain(*problem, settings));
  auto hash = job.tools.passwords().hash(std::get<Secret>(prepared));
  if (!hash) return refuse(job.console, "too many passwords are being checked right now; try again");
  return *std::move(hash);
}

}  // namespace cardea
