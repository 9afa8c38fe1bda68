#include "mail/message.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/utf8.h"
#include "mail/letter_html.h"

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

// One part of the body: its encoding, and its lines as they travel.
struct Part {
  std::string encoding;
  std::string body;
};

Part part_of(const Parts& message, const std::string& type) {
  const std::string head = "Content-Type: " + type + "; charset=utf-8\nContent-Transfer-Encoding: ";
  const auto begin = message.body.find(head);
  BOOST_REQUIRE(begin != message.body.npos);
  const auto encoding = begin + head.size();
  const auto body = message.body.find("\n\n", encoding);
  const auto end = message.body.find("--_abc-1_2_", body);
  BOOST_REQUIRE((body != message.body.npos && end != message.body.npos));
  return {.encoding = message.body.substr(encoding, body - encoding),
          .body = message.body.substr(body + 2, end - body - 2)};
}

std::string html_of_text(const std::string& text) {
  return std::string(html_of("Subject", text, Language::en, LetterTheme{}).reveal());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(message_text)

BOOST_AUTO_TEST_CASE(a_letter_is_its_text_and_the_same_as_html) {
  const auto found = message_of(letter("Hello", "One line.\n\nhttps://example.com/x\n"), settings());
  const std::string text(found.reveal());
  const std::string beginning =
      "From: \"Example\" <noreply@example.com>\n"
      "To: ada@example.org\n"
      "Subject: Hello\n"
      "Date: Sun, 22 Nov 2026 03:15:00 +0000\n"
      "Message-ID: <abc-1_2@example.com>\n"
      "Auto-Submitted: auto-generated\n"
      "MIME-Version: 1.0\n"
      "Content-Type: multipart/alternative; boundary=\"_abc-1_2_\"\n"
      "Content-Language: ko\n"
      "\n"
      "--_abc-1_2_\n"
      "Content-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: 7bit\n"
      "\n"
      "One line.\n\nhttps://example.com/x\n"
      "--_abc-1_2_\n"
      "Content-Type: text/html; charset=utf-8\n"
      "Content-Transfer-Encoding: 7bit\n"
      "\n"
      "<!doctype html>\n<html lang=\"ko\">\n";
  BOOST_TEST(text.substr(0, beginning.size()) == beginning);
  BOOST_TEST(text.ends_with("</html>\n--_abc-1_2_--\n"), text);
}

BOOST_AUTO_TEST_CASE(the_same_letter_makes_the_same_message) {
  BOOST_TEST((message_of(letter("a", "b"), settings()).reveal() ==
              message_of(letter("a", "b"), settings()).reveal()));
}

BOOST_AUTO_TEST_CASE(text_that_is_not_ascii_goes_as_base64_in_short_lines) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "모르는 기기에서 로그인했습니다.\n";
  const auto plain = part_of(message("x", text), "text/plain");
  BOOST_TEST(plain.encoding == "base64");
  std::string joined;
  for (std::size_t begin = 0; begin < plain.body.size();) {
    const auto end = plain.body.find('\n', begin);
    BOOST_TEST(end - begin <= 76U);
    joined += plain.body.substr(begin, end - begin);
    begin = end + 1;
  }
  BOOST_TEST(base64_decode(joined).value() == text);
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_mail_allows_goes_as_base64) {
  BOOST_TEST(part_of(message("x", std::string(998, 'a') + "\n"), "text/plain").encoding == "7bit");
  BOOST_TEST(part_of(message("x", std::string(999, 'a') + "\n"), "text/plain").encoding == "base64");
}

BOOST_AUTO_TEST_CASE(html_shows_what_the_text_says_and_nothing_in_it_is_a_tag) {
  const auto html = html_of_text(
      "Hello & welcome, <b>you</b>,\nsecond \"line\".\n\n"
      "    Device: <script>alert(1)</script>\n    Time: now\n\n"
      "https://example.com/in/reset.html#a&b\n\n"
      "    WDJB-MJHT\n\n"
      "Small print.\n");
  BOOST_TEST(html.find("Hello &amp; welcome, &lt;b&gt;you&lt;/b&gt;,<br>\nsecond &quot;line&quot;.</p>") !=
             html.npos);
  BOOST_TEST(html.find("Device: &lt;script&gt;alert(1)&lt;/script&gt;<br>\nTime: now</p>") != html.npos);
  BOOST_TEST(html.find("<a href=\"https://example.com/in/reset.html#a&amp;b\"") != html.npos);
  BOOST_TEST(html.find(">WDJB-MJHT</p>") != html.npos);
  BOOST_TEST(html.find("<script") == html.npos);
  BOOST_TEST(html.find("font-size:14px\">Small print.</p>") != html.npos);
}

BOOST_AUTO_TEST_CASE(html_loads_nothing) {
  const auto html = html_of_text("Text.\n\nhttps://example.com/x\n");
  for (const auto* part : {"<img", "src=", "url(", "<link", "<style", "@import", "background-image"})
    BOOST_TEST(html.find(part) == html.npos, part);
}

BOOST_AUTO_TEST_CASE(html_looks_as_the_site_says_by_the_names_of_its_style_sheet) {
  auto own = settings();
  own.theme.accent = "#0b6e4f";
  own.theme.font = "\"Noto Sans KR\", sans-serif";
  const auto html = html_of("x", "Text.\n\nhttps://example.com/x\n\nEnd.\n", Language::en, own.theme);
  const std::string text(html.reveal());
  BOOST_TEST(text.find("color:#0b6e4f\"") != text.npos, text);
  BOOST_TEST(text.find("font-family:&quot;Noto Sans KR&quot;, sans-serif\"") != text.npos, text);
  BOOST_TEST(text.find("#4338ca") == text.npos, text);
}

BOOST_AUTO_TEST_CASE(empty_paragraphs_are_left_out) {
  const auto html = html_of_text("\n\n\nOne.\n\n\n\n\nTwo.\n\n");
  BOOST_TEST(std::count(html.begin(), html.end(), '<') > 0);
  BOOST_TEST(html.find("></p>") == html.npos, html);
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
  BOOST_TEST(parts.lines.size() - 9U <= 4U);  // folds of the encoded words
  BOOST_TEST(part_of(parts, "text/plain").body == "x\n");
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
