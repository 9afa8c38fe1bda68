#include "base/json.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>
#include <vector>

using namespace cardea;

namespace {

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

std::string nested_objects(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "{\"a\":";
  return text + "1" + std::string(static_cast<std::size_t>(depth), '}');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(values_come_back_as_they_were_written) {
  for (const auto* text :
       {"null", "true", "false", "0", "-1", "1.5", "\"\"", "\"a\"", "[]", "{}",
        "[[],{},[1,[2,{\"a\":[3]}]],4]", "{\"a\":{\"b\":[1,2,{\"c\":null}],\"d\":\"e\"},\"f\":false}",
        "18446744073709551615", "-9223372036854775808"}) {
    const auto value = parse_json(text);
    BOOST_REQUIRE_MESSAGE(value.has_value(), "refused: " << text);
    BOOST_TEST(json_text(*value) == text);
  }
}

BOOST_AUTO_TEST_CASE(blanks_around_and_between_do_not_matter) {
  BOOST_TEST(json_text(parse_json(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n").value()) == "{\"a\":[1,2]}");
}

BOOST_AUTO_TEST_CASE(escapes_are_decoded) {
  const auto value = parse_json(R"({"a":"\u00e9\ud83d\ude00\n\/\u0000x"})").value();
  BOOST_TEST(string_member(value, "a").value() == std::string("\xC3\xA9\xF0\x9F\x98\x80\n/\0x", 10));
}

BOOST_AUTO_TEST_CASE(malformed_text_is_refused) {
  const std::vector<std::string> hostile{
      "",
      " ",
      "{",
      "}",
      "[",
      "]",
      "\"",
      "{\"a\"}",
      "{\"a\":}",
      "{a:1}",
      "{'a':1}",
      "{\"a\":1,}",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{\"a\":1 \"b\":2}",
      "{,}",
      "nul",
      "True",
      "undefined",
      "NaN",
      "nan",
      "Infinity",
      "-Infinity",
      "[NaN]",
      "1e999",
      "-1e999",
      "{\"exp\":1e999}",
      "01",
      "+1",
      ".5",
      "1.",
      "0x10",
      "1e",
      "--1",
      "// a\n1",
      "/* a */ 1",
      "1 // a",
      "\"a\nb\"",
      "\"a\tb\"",
      "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12g4\"",
      // text behind the value
      "{}{}",
      "{} x",
      "1 2",
      "null,",
      "[]]",
      std::string{"{}\0", 3},
      std::string{"{}\0{}", 5},
      std::string{"\0{}", 3},
      // a byte order mark
      "\xEF\xBB\xBF{}",
      "\xEF\xBB\xBF",
      "{}\xEF\xBB\xBF",
      std::string{"\xFF\xFE{\0}\0", 6},
      // lone surrogates, overlong forms, and what is no UTF-8 at all
      R"("\ud800")",
      R"("\udc00")",
      R"("\ud800\ud800")",
      R"("\ud800x")",
      R"("\ud800\u0041")",
      "\"\xC0\xAF\"",
      "\"\xE0\x80\xAF\"",
      "\"\xF0\x80\x80\xAF\"",
      "\"\xED\xA0\x80\"",
      "\"\xF4\x90\x80\x80\"",
      "\"\xFF\"",
      "\"\xC3\"",
      "\"\x80\"",
      std::string{"\"a\0b\"", 5},
  };
  for (const auto& text : hostile) BOOST_TEST(!parse_json(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(a_name_given_twice_is_refused_at_every_depth) {
  for (const auto* text :
       {R"({"alg":"none","alg":"ES256"})", R"({"exp":1,"sub":"a","exp":2})", R"({"a":{"b":1,"b":1}})",
        R"([{"a":1,"a":1}])", R"({"a":1,"\u0061":2})", R"({"":1,"":1})", R"({"a":{},"b":[],"a":null})"})
    BOOST_TEST(!parse_json(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(one_name_in_two_objects_is_no_repetition) {
  BOOST_TEST(parse_json(R"({"a":{"a":1},"b":{"a":2},"c":[{"a":3},{"a":4}]})").has_value());
  BOOST_TEST(parse_json(R"({"a":1,"A":2})").has_value());
}

BOOST_AUTO_TEST_CASE(nesting_is_limited_exactly) {
  BOOST_TEST(parse_json(nested(json_depth_limit, '[', ']')).has_value());
  BOOST_TEST(!parse_json(nested(json_depth_limit + 1, '[', ']')).has_value());
  BOOST_TEST(parse_json(nested_objects(json_depth_limit)).has_value());
  BOOST_TEST(!parse_json(nested_objects(json_depth_limit + 1)).has_value());
}

BOOST_AUTO_TEST_CASE(the_depth_of_closed_neighbours_does_not_add_up) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "[[[]]],";
  BOOST_TEST(parse_json(text + "0]").has_value());
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_brackets_do_no_harm) {
  BOOST_TEST(!parse_json(std::string(100'000, '[')).has_value());
  BOOST_TEST(!parse_json(nested(100'000, '[', ']')).has_value());
  BOOST_TEST(!parse_json(nested_objects(100'000)).has_value());
}

BOOST_AUTO_TEST_CASE(a_long_string_is_only_long) {
  const std::string letters(1'000'000, 'x');
  const auto value = parse_json("{\"a\":\"" + letters + "\"}");
  BOOST_REQUIRE(value.has_value());
  BOOST_TEST((string_member(*value, "a") == letters));
}

BOOST_AUTO_TEST_CASE(writing_replaces_what_is_not_utf8) {
  BOOST_TEST(json_text(Json{{"a", "x\xFFy"}}) == "{\"a\":\"x\xEF\xBF\xBDy\"}");
}

BOOST_AUTO_TEST_CASE(string_members_are_strings_only) {
  const auto object = parse_json(R"({"a":"x","b":1,"c":null,"d":["x"]})").value();
  BOOST_TEST(string_member(object, "a").value() == "x");
  for (const auto* name : {"b", "c", "d", "e", "A", ""}) BOOST_TEST(!string_member(object, name).has_value());
  for (const auto* text : {"null", "[]", "\"a\"", "1"})
    BOOST_TEST(!string_member(parse_json(text).value(), "a").has_value());
}

BOOST_AUTO_TEST_CASE(integer_members_are_written_as_integers_and_fit) {
  const auto of = [](const std::string& number) {
    return integer_member(parse_json("{\"a\":" + number + "}").value(), "a");
  };
  BOOST_TEST(of("0").value() == 0);
  BOOST_TEST(of("-5").value() == -5);
  BOOST_TEST(of("9223372036854775807").value() == std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(of("-9223372036854775808").value() == std::numeric_limits<std::int64_t>::min());
  for (const auto* number :
       {"9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1.0",
        "1.5", "1e3", "1e18", "\"1700000000\"", "null", "true", "[1]"})
    BOOST_TEST(!of(number).has_value(), "accepted: " << number);
  BOOST_TEST(!integer_member(parse_json("[1]").value(), "a").has_value());
}

// RFC 7519 section 2.
BOOST_AUTO_TEST_CASE(dates_are_numbers_with_or_without_a_fraction) {
  const auto of = [](const std::string& number) {
    const auto json = parse_json("{\"a\":" + number + "}");
    return json ? date_member(*json, "a").value_or(-1) : -2;
  };
  for (const auto* number :
       {"1795317300", "1795317300.0", "1795317300.25", "1795317300.999999", "1.7953173e9", "17953173E+2"})
    BOOST_TEST(of(number) == 1795317300, number);
  BOOST_TEST(of("0") == 0);
  BOOST_TEST(of("0.5") == 0);
  BOOST_TEST(of("9007199254740992") == latest_date);
  for (const auto* number :
       {"-1", "-0.5", "-1e-300", "9007199254740993", "9007199254740994.0", "1e16", "1e308",
        "18446744073709551615", "\"1795317300\"", "\"1795317300.5\"", "null", "true", "[1]", "{}"})
    BOOST_TEST(of(number) == -1, number);
  for (const auto* number : {"1e999", "-1e999", "NaN", "Infinity", "1.", ".5", "0x10"})
    BOOST_TEST(of(number) < 0, number);
  BOOST_TEST(!date_member(parse_json("[1]").value(), "a").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
