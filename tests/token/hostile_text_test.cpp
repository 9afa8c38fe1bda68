// Texts that are not quite a token (families H27 to H29): each is a token that would be accepted, with one
// thing changed.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "token/hostile_scene.h"

using namespace cardea;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_texts)

// H27
BOOST_FIXTURE_TEST_CASE(h27_another_number_of_parts, HostileScene) {
  const auto token = valid_token();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const std::string texts[] = {
      "",
      ".",
      "..",
      "...",
      "....",
      "a.b.c",
      token.substr(0, first),
      token.substr(0, last),
      token.substr(first + 1),
      token + '.',
      '.' + token,
      token + ".AAAA",
      token + ".AAAA.AAAA",
      token + '.' + token,
      token + token,
      token + ' ' + token,
      token + ',' + token,
      ' ' + token,
      token + ' ',
      '\t' + token,
      token + "\r\n",
      std::string{token}.insert(first, "\r\n"),
      std::string{token}.insert(last + 5, "\n"),
      std::string{token}.insert(first, "."),
      "Bearer " + token,
      '"' + token + '"',
      token + '\0',
      '\0' + token,
      '.' + token.substr(first + 1),
      R"({"payload":"e30","signatures":[]})",
  };
  for (const auto& text : texts)
    BOOST_TEST_CONTEXT(text.substr(0, 60)) BOOST_TEST(verdict(text) == "malformed");
  BOOST_TEST(verdict(token.substr(0, first + 1) + token.substr(last)) == "malformed");
  BOOST_TEST(verdict(token.substr(0, last + 1)) == "bad_signature");
}

// H28
BOOST_FIXTURE_TEST_CASE(h28_base64_that_is_not_ours, HostileScene) {
  const auto token = valid_token();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  for (const auto part_end : {first, last, token.size()}) {
    for (const auto* foreign : {"=", "==", "+", "/", "?", " ", "\n", "\t", "%3D", "\xC3\xA9", "~"}) {
      BOOST_TEST_CONTEXT(part_end << foreign)
      BOOST_TEST(verdict(std::string{token}.insert(part_end, foreign)) == "malformed");
      BOOST_TEST(verdict(std::string{token}.insert(part_end - 3, foreign)) == "malformed");
    }
  }
  // 64 bytes are 85 letters and two bits: the other four bits of the last letter must be zero.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto end = alphabet.find(token.back());
  BOOST_TEST_REQUIRE(end % 16 == 0U);
  for (std::size_t step = 1; step < 16; ++step)
    BOOST_TEST(verdict(token.substr(0, token.size() - 1) + alphabet[end + step]) == "malformed");
}

// H29
BOOST_FIXTURE_TEST_CASE(h29_json_that_means_two_things, HostileScene) {
  const auto header = json_text(valid_header(key()));
  const auto body = json_text(valid_body(morning));
  const std::string spoils[] = {
      R"({"alg":"ES256",)",
      R"({"typ":"at+jwt",)",
      R"({"exp":9999999999,)",
      R"({"sub":"0192f3c4-0000-7000-8000-000000000000",)",
      R"({"x":1,"x":1,)",
      R"({"x":"\ud800",)",
      R"({"x":"\udc00\ud800",)",
      "{\"x\":\"\xC0\xAF\",",
      "{\"x\":\"\xED\xA0\x80\",",
      "{\"x\":\"\xF4\x90\x80\x80\",",
      "{\"x\":\"\xFF\",",
      "{\"x\":\"\n\",",
      "{\"x\":\"\x01\",",
      R"({"x":NaN,)",
      R"({"x":Infinity,)",
      R"({"x":1e999,)",
      R"({"x":'y',)",
      R"({x:1,)",
      R"({"x":1,,)",
      R"({/**/)",
      "\xEF\xBB\xBF{",
      "[{",
      "{\"x\":" + std::string(500, '[') + std::string(500, ']') + ',',
      "{\"x\":" + std::string(17, '[') + std::string(17, ']') + ',',
  };
  for (const auto& spoil : spoils) {
    BOOST_TEST_CONTEXT(spoil.substr(0, 60)) {
      if (!spoil.starts_with(R"({"exp)") && !spoil.starts_with(R"({"sub)"))
        BOOST_TEST(verdict(sign_text(replaced(header, "{", spoil), body, key())) == "malformed");
      if (!spoil.starts_with(R"({"alg)") && !spoil.starts_with(R"({"typ)"))
        BOOST_TEST(verdict(sign_text(header, replaced(body, "{", spoil), key())) == "malformed");
    }
  }
  for (const auto& after : {std::string{"x"}, std::string{"{}"}, std::string{","}, std::string{"}"},
                            std::string(1, '\0'), std::string{"//"}}) {
    BOOST_TEST(verdict(sign_text(header + after, body, key())) == "malformed");
    BOOST_TEST(verdict(sign_text(header, body + after, key())) == "malformed");
  }
  for (const auto* whole : {"", "null", "1", "\"x\"", "[]", "{}", "{", " "}) {
    BOOST_TEST(verdict(sign_text(whole, body, key())) == "malformed");
    BOOST_TEST(verdict(sign_text(header, whole, key())) == "malformed");
  }
}

BOOST_AUTO_TEST_SUITE_END()
