// User names: what is one, and which two are the same.
#include "base/username.h"

#include <boost/test/unit_test.hpp>

#include "base/utf8.h"

using namespace cardea;

namespace {

std::string key_of(std::string_view text) {
  const auto name = parse_username(text);
  return name ? name->key : "-";
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all.append(text);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(user_names)

BOOST_AUTO_TEST_CASE(a_name_has_letters_of_one_script_digits_and_separators) {
  struct Row {
    const char* text;
    const char* key;  // "-": refused
  };
  const Row rows[] = {
      {"ada", "ada"},
      {"  Ada  ", "ada"},
      {"ada.lovelace_1815-x", "ada.lovelace_1815-x"},
      {"7", "7"},
      {"Zoë", "zoë"},
      {"Straße", "strasse"},
      {"ＡＤＡ１", "ada1"},
      {"김철수", "김철수"},
      {"김철수99", "김철수99"},
      {"\u1100\u1161", "가"},  // conjoining letters make a syllable
      {"さくら", "さくら"},
      {"山田タロー", "山田タロー"},
      {"ｻｸﾗ", "サクラ"},
      {"佐々木", "佐々木"},
      {"", "-"},
      {"   ", "-"},
      {"ada lovelace", "-"},
      {"ada@example.com", "-"},
      {"ada＠example", "-"},
      {".ada", "-"},
      {"ada.", "-"},
      {"_", "-"},
      {"-", "-"},
      {"ada김", "-"},            // two scripts
      {"김さくら", "-"},         // two scripts
      {"adа", "-"},              // with a Cyrillic letter
      {"пётр", "-"},             // a script that is not offered
      {"١٢٣", "-"},              // digits of another script
      {"ㅋㅋ", "-"},             // letters of Hangul alone
      {"ada\xC3", "-"},          // no UTF-8
      {"ad\u200Ba", "-"},        // an invisible character
      {"ada\u0301\u0301", "-"},  // a mark that no letter takes
      {"😀", "-"},
      {"<b>", "-"},
      {"a/b", "-"},
      {"a\nb", "-"},
  };
  for (const auto& row : rows) BOOST_TEST(key_of(row.text) == row.key, row.text);
}

BOOST_AUTO_TEST_CASE(case_width_and_composition_make_no_second_name) {
  const char* const groups[][3] = {
      {"ADA", "ada", "Ａｄａ"}, {"Zoë", "ZOË", "Zoe\u0308"}, {"サクラ", "ｻｸﾗ", "サクラ"}};
  for (const auto& group : groups)
    for (const auto* name : group) BOOST_TEST(key_of(name) == key_of(group[0]), name);
  BOOST_TEST(key_of("さくら") != key_of("サクラ"));
}

BOOST_AUTO_TEST_CASE(the_typed_form_stays) {
  BOOST_TEST(parse_username(" Ada.L ").value().typed == "Ada.L");
  BOOST_TEST(parse_username("Zoe\u0308").value().typed == "Zoë");
}

BOOST_AUTO_TEST_CASE(a_name_has_at_most_sixty_characters) {
  for (const auto* letter : {"a", "가", "山"}) {
    BOOST_TEST(key_of(repeated(letter, username_limit)) == repeated(letter, username_limit));
    BOOST_TEST(key_of(repeated(letter, username_limit + 1)) == "-");
  }
  BOOST_TEST(key_of(repeated("ß", username_limit)) == repeated("ss", username_limit));
  BOOST_TEST(key_of("a" + repeated("\u0301", 100'000)) == "-");
  BOOST_TEST(key_of(repeated("a", 10'000'000)) == "-");
}

BOOST_AUTO_TEST_CASE(the_key_of_a_key_is_the_key) {
  for (const auto* text : {"Straße", "ＡＤＡ", "Zoe\u0308", "ｻｸﾗ", "김철수", "İstanbul"}) {
    const auto once = key_of(text);
    if (once != "-") BOOST_TEST(key_of(once) == once, text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
