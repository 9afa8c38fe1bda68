// One GET over plain HTTP/1.1, for `cardea check` to look at the site from outside. No TLS, no redirects, no
// reuse.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace cardea {

struct HttpQuestion {
  std::string origin;         // "http://example.com:8080", "http://[::1]"
  std::string path;           // "/auth/health"
  std::string authorization;  // value of that header; empty = none
};

struct HttpAnswer {
  int status = 0;
  std::string body;  // without the chunked coding
};

struct HttpFailure {
  std::string why;  // "cannot connect to example.com port 80: Connection refused"
};

// Tries each address of the host in turn; gives up when the time is over, whatever has come by then. Reads at
// most 1 MiB.
[[nodiscard]] std::variant<HttpAnswer, HttpFailure> http_get(const HttpQuestion& question,
                                                             milliseconds patience);

// The answer in the bytes that a server sent before it closed the connection; nothing if they are no complete
// HTTP/1 response (RFC 9112: by Content-Length, by chunks, or by the end of the connection).
[[nodiscard]] std::variant<HttpAnswer, HttpFailure> parse_http_answer(std::string_view bytes);

}  // namespace cardea
