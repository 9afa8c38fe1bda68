// Calling another server, as an interface: the rules of social sign-in never see a socket, and a test answers
// what it likes.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/descriptor.h"
#include "base/network.h"
#include "base/secret.h"
#include "base/time.h"
#include "http/answer.h"
#include "http/url.h"

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

// HTTP/1.1 over TLS, as little of it as talking to a provider takes. It stands on the OpenSSL that the
// program holds anyway: libcurl would bring GSSAPI, LDAP, SSH and six libraries more, or stop the program
// from being one file.

class HttpsClient final : public Http {
 public:
  // Takes http_patience at most, plus what the system's resolver takes. A header that holds a line break is
  // our bug and throws std::logic_error.
  std::variant<HttpAnswer, HttpFailure> call(const HttpCall& call) override;
};

// A TCP connection with a time limit, plain or under TLS. Every wait ends at the deadline.

using Deadline = std::chrono::steady_clock::time_point;

class Connection {
 public:
  // Looks up the host and tries its addresses in turn, but only those that trust allows: the very address
  // that is connected to has been looked at. Under TLS (1.2 or newer) the certificate's chain and name must
  // be good. Looking up a name is bounded by the system's resolver, not by the deadline.
  [[nodiscard]] static std::variant<Connection, HttpFailure> open(const Url& url, const HttpTrust& trust,
                                                                  Deadline deadline);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // False if not all bytes could be sent in time.
  [[nodiscard]] bool send(std::string_view bytes);
  // Everything until the other side closes, the time is over, or `limit` bytes have come.
  [[nodiscard]] std::string receive(std::size_t limit);

 private:
  struct Parts;
  explicit Connection(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The TCP half of a connection.

// True when the socket is ready for the event (POLLIN, POLLOUT) before the deadline.
[[nodiscard]] bool wait_for(const Descriptor& socket, short event,
                            std::chrono::steady_clock::time_point deadline);

// A non-blocking TCP socket to the first address of the host that answers; without allow_private_addresses, to
// the first of its public ones.
[[nodiscard]] std::variant<Descriptor, HttpFailure> connect_to(
    const Url& url, const HttpTrust& trust, std::chrono::steady_clock::time_point deadline);

// Which addresses are out there for everybody. A provider's discovery document names further addresses; none
// of them may lead this program to the inside of the network it runs in.

// False for loopback, private, link-local, shared, documentation, multicast and reserved addresses (RFC
// 6890), also where an IPv6 address of a translator (RFC 6052, RFC 3056) stands for one.
[[nodiscard]] bool is_public_address(const Address& address);

}  // namespace cardea
