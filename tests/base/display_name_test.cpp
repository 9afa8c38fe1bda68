#include "base/utf8.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/processor_time.h"

using namespace cardea;

namespace {

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";

struct Row {
  std::string typed;
  std::string shown;
};

void check(const std::vector<Row>& rows) {
  for (const auto& [typed, shown] : rows) {
    BOOST_TEST(display_name(typed) == shown);
    BOOST_TEST(display_name(shown) == shown);  // what was kept stays
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_display_name)

BOOST_AUTO_TEST_CASE(keeps_what_people_write) {
  for (const std::string name : {"Ann Lee",
                                 "Jos\u00E9",
                                 "\uAE40\uCCA0\uC218",
                                 "\u5C71\u7530\u3000\u592A\u90CE",
                                 "O\u2019Hara",
                                 "a\u00A0b",
                                 "\U0001F600",
                                 "\u2764\uFE0F",
                                 "\U0001F3F3\uFE0F\u200D\U0001F308",
                                 "\U0001F469\U0001F3FD\u200D\u2695\uFE0F",
                                 "1\uFE0F\u20E3",
                                 "\U0001F1F0\U0001F1F7",
                                 "\u845B\U000E0100",
                                 "\u0639\u0644\u06CC\u200C\u0631\u0636\u0627",
                                 "\u0DC1\u0DCA\u200D\u0DBB\u0DD3",
                                 "\u0915\u094D\u200D\u0937",
                                 "\u09B0\u200D\u09CD\u09AF",
                                 "\u0600\u0661",
                                 "\u0E01\u0E49\u0E33",
                                 "<b>&amp;\"'`",
                                 "Ada (work), no. 2"})
    BOOST_TEST(display_name(name) == name);
  BOOST_TEST(display_name(family) == family);
}

BOOST_AUTO_TEST_CASE(composes) {
  check({{"Jose\u0301", "Jos\u00E9"}, {"\u1112\u1161\u11AB", "\uD55C"}});
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_not_shown) {
  check({{"Ki\u200Bm", "Kim"},
         {"Ki\u00ADm", "Kim"},
         {"\uFEFFKim", "Kim"},
         {std::string("K\0im", 4), "Kim"},
         {"K\x1B[31mim", "K[31mim"},
         {"Kim\x7F", "Kim"},
         {"K\u0378im", "Kim"},      // unassigned
         {"K\uE000im", "Kim"},      // private use
         {"K\uFFFFim", "Kim"},      // not a character
         {"K\U000E0041im", "Kim"},  // a tag
         {"K\uFFFCim", "Kim"},      // stands for an object
         {"K\u034Fim", "Kim"},      // grapheme joiner
         {"K\u2060im", "Kim"},      // word joiner
         {"K\u1160im", "Kim"}});    // vowel filler
}

BOOST_AUTO_TEST_CASE(leaves_out_what_turns_the_direction_of_a_page) {
  for (const std::string mark : {"\u200E", "\u200F", "\u061C", "\u202A", "\u202B", "\u202C", "\u202D",
                                 "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"})
    BOOST_TEST(display_name(mark + "\u05D3\u05D5\u05D3" + mark + " K" + mark) == "\u05D3\u05D5\u05D3 K");
}

BOOST_AUTO_TEST_CASE(keeps_joiners_only_where_they_join) {
  check({{"K\u200Dim", "Kim"},
         {"K\u200Cim", "Kim"},
         {"\u200DKim\u200D", "Kim"},
         {"\uAE40\u200D\uCCA0", "\uAE40\uCCA0"},
         {"\U0001F468\u200D", "\U0001F468"},
         {"\U0001F468\u200Dx", "\U0001F468x"},
         {"\U0001F468\u200D \U0001F468", "\U0001F468 \U0001F468"},
         {"\U0001F468\u200C\U0001F468", "\U0001F468\U0001F468"},
         {"\u0639\u200D\u200D\u200D\u0644", "\u0639\u200D\u0644"},
         {"\u0647\u200D. \u0627", "\u0647\u200D. \u0627"},
         {"\u0647\u200D", "\u0647"}});
}

BOOST_AUTO_TEST_CASE(leaves_out_bytes_that_are_no_text) {
  check({{"K\xFF\x80im", "Kim"},
         {"Kim\xED\xA0\x80", "Kim"},
         {"Kim\xE2\x82", "Kim"},
         {"K\xC0\xAFim", "Kim"},
         {"\xFF\xFE", ""}});
}

BOOST_AUTO_TEST_CASE(has_one_blank_between_words_and_none_around) {
  check({{"  Ann \t\r\n Lee\u3000", "Ann Lee"},
         {"Ann\nLee", "Ann Lee"},
         {"Ann\u2028Lee", "Ann Lee"},
         {"Ann\u3164Lee", "Ann Lee"},
         {"Ann \u200B Lee", "Ann Lee"},
         {"\u3164Ann\u2800", "Ann"}});
}

BOOST_AUTO_TEST_CASE(is_empty_if_there_is_nothing_to_see) {
  for (const std::string name : {"",
                                 " ",
                                 "\t\n",
                                 "\u00A0",
                                 "\u3000",
                                 "\u3164",
                                 "\u115F",
                                 "\u1160",
                                 "\uFFA0",
                                 "\u2800",
                                 "\u3164\u3164 \u2800",
                                 "\u200B",
                                 "\u200D\u200C",
                                 "\u0301",
                                 "\uFE0F",
                                 "\u202E\u202C",
                                 "\U000E0041",
                                 "\U0001F3FB",
                                 "\u115F\u1160",
                                 "\uFEFF"})
    BOOST_TEST(display_name(name).empty());
}

BOOST_AUTO_TEST_CASE(has_a_few_marks_on_a_letter_and_none_on_nothing) {
  BOOST_TEST(display_name("\u0301Kim \u0301Lee") == "Kim Lee");
  BOOST_TEST(code_points(display_name("q" + repeated("\u0323\u0301", 500) + "x")) == 1 + 8 + 1U);
}

BOOST_AUTO_TEST_CASE(is_cut_after_a_hundred_characters_as_people_count_them) {
  for (const std::string one :
       {"a", "\uD55C", "\u1112\u1161\u11AB", "\U0001F600", "e\u0301", "\U0001F1F0\U0001F1F7"}) {
    const auto whole = display_name(repeated(one, 100));
    BOOST_TEST(code_points(whole) == 100 * code_points(display_name(one)));
    BOOST_TEST(display_name(repeated(one, 101)) == whole);
    BOOST_TEST(display_name(repeated(one, 5000)) == whole);
  }
}

// The columns of the tables hold 255 code points.
BOOST_AUTO_TEST_CASE(is_cut_before_it_is_too_large_for_its_column) {
  BOOST_TEST(display_name(repeated(family, 50)) == repeated(family, 36));
  BOOST_TEST(display_name(repeated(family + " ", 50)) == repeated(family + " ", 31) + family);
  const auto chain = display_name(repeated("\U0001F468\u200D", 400));  // one character
  BOOST_TEST(code_points(chain) == 255U);
  BOOST_TEST(code_points(display_name(repeated("\u1100", 400))) == 255U);  // likewise
}

BOOST_AUTO_TEST_CASE(ends_with_no_blank_or_joiner_where_it_is_cut) {
  BOOST_TEST(display_name(std::string(99, 'a') + " bc") == std::string(99, 'a'));
  const auto joined = repeated("\u0915\u094D\u200D", 100);
  BOOST_TEST(!display_name(joined + "\u0937").ends_with("\u200D"));
}

BOOST_AUTO_TEST_CASE(of_a_megabyte_takes_no_time) {
  for (const std::string part : {"a", " ", "\u0301", "\u0315\u0300", "\u3164", "\u200D", "\xFF",
                                 "\U0001F468\u200D", "a\u0323\u0301", "\u1100", "\U000E0041"}) {
    const auto text = repeated(part, 1'000'000 / static_cast<int>(part.size()));
    testing::ProcessorTime spent;
    const auto name = display_name("Q" + text);
    BOOST_TEST(name.starts_with("Q"));
    BOOST_TEST(code_points(name) <= 255U);
    BOOST_TEST(spent.so_far().count() < 500, "of " << part);
  }
}

BOOST_AUTO_TEST_SUITE_END()
