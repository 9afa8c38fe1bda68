// Calling another server, as an interface: the rules of social sign-in never see a socket, and a test answers
// what it likes.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/http_answer.h"
#include "base/secret.h"
#include "base/time.h"

namespace cardea {

// What one call may cost.
inline constexpr milliseconds http_patience{5000};  // from looking up the name to the last byte
inline constexpr std::size_t http_answer_limit = std::size_t{256} * 1024;  // bytes, head and body together

// Whom we may talk to.
struct HttpTrust {
  std::string ca_file;                   // PEM; empty = the system's certificate authorities
  bool allow_private_addresses = false;  // and plain http
};

struct HttpCall {
  std::string method = "GET";
  std::string url;  // https://host[:port][/path][?query]
  std::vector<std::pair<std::string, Secret>> headers;
  Secret body;
  HttpTrust trust;
};

class Http {
 public:
  virtual ~Http() = default;
  // One request, one answer. Follows no redirect, keeps no connection, sends and keeps no cookie. Safe to use
  // from many threads.
  [[nodiscard]] virtual std::variant<HttpAnswer, HttpFailure> call(const HttpCall& call) = 0;
};

}  // namespace cardea
