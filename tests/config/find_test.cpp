#include "config/load.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

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

BOOST_AUTO_TEST_SUITE_END()
