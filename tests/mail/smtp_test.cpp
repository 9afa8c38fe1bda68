// The conversation with an SMTP server: a server of the test's own answers from a list, over a wire without a socket.
// smtp_network_test.cpp speaks over sockets and TLS.
#include "mail/smtp.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "mail/delivery.h"

using namespace cardea;

namespace {

const std::string password = "top: secret \xC3\xA9";
const std::string greeting = "220 mail.example.net ESMTP\r\n";
const std::string ok = "250 2.0.0 ok\r\n";
const std::string go_on = "354 go on\r\n";

// Answers each line that we say with the next of its answers; an empty answer means silence until the time is over.
class ScriptedWire final : public SmtpWire {
 public:
  explicit ScriptedWire(std::vector<std::string> answers) : answers_(std::move(answers)) {}

  bool send(std::string_view bytes) override {
    if (broken) return false;
    said.emplace_back(bytes);
    if (!tls_begun) in_the_open += bytes;
    return true;
  }
  std::string receive() override {
    if (next_ >= answers_.size()) return {};
    return answers_[next_++];
  }
  std::optional<std::string> start_tls() override {
    tls_begun = true;
    return tls_problem;
  }

  std::vector<std::string> said;  // what we sent, one entry for each send
  std::string in_the_open;        // what of it went before start_tls
  bool tls_begun = false;
  bool broken = false;
  std::optional<std::string> tls_problem;

 private:
  std::vector<std::string> answers_;
  std::size_t next_ = 0;
};

SmtpSettings server(SmtpSecurity security = SmtpSecurity::tls, const std::string& user = "") {
  SmtpSettings settings;
  settings.security = security;
  settings.host = "mail.example.net";
  settings.port = "465";
  settings.user = user;
  if (!user.empty()) settings.password = Secret::copy_of(password);
  return settings;
}

SmtpMail mail(const std::string& to = "ada@example.org", const std::string& text = "Subject: x\n\nHello\n") {
  return {.from = "noreply@example.com", .to = to, .message = Secret::copy_of(text)};
}

Delivery speak(ScriptedWire& wire, const SmtpSettings& settings = server(), const SmtpMail& letter = mail()) {
  return speak_smtp(wire, settings, letter.from, &letter);
}

std::string ehlo(const std::string& offers) {
  std::string text = "250-mail.example.net\r\n";
  for (std::size_t begin = 0; begin < offers.size();) {
    const auto end = std::min(offers.find('|', begin), offers.size());
    text += "250-" + offers.substr(begin, end - begin) + "\r\n";
    begin = end + 1;
  }
  return text + "250 HELP\r\n";
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string everything(const ScriptedWire& wire) {
  std::string text;
  for (const auto& line : wire.said) text += line;
  return text;
}

std::string text_of(const std::string& message) {
  return std::string(smtp_text(Secret::copy_of(message)).reveal());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(smtp_conversation)

BOOST_AUTO_TEST_CASE(a_letter_is_handed_over_and_taken) {
  ScriptedWire wire({greeting, ehlo(""), ok, ok, go_on, ok});
  const auto delivery = speak(wire);
  BOOST_CHECK(delivery.outcome == Outcome::taken);
  BOOST_TEST(delivery.why == "");
  const std::vector<std::string> wanted{"EHLO example.com\r\n",
                                        "MAIL FROM:<noreply@example.com>\r\n",
                                        "RCPT TO:<ada@example.org>\r\n",
                                        "DATA\r\n",
                                        "Subject: x\r\n\r\nHello\r\n.\r\n",
                                        "QUIT\r\n"};
  BOOST_TEST(wire.said == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_refusal_says_whether_the_letter_or_we_are_meant) {
  struct Row {
    std::vector<std::string> answers;
    Outcome outcome;
    std::string why;
  };
  const auto hi = ehlo("");
  for (const Row& row : {
           Row{{"554 5.3.2 closed\r\n"}, Outcome::later, "the answer to the connection is 554 5.3.2"},
           Row{{"421 4.3.2 busy\r\n"}, Outcome::later, "the answer to the connection is 421 4.3.2"},
           Row{{greeting, "502 what?\r\n"}, Outcome::later, "the answer to EHLO is 502"},
           Row{{greeting, hi, "550 5.1.8 x\r\n"}, Outcome::refused, "the answer to MAIL FROM is 550 5.1.8"},
           Row{{greeting, hi, "451 4.3.0 x\r\n"}, Outcome::later, "the answer to MAIL FROM is 451 4.3.0"},
           Row{{greeting, hi, "530 5.7.0 x\r\n"},
               Outcome::later,
               "the answer to MAIL FROM is 530 5.7.0, it wants TLS or a user and a password"},
           Row{{greeting, hi, ok, "550 5.1.1 no such user\r\n"},
               Outcome::refused,
               "the answer to RCPT TO is 550 5.1.1"},
           Row{{greeting, hi, ok, "450 4.2.0 greylisted\r\n"},
               Outcome::later,
               "the answer to RCPT TO is 450 4.2.0"},
           Row{{greeting, hi, ok, "251 will forward\r\n", "554 no\r\n"},
               Outcome::refused,
               "the answer to DATA is 554"},
           Row{{greeting, hi, ok, ok, ok}, Outcome::later, "the answer to DATA is 250 2.0.0"},
           Row{{greeting, hi, ok, ok, go_on, "554 5.7.1 spam\r\n"},
               Outcome::refused,
               "the answer to the text is 554 5.7.1"},
           Row{{greeting, hi, ok, ok, go_on, "452 4.3.1 disk full\r\n"},
               Outcome::later,
               "the answer to the text is 452 4.3.1"},
           Row{{greeting, hi, ok, ok, go_on, ""}, Outcome::later, "no answer to the text came in time"},
           Row{{}, Outcome::later, "no answer to the connection came in time"},
           Row{{"SSH-2.0-OpenSSH_9.2\r\n"},
               Outcome::later,
               "the answer to the connection is no SMTP, or too long"},
       }) {
    ScriptedWire wire(row.answers);
    const auto delivery = speak(wire);
    BOOST_CHECK(delivery.outcome == row.outcome);
    BOOST_TEST(delivery.why == row.why);
  }
}

BOOST_AUTO_TEST_CASE(the_log_line_has_no_address_and_no_word_of_the_server) {
  ScriptedWire wire({greeting, ehlo(""), ok, "550 5.1.1 <ada@example.org>: see https://spam.example\r\n"});
  const auto delivery = speak(wire);
  BOOST_TEST(!holds(delivery.why, "ada"));
  BOOST_TEST(!holds(delivery.why, "spam"));
  BOOST_TEST(delivery.said == "5.1.1 <ada@example.org>: see https://spam.example");
}

BOOST_AUTO_TEST_CASE(after_starttls_only_what_is_said_under_tls_counts) {
  ScriptedWire wire({greeting, ehlo("STARTTLS|AUTH PLAIN|SMTPUTF8|8BITMIME"), "220 go ahead\r\n",
                     ehlo("AUTH LOGIN"), "334 \r\n", "334 \r\n", "235 ok\r\n", ok, ok, go_on, ok});
  BOOST_CHECK(speak(wire, server(SmtpSecurity::starttls, "cardea")).outcome == Outcome::taken);
  BOOST_TEST(wire.in_the_open == "EHLO example.com\r\nSTARTTLS\r\n");
  BOOST_TEST(wire.said[2] == "EHLO example.com\r\n");
  BOOST_TEST(wire.said[3] == "AUTH LOGIN\r\n");
  BOOST_TEST(wire.said[4] == base64_encode("cardea") + "\r\n");
  BOOST_TEST(wire.said[5] == base64_encode(password) + "\r\n");
}

BOOST_AUTO_TEST_CASE(without_starttls_nothing_goes_on_in_the_open) {
  for (const auto& answers : {std::vector<std::string>{greeting, ehlo("AUTH PLAIN LOGIN"), ok, ok, go_on, ok},
                              {greeting, ehlo("STARTTLS"), "454 4.7.0 not now\r\n", ok, ok, go_on, ok}}) {
    ScriptedWire wire(answers);
    BOOST_CHECK(speak(wire, server(SmtpSecurity::starttls, "cardea")).outcome == Outcome::later);
    BOOST_TEST(!wire.tls_begun);
    BOOST_TEST(!holds(everything(wire), "AUTH"));
    BOOST_TEST(!holds(everything(wire), "MAIL"));
  }
}

BOOST_AUTO_TEST_CASE(bytes_before_tls_are_an_error_and_are_never_read_as_the_server_s) {
  ScriptedWire wire({greeting, ehlo("STARTTLS"), "220 go ahead\r\n250-evil\r\n250 AUTH PLAIN\r\n",
                     ehlo("AUTH PLAIN"), "334 \r\n", "235 ok\r\n", ok, ok, go_on, ok});
  const auto delivery = speak(wire, server(SmtpSecurity::starttls, "cardea"));
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(holds(delivery.why, "before TLS"));
  BOOST_TEST(!wire.tls_begun);
  BOOST_TEST(wire.said.back() == "STARTTLS\r\n");  // nothing more, not even QUIT
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_refused_ends_the_conversation) {
  ScriptedWire wire({greeting, ehlo("STARTTLS"), "220 go ahead\r\n", ehlo("AUTH PLAIN"), "334 \r\n"});
  wire.tls_problem = "its certificate is refused: self-signed certificate";
  const auto delivery = speak(wire, server(SmtpSecurity::starttls, "cardea"));
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why == *wire.tls_problem);
  BOOST_TEST(wire.said.back() == "STARTTLS\r\n");
}

BOOST_AUTO_TEST_CASE(plain_is_preferred_and_carries_user_and_password_in_one_answer) {
  ScriptedWire wire({greeting, ehlo("auth LOGIN plain"), "334 \r\n", "235 ok\r\n", ok, ok, go_on, ok});
  BOOST_CHECK(speak(wire, server(SmtpSecurity::tls, "cardea@example.com")).outcome == Outcome::taken);
  BOOST_TEST(wire.said[1] == "AUTH PLAIN\r\n");
  const std::string nul(1, '\0');
  BOOST_TEST(wire.said[2] == base64_encode(nul + "cardea@example.com" + nul + password) + "\r\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_told_and_the_password_is_not) {
  const std::string nul(1, '\0');
  const auto echo = base64_encode(nul + "cardea" + nul + password);
  ScriptedWire wire({greeting, ehlo("AUTH PLAIN"), "334 \r\n", "535 5.7.8 wrong: " + echo + "\r\n"});
  const auto delivery = speak(wire, server(SmtpSecurity::tls, "cardea"));
  BOOST_CHECK(delivery.outcome == Outcome::later);  // the letter is not to blame
  BOOST_TEST(delivery.why == "the answer to AUTH is 535 5.7.8, it refuses the user or the password");
  BOOST_TEST(delivery.said == "");
}

BOOST_AUTO_TEST_CASE(a_server_without_a_way_to_sign_in_gets_neither_password_nor_letter) {
  for (const std::string offers : {"", "AUTH CRAM-MD5 XOAUTH2", "AUTHPLAIN", "XAUTH PLAIN", "AUTH"}) {
    ScriptedWire wire({greeting, ehlo(offers), ok, ok, go_on, ok});
    const auto delivery = speak(wire, server(SmtpSecurity::tls, "cardea"));
    BOOST_CHECK(delivery.outcome == Outcome::later);
    BOOST_TEST(delivery.why == "it offers neither AUTH PLAIN nor AUTH LOGIN");
    BOOST_TEST(!holds(everything(wire), "MAIL"));
  }
}

BOOST_AUTO_TEST_CASE(a_password_never_goes_in_the_open_whatever_the_settings_say) {
  ScriptedWire wire({greeting, ehlo("AUTH PLAIN"), "334 \r\n", "235 ok\r\n", ok, ok, go_on, ok});
  BOOST_CHECK(speak(wire, server(SmtpSecurity::none, "cardea")).outcome == Outcome::later);
  BOOST_TEST(!holds(everything(wire), "AUTH"));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_ascii_before_its_at_needs_smtputf8) {
  const std::string korean = "\xED\x95\x9C\xEA\xB8\x80@xn--3e0b707e.kr";
  const auto letter = mail(korean, "To: " + korean + "\n\nx\n");
  ScriptedWire able({greeting, ehlo("8BITMIME|SMTPUTF8"), ok, ok, go_on, ok});
  BOOST_CHECK(speak(able, server(), letter).outcome == Outcome::taken);
  BOOST_TEST(able.said[1] == "MAIL FROM:<noreply@example.com> BODY=8BITMIME SMTPUTF8\r\n");
  BOOST_TEST(able.said[2] == "RCPT TO:<" + korean + ">\r\n");
  for (const std::string offers : {"8BITMIME", "SMTPUTF8", ""}) {
    ScriptedWire unable({greeting, ehlo(offers), ok, ok, go_on, ok});
    BOOST_CHECK(speak(unable, server(), letter).outcome == Outcome::refused);
    BOOST_TEST(!holds(everything(unable), "MAIL FROM"));
  }
}

BOOST_AUTO_TEST_CASE(a_letter_in_ascii_asks_for_no_extension) {
  ScriptedWire wire({greeting, ehlo("8BITMIME|SMTPUTF8"), ok, ok, go_on, ok});
  BOOST_CHECK(speak(wire).outcome == Outcome::taken);
  BOOST_TEST(wire.said[1] == "MAIL FROM:<noreply@example.com>\r\n");
}

BOOST_AUTO_TEST_CASE(answers_may_come_in_any_pieces) {
  const auto whole = greeting + ehlo("X") + ok + ok + go_on + ok;
  std::vector<std::string> bytes;
  for (const char byte : whole) bytes.emplace_back(1, byte);
  ScriptedWire wire(bytes);
  BOOST_CHECK(speak(wire).outcome == Outcome::taken);
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_is_later) {
  ScriptedWire wire({greeting, ehlo("")});
  wire.broken = true;
  const auto delivery = speak(wire);
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why == "the connection broke at EHLO");
}

BOOST_AUTO_TEST_CASE(without_a_letter_it_signs_in_and_leaves) {
  ScriptedWire wire({greeting, ehlo("AUTH PLAIN"), "334 \r\n", "235 ok\r\n"});
  BOOST_CHECK(speak_smtp(wire, server(SmtpSecurity::tls, "cardea"), "noreply@example.com", nullptr).outcome ==
              Outcome::taken);
  BOOST_TEST(wire.said.back() == "QUIT\r\n");
  BOOST_TEST(!holds(everything(wire), "MAIL"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(smtp_texts)

BOOST_AUTO_TEST_CASE(every_line_ends_with_crlf_whichever_way_it_ended) {
  BOOST_TEST(text_of("a\nb\n") == "a\r\nb\r\n.\r\n");
  BOOST_TEST(text_of("a\r\nb\rc\n\rd") == "a\r\nb\r\nc\r\n\r\nd\r\n.\r\n");
  BOOST_TEST(text_of("") == ".\r\n");
}

BOOST_AUTO_TEST_CASE(a_dot_at_the_beginning_of_a_line_is_doubled_and_no_other) {
  BOOST_TEST(text_of(".\n") == "..\r\n.\r\n");
  BOOST_TEST(text_of("a.b\n..\n.c") == "a.b\r\n...\r\n..c\r\n.\r\n");
}

BOOST_AUTO_TEST_CASE(no_text_can_end_the_letter_before_its_end) {
  for (const std::string text : {"a\n.\nMAIL FROM:<x>\n", "a\r.\rb", "a\r\n.\r\nb", "a\n.\r\nb", "a\r\n.\nb",
                                 "a\r.\nb", ".\r\n.\r\n.\r\n"}) {
    const auto sent = text_of(text);
    BOOST_TEST(sent.find("\r\n.\r\n") == sent.size() - 5, text);
    BOOST_TEST(!sent.starts_with(".\r\n"));
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (sent[i] == '\n') BOOST_TEST((i > 0 && sent[i - 1] == '\r'));
      if (sent[i] == '\r') BOOST_TEST((i + 1 < sent.size() && sent[i + 1] == '\n'));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(deliveries)

BOOST_AUTO_TEST_CASE(an_address_with_a_control_character_is_refused_before_there_is_a_connection) {
  auto settings = server(SmtpSecurity::none);
  settings.host = "127.0.0.1";
  settings.port = "1";  // nobody listens: a connection would be Outcome::later
  for (const std::string to :
       {"ada@example.org\r\nRCPT TO:<eve@example.org>", "ada@example.org\n", "a\tb@example.org",
        "ada@example.org\t", " ada@example.org", "ada", "", "<ada@example.org>", "ada@example.org> SMTPUTF8",
        "ada@\xED\x95\x9C\xEA\xB5\xAD.kr"}) {
    const auto delivery = send_by_smtp(mail(to), settings, milliseconds{5000});
    BOOST_CHECK(delivery.outcome == Outcome::refused);
    BOOST_TEST(delivery.why == "the recipient is no address");
  }
  auto letter = mail();
  letter.from = "noreply@example.com>\r\nDATA";
  BOOST_CHECK(send_by_smtp(letter, settings, milliseconds{5000}).outcome == Outcome::refused);
  BOOST_CHECK(send_by_smtp(mail(), settings, milliseconds{5000}).outcome == Outcome::later);
}

BOOST_AUTO_TEST_CASE(smtp_wins_over_sendmail_and_each_is_named_when_it_fails) {
  Letter letter;
  letter.id = "x";
  letter.to = "ada@example.org";
  letter.text = Secret::copy_of("x\n");
  MailSettings settings;
  settings.from = "noreply@example.com";
  settings.sendmail = {"/nonexistent/sendmail"};
  auto delivery = deliver(letter, settings, milliseconds{5000});
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why == "/nonexistent/sendmail: not started");
  settings.sendmail = {"/bin/true"};
  BOOST_CHECK(deliver(letter, settings, milliseconds{60'000}).outcome == Outcome::taken);
  settings.smtp = server(SmtpSecurity::none);
  settings.smtp.host = "127.0.0.1";
  settings.smtp.port = "1";
  delivery = deliver(letter, settings, milliseconds{5000});
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why ==
             "127.0.0.1 port 1: not taken now: cannot connect to 127.0.0.1 port 1: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_domain_in_another_script_goes_in_its_ascii_form) {
  Letter letter;
  letter.id = "x";
  letter.to = "ada@\xED\x95\x9C\xEA\xB5\xAD.kr";
  MailSettings settings;
  settings.from = "noreply@example.com";
  settings.smtp = server(SmtpSecurity::none);
  settings.smtp.host = "127.0.0.1";
  settings.smtp.port = "1";
  BOOST_CHECK(deliver(letter, settings, milliseconds{5000}).outcome == Outcome::later);  // not refused
}

BOOST_AUTO_TEST_CASE(without_tls_no_letter_leaves_this_host) {
  auto settings = server(SmtpSecurity::none);
  settings.host = "192.0.2.1";
  const auto delivery = send_by_smtp(mail(), settings, milliseconds{5000});
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(holds(delivery.why, "its address is not of this host"));
}

BOOST_AUTO_TEST_SUITE_END()
