#include "cli/parse.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "cli/commands.h"
#include "command_case.h"

using namespace cardea;

namespace {

using Words = std::vector<std::string>;

CommandLine parsed(const Words& words) {
  const auto result = parse_command_line(words, all_commands());
  const auto* error = std::get_if<UsageError>(&result);
  BOOST_REQUIRE_MESSAGE((error == nullptr), (error == nullptr ? "" : error->text));
  return std::get<CommandLine>(result);
}

std::string fault_of(const Words& words) {
  const auto result = parse_command_line(words, all_commands());
  const auto* error = std::get_if<UsageError>(&result);
  return error == nullptr ? "" : error->text;
}

const std::map<std::string, std::string> packages_of_libraries = {
    {"fcgi", "libfcgi-dev"},
    {"inih", "libinih-dev"},
    {"mysqlcppconn-static", "libmysqlcppconn-dev"},
    {"mariadbclient", "libmariadb-dev"},
    {"sqlite3", "libsqlite3-dev"},
    {"sodium", "libsodium-dev"},
    {"utf8proc", "libutf8proc-dev"},
    {"idn2", "libidn2-dev"},
    {"unistring", "libunistring-dev"},
    {"ssl", "libssl-dev"},
    {"crypto", "libssl-dev"},
    {"crypt", "libcrypt-dev"},
    {"z", "zlib1g-dev"},
    {"zstd", "libzstd-dev"},
};

// "fcgi" for -lfcgi, and so on: the value of STATIC_LIBRARIES, with the lines that continue it.
std::set<std::string> libraries_of_makefile() {
  std::ifstream file{std::string{CARDEA_TESTS} + "/../Makefile"};
  BOOST_REQUIRE(file.is_open());
  std::set<std::string> libraries;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    inside = inside || line.starts_with("STATIC_LIBRARIES ");
    if (!inside) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;)
      if (word.starts_with("-l")) libraries.insert(word.substr(2));
    if (!line.ends_with('\\')) break;
  }
  return libraries;
}

bool names_with_version(const std::string& text, const std::string& package) {
  const auto at = text.find("\n  " + package + " ");
  return at != text.npos && std::isdigit(static_cast<unsigned char>(text[at + package.size() + 4])) != 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_parse)

BOOST_AUTO_TEST_CASE(the_configuration_is_named_before_or_after_the_command) {
  for (const Words& words : {Words{"--config", "F", "user", "list"}, Words{"user", "--config=F", "list"},
                             Words{"user", "list", "--config", "F"}}) {
    const CommandLine line = parsed(words);
    BOOST_TEST(line.path == "user list");
    BOOST_TEST(line.config.value_or("") == "F");
  }
}

BOOST_AUTO_TEST_CASE(options_and_operands_come_in_any_order_after_the_command) {
  for (const Words& words :
       {Words{"device", "revoke", "D", "--user", "U"}, Words{"device", "revoke", "--user=U", "D"},
        Words{"device", "revoke", "--user", "U", "--", "D"}}) {
    const CommandLine line = parsed(words);
    BOOST_TEST(line.operand == "D");
    BOOST_TEST(line.text("--user").value_or("") == "U");
  }
  BOOST_TEST(parsed({"device", "revoke", "--", "--all"}).operand == "--all");
  BOOST_TEST(
      parsed({"user", "add", "--email", "a@b.example", "--name="}).text("--name").value_or("x").empty());
}

BOOST_AUTO_TEST_CASE(values_are_read_as_what_they_are) {
  const CommandLine line = parsed({"events", "--since", "3h", "--limit", "7"});
  BOOST_TEST(line.duration("--since").value_or(seconds{0}).count() == 3 * 3600);
  BOOST_TEST(line.number("--limit", 100) == 7);
  BOOST_TEST(parsed({"events"}).number("--limit", 100) == 100);
  BOOST_TEST(!parsed({"events"}).duration("--since").has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_says_what_is_wrong_and_what_is_allowed) {
  struct Row {
    Words words;
    std::string wrong;
    std::string allowed;
  };
  const std::vector<Row> rows{
      {{}, "no command is given", "migrate, key, user, device"},
      {{"usr"}, "there is no command 'usr'", "user"},
      {{"user"},
       "'user' is half a command",
       "add, list, show, set-password, set-email, disable, enable, grant, revoke-scope, delete"},
      {{"user", "ad"}, "there is no command 'user ad'", "add, list"},
      {{"user", "add", "--mail", "x"}, "unknown option '--mail'", "--email EMAIL, --name NAME"},
      {{"--json", "user", "list"}, "unknown option '--json'", "--config FILE"},
      {{"-x"}, "unknown option '-x'", "--help"},
      {{"user", "list", "ada"}, "'ada' is one argument too many", "--limit N"},
      {{"user", "show", "a", "b"}, "'b' is one argument too many", "--json"},
      {{"user", "show"}, "EMAIL|ID is missing", ""},
      {{"user", "add"}, "--email EMAIL is missing", ""},
      {{"user", "list", "--limit"}, "--limit needs a value", "--limit N"},
      {{"user", "add", "--name", "--email"}, "--name needs a value", "--name NAME"},
      {{"user", "list", "--limit", "0"}, "'0' is not a number", "from 1 to"},
      {{"user", "list", "--limit", "3O"}, "'3O' is not a number", "from 1 to"},
      {{"user", "list", "--json=yes"}, "--json takes no value", ""},
      {{"user", "list", "--json", "--json"}, "--json is given twice", ""},
      {{"events", "--since", "yesterday"}, "'yesterday' is not a duration", "30s, 15m, 3h, 30d or 1y"},
      {{"events", "--since", "h"}, "'h' is not a duration", "30d"},
      {{"events", "--since", "99999999999999999999d"}, "is not a duration", "30d"},
      {{"user", "delete", "a@b.example", "--password", "x"}, "unknown option '--password'", "--yes"},
  };
  for (const Row& row : rows) {
    const std::string fault = fault_of(row.words);
    BOOST_TEST(fault.find(row.wrong) != std::string::npos, fault << " lacks: " << row.wrong);
    BOOST_TEST(fault.find(row.allowed) != std::string::npos, fault << " lacks: " << row.allowed);
  }
}

BOOST_AUTO_TEST_CASE(help_needs_nothing_else_to_be_complete) {
  for (const Words& words : {Words{"user", "add", "--help"}, Words{"user", "--help", "add"},
                             Words{"help", "user", "add"}, Words{"-h", "user", "add"}}) {
    const CommandLine line = parsed(words);
    BOOST_TEST(line.help);
    BOOST_TEST(line.path == "user add");
  }
  BOOST_TEST(parsed({"--help"}).path == "");
  BOOST_TEST(parsed({"user", "--help"}).path == "user");
}

BOOST_AUTO_TEST_CASE(every_command_and_option_is_in_the_help) {
  const std::string overview = help_text("", all_commands());
  for (const Command& command : all_commands()) {
    BOOST_TEST(overview.find("  " + std::string(command.path) + " ") != std::string::npos, command.path);
    const std::string help = help_text(command.path, all_commands());
    BOOST_TEST(help.starts_with("usage: cardea " + std::string(command.path)), help);
    for (const Option& option : command.options) {
      BOOST_TEST(help.find("  " + shown_option(option)) != std::string::npos, help);
      BOOST_TEST(!option.why.empty(), option.name);
    }
    BOOST_TEST(help.find("--config FILE") != std::string::npos);
    BOOST_TEST(help.find("--help") != std::string::npos);
  }
  BOOST_TEST(help_text("user", all_commands()).find("set-password") != std::string::npos);
  BOOST_TEST(help_text("user", all_commands()).find("migrate") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_two_commands_or_options_have_one_name) {
  std::set<std::string_view> paths;
  for (const Command& command : all_commands()) {
    BOOST_TEST(paths.insert(command.path).second, command.path);
    std::set<std::string_view> names{"--config", "--help"};
    for (const Option& option : command.options) BOOST_TEST(names.insert(option.name).second, option.name);
  }
}

BOOST_AUTO_TEST_CASE(no_option_takes_a_password) {
  for (const Command& command : all_commands())
    for (const Option& option : command.options)
      BOOST_TEST(option.name.find("password") == std::string_view::npos, option.name);
}

BOOST_AUTO_TEST_CASE(whatever_lists_speaks_json) {
  for (const std::string_view path :
       {"user list", "user show", "device list", "key list", "events", "check", "migrate", "purge"}) {
    bool found = false;
    for (const Command& command : all_commands())
      for (const Option& option : command.options)
        found = found || (command.path == path && option.name == "--json");
    BOOST_TEST(found, path);
  }
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_exit_two_and_help_is_exit_zero) {
  CommandCase cardea;
  const Ran wrong = cardea.run_bare({"user", "add", "--mail", "x"});
  BOOST_TEST((wrong.code == ExitCode::usage));
  BOOST_TEST(wrong.out == "");
  BOOST_TEST(wrong.err.find("`cardea user add --help`") != std::string::npos);
  BOOST_TEST((cardea.run_bare({}).code == ExitCode::usage));
  const Ran help = cardea.run_bare({"user", "--help"});
  BOOST_TEST((help.code == ExitCode::done));
  BOOST_TEST(help.out == help_text("user", all_commands()));
  BOOST_TEST(help.err == "");
  BOOST_TEST((cardea.run_bare({"serve", "--listen", "unix:/x"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(the_version_is_told_with_those_of_every_library_that_the_makefile_links) {
  CommandCase cardea;
  const Ran told = cardea.run_bare({"--version"});
  BOOST_TEST((told.code == ExitCode::done));
  BOOST_TEST(told.out.starts_with("cardea 0."), told.out);
  const auto libraries = libraries_of_makefile();
  BOOST_TEST(libraries.size() == packages_of_libraries.size());
  for (const auto& library : libraries) {
    const auto package = packages_of_libraries.find(library);
    BOOST_TEST_REQUIRE((package != packages_of_libraries.end()),
                       library << " is linked, and no package is named here");
    BOOST_TEST(names_with_version(told.out, package->second), package->second << " is not in " << told.out);
  }
  for (const auto* unnamed : {"libc6-dev", "nlohmann-json3-dev"})
    BOOST_TEST(names_with_version(told.out, unnamed));
  BOOST_TEST((cardea.run_bare({"--version", "user"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(a_terminal_does_not_obey_what_was_typed_wrong) {
  CommandCase cardea;
  const Ran ran = cardea.run_bare({"\x1b[2J"});
  BOOST_TEST(ran.err.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
