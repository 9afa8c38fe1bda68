#include "config/load.h"

#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace cardea;

BOOST_AUTO_TEST_SUITE(config_find)

BOOST_AUTO_TEST_CASE(the_argument_wins_then_the_environment_then_the_known_places) {
  setenv("CARDEA_CONFIG", "/from/environment.ini", 1);
  BOOST_TEST(find_config("/from/argument.ini") == "/from/argument.ini");
  BOOST_TEST(find_config(std::nullopt) == "/from/environment.ini");
  // Empty is how a web server's file unsets a variable.
  setenv("CARDEA_CONFIG", "", 1);
  BOOST_TEST(find_config(std::nullopt) == "/etc/cardea/cardea.ini");
  unsetenv("CARDEA_CONFIG");
  BOOST_TEST(find_config(std::nullopt) == "/etc/cardea/cardea.ini");
}

BOOST_AUTO_TEST_CASE(a_pointer_beside_the_program_is_followed_if_nobody_else_could_have_written_it) {
  unsetenv("CARDEA_CONFIG");
  const auto pointer = program_directory() + "/" + std::string(config_pointer);
  std::ofstream{pointer} << "/from/pointer.ini\r\n";
  ::chmod(pointer.c_str(), 0600);
  BOOST_TEST(find_config(std::nullopt) == "/from/pointer.ini");
  BOOST_TEST(find_config("/from/argument.ini") == "/from/argument.ini");
  ::chmod(pointer.c_str(), 0666);
  BOOST_TEST(find_config(std::nullopt) == "/etc/cardea/cardea.ini");
  ::chmod(pointer.c_str(), 0600);
  std::ofstream{pointer} << "relative.ini";
  BOOST_TEST(find_config(std::nullopt) == "/etc/cardea/cardea.ini");
  std::filesystem::remove(pointer);
}

BOOST_AUTO_TEST_CASE(who_names_the_file_is_told_apart_from_where_it_is_looked_for) {
  unsetenv("CARDEA_CONFIG");
  BOOST_TEST(!named_config(std::nullopt).has_value());
  BOOST_TEST(named_config("/from/argument.ini").value_or("") == "/from/argument.ini");
  setenv("CARDEA_CONFIG", "/from/environment.ini", 1);
  BOOST_TEST(named_config(std::nullopt).value_or("") == "/from/environment.ini");
  unsetenv("CARDEA_CONFIG");
}

BOOST_AUTO_TEST_SUITE_END()
