// The answer of an HTTP server, out of the bytes that it sent before it closed the connection.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace cardea {

inline constexpr std::size_t http_body_limit = std::size_t{1024} * 1024;

struct HttpAnswer {
  int status = 0;
  std::string body;    // without the chunked coding
  seconds max_age{0};  // of Cache-Control (RFC 9111 section 5.2.2.1); 0 = not to be kept
};

// Why there is none: one sentence, nothing secret.
struct HttpFailure {
  std::string why;  // "cannot connect to example.com port 80: Connection refused"
};

// HttpFailure if the bytes are no complete HTTP/1 response (RFC 9112: by Content-Length, by chunks, or by the
// end of the connection).
[[nodiscard]] std::variant<HttpAnswer, HttpFailure> parse_http_answer(std::string_view bytes);

}  // namespace cardea
