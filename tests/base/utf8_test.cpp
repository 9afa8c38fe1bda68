#include "base/utf8.h"

#include <utf8proc.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/processor_time.h"

using namespace cardea;

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(well_formed_text_is_accepted) {
  const std::vector<std::string> good{
      "",
      "abc",
      std::string{"a\0b", 3},
      "\xC3\xA9",
      "\xED\x95\x9C\xEA\xB5\xAD",
      "\xF0\x9F\x98\x80",
      "\x7F",
      "\xC2\x80",
      "\xDF\xBF",
      "\xE0\xA0\x80",
      "\xED\x9F\xBF",
      "\xEE\x80\x80",
      "\xEF\xBF\xBF",
      "\xF0\x90\x80\x80",
      "\xF4\x8F\xBF\xBF",
  };
  for (const auto& text : good) BOOST_TEST(is_utf8(text), "refused: " << text);
}

// RFC 3629 section 10 and Unicode table 3-7: overlong forms, surrogates, too large, cut off, out of place.
BOOST_AUTO_TEST_CASE(ill_formed_text_is_refused) {
  const std::vector<std::string> hostile{
      "\x80",
      "\xBF",
      "\xC0\x80",
      "\xC0\xAF",
      "\xC1\xBF",
      "\xE0\x80\xAF",
      "\xE0\x9F\xBF",
      "\xF0\x80\x80\xAF",
      "\xF0\x8F\xBF\xBF",
      "\xED\xA0\x80",
      "\xED\xBF\xBF",
      "\xED\xA0\xBD\xED\xB8\x80",
      "\xF4\x90\x80\x80",
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80",
      "\xFE",
      "\xFF",
      "\xC3",
      "\xE2\x82",
      "\xF0\x9F\x98",
      "a\xC3",
      "\xC3"
      "a",
      "\xC3\xA9\xA9",
      "\xE2\x28\xA1",
  };
  for (const auto& text : hostile) {
    BOOST_TEST(!is_utf8(text), "accepted: " << text);
    BOOST_TEST(!is_utf8("good " + text + " good"), "accepted inside: " << text);
    BOOST_TEST(!normalize_nfc(text, 100).has_value());
  }
}

BOOST_AUTO_TEST_CASE(code_points_are_counted_not_bytes) {
  BOOST_TEST(code_points("") == 0U);
  BOOST_TEST(code_points("abc") == 3U);
  BOOST_TEST(code_points("\xC3\xA9\xED\x95\x9C\xF0\x9F\x98\x80") == 3U);
}

BOOST_AUTO_TEST_CASE(normalising_composes) {
  BOOST_TEST(normalize_nfc("e\xCC\x81", 100).value() == "\xC3\xA9");
  BOOST_TEST(normalize_nfc("\xC3\xA9", 100).value() == "\xC3\xA9");
  BOOST_TEST(normalize_nfc("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 100).value() ==
             "\xED\x95\x9C");                                            // Hangul letters
  BOOST_TEST(normalize_nfc("\xE2\x84\xAB", 100).value() == "\xC3\x85");  // the angstrom sign
  BOOST_TEST(normalize_nfc("", 100).value().empty());
}

// NFC is not NFKC: what only looks alike stays apart.
BOOST_AUTO_TEST_CASE(normalising_keeps_compatibility_letters) {
  BOOST_TEST(normalize_nfc("\xEF\xBD\x8A", 100).value() == "\xEF\xBD\x8A");
  BOOST_TEST(normalize_nfc("\xEF\xAC\x81", 100).value() == "\xEF\xAC\x81");
}

BOOST_AUTO_TEST_CASE(normalising_does_not_stop_at_nul) {
  BOOST_TEST(normalize_nfc({"\xC3\xA9\0e\xCC\x81", 6}, 100).value() == std::string("\xC3\xA9\0\xC3\xA9", 5));
}

// By the library's own function, which takes the square of the length of a run of marks.
BOOST_AUTO_TEST_CASE(normalising_says_what_the_library_says) {
  const std::vector<std::string> parts{
      "a",      "e\u0301", "\u0301", "\u0323", "\u0345", "\u0315", "\u1112",     "\u1161", "\u11AB", "\uD55C",
      "\u1E9B", "\u212B",  "\u0344", "\u0958", "\u0F73", "\u1F82", "\U0001D15E", "\u3099", "\u304B"};
  std::uint32_t dice = 1;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      dice = dice * 1664525 + 1013904223;
      text += parts[(dice >> 16) % parts.size()];
    }
    auto* expected = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
    BOOST_REQUIRE(normalize_nfc(text, 1000).value() == reinterpret_cast<const char*>(expected));
    std::free(expected);
  }
}

BOOST_AUTO_TEST_CASE(normalising_stops_at_its_limit) {
  BOOST_TEST(normalize_nfc("abc", 3).value() == "abc");
  BOOST_TEST(!normalize_nfc("abcd", 3).has_value());
  BOOST_TEST(normalize_nfc("\u1112\u1161\u11AB", 3).value() == "\uD55C");
  BOOST_TEST(!normalize_nfc("\uD55C\uD55C", 5).has_value());
  BOOST_TEST(!normalize_nfc(std::string(13, '\xFF'), 3).has_value());
}

BOOST_AUTO_TEST_CASE(normalising_marks_takes_no_time) {
  std::string marks = "a";
  while (marks.size() < 1'000'000) marks += "\u0315\u0300\u0323";
  testing::ProcessorTime spent;
  const auto text = normalize_nfc(marks, 2'000'000);
  BOOST_REQUIRE(text.has_value());
  BOOST_TEST(text->size() < marks.size() + 1);
  BOOST_TEST(spent.so_far().count() < 2000);
}

BOOST_AUTO_TEST_CASE(case_of_every_script_is_folded_letter_by_letter) {
  BOOST_TEST(fold_case("\u00C9A\u0416\u03A3\u03C2\u0130\u0131\u1E9E\u00DF\uFF21") ==
             "\u00E9a\u0436\u03C3\u03C3\u0130\u0131\u00DF\u00DF\uFF41");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_seen_is_found) {
  const std::vector<std::string> invisible{
      std::string(1, '\0'), "\n",           "\r",           "\t",
      "\x1B[31m",           "\x7F",         "\xC2\x85",     "\xC2\xAD",
      "\xE2\x80\x8B",       "\xE2\x80\x8D", "\xE2\x80\xAE", "\xE2\x80\xA8",
      "\xE2\x80\xA9",       "\xE2\x81\xA6", "\xEF\xBB\xBF", "\xEE\x80\x80",
      "\xF3\xA0\x81\x81",   "\xCD\xB8",     "\xEF\xBF\xBF",
  };
  for (const auto& text : invisible) BOOST_TEST(has_invisible("a" + text + "b"), "not found: " << text);
}

BOOST_AUTO_TEST_CASE(what_people_write_is_visible) {
  for (const auto* text : {"", "Ann Lee", "Jos\xC3\xA9", "\xEA\xB9\x80\xEC\xB2\xA0\xEC\x88\x98",
                           "\xF0\x9F\x98\x80", "\xE2\x9D\xA4\xEF\xB8\x8F", "O\xE2\x80\x99Hara",
                           "a\xC2\xA0"
                           "b"})
    BOOST_TEST(!has_invisible(text), "found in: " << text);
}

BOOST_AUTO_TEST_CASE(blanks_of_any_script_and_fillers_are_found) {
  for (const auto* text :
       {" ", "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x83", "\xE3\x85\xA4", "\xE1\x85\x9F", "\xEF\xB8\x8F"})
    BOOST_TEST(has_blank_or_filler(text), "not found: " << text);
  BOOST_TEST(!has_blank_or_filler("Jos\xC3\xA9\xED\x95\x9C"));
}

BOOST_AUTO_TEST_CASE(cutting_does_not_split_a_code_point) {
  const std::string text = "a\xC3\xA9\xF0\x9F\x98\x80";
  const std::vector<std::size_t> sizes{0, 1, 1, 3, 3, 3, 3, 7, 7, 7};
  for (std::size_t limit = 0; limit < sizes.size(); ++limit) {
    BOOST_TEST(cut_utf8(text, limit).size() == sizes[limit]);
    BOOST_TEST(is_utf8(cut_utf8(text, limit)));
  }
}

BOOST_AUTO_TEST_CASE(a_control_character_is_found_wherever_it_stands) {
  for (std::size_t size = 0; size < 40; ++size) {
    BOOST_TEST(!has_ascii_control(std::string(size, ' ')));
    BOOST_TEST(!has_ascii_control(std::string(size, '\xFF')));
    for (std::size_t place = 0; place < size; ++place) {
      for (int code = 0; code < 256; ++code) {
        std::string text(size, 'x');
        text[place] = static_cast<char>(code);
        BOOST_CHECK_EQUAL(has_ascii_control(text), code < 0x20 || code == 0x7F);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(case_does_not_count_where_it_is_ignored) {
  BOOST_TEST(equal_ignoring_ascii_case("Bearer ", "bEARER "));
  BOOST_TEST(!equal_ignoring_ascii_case("Bearer", "Bearer "));
  BOOST_TEST(!equal_ignoring_ascii_case("@", "`"));
  BOOST_TEST(equal_ignoring_ascii_case("", ""));
}

BOOST_AUTO_TEST_CASE(only_ascii_letters_are_lower_cased) {
  BOOST_TEST(ascii_lower("AZaz09[@`{\xC3\x84") == "azaz09[@`{\xC3\x84");
}

BOOST_AUTO_TEST_SUITE_END()
