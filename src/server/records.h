// FastCGI 1.0, the record layer (https://fastcgi-archives.github.io/FastCGI_Specification.html, sections 3 to 6; the
// numbers and layouts are those of libfcgi's fastcgi.h). Bytes go in as they arrive, in pieces of any size, and become
// requests; answers become records. Nothing here waits or reads a socket.
//
// A length that a peer announces allocates nothing: only bytes that have arrived are kept, up to the limits, and each
// costs the same small time. A connection carries one request at a time (FCGI_MPXS_CONNS is 0).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "web/in.h"

namespace cardea {

// Names and values with the bytes that say how long they are (at most 8 for each variable).
inline constexpr std::size_t variables_limit = environment_size_limit + 8 * environment_count_limit;

// Collects one request after the other from the bytes of one connection. Belongs to one thread at a time.
class RequestReader {
 public:
  enum class State {
    between,    // no byte of a request has come yet
    begun,      // more bytes are needed
    complete,   // a request is there; an authorizer's is when its variables are
    too_long,   // its body is longer than the limit, or says that it will be; the variables are there
    too_large,  // its variables are larger than variables_limit
    malformed,  // its variables cannot be read
    closed,     // nothing more can come: the peer does not speak FastCGI 1.0, or has aborted its only request
  };

  // Of a body at most body_limit + 1 bytes are kept, so that its reader can tell that it is too long.
  explicit RequestReader(std::size_t body_limit) : body_limit_(body_limit) {}

  // Takes bytes in, and returns how many of them: all, or those up to the end of the request (complete and what
  // stands below it). Then next_request() must be called before more is taken.
  std::size_t take(std::string_view bytes);
  void next_request();

  [[nodiscard]] State state() const { return state_; }
  // True if not one byte has come since the last request.
  [[nodiscard]] bool is_untouched() const { return state_ == State::between && head_size_ == 0; }
  // True while more bytes are taken.
  [[nodiscard]] bool is_taking() const { return state_ == State::between || state_ == State::begun; }
  // What must be written to the peer before anything else: answers to questions about this program (section 4), and
  // the ends of requests that are not taken (section 5.5: another request at the same time, an unknown role) or that
  // the web server aborted. Often empty.
  [[nodiscard]] std::string take_replies();

  // For complete and too_long. The environment holds views into this object.
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] Secret take_body();
  // For every state from complete on, but closed.
  [[nodiscard]] std::uint16_t id() const { return id_; }
  [[nodiscard]] bool is_authorizer() const { return is_authorizer_; }
  [[nodiscard]] bool keeps_connection() const { return keeps_connection_; }

  // How many bytes of a request are kept here.
  [[nodiscard]] std::size_t held() const { return variables_.size() + body_.size(); }
  // How much memory that takes: texts and lists grow by doubling.
  [[nodiscard]] std::size_t memory() const;

 private:
  struct Header {
    std::uint8_t type = 0;
    std::uint16_t id = 0;
    std::size_t content = 0;  // bytes that are still to come
    std::size_t padding = 0;
  };

  void begin_record();
  void take_content(std::string_view bytes);
  void end_record();
  void begin_request();
  void end_variables();
  void take_body_bytes(std::string_view bytes);
  void answer_about_us();
  void end_unanswered(std::uint8_t protocol_status);
  [[nodiscard]] bool is_ours() const { return state_ == State::begun && header_.id == id_; }

  std::size_t body_limit_;
  State state_ = State::between;
  std::array<unsigned char, 8> head_{};  // of the record that arrives
  std::size_t head_size_ = 0;
  Header header_;
  bool is_empty_ = false;  // the record had no content: the end of its stream
  std::string small_;      // the content of a record that is neither variables nor body
  std::string replies_;

  std::uint16_t id_ = 0;
  bool is_authorizer_ = false;
  bool keeps_connection_ = false;
  bool has_variables_ = false;  // all of them
  std::string variables_;       // as they arrive: lengths, names, values
  Environment environment_;
  std::string body_;
};

// True if a record of this type says that the web server gives its request up.
[[nodiscard]] bool is_abort(char record_type);

// The records that carry an answer in CGI form and end the request.
[[nodiscard]] std::string answer_records(std::uint16_t id, std::string_view answer);

}  // namespace cardea
