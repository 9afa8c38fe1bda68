// The replies of an SMTP server (RFC 5321 section 4.2), read strictly, in pieces of any size, in linear time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cardea {

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

}  // namespace cardea
