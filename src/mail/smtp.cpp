#include "mail/smtp.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "base/email.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "config/values.h"
#include "http/connection.h"

namespace cardea {
namespace {

constexpr std::size_t code_size = 3;

bool is_digit(char letter, char most = '9') {
  return letter >= '0' && letter <= most;
}

// The code at the beginning of the line; 0 if there is none (RFC 5321 section 4.2: Reply-code).
int code_of(std::string_view line) {
  if (line.size() < code_size || line[0] < '2' || !is_digit(line[0], '5') || !is_digit(line[1], '5') ||
      !is_digit(line[2]))
    return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// Takes one to three digits and what must stand behind them; false if they are not there.
bool take_number(std::string_view& text, std::string_view behind) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const auto rest = text.substr(digits);
  if (digits < 1 || digits > 3 || !rest.starts_with(behind)) return false;
  text = rest.substr(behind.size());
  return true;
}

// "5.1.1" at the beginning of the text, of the same class as the code (RFC 2034 section 4); empty if there is none.
std::string_view enhanced_code(std::string_view text, int code) {
  auto rest = text;
  if (text.empty() || text[0] - '0' != code / 100) return {};
  if (!take_number(rest, ".") || !take_number(rest, ".") || !take_number(rest, "")) return {};
  if (!rest.empty() && rest.front() != ' ') return {};
  return text.substr(0, text.size() - rest.size());
}

}  // namespace

std::string SmtpReply::status() const {
  std::string status = std::to_string(code);
  const auto enhanced = lines.empty() ? std::string_view{} : enhanced_code(lines.front(), code);
  if (!enhanced.empty()) status.append(" ").append(enhanced);
  return status;
}

ReplyReader::State ReplyReader::take(std::string_view& bytes) {
  while (!bytes.empty()) {
    const char byte = bytes.front();
    bytes.remove_prefix(1);
    if (!push(byte)) return State::malformed;
    if (byte != '\n') continue;
    const auto state = end_line();
    if (state != State::incomplete) return state;
  }
  return State::incomplete;
}

SmtpReply ReplyReader::reply() {
  return std::exchange(reply_, {});
}

// CR and LF come only together, at the end of the line.
bool ReplyReader::push(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool after_cr = line_.ends_with('\r');
  if (after_cr != (byte == '\n') || line_.size() >= reply_line_limit) return false;
  if ((value < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || value == 0x7F) return false;
  line_.push_back(byte);
  return true;
}

ReplyReader::State ReplyReader::end_line() {
  const std::string line = std::exchange(line_, {});
  const std::string_view text{line.data(), line.size() - 2};
  const int code = code_of(text);
  if (code == 0 || (!reply_.lines.empty() && code != reply_.code)) return State::malformed;
  if (reply_.lines.size() >= reply_lines_limit) return State::malformed;
  const char separator = text.size() > code_size ? text[code_size] : ' ';
  if (separator != ' ' && separator != '-') return State::malformed;
  reply_.code = code;
  reply_.lines.emplace_back(text.substr(std::min(text.size(), code_size + 1)));
  return separator == '-' ? State::incomplete : State::complete;
}

namespace {

// What went wrong; nothing if the conversation may go on.
using Trouble = std::optional<Delivery>;

Delivery later(std::string why) {
  return {.outcome = Outcome::later, .why = std::move(why), .said = {}};
}

Delivery refused(std::string why) {
  return {.outcome = Outcome::refused, .why = std::move(why), .said = {}};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x80; });
}

// One thing that we say, and what must be answered.
struct Step {
  std::string_view name;      // for the log: "RCPT TO"
  int wanted = 2;             // first digit of the reply (RFC 5321 section 4.2.1)
  bool is_of_letter = false;  // a 5yz reply means this letter, not us
  bool shows_secret = false;  // the reply may repeat it
};

namespace steps {
constexpr Step greeting{.name = "the connection"};
constexpr Step ehlo{.name = "EHLO"};
constexpr Step starttls{.name = "STARTTLS"};
constexpr Step auth{.name = "AUTH", .wanted = 3};
constexpr Step auth_user{.name = "AUTH", .wanted = 3, .shows_secret = true};
constexpr Step auth_secret{.name = "AUTH", .wanted = 2, .shows_secret = true};
constexpr Step mail_from{.name = "MAIL FROM", .is_of_letter = true};
constexpr Step rcpt_to{.name = "RCPT TO", .is_of_letter = true};
constexpr Step data{.name = "DATA", .wanted = 3, .is_of_letter = true};
constexpr Step text{.name = "the text", .is_of_letter = true};
}  // namespace steps

constexpr int wants_sign_in = 530;  // RFC 4954 section 6
constexpr int wrong_credentials = 535;

std::string_view hint_for(int code) {
  if (code == wants_sign_in) return ", it wants TLS or a user and a password";
  if (code == wrong_credentials) return ", it refuses the user or the password";
  return {};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text.append(text.empty() ? "" : " ").append(line);
  return text;
}

Trouble judge(const SmtpReply& reply, const Step& step) {
  if (reply.code / 100 == step.wanted) return std::nullopt;
  const bool for_good = step.is_of_letter && reply.code / 100 == 5 && reply.code != wants_sign_in;
  Delivery delivery;
  delivery.outcome = for_good ? Outcome::refused : Outcome::later;
  delivery.why.append("the answer to ").append(step.name).append(" is ").append(reply.status());
  delivery.why.append(hint_for(reply.code));
  if (!step.shows_secret) delivery.said = joined(reply.lines);
  return delivery;
}

// A command with its CRLF.
Secret line_of(std::string_view command) {
  std::string line;
  line.reserve(command.size() + 2);
  line.append(command).append("\r\n");
  return Secret(std::move(line));
}

Secret base64_line(const Secret& plain) {
  auto encoded = base64_encode(plain.reveal());
  auto line = line_of(encoded);
  wipe(encoded);
  return line;
}

// RFC 4616 section 2, without an authorization identity.
Secret plain_credentials(const SmtpSettings& server) {
  std::string text;
  text.reserve(server.user.size() + server.password.size() + 2);
  text.append(1, '\0').append(server.user).append(1, '\0').append(server.password.reveal());
  return Secret(std::move(text));
}

class Conversation {
 public:
  Conversation(SmtpWire& wire, const SmtpSettings& server, const std::string& from)
      : wire_(wire), server_(server), domain_(from.substr(from.rfind('@') + 1)) {}

  // Until letters may be sent.
  [[nodiscard]] Trouble begin() {
    if (auto trouble = answer(steps::greeting)) return trouble;
    if (auto trouble = hello()) return trouble;
    if (server_.security == SmtpSecurity::starttls) {
      if (auto trouble = secure()) return trouble;
      if (auto trouble = hello()) return trouble;  // what was offered before TLS counts for nothing
    }
    return sign_in();
  }

  [[nodiscard]] Trouble send(const SmtpMail& mail) {
    const bool utf8 = !is_ascii(mail.from) || !is_ascii(mail.to);
    const bool eight_bit = !is_ascii(mail.message.reveal());
    if (utf8 && !offers("smtputf8"))
      return refused("the address is not ASCII before its '@', and the server has no SMTPUTF8");
    if (eight_bit && !offers("8bitmime"))
      return refused("the letter is not ASCII, and the server has no 8BITMIME");
    const auto sender =
        "MAIL FROM:<" + mail.from + ">" + (eight_bit ? " BODY=8BITMIME" : "") + (utf8 ? " SMTPUTF8" : "");
    if (auto trouble = ask(steps::mail_from, sender)) return trouble;
    if (auto trouble = ask(steps::rcpt_to, "RCPT TO:<" + mail.to + ">")) return trouble;
    if (auto trouble = ask(steps::data, "DATA")) return trouble;
    return put(steps::text, smtp_text(mail.message));
  }

  // Its answer is not waited for: it could change nothing, and a server that is slow now would hold other letters up.
  void leave() {
    if (in_order_) (void)wire_.send("QUIT\r\n");
  }

 private:
  [[nodiscard]] Trouble hello() {
    if (auto trouble = ask(steps::ehlo, "EHLO " + domain_)) return trouble;
    offered_.clear();
    for (std::size_t i = 1; i < reply_.lines.size(); ++i) offered_.push_back(ascii_lower(reply_.lines[i]));
    return std::nullopt;
  }

  [[nodiscard]] Trouble secure() {
    if (!offers("starttls")) return later("it offers no STARTTLS, and nothing is sent without");
    if (auto trouble = ask(steps::starttls, "STARTTLS")) return trouble;
    in_order_ = false;
    if (!received_.empty())
      return later("bytes came before TLS had begun, which a stranger may have written");
    if (auto problem = wire_.start_tls()) return later(std::move(*problem));
    in_order_ = true;
    return std::nullopt;
  }

  [[nodiscard]] Trouble sign_in() {
    if (server_.user.empty()) return std::nullopt;
    if (server_.security == SmtpSecurity::none) return later("a password is not sent without TLS");
    const bool plain = offers("auth", "plain");
    if (!plain && !offers("auth", "login")) return later("it offers neither AUTH PLAIN nor AUTH LOGIN");
    if (auto trouble = ask(steps::auth, plain ? "AUTH PLAIN" : "AUTH LOGIN")) return trouble;
    if (plain) return put(steps::auth_secret, base64_line(plain_credentials(server_)));
    if (auto trouble = put(steps::auth_user, base64_line(Secret::copy_of(server_.user)))) return trouble;
    return put(steps::auth_secret, base64_line(server_.password));
  }

  // Whether the last answer to EHLO has a line of that keyword, and in it the parameter. Both in lower case.
  [[nodiscard]] bool offers(std::string_view keyword, std::string_view parameter = {}) const {
    return std::any_of(offered_.begin(), offered_.end(), [&](const std::string& line) {
      const auto words = split_words(line);
      return !words.empty() && words.front() == keyword &&
             (parameter.empty() || std::find(words.begin() + 1, words.end(), parameter) != words.end());
    });
  }

  [[nodiscard]] Trouble ask(const Step& step, std::string_view command) {
    return put(step, line_of(command));
  }

  [[nodiscard]] Trouble put(const Step& step, const Secret& bytes) {
    if (wire_.send(bytes.reveal())) return answer(step);
    in_order_ = false;
    return later(std::string("the connection broke at ").append(step.name));
  }

  // Reads the reply into reply_.
  [[nodiscard]] Trouble answer(const Step& step) {
    for (;;) {
      std::string_view bytes = received_;
      const auto state = reader_.take(bytes);
      received_.erase(0, received_.size() - bytes.size());
      if (state == ReplyReader::State::complete) break;
      in_order_ = false;
      if (state == ReplyReader::State::malformed)
        return later(std::string("the answer to ").append(step.name).append(" is no SMTP, or too long"));
      received_ = wire_.receive();
      if (received_.empty())
        return later(std::string("no answer to ").append(step.name).append(" came in time"));
    }
    in_order_ = true;
    reply_ = reader_.reply();
    return judge(reply_, step);
  }

  SmtpWire& wire_;
  const SmtpSettings& server_;
  std::string
      domain_;  // by which we call ourselves: the sender's, as the name of this host may mean nothing outside
  ReplyReader reader_;
  std::string received_;              // and not yet read
  SmtpReply reply_;                   // the last one
  std::vector<std::string> offered_;  // lines of the answer to EHLO, in lower case
  bool in_order_ = false;             // the last thing said was answered
};

// A wire over the network.
class ConnectionWire final : public SmtpWire {
 public:
  ConnectionWire(Connection connection, Endpoint endpoint)
      : connection_(std::move(connection)), endpoint_(std::move(endpoint)) {}
  bool send(std::string_view bytes) override { return connection_.send(bytes); }
  std::string receive() override { return connection_.receive_some(reply_line_limit); }
  std::optional<std::string> start_tls() override {
    if (auto failure = connection_.start_tls(endpoint_)) return std::move(failure->why);
    return std::nullopt;
  }

 private:
  Connection connection_;
  Endpoint endpoint_;
};

// As base/email.h writes addresses: no blank, no control character, no bracket.
bool may_travel(const std::string& address) {
  return parse_email(address) && mail_address(address) == address;
}

Delivery call(const std::string& from, const SmtpMail* mail, const SmtpSettings& server,
              milliseconds patience) {
  const Endpoint endpoint{
      .host = server.host,
      .port = server.port,
      .ca_file = server.ca_file,
      .reach = server.security == SmtpSecurity::none ? Reach::this_host : Reach::anywhere};
  auto opened = Connection::open(endpoint, std::chrono::steady_clock::now() + patience);
  if (auto* failure = std::get_if<ConnectionFailure>(&opened)) return later(std::move(failure->why));
  ConnectionWire wire(std::get<Connection>(std::move(opened)), endpoint);
  if (server.security == SmtpSecurity::tls)
    if (auto problem = wire.start_tls()) return later(std::move(*problem));
  return speak_smtp(wire, server, from, mail);
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::taken:
      return "taken";
    case Outcome::refused:
      return "refused";
    case Outcome::later:
      break;
  }
  return "not taken now";
}

Delivery send_by_smtp(const SmtpMail& mail, const SmtpSettings& server, milliseconds patience) {
  if (!may_travel(mail.from)) return refused("the sender is no address");
  if (!may_travel(mail.to)) return refused("the recipient is no address");
  return call(mail.from, &mail, server, patience);
}

Delivery try_smtp(const std::string& from, const SmtpSettings& server, milliseconds patience) {
  if (!may_travel(from)) return refused("the sender is no address");
  return call(from, nullptr, server, patience);
}

Delivery speak_smtp(SmtpWire& wire, const SmtpSettings& server, const std::string& from,
                    const SmtpMail* mail) {
  Conversation conversation(wire, server, from);
  auto trouble = conversation.begin();
  if (!trouble && mail != nullptr) trouble = conversation.send(*mail);
  conversation.leave();
  return trouble ? *std::move(trouble) : Delivery{.outcome = Outcome::taken, .why = {}, .said = {}};
}

Secret smtp_text(const Secret& message) {
  const auto bytes = message.reveal();
  const auto lines = static_cast<std::size_t>(std::count_if(
      bytes.begin(), bytes.end(), [](char letter) { return letter == '\n' || letter == '\r'; }));
  std::string text;
  text.reserve(bytes.size() + 2 * lines + 6);  // so that no copy stays behind unwiped
  bool at_start = true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && i > 0 && bytes[i - 1] == '\r') continue;  // its CR has ended the line
    const bool ends_line = bytes[i] == '\n' || bytes[i] == '\r';
    if (at_start && bytes[i] == '.') text.push_back('.');
    if (ends_line) {
      text.append("\r\n");
    } else {
      text.push_back(bytes[i]);
    }
    at_start = ends_line;
  }
  text.append(at_start ? ".\r\n" : "\r\n.\r\n");
  return Secret(std::move(text));
}

}  // namespace cardea
