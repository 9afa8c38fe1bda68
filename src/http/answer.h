// The answer of an HTTP server, read from the bytes that it sent before it closed the connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace cardea {

inline constexpr std::size_t http_answer_limit = std::size_t{256} * 1024;  // bytes, heads and body together
inline constexpr std::size_t http_body_limit = std::size_t{1024} * 1024;  // bytes, without the chunked coding

struct HttpAnswer {
  int status = 0;
  std::string body;    // without the chunked coding
  seconds max_age{0};  // of Cache-Control (RFC 9111 section 5.2.2.1); 0 = must not be kept
  std::vector<std::pair<std::string, std::string>> headers =
      {};                                         // names in lower case, in the order of the answer
  std::optional<Instant> certificate_until = {};  // under TLS: when the server's certificate ends

  // The first value of that name (lower case), or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Why there is no answer: one sentence, nothing secret.
struct HttpFailure {
  std::string why;                    // "cannot connect to example.com port 80: Connection refused"
  bool is_about_certificate = false;  // it was refused
};

// The final answer. Interim ones before it (100 and 103, RFC 9110 section 15.2) are skipped. HttpFailure if the
// bytes hold no complete HTTP/1 response (RFC 9112: by Content-Length, by chunks, or by the end of the connection),
// or if the server changes the protocol (101), which no request of ours asks for.
[[nodiscard]] std::variant<HttpAnswer, HttpFailure> parse_http_answer(std::string_view bytes);

}  // namespace cardea
