#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "cli/command_case.h"

using namespace cardea;

namespace {

// Where the case has no configuration yet.
std::string config_of(const CommandCase& installation) {
  std::filesystem::create_directories(installation.path("new"));
  std::filesystem::permissions(installation.path("new"), std::filesystem::perms::owner_all);
  return (installation.path("new") / "cardea.ini").string();
}

// Address, name, kind, file, sender, e-mail, password: an empty line keeps the default.
std::string lines(const std::string& email = "owner@example.com") {
  return "https://shop.example\n\nsqlite\n\n\n" + email + "\n" + std::string(CommandCase::password) + "\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_setup)

BOOST_AUTO_TEST_CASE(it_makes_an_installation_that_works) {
  CommandCase installation;
  const auto config = config_of(installation);
  const auto ran = installation.run_bare({"setup", "--config", config}, lines());
  BOOST_TEST((ran.code == ExitCode::done), ran.err);
  BOOST_TEST(ran.out.starts_with(config + " was written."));
  BOOST_TEST(ran.out.find(CommandCase::password) == std::string::npos);
  const auto shown =
      installation.run_bare({"user", "show", "owner@example.com", "--json", "--config", config});
  BOOST_TEST(shown.json().value("scope", "") == "cardea:admin");
  const auto keys = installation.run_bare({"key", "list", "--config", config});
  BOOST_TEST((keys.code == ExitCode::done), keys.err);
}

BOOST_AUTO_TEST_CASE(it_makes_nothing_twice) {
  CommandCase installation;
  const auto config = config_of(installation);
  BOOST_TEST((installation.run_bare({"setup", "--config", config}, lines()).code == ExitCode::done));
  const auto again = installation.run_bare({"setup", "--config", config}, lines("mallory@example.com"));
  BOOST_TEST((again.code == ExitCode::refused));
  BOOST_TEST(again.err.find("there is a configuration already") != std::string::npos);
  std::filesystem::remove(config);
  const auto lost = installation.run_bare({"setup", "--config", config}, lines("mallory@example.com"));
  BOOST_TEST((lost.code == ExitCode::refused));
  BOOST_TEST(lost.err.find("set-up was completed here before") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_used_is_named_and_nothing_is_written) {
  CommandCase installation;
  const auto config = config_of(installation);
  const auto ran = installation.run_bare({"setup", "--config", config}, lines("nobody"));
  BOOST_TEST((ran.code == ExitCode::refused));
  BOOST_TEST(ran.err.find("email: Enter a complete email address") != std::string::npos);
  BOOST_TEST(std::filesystem::is_empty(installation.path("new")));
  const auto cut = installation.run_bare({"setup", "--config", config}, "https://shop.example\n");
  BOOST_TEST((cut.code == ExitCode::refused));
  BOOST_TEST(std::filesystem::is_empty(installation.path("new")));
}

BOOST_AUTO_TEST_SUITE_END()
