#include "text/text.h"

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <vector>

using namespace cardea;

namespace {

// The places of a text, sorted: "{count}", "{time}".
std::vector<std::string_view> places(std::string_view text) {
  std::vector<std::string_view> found;
  for (auto begin = text.find('{'); begin != text.npos; begin = text.find('{', begin + 1))
    found.push_back(text.substr(begin, text.find('}', begin) + 1 - begin));
  std::sort(found.begin(), found.end());
  return found;
}

// Part consists of texts alone: they are read as an array, so that none is forgotten here.
template <class Part>
void has_the_same_places(const Part& part, const Part& english) {
  using Array = std::array<std::string_view, sizeof(Part) / sizeof(std::string_view)>;
  const auto texts = std::bit_cast<Array>(part);
  const auto originals = std::bit_cast<Array>(english);
  for (std::size_t i = 0; i < texts.size(); ++i)
    BOOST_TEST((places(texts[i]) == places(originals[i])), texts[i]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(texts_)

BOOST_AUTO_TEST_CASE(a_text_has_the_same_places_in_every_language) {
  const auto& english = texts_of(Language::en);
  for (const auto language : languages) {
    const auto& texts = texts_of(language);
    has_the_same_places(texts.times, english.times);
    has_the_same_places(texts.events, english.events);
    has_the_same_places(texts.devices, english.devices);
    has_the_same_places(texts.letters, english.letters);
    has_the_same_places(texts.pages, english.pages);
    has_the_same_places(texts.problems, english.problems);
    has_the_same_places(texts.setup, english.setup);
  }
}

BOOST_AUTO_TEST_CASE(each_language_has_texts_of_its_own) {
  for (const auto one : languages)
    for (const auto other : languages)
      BOOST_TEST((texts_of(one).pages.title == std::string_view(texts_of(other).pages.title)) ==
                 (one == other));
}

BOOST_AUTO_TEST_CASE(places_are_filled_in_and_what_a_value_holds_is_left_alone) {
  BOOST_TEST(filled("{a} and {b}, {a}", {{"a", "{b}"}, {"b", "two"}}) == "{b} and two, {b}");
  BOOST_TEST(filled("{unknown} {", {{"a", "one"}}) == "{unknown} {");
  BOOST_TEST(filled("", {}) == "");
}

BOOST_AUTO_TEST_CASE(times_are_in_words_and_name_their_zone) {
  const Instant at = from_unix_seconds(1795317300);
  BOOST_TEST(time_in_words(at, Language::en) == "November 22, 2026, 03:15 UTC");
  BOOST_TEST(time_in_words(at, Language::ko) == "2026년 11월 22일 12:15(KST)");
  BOOST_TEST(time_in_words(at, Language::ja) == "2026年11月22日 12:15（JST）");
}

BOOST_AUTO_TEST_CASE(a_day_is_in_words_by_the_zone_of_the_language) {
  const Instant late = from_unix_seconds(1795317300 + 14 * 3600);  // 17:15 UTC, the next day in Korea and Japan
  BOOST_TEST(date_in_words(late, Language::en) == "November 22, 2026");
  BOOST_TEST(date_in_words(late, Language::ko) == "2026년 11월 23일");
  BOOST_TEST(date_in_words(late, Language::ja) == "2026年11月23日");
}

BOOST_AUTO_TEST_CASE(a_life_is_told_in_days_if_they_are_whole_and_else_in_hours) {
  BOOST_TEST(life_in_words(std::chrono::hours{1}, Language::en) == "1 hour");
  BOOST_TEST(life_in_words(std::chrono::hours{36}, Language::en) == "36 hours");
  BOOST_TEST(life_in_words(std::chrono::hours{24}, Language::en) == "1 day");
  BOOST_TEST(life_in_words(std::chrono::hours{24 * 7}, Language::ko) == "7일");
  BOOST_TEST(life_in_words(std::chrono::hours{1}, Language::ja) == "1 時間");
}

BOOST_AUTO_TEST_CASE(a_problem_without_a_text_of_its_own_is_told_all_the_same) {
  BOOST_TEST(problem_in_words("invalid_credentials", Language::en) == "The current password is incorrect.");
  BOOST_TEST(problem_in_words("last_way", Language::en) ==
             "This is your only way to sign in. Set a password or connect another service first.");
  for (const char* word : {"", "other", "a_word_of_tomorrow", "<script>"})
    BOOST_TEST(problem_in_words(word, Language::ko) == "문제가 생겼습니다. 다시 시도해 주세요.", word);
}

BOOST_AUTO_TEST_SUITE_END()
