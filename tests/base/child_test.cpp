#include "base/child.h"

#include <fcntl.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <cstdlib>

using namespace cardea;

namespace {

std::string text_of(const Descriptor& memory) {
  std::string text(4096, '\0');
  const auto size = ::pread(memory.number(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(children)

BOOST_AUTO_TEST_CASE(a_child_has_an_end_in_time_and_its_own_environment) {
  const Descriptor sleep(::open("/bin/sleep", O_RDONLY | O_CLOEXEC));
  const auto late = run_child({.words = {"sleep", "30"}, .file = sleep.number()}, milliseconds{100});
  BOOST_TEST((late.end == ChildEnd::late));
  ::setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
  const Descriptor printenv(::open("/usr/bin/env", O_RDONLY | O_CLOEXEC));
  const auto output = open_memory("output");
  const auto told =
      run_child({.words = {"env"}, .file = printenv.number(), .output = output.number()}, milliseconds{5000});
  ::unsetenv("GATEWAY_INTERFACE");
  BOOST_TEST((told.end == ChildEnd::ended));
  BOOST_TEST(text_of(output).find("GATEWAY_INTERFACE") == std::string::npos);
  BOOST_TEST(text_of(output).find("PATH=") != std::string::npos);
  BOOST_TEST((run_child({.words = {"/nonexistent"}}, milliseconds{100}).end == ChildEnd::not_started));
  BOOST_TEST((run_child({.words = {}}, milliseconds{100}).end == ChildEnd::not_started));
}

BOOST_AUTO_TEST_CASE(how_a_child_ended_is_told) {
  const auto run = [](const char* command) {
    return run_child({.words = {"/bin/sh", "-c", command}}, milliseconds{5000});
  };
  BOOST_TEST((run("exit 0").end == ChildEnd::ended));
  BOOST_TEST(run("exit 3").exit_code == 3);
  BOOST_TEST((run("kill -9 $$").end == ChildEnd::killed));
}

BOOST_AUTO_TEST_SUITE_END()
