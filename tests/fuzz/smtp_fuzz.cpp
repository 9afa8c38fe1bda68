// A server that answers whatever it likes, in pieces of any size: the password is sent under TLS alone, a letter is taken
// only after its text was sent, and a text never ends before its end. The input is the size of the pieces, one byte;
// what the server says before TLS, a NUL, and what it says under TLS. The same bytes are a letter's text, too.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "mail/smtp.h"

namespace {

using namespace cardea;

class HostileWire final : public SmtpWire {
 public:
  HostileWire(std::string_view open, std::string_view secret, std::size_t size)
      : now_(open), later_(secret), size_(size) {}
  bool send(std::string_view bytes) override {
    said += bytes;
    if (!tls) require(bytes.starts_with("EHLO ") || bytes == "STARTTLS\r\n" || bytes == "QUIT\r\n");
    return true;
  }
  std::string receive() override {
    const std::string piece(now_.substr(0, size_));
    now_.remove_prefix(piece.size());
    return piece;
  }
  std::optional<std::string> start_tls() override {
    require(!tls);
    tls = true;
    now_ = later_;
    return std::nullopt;
  }
  std::string said;
  bool tls = false;

 private:
  std::string_view now_;
  std::string_view later_;
  std::size_t size_;
};

void check_text(std::string_view input) {
  const auto text = smtp_text(Secret::copy_of(input));
  const auto sent = "\r\n" + std::string(text.reveal());
  require(sent.find("\r\n.\r\n") == sent.size() - 5);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i] == '\n') require(i > 0 && sent[i - 1] == '\r');
    if (sent[i] == '\r') require(i + 1 < sent.size() && sent[i + 1] == '\n');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  check_text(input);
  if (input.empty()) return 0;
  const std::size_t piece = std::size_t{data[0]} + 1;
  input.remove_prefix(1);
  const auto open = input.substr(0, input.find('\0'));
  const auto secret = input.substr(std::min(input.size(), open.size() + 1));
  SmtpSettings server;
  server.security = SmtpSecurity::starttls;
  server.user = "cardea";
  server.password = Secret::copy_of("the password");
  const SmtpMail mail{
      .from = "noreply@example.com", .to = "ada@example.org", .message = Secret::copy_of("x\n")};
  HostileWire wire(open, secret, piece);
  const auto delivery = speak_smtp(wire, server, mail.from, &mail);
  require((delivery.outcome == Outcome::taken) == delivery.why.empty());
  if (delivery.outcome == Outcome::taken) require(wire.tls && wire.said.ends_with("x\r\n.\r\nQUIT\r\n"));
  require(delivery.why.find("password") == std::string::npos ||
          delivery.why.ends_with("the user or the password") ||
          delivery.why.ends_with("a user and a password"));
  return 0;
}
