// Calling another server: the one HTTP client, for providers and for `cardea check`. An interface, so that the rules
// of social sign-in never see a socket and a test answers what it likes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "http/answer.h"

namespace cardea {

// Section: web addresses in the parts that a call needs, and their queries.

struct Url {
  bool secure = false;    // https
  std::string authority;  // for the Host header
  std::string host;       // without the brackets of IPv6
  std::string port;
  std::string target;  // path and query; "/" at least
};

// http or https, a lower-case host as is_origin wants it, visible ASCII, no fragment, no user, at most 2048
// bytes. Nothing otherwise.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

// "a=1&b=x%20y" (application/x-www-form-urlencoded, everything but unreserved characters encoded).
[[nodiscard]] std::string form_text(const Parameters& parameters);
// The address with the parameters behind the query that it may have already.
[[nodiscard]] std::string with_parameters(const std::string& url, const Parameters& parameters);
[[nodiscard]] std::string percent_encode(std::string_view text);

// Section: calls.

inline constexpr milliseconds http_patience{5000};  // from looking up the name to the last byte

// Which servers may be called.
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

// HTTP/1.1, over TLS 1.2 or newer or in the open, as little of it as these calls take; Boost.Beast reads the answer.
// It stands on the OpenSSL that the program holds anyway: libcurl would bring GSSAPI, LDAP, SSH and six libraries
// more, or stop the program from being one file.
class HttpsClient final : public Http {
 public:
  // Tries the host's addresses in turn, but only those that trust allows: the very address that is connected to
  // is checked, so that no second look-up can answer another one. Takes http_patience at most, plus what the
  // system's resolver takes; reads http_answer_limit at most. A header that holds a line break is our bug and
  // throws std::logic_error.
  std::variant<HttpAnswer, HttpFailure> call(const HttpCall& call) override;
};

}  // namespace cardea
