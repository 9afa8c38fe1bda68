#include "mail/smtp.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace cardea;
using State = ReplyReader::State;

namespace {

State state_after(std::string_view bytes) {
  ReplyReader reader;
  return reader.take(bytes);
}

SmtpReply reply_of(std::string_view bytes) {
  ReplyReader reader;
  BOOST_REQUIRE((reader.take(bytes) == State::complete));
  BOOST_TEST(bytes.empty());
  return reader.reply();
}

std::string lines(int count) {
  std::string text;
  for (int i = 1; i < count; ++i) text += "250-x\r\n";
  return text + "250 x\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(smtp_replies)

BOOST_AUTO_TEST_CASE(a_reply_has_a_code_and_a_text) {
  const auto reply = reply_of("250 2.1.0 Sender ok\r\n");
  BOOST_TEST(reply.code == 250);
  BOOST_TEST(reply.lines == std::vector<std::string>{"2.1.0 Sender ok"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reply_of_many_lines_ends_with_the_line_that_has_no_hyphen) {
  const auto reply = reply_of("250-mail.example.com\r\n250-PIPELINING\r\n250-\r\n250 8BITMIME\r\n");
  const std::vector<std::string> wanted{"mail.example.com", "PIPELINING", "", "8BITMIME"};
  BOOST_TEST(reply.lines == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_text_may_be_missing) {
  BOOST_TEST(reply_of("354\r\n").lines.front() == "");
  BOOST_TEST(reply_of("334 \r\n").lines.front() == "");
}

BOOST_AUTO_TEST_CASE(a_reply_in_pieces_of_any_size_is_the_same_reply) {
  const std::string whole = "250-a\r\n250-b c\r\n250 d\r\n";
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    ReplyReader reader;
    auto state = State::incomplete;
    for (std::size_t at = 0; at < whole.size(); at += size) {
      BOOST_REQUIRE((state == State::incomplete));
      auto piece = std::string_view{whole}.substr(at, size);
      state = reader.take(piece);
      BOOST_TEST(piece.empty());
    }
    BOOST_REQUIRE((state == State::complete));
    BOOST_TEST(reader.reply().lines.size() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(what_comes_behind_a_reply_is_left_and_is_the_next_one) {
  ReplyReader reader;
  std::string_view bytes = "220 go ahead\r\n250 injected\r\n";
  BOOST_REQUIRE((reader.take(bytes) == State::complete));
  BOOST_TEST(bytes == "250 injected\r\n");
  BOOST_TEST(reader.reply().code == 220);
  BOOST_REQUIRE((reader.take(bytes) == State::complete));
  BOOST_TEST(reader.reply().code == 250);
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_is_malformed) {
  for (const std::string& bytes : {std::string("\r\n"),          std::string("25\r\n"),
                                   std::string("hello\r\n"),     std::string("150 x\r\n"),
                                   std::string("650 x\r\n"),     std::string("260 x\r\n"),
                                   std::string("25x x\r\n"),     std::string("250x\r\n"),
                                   std::string("2500 x\r\n"),    std::string("250\tx\r\n"),
                                   std::string(" 250 x\r\n"),    std::string("250-a\r\n251 b\r\n"),
                                   std::string("250 a\n"),       std::string("250 a\rb\r\n"),
                                   std::string("250 a\r\r\n"),   std::string("250 a\0b\r\n", 9),
                                   std::string("250 a\x7F\r\n"), std::string("250 a\x1B[2J\r\n"),
                                   std::string("-250 x\r\n"),    std::string("250-a\r\n\r\n")})
    BOOST_TEST((state_after(bytes) == State::malformed), bytes);
}

BOOST_AUTO_TEST_CASE(a_tab_and_text_in_any_script_are_allowed) {
  BOOST_TEST(reply_of("250 a\tb\r\n").lines.front() == "a\tb");
  BOOST_TEST(reply_of("250 \xED\x95\x9C\r\n").lines.front() == "\xED\x95\x9C");
}

BOOST_AUTO_TEST_CASE(a_reply_that_has_not_ended_is_incomplete) {
  for (const std::string bytes : {"", "2", "250", "250 ", "250 a\r", "250-a\r\n", "250-a\r\n250-b\r\n"})
    BOOST_TEST((state_after(bytes) == State::incomplete), bytes);
}

BOOST_AUTO_TEST_CASE(lines_are_limited_in_length_and_number) {
  const std::string longest(reply_line_limit - 6, 'x');  // "250 " and CRLF
  BOOST_TEST((state_after("250 " + longest + "\r\n") == State::complete));
  BOOST_TEST((state_after("250 " + longest + "x\r\n") == State::malformed));
  BOOST_TEST((state_after("250 " + longest + "xxx") == State::malformed));  // without waiting for its end
  BOOST_TEST((state_after(lines(static_cast<int>(reply_lines_limit))) == State::complete));
  BOOST_TEST((state_after(lines(static_cast<int>(reply_lines_limit) + 1)) == State::malformed));
}

BOOST_AUTO_TEST_CASE(the_log_gets_the_codes_and_never_the_text) {
  struct Row {
    std::string bytes;
    std::string status;
  };
  for (const Row& row :
       {Row{"550 5.1.1 <ada@example.com>: no such user\r\n", "550 5.1.1"},
        Row{"550-5.7.26 one\r\n550 5.7.26 two\r\n", "550 5.7.26"}, Row{"550 no such user\r\n", "550"},
        Row{"250 2.0.0\r\n", "250 2.0.0"}, Row{"550 4.1.1 of another class\r\n", "550"},
        Row{"550 5.1.1.1 x\r\n", "550"}, Row{"550 5.1.1234 x\r\n", "550"}, Row{"550 5.1 x\r\n", "550"},
        Row{"550 5.1.1x y\r\n", "550"}, Row{"421\r\n", "421"}})
    BOOST_TEST(reply_of(row.bytes).status() == row.status, row.bytes);
}

BOOST_AUTO_TEST_SUITE_END()
