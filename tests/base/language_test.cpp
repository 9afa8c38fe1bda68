#include "base/language.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace cardea;

namespace {

// The tag of what was preferred; "-" for nothing.
std::string preferred(const std::string& header) {
  const auto language = preferred_language(header);
  return language ? std::string(language_tag(*language)) : "-";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(language)

BOOST_AUTO_TEST_CASE(a_tag_names_its_language_whatever_region_follows) {
  for (const char* tag : {"ko", "KO", "ko-KR", "ko_KR", "ko-Kore-KR"})
    BOOST_TEST((language_of_tag(tag) == Language::ko), tag);
  for (const char* tag : {"", "k", "kok", "korean", "-ko", "fr", "ko KR", "*"})
    BOOST_TEST(!language_of_tag(tag).has_value(), tag);
  for (const auto one : languages) BOOST_TEST((language_of_tag(language_tag(one)) == one));
}

BOOST_AUTO_TEST_CASE(the_language_with_the_highest_weight_wins_and_of_equal_ones_the_first) {
  struct Row {
    const char* header;
    const char* preferred;
  };
  const Row rows[] = {
      {"", "-"},
      {"ko", "ko"},
      {"ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"},
      {"en;q=0.5, ja;q=0.8", "ja"},
      {"fr-FR, de;q=0.9, ja;q=0.1", "ja"},
      {"en;q=0.5,ko;q=0.5", "en"},
      {"ko;q=0, en;q=0.001", "en"},
      {"ko;q=0", "-"},
      {"*", "-"},
      {"fr", "-"},
      {"ja ; q=0.3\t,\tko;q=0.2", "ja"},
      {"KO;Q=1.0", "ko"},
  };
  for (const auto& row : rows) BOOST_TEST(preferred(row.header) == row.preferred, row.header);
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_passed_over) {
  for (const char* header : {"ko;q=", "ko;q=x", "ko;q=.5", "ko;q=0,5", "ko;q=2", "ko;q=0.1234", "ko;level=1",
                             "ko;q=-1", ";;;", ",,,,"})
    BOOST_TEST(preferred(std::string(header) + ",en;q=0.01") == "en", header);
}

BOOST_AUTO_TEST_CASE(only_the_first_32_ranges_are_looked_at) {
  std::string header;
  for (int i = 0; i < 40; ++i) header += "fr,";
  BOOST_TEST(preferred(header + "ko") == "-");
}

BOOST_AUTO_TEST_SUITE_END()
