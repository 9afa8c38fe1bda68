#include "mail/sendmail.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace cardea;
using namespace std::chrono_literals;

namespace {

// A directory with a script that plays the mail program; what it writes to "$OUT" is there to be read.
class MailProgram {
 public:
  explicit MailProgram(const std::string& script) {
    char pattern[] = "/tmp/cardea-mail-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    std::ofstream(path("program")) << "#!/bin/sh\nOUT=" << directory_ << "\n" << script << "\n";
    ::chmod(path("program").c_str(), 0700);
  }
  ~MailProgram() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }
  [[nodiscard]] std::string written(const std::string& name) const {
    std::ifstream file(path(name));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  [[nodiscard]] Handover take(const std::string& message, milliseconds patience = 60s) const {
    return hand_over(Secret::copy_of(message), {path("program"), "-t", "two words", "$HOME"}, patience);
  }

 private:
  std::string directory_;
};

bool has_children() {
  return !(::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sendmail)

BOOST_AUTO_TEST_CASE(the_program_gets_the_message_byte_for_byte) {
  const MailProgram program("cat > $OUT/message");
  std::string message = "Subject: x\n\n.\nFrom here\n";
  for (int i = 0; i < 20'000; ++i) message += "line\n";
  BOOST_TEST((program.take(message) == Handover::taken));
  BOOST_TEST((program.written("message") == message));
  BOOST_TEST(!has_children());
}

BOOST_AUTO_TEST_CASE(no_shell_reads_the_arguments_and_no_variable_of_ours_is_passed_on) {
  ::setenv("CARDEA_CANARY", "secret", 1);
  const MailProgram program("printf '%s\\n' \"$@\" > $OUT/arguments; env > $OUT/environment");
  BOOST_TEST((program.take("x") == Handover::taken));
  BOOST_TEST(program.written("arguments") == "-t\ntwo words\n$HOME\n");
  const auto environment = program.written("environment");
  BOOST_TEST(environment.find("CANARY") == std::string::npos);
  BOOST_TEST(environment.find("PATH=/usr") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_that_we_have_open_is_open_in_the_program) {
  const MailProgram program("ls /proc/$$/fd > $OUT/open");
  const int ours = ::dup(STDERR_FILENO);  // inherited unless somebody closes it
  BOOST_TEST((program.take("x") == Handover::taken));
  std::istringstream open(program.written("open"));
  int count = 0;
  for (int number = 0; open >> number; ++count) BOOST_TEST(number != ours);
  BOOST_TEST(count >= 3);
  ::close(ours);
}

BOOST_AUTO_TEST_CASE(a_program_that_fails_has_refused) {
  BOOST_TEST((MailProgram("exit 75").take("x") == Handover::refused));
  BOOST_TEST((MailProgram("kill -9 $$").take("x") == Handover::refused));
  BOOST_TEST(!has_children());
}

BOOST_AUTO_TEST_CASE(a_program_that_reads_nothing_and_talks_much_does_no_harm) {
  const MailProgram program("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2");
  BOOST_TEST((program.take(std::string(500'000, 'x')) == Handover::taken));
}

BOOST_AUTO_TEST_CASE(a_program_that_hangs_is_killed_with_all_it_started) {
  const MailProgram program("sleep 1000 & echo $! > $OUT/child; wait");
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST((program.take("x", 500ms) == Handover::timed_out));
  BOOST_TEST((std::chrono::steady_clock::now() - began < 60s));
  BOOST_TEST(!has_children());
  const auto child = program.written("child");
  if (!child.empty()) {  // on a loaded machine the script may not have come so far
    const auto process = static_cast<pid_t>(std::stol(child));
    for (int i = 0; i < 1000 && ::kill(process, 0) == 0; ++i) ::usleep(10'000);
    std::ifstream status("/proc/" + std::to_string(process) + "/stat");
    std::string text((std::istreambuf_iterator<char>(status)), {});
    BOOST_TEST((text.empty() || text.find(") Z ") != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_not_started) {
  BOOST_TEST((hand_over(Secret::copy_of("x"), {"/nonexistent/sendmail"}, 1s) == Handover::not_started));
  BOOST_TEST((hand_over(Secret::copy_of("x"), {"/etc/passwd"}, 1s) == Handover::not_started));
  BOOST_TEST((hand_over(Secret::copy_of("x"), {}, 1s) == Handover::not_started));
  BOOST_TEST(!has_children());
}

BOOST_AUTO_TEST_SUITE_END()
