// The arguments of a FastCGI process.
#include "server/options.h"

#include <boost/test/unit_test.hpp>

using namespace cardea;

namespace {

using Arguments = std::vector<std::string>;

ServeOptions valid_options(const Arguments& arguments) {
  const auto parsed = parse_serve_options(arguments);
  BOOST_TEST_REQUIRE(std::holds_alternative<ServeOptions>(parsed));
  return std::get<ServeOptions>(parsed);
}

std::string complaint(const Arguments& arguments) {
  const auto parsed = parse_serve_options(arguments);
  const auto* usage = std::get_if<ServeUsage>(&parsed);
  return usage == nullptr ? "" : usage->message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(serve_options)

BOOST_AUTO_TEST_CASE(without_arguments_the_server_s_own_socket_is_used) {
  const auto options = valid_options({});
  BOOST_TEST(!options.config.has_value());
  BOOST_TEST(options.listen == "");
  BOOST_TEST(options.permissions == 0660U);
  BOOST_TEST(!options.gate_mode.has_value());
  BOOST_TEST(!options.gate_scope.has_value());
}

BOOST_AUTO_TEST_CASE(every_argument_has_its_place) {
  const auto options =
      valid_options({"--config", "/etc/cardea.ini", "serve", "--listen", "unix:/run/cardea.sock", "--mode",
                     "0600", "--threads", "4", "--gate-mode", "optional", "--gate-scope", "read write"});
  BOOST_TEST(options.config.value() == "/etc/cardea.ini");
  BOOST_TEST(options.listen == "unix:/run/cardea.sock");
  BOOST_TEST(options.permissions == 0600U);
  BOOST_TEST(options.threads == 4);
  BOOST_TEST((options.gate_mode == GateMode::optional));
  BOOST_TEST(options.gate_scope.value() == "read write");
  BOOST_TEST((valid_options({"--gate-mode", "required"}).gate_mode == GateMode::required));
  BOOST_TEST(valid_options({"--gate-scope", ""}).gate_scope.value() == "");
}

BOOST_AUTO_TEST_CASE(a_socket_is_never_open_to_others) {
  for (const auto* mode : {"600", "0600", "660", "0660", "0700", "0770"})
    BOOST_TEST(complaint({"--mode", mode}) == "");
  for (const auto* mode : {"0666", "666", "0777", "0661", "0604", "4660", "1660", "", "6", "66", "06600",
                           "0x1b0", "rw", "0680", "-660"})
    BOOST_TEST_CONTEXT(mode)
  BOOST_TEST(complaint({"--mode", mode}).find("0600 or 0660") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_and_what_is_allowed_is_told) {
  const std::pair<Arguments, const char*> rows[] = {
      {{"--threads", "0"}, "from 1 to 256"},
      {{"--threads", "257"}, "from 1 to 256"},
      {{"--threads", "4x"}, "from 1 to 256"},
      {{"--threads", "-1"}, "from 1 to 256"},
      {{"--threads"}, "--threads needs a value"},
      {{"--listen"}, "--listen needs a value"},
      {{"--listen", "x", "--config"}, "--config needs a value"},
      {{"--gate-mode", "maybe"}, "required or optional"},
      {{"--verbose", "yes"}, "unknown argument '--verbose'; allowed are --config FILE"},
      {{"-s"}, "allowed are"},
      {{"-d", "allow_url_include=1"}, "unknown argument '-d'"}};
  for (const auto& [arguments, message] : rows)
    BOOST_TEST_CONTEXT(message) BOOST_TEST(complaint(arguments).find(message) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(serve_is_recognised_behind_a_configuration_only) {
  BOOST_TEST(is_serve_command({"serve"}));
  BOOST_TEST(is_serve_command({"serve", "--listen", "x"}));
  BOOST_TEST(is_serve_command({"--config", "x", "serve"}));
  BOOST_TEST(!is_serve_command({}));
  BOOST_TEST(!is_serve_command({"--config", "serve"}));
  BOOST_TEST(!is_serve_command({"--config"}));
  BOOST_TEST(!is_serve_command({"user", "serve"}));
  BOOST_TEST(!is_serve_command({"--listen", "x", "serve"}));
}

BOOST_AUTO_TEST_SUITE_END()
