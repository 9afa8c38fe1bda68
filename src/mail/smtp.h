// Hands a letter to an SMTP server (RFC 5321), as mail programs of people do (submission, RFC 6409): over TLS from the
// first byte (RFC 8314), over TLS after STARTTLS (RFC 3207), or in the open to this very host. Signs in by AUTH PLAIN or
// AUTH LOGIN (RFC 4954), and only under TLS.
//
// A client of our own: Debian's libesmtp has no static archive, and libcurl's brings GSSAPI and LDAP. It stands on the
// connection of the HTTPS client. Each answer of the server is limited in line length, number of lines
// and time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"

namespace cardea {

// Section: the replies of an SMTP server (RFC 5321 section 4.2), read strictly, in pieces of any size, in linear time.

inline constexpr std::size_t reply_line_limit =
    1024;  // bytes with CRLF; RFC 5321 has 512, some servers write more
inline constexpr std::size_t reply_lines_limit = 128;

struct SmtpReply {
  int code = 0;                    // 200 to 559
  std::vector<std::string> lines;  // without code, separator and CRLF; at least one, which may be empty
  // For the log: "550 5.1.1", the code with the enhanced one (RFC 3463) if the text begins with one; "550" if not.
  // Digits and dots alone: the text itself may hold an address.
  [[nodiscard]] std::string status() const;
};

// Reads one reply after the other. Belongs to one thread.
class ReplyReader {
 public:
  enum class State {
    incomplete,  // all bytes are taken, and the reply goes on
    complete,    // reply() has it; what came behind it is left in `bytes`
    malformed,   // no reply as the RFC has it, or past a limit: the connection must be given up
  };

  // Takes bytes of one reply off the front. Every line ends with CRLF, begins with the same code and goes on with '-'
  // where another line follows; its text holds no control character but the tab. Bytes from 0x80 on are allowed (RFC
  // 6531 section 3.7.4). A blank with no text behind it is allowed, as servers write it ("334 ").
  [[nodiscard]] State take(std::string_view& bytes);
  // The reply that take() has completed. The next call of take() begins another one.
  [[nodiscard]] SmtpReply reply();

 private:
  [[nodiscard]] bool push(char byte);
  [[nodiscard]] State end_line();

  std::string line_;  // as far as it has come
  SmtpReply reply_;
};

// Section: the conversation.

enum class Outcome {
  taken,    // the mail system has the letter: it answers for it from now on
  refused,  // it will never take this letter (a 5yz reply to the sender, the recipient or the text)
  later,  // it does not take it now: no connection, no answer in time, a 4yz reply, or a refusal of us and not of the
  // letter (TLS, user and password). To try again is safe but for one case: an answer to the text that got lost
};

// For the log: "taken", "refused", "not taken now".
[[nodiscard]] std::string_view outcome_name(Outcome outcome);

struct Delivery {
  Outcome outcome = Outcome::later;
  std::string
      why;  // one sentence for the log; no address of a user, nothing secret; empty if the letter was taken
  std::string
      said;  // the server's own words, for an administrator's terminal; may hold the address, and is empty where
             // the answer is one to the password
};

// A letter as it travels.
struct SmtpMail {
  std::string from;  // address with a domain in ASCII (base/email.h, mail_address)
  std::string to;    // likewise
  Secret message;    // lines end with \n; none is longer than 998 bytes
};

// Blocks for `patience` at most, plus what the system's resolver takes. An address with a control character, or one that
// is none for another reason, is refused before there is a connection. Safe from many threads.
[[nodiscard]] Delivery send_by_smtp(const SmtpMail& mail, const SmtpSettings& server, milliseconds patience);

// The same without a letter: connects, begins TLS, signs in and leaves. `taken`: the server would listen to us. from as
// in SmtpMail.
[[nodiscard]] Delivery try_smtp(const std::string& from, const SmtpSettings& server, milliseconds patience);

// The bytes between us and a server. An interface, so that tests and the fuzzer play the server without a socket.
class SmtpWire {
 public:
  virtual ~SmtpWire() = default;
  // False if not all bytes could be sent in time.
  [[nodiscard]] virtual bool send(std::string_view bytes) = 0;
  // Some bytes; waits for the first one. Empty: closed, failed, or the time is over.
  [[nodiscard]] virtual std::string receive() = 0;
  // From here on both speak under TLS. What went wrong; empty if nothing.
  [[nodiscard]] virtual std::optional<std::string> start_tls() = 0;
};

// What is said over the wire, from the server's greeting to QUIT. The wire of SmtpSecurity::tls is under TLS already.
// mail: null for try_smtp. Bytes that came before TLS began are an error (CVE-2011-0411): a stranger on the way could
// have written them, and they would be read as the server's.
[[nodiscard]] Delivery speak_smtp(SmtpWire& wire, const SmtpSettings& server, const std::string& from,
                                  const SmtpMail* mail);

// The message as it goes over the wire (RFC 5321 section 4.5.2): every line ends with CRLF, whichever way it ended; a
// dot at its beginning is doubled; ".", alone on a line, ends it.
[[nodiscard]] Secret smtp_text(const Secret& message);

}  // namespace cardea
