#include "base/encoding.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace cardea;

namespace {

// RFC 4648 section 10.
const std::vector<std::pair<std::string, std::string>> rfc4648{
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(base64_agrees_with_rfc_4648) {
  for (const auto& [bytes, text] : rfc4648) {
    BOOST_TEST(base64_encode(bytes) == text);
    BOOST_TEST(base64_decode(text).value() == bytes);
  }
}

BOOST_AUTO_TEST_CASE(base64url_is_the_same_without_padding) {
  for (const auto& [bytes, text] : rfc4648) {
    const auto bare = text.substr(0, text.find('='));
    BOOST_TEST(base64url_encode(bytes) == bare);
    BOOST_TEST(base64url_decode(bare).value() == bytes);
  }
}

BOOST_AUTO_TEST_CASE(base64url_uses_the_safe_alphabet) {
  BOOST_TEST(base64url_encode("\xFB\xFF\xFE") == "-__-");
  BOOST_TEST(base64_encode("\xFB\xFF\xFE") == "+//+");
  BOOST_TEST(!base64url_decode("+//+").has_value());
  BOOST_TEST(!base64_decode("-__-").has_value());
}

BOOST_AUTO_TEST_CASE(base64url_refuses_what_is_not_canonical) {
  const std::vector<std::string> hostile{
      "Zg==",       "Zm8=",   "=",     "Zh",    "Zm9=", "Z",    "Zm9vY",      "Zm?v",
      "Zm 9v",      "Zm9v\n", " Zm9v", "Zm9v ", "Zm+v", "Zm/v", "Zm9v\r\nYg", std::string{"Zm\0v", 4},
      "Zm\xC3\xA4",
  };
  for (const auto& text : hostile) BOOST_TEST(!base64url_decode(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(a_byte_outside_of_the_alphabet_is_refused_wherever_it_stands) {
  const std::string_view shared = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (const char byte : every_byte()) {
    if (shared.find(byte) != shared.npos) continue;
    for (std::size_t place = 0; place < 8; ++place) {
      std::string text = "AAAAAAAA";
      text[place] = byte;
      const bool is_padding = byte == '=' && place == 7;
      BOOST_TEST(base64url_decode(text).has_value() == (byte == '-' || byte == '_'),
                 "byte " << int{byte} << " at " << place);
      BOOST_TEST(base64_decode(text).has_value() == (byte == '+' || byte == '/' || is_padding),
                 "byte " << int{byte} << " at " << place);
    }
  }
}

// "Zg" is one byte and four spare bits: of the sixteen last letters with the same byte only one is right.
BOOST_AUTO_TEST_CASE(only_one_text_decodes_to_the_same_bytes) {
  int accepted = 0;
  for (const char last : std::string_view{"ghijklmnopqrstuv"})
    accepted += base64url_decode(std::string{"Z"} + last).has_value() ? 1 : 0;
  BOOST_TEST(accepted == 1);
}

BOOST_AUTO_TEST_CASE(base64_refuses_missing_and_misplaced_padding) {
  for (const auto* text : {"Zg", "Zg=", "Zm9v=", "Zg===", "====", "=Zg=", "Z===", "Zh==", "Zm9=", "Zg==Zg=="})
    BOOST_TEST(!base64_decode(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(every_byte_survives_each_encoding) {
  const auto bytes = every_byte();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto part = bytes.substr(bytes.size() - size);
    BOOST_TEST(base64url_decode(base64url_encode(part)).value() == part);
    BOOST_TEST(base64_decode(base64_encode(part)).value() == part);
    BOOST_TEST(hex_decode(hex_encode(part)).value() == part);
  }
}

BOOST_AUTO_TEST_CASE(hex_is_lower_case_only) {
  BOOST_TEST(hex_encode("\x01\xAB\xFF") == "01abff");
  for (const auto* text : {"0", "0G", "AB", "aB", "0x", " 0", "0 ", "+1", "abc", "\xC3\xA4"})
    BOOST_TEST(!hex_decode(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_SUITE_END()
