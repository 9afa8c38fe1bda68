#include "base/email.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/utf8.h"

using namespace cardea;

namespace {

std::string key_of(std::string_view text) {
  const auto email = parse_email(text);
  return email ? email->key : "(refused)";
}

const std::string max_local(64, 'l');

// local@label.label… of exactly that many bytes.
std::string address_of_size(std::size_t size) {
  std::string address = max_local + "@";
  while (address.size() + 64 < size) address += std::string(63, 'd') + ".";
  return address + std::string(size - address.size(), 'd');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(email)

BOOST_AUTO_TEST_CASE(what_was_typed_is_kept_and_the_key_is_lower_case) {
  const auto email = parse_email("  Ann.Lee+Shop@Example.COM \t");
  BOOST_REQUIRE(email.has_value());
  BOOST_TEST(email->typed == "Ann.Lee+Shop@Example.COM");
  BOOST_TEST(email->key == "ann.lee+shop@example.com");
}

BOOST_AUTO_TEST_CASE(one_trailing_dot_of_the_domain_makes_no_other_person) {
  BOOST_TEST(key_of("admin@example.com.") == "admin@example.com");
  BOOST_TEST(key_of("admin@example.com..") == "(refused)");
}

BOOST_AUTO_TEST_CASE(addresses_that_must_be_accepted) {
  for (const auto* text :
       {"a@b.c", "a.b.c@d.e.f", "!#$%&'*+-/=?^_`{|}~@example.com", "0@1.2", "o'hara@x-y.example",
        "jos\xC3\xA9@example.com", "\xEA\xB9\x80@example.co.kr", "a@xn--bcher-kva.example"})
    BOOST_TEST(parse_email(text).has_value(), "refused: " << text);
}

BOOST_AUTO_TEST_CASE(addresses_that_must_be_refused) {
  const std::vector<std::string> hostile{
      "",
      " ",
      "@",
      "a",
      "a@",
      "@b.c",
      "a@b",
      "admin@x",
      "admin@x.",
      "a@@b.c",
      "a@b@c.d",
      "a b@c.d",
      "\"a b\"@c.d",
      "\"a\"@c.d",
      "a@[192.0.2.1]",
      "a@[IPv6:::1]",
      "a@b..c",
      "a@.b.c",
      ".a@b.c",
      "a.@b.c",
      "a..b@c.d",
      "a@-b.c",
      "a@b-.c",
      "a@b_c.d",
      "a@b.c:25",
      "<a@b.c>",
      "Ann <a@b.c>",
      "a@b.c,d@e.f",
      "a@b.c;d@e.f",
      "a(x)@b.c",
      "a@b.c\nBcc: d@e.f",
      "a@b.c\r\nBcc: d@e.f",
      "a\n@b.c",
      "a@b.c\n",
      "a\t@b.c",
      "a@b\\c.d",
      "a@b%0a.c",
      "kim@\u200B\uD55C\uAD6D.kr",  // zero width space
      "kim@\uD55C\u3164\uAD6D.kr",  // Hangul filler
      "kim@\uD55C \uAD6D.kr",
      "kim@-\uD55C\uAD6D.kr",
      "kim@\uD55C\uAD6D",  // one label
      "kim@\uD55C\u3002\u3002kr",
      "kim@\u2100.kr",  // becomes a/c
      "kim@\uD55C\u0301\u0301/.kr",
      "kim\uFF20a@b.c",  // two @
      "kim@\uFF20b.c",
      std::string("kim@a.xn--3e0b707e\0x", 20),
      "a\xE2\x80\x8B@b.c",  // zero width space
      "a\xC2\xAD@b.c",      // soft hyphen
      "a\xE2\x80\xAE@b.c",  // right-to-left override
      "a\xC2\xA0@b.c",      // no-break space
      "a\xE3\x80\x80@b.c",  // ideographic space
      "a\xE3\x85\xA4@b.c",  // Hangul filler
      "a\xEF\xB8\x8F@b.c",  // variation selector
      "a\xEF\xBB\xBF@b.c",  // byte order mark
      "a\xC2\x85@b.c",      // next line, a control character
      "a\xEE\x80\x80@b.c",  // private use
      "a\x7F@b.c",
      "a\xFF@b.c",
      "a\xC0\xAF@b.c",
      "a\xED\xA0\x80@b.c",
      "a\xC3",
      std::string{"a\0@b.c", 6},
      std::string{"a@b.c\0", 6},
  };
  for (const auto& text : hostile) BOOST_TEST(!parse_email(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(the_same_letters_composed_and_decomposed_are_one_person) {
  const auto composed = parse_email("jos\xC3\xA9@example.com");
  const auto decomposed = parse_email("jose\xCC\x81@example.com");
  BOOST_REQUIRE(composed.has_value());
  BOOST_TEST((composed == decomposed));
}

// (RFC 5891; the examples of the registries.) Of each row, all are one person.
BOOST_AUTO_TEST_CASE(the_spellings_of_an_international_domain_are_one_person) {
  const std::vector<std::vector<std::string>> rows{
      {"kim@xn--3e0b707e.kr", "kim@\uD55C\uAD6D.kr", "kim@\u1112\u1161\u11AB\u1100\u116E\u11A8.kr",
       "kim@\uD55C\uAD6D.KR", "kim@\uD55C\uAD6D.kr.", "kim@\uD55C\uAD6D\u3002kr",
       "kim@\uD55C\uAD6D\uFF0Ekr\u3002", "kim\uFF20\uD55C\uAD6D\uFF61\uFF4B\uFF52", "KIM@XN--3E0B707E.kr",
       " kim@\uD55C\uAD6D.kr "},
      {"a@xn--bcher-kva.example", "a@B\u00FCcher.example", "a@BU\u0308CHER.EXAMPLE"},
      {"a@xn--r8jz45g.xn--zckzah", "a@\u4F8B\u3048.\u30C6\u30B9\u30C8"},
      {"a@xn--strae-oqa.de", "a@stra\u00DFe.de"},
      {"a@mail.xn--3e0b707e.kr", "a@Mail.\uD55C\uAD6D.kr"},
  };
  for (const auto& row : rows)
    for (const auto& text : row) BOOST_TEST(key_of(text) == row.front(), text);
  BOOST_TEST(key_of("a@stra\u00DFe.de") != key_of("a@strasse.de"));
}

BOOST_AUTO_TEST_CASE(an_xn_label_that_means_nothing_stays_what_it_was) {
  BOOST_TEST(key_of("a@XN--9999999999.example") == "a@xn--9999999999.example");
}

BOOST_AUTO_TEST_CASE(the_limits_of_an_international_domain_are_those_of_its_xn_form) {
  const auto label = [](int size) {
    std::string text;
    for (int i = 0; i < size; ++i) text += i % 2 == 0 ? "\uD55C" : "\uAE40";
    return text;
  };
  BOOST_TEST(parse_email("a@" + label(15) + ".kr").has_value());
  BOOST_TEST(!parse_email("a@" + label(63) + ".kr").has_value());
  std::string long_key = std::string(64, 'a') + "@";
  for (int i = 0; i < 4; ++i) long_key += label(14) + ".";
  const auto email = parse_email(long_key + "kr");
  if (email) BOOST_TEST(email->key.size() <= 254U);
}

BOOST_AUTO_TEST_CASE(upper_and_lower_case_of_every_script_are_one_person) {
  const std::vector<std::vector<std::string>> rows{
      {"\u00E9@b.c", "\u00C9@b.c", "E\u0301@b.c", "\u00C9@B.C."},
      {"\u0436\u0443\u043A@b.c", "\u0416\u0423\u041A@b.c", "\u0416\u0443\u043A@B.c"},
      {"\u03BD\u03B9\u03BA\u03BF\u03C3@b.c", "\u039D\u0399\u039A\u039F\u03A3@b.c",
       "\u03BD\u03B9\u03BA\u03BF\u03C2@b.c"},
      {"\uFF4Aose@b.c", "\uFF2AOSE@b.c"},
  };
  for (const auto& row : rows)
    for (const auto& text : row) BOOST_TEST(key_of(text) == row.front(), text);
  BOOST_TEST(key_of("\u0130@b.c") != key_of("i@b.c"));
  BOOST_TEST(key_of("\u0131@b.c") != key_of("i@b.c"));
  BOOST_TEST(key_of("stra\u00DFe@b.c") != key_of("strasse@b.c"));
}

BOOST_AUTO_TEST_CASE(what_was_typed_is_kept_but_for_the_signs_of_wide_keyboards) {
  BOOST_TEST(parse_email("\u00C9@\uD55C\uAD6D.kr")->typed == "\u00C9@\uD55C\uAD6D.kr");
  BOOST_TEST(parse_email("Kim\uFF20\uD55C\uAD6D\u3002KR")->typed == "Kim@\uD55C\uAD6D.KR");
}

BOOST_AUTO_TEST_CASE(the_older_key_knows_the_case_of_ascii_only) {
  BOOST_TEST(older_key("\u00C9A@B.c.") == "\u00C9a@b.c");
  BOOST_TEST(older_key("Ann@Example.com") == key_of("Ann@Example.com"));
}

BOOST_AUTO_TEST_CASE(letters_go_to_a_domain_in_ascii) {
  BOOST_TEST(mail_address("Kim@\uD55C\uAD6D.KR") == "Kim@xn--3e0b707e.kr");
  BOOST_TEST(mail_address("\u00C9@Example.com.") == "\u00C9@example.com");
  BOOST_TEST(mail_address("nobody") == "nobody");
}

BOOST_AUTO_TEST_CASE(letters_that_only_look_alike_are_two_people) {
  BOOST_TEST(key_of("admin@example.com") != key_of("\xD0\xB0"
                                                   "dmin@example.com"));
  BOOST_TEST(key_of("jos\xC3\xA9@example.com") != key_of("jose@example.com"));
  BOOST_TEST(key_of("\xEF\xBD\x8Aose@example.com") != key_of("jose@example.com"));
}

// U+212A, the sign of the kelvin, becomes a plain K when it is normalised.
BOOST_AUTO_TEST_CASE(ascii_letters_that_appear_by_normalising_are_lower_cased_too) {
  BOOST_TEST(key_of("\xE2\x84\xAA@example.com") == "k@example.com");
}

// U+037E, the Greek question mark, becomes ';'.
BOOST_AUTO_TEST_CASE(what_appears_by_normalising_is_judged) {
  BOOST_TEST(key_of("a\xCD\xBE@b.c") == "(refused)");
}

BOOST_AUTO_TEST_CASE(limits_are_exact) {
  BOOST_TEST(parse_email(max_local + "@b.c").has_value());
  BOOST_TEST(!parse_email(max_local + "l@b.c").has_value());
  BOOST_TEST(parse_email("a@" + std::string(63, 'b') + ".c").has_value());
  BOOST_TEST(!parse_email("a@" + std::string(64, 'b') + ".c").has_value());
  BOOST_TEST(parse_email(address_of_size(254)).has_value());
  BOOST_TEST(!parse_email(address_of_size(255)).has_value());
  BOOST_TEST(!parse_email("a@" + std::string(1'000'000, 'b') + ".c").has_value());
}

BOOST_AUTO_TEST_CASE(the_key_of_a_key_is_itself) {
  for (const auto* text : {"Ann@Example.COM.", "jose\xCC\x81@X.example", "a@b.c", "\u00C9@\uD55C\uAD6D.kr",
                           "\u1E9E\u03A3@B\u00FCcher.de"}) {
    const auto key = key_of(text);
    BOOST_TEST(key_of(key) == key);
  }
}

BOOST_AUTO_TEST_SUITE_END()
