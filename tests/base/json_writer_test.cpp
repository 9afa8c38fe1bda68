#include "base/json.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

using namespace cardea;

namespace {

std::string object_of(std::string_view value, JsonAlphabet alphabet) {
  JsonWriter writer(alphabet);
  return writer.text("a", value).take();
}

// What nlohmann makes of the same object.
std::string expected_of(const std::string& value, JsonAlphabet alphabet) {
  return Json{{"a", value}}.dump(-1, ' ', alphabet == JsonAlphabet::ascii, Json::error_handler_t::replace);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_writer)

BOOST_AUTO_TEST_CASE(members_stand_in_the_order_in_which_they_were_written) {
  JsonWriter inner;
  inner.text("name", "Alice");
  JsonWriter outer;
  outer.text("z", "last").number("n", -1).object("user", std::move(inner)).object("none", JsonWriter());
  BOOST_TEST(outer.take() == R"({"z":"last","n":-1,"user":{"name":"Alice"},"none":{}})");
}

BOOST_AUTO_TEST_CASE(numbers_are_exact) {
  JsonWriter writer;
  writer.number("least", std::numeric_limits<std::int64_t>::min());
  writer.number("most", std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(writer.take() == R"({"least":-9223372036854775808,"most":9223372036854775807})");
}

BOOST_AUTO_TEST_CASE(every_byte_is_written_as_the_library_writes_it) {
  for (const auto alphabet : {JsonAlphabet::utf8, JsonAlphabet::ascii}) {
    for (int byte = 0; byte < 256; ++byte) {
      const auto value = std::string("x") + static_cast<char>(byte) + "y";
      BOOST_TEST(object_of(value, alphabet) == expected_of(value, alphabet), "byte " << byte);
    }
  }
}

BOOST_AUTO_TEST_CASE(text_of_every_script_is_written_as_the_library_writes_it) {
  for (const std::string value : {"", "\xC3\xA9", "\xEA\xB0\x80\xEB\x82\x98", "\xF0\x9F\x98\x80", "\xC3",
                                  "\xED\xA0\x80", "a\"\xC3\xA9", "\\\xEA\xB0\x80\n", "\xF8\x88\x80\x80\x80"})
    for (const auto alphabet : {JsonAlphabet::utf8, JsonAlphabet::ascii})
      BOOST_TEST(object_of(value, alphabet) == expected_of(value, alphabet));
}

BOOST_AUTO_TEST_CASE(no_value_can_end_its_string) {
  const auto text = object_of("\",\"admin\":\"yes", JsonAlphabet::utf8);
  const auto read = parse_json(text);
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->size() == 1U);
  BOOST_TEST(string_member(*read, "a").value() == "\",\"admin\":\"yes");
}

BOOST_AUTO_TEST_SUITE_END()
