#include "mail/message.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/utf8.h"

using namespace cardea;

namespace {

// 2026-11-22T03:15:00Z, a Sunday
constexpr Instant noon{milliseconds{1795317300000}};

MailSettings settings() {
  return {.sendmail = {}, .from = "noreply@example.com", .from_name = "Example"};
}

Letter letter(const std::string& subject, const std::string& text) {
  return {.id = "abc-1_2",
          .at = noon,
          .to = "ada@example.org",
          .subject = subject,
          .text = Secret::copy_of(text),
          .language = Language::ko};
}

struct Parts {
  std::vector<std::string> lines;  // of the header
  std::string body;
};

Parts parts_of(const Secret& message) {
  std::string text(message.reveal());
  const auto end = text.find("\n\n");
  BOOST_REQUIRE(end != text.npos);
  Parts parts{.lines = {}, .body = text.substr(end + 2)};
  for (std::size_t begin = 0; begin < end;) {
    const auto next = std::min(text.find('\n', begin), end);
    parts.lines.push_back(text.substr(begin, next - begin));
    begin = next + 1;
  }
  return parts;
}

Parts message(const std::string& subject, const std::string& text) {
  return parts_of(message_of(letter(subject, text), settings()));
}

// The field with its folds taken out.
std::string field(const Parts& parts, const std::string& name) {
  std::string value;
  bool inside = false;
  for (const auto& line : parts.lines) {
    if (!line.starts_with(' ')) inside = line.starts_with(name + ": ");
    if (inside) value += line.starts_with(' ') ? line : line.substr(name.size() + 2);
  }
  return value;
}

// What encoded words say (RFC 2047 section 6.2: the blanks between two are not text).
std::string decoded(std::string words) {
  std::string text;
  while (!words.empty()) {
    BOOST_REQUIRE(words.starts_with("=?UTF-8?B?"));
    const auto end = words.find("?=");
    BOOST_TEST(end + 2 <= 75U);
    const auto part = base64_decode(words.substr(10, end - 10)).value();
    BOOST_TEST(is_utf8(part), "a character is cut in two");
    text += part;
    words.erase(0, end + 2);
    if (words.starts_with(' ')) words.erase(0, 1);
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(message_text)

BOOST_AUTO_TEST_CASE(a_plain_letter_is_a_plain_message) {
  const auto found = message_of(letter("Hello", "One line.\nhttps://example.com/x\n"), settings());
  BOOST_TEST(std::string(found.reveal()) ==
             "From: \"Example\" <noreply@example.com>\n"
             "To: ada@example.org\n"
             "Subject: Hello\n"
             "Date: Sun, 22 Nov 2026 03:15:00 +0000\n"
             "Message-ID: <abc-1_2@example.com>\n"
             "Auto-Submitted: auto-generated\n"
             "MIME-Version: 1.0\n"
             "Content-Type: text/plain; charset=utf-8\n"
             "Content-Transfer-Encoding: 7bit\n"
             "Content-Language: ko\n"
             "\n"
             "One line.\nhttps://example.com/x\n");
}

BOOST_AUTO_TEST_CASE(text_that_is_not_ascii_goes_as_base64_in_short_lines) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "모르는 기기에서 로그인했습니다.\n";
  const auto parts = message("x", text);
  BOOST_TEST(field(parts, "Content-Transfer-Encoding") == "base64");
  std::string joined;
  for (std::size_t begin = 0; begin < parts.body.size();) {
    const auto end = parts.body.find('\n', begin);
    BOOST_TEST(end - begin <= 76U);
    joined += parts.body.substr(begin, end - begin);
    begin = end + 1;
  }
  BOOST_TEST(base64_decode(joined).value() == text);
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_mail_allows_goes_as_base64) {
  BOOST_TEST(field(message("x", std::string(998, 'a') + "\n"), "Content-Transfer-Encoding") == "7bit");
  BOOST_TEST(field(message("x", std::string(999, 'a') + "\n"), "Content-Transfer-Encoding") == "base64");
}

BOOST_AUTO_TEST_CASE(subjects_in_any_script_come_back_whole) {
  for (const std::string& subject :
       {std::string("example.com: 새 기기에서 로그인"), std::string("ログインしたのはあなたですか"),
        std::string(200, 'a'), std::string("=?UTF-8?B?AAAA?="), std::string("🙂") + std::string(60, 'x')})
    BOOST_TEST(decoded(field(message(subject, "x"), "Subject")) == subject);
}

BOOST_AUTO_TEST_CASE(no_text_can_add_a_header) {
  auto evil = letter("Hello\r\nBcc: thief@example.com\n\nbody", "x");
  evil.to = "ada@example.org\nBcc: thief@example.com";
  auto from = settings();
  from.from_name = "Example\" <a@b.c>\r\nBcc: thief@example.com\r\nX: \"";
  const auto parts = parts_of(message_of(evil, from));
  for (const auto& line : parts.lines) BOOST_TEST(!line.starts_with("Bcc"), line);
  BOOST_TEST(parts.lines.size() - 10U <= 4U);  // folds of the encoded words
  BOOST_TEST(parts.body == "x");
  BOOST_TEST(field(parts, "Subject") == "Hello  Bcc: thief@example.com  body");
}

BOOST_AUTO_TEST_CASE(names_of_the_site_are_quoted_or_encoded) {
  auto from = settings();
  from.from_name = R"(Shop "A\B", Inc.)";
  BOOST_TEST(field(parts_of(message_of(letter("x", "x"), from)), "From") ==
             R"("Shop \"A\\B\", Inc." <noreply@example.com>)");
  from.from_name = "가게";
  const auto value = field(parts_of(message_of(letter("x", "x"), from)), "From");
  BOOST_TEST(value.ends_with(" <noreply@example.com>"));
  BOOST_TEST(decoded(value.substr(0, value.find(" <"))) == "가게");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_no_harm) {
  BOOST_TEST(field(message("a\xFF\xFE z", "x"), "Subject") == "a   z");
}

BOOST_AUTO_TEST_CASE(a_letter_goes_to_the_address_as_it_was_typed_at_a_domain_in_ascii) {
  auto to = letter("Hello", "text");
  to.to = "\u00C9va@\uD55C\uAD6D.kr";
  const auto parts = parts_of(message_of(to, settings()));
  BOOST_TEST((std::find(parts.lines.begin(), parts.lines.end(), "To: \u00C9va@xn--3e0b707e.kr") !=
              parts.lines.end()));
}

BOOST_AUTO_TEST_SUITE_END()
