// A TCP connection to another server, in the open or under TLS 1.2 or newer: what the HTTPS client and the SMTP client
// (mail/smtp.h) stand on. Certificate and name are always verified. Every wait ends at a deadline.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/descriptor.h"
#include "base/network.h"
#include "base/time.h"

struct ssl_st;  // OpenSSL's SSL

namespace cardea {

using Deadline = std::chrono::steady_clock::time_point;

// Which addresses may be connected to. The very address that is connected to is checked, so that no second look-up can
// answer another one.
enum class Reach {
  internet,   // public addresses alone
  anywhere,   // all
  this_host,  // loopback: 127.0.0.0/8 and ::1
};

// A server to be called.
struct Endpoint {
  std::string host;     // a name or an address, without the brackets of IPv6; the certificate must be for it
  std::string port;     // digits
  std::string ca_file;  // PEM; empty = the system's certificate authorities
  Reach reach = Reach::internet;
};

// Why there is no connection: one sentence, nothing secret.
struct ConnectionFailure {
  std::string why;                    // "cannot connect to example.com port 443: Connection refused"
  bool is_about_certificate = false;  // it was refused
};

class Connection {
 public:
  // Tries the host's addresses in turn, but only those that `reach` allows. Ends at the deadline, plus what the system's
  // resolver takes.
  [[nodiscard]] static std::variant<Connection, ConnectionFailure> open(const Endpoint& endpoint,
                                                                        Deadline deadline);

  // From here on everything goes under TLS. The certificate's chain and name (or address) must be valid for the
  // endpoint. Empty if it is so; after a failure the connection must not be used. Call it once at most.
  [[nodiscard]] std::optional<ConnectionFailure> start_tls(const Endpoint& endpoint);
  [[nodiscard]] bool is_under_tls() const { return tls_ != nullptr; }
  // When the other side's certificate ends; nothing in the open.
  [[nodiscard]] std::optional<Instant> certificate_until() const;

  // False if not all bytes could be sent in time.
  [[nodiscard]] bool send(std::string_view bytes) const;
  // What has come, at most `limit` bytes; waits for the first one. Empty: the other side has closed, or the connection
  // failed, or the time is over.
  [[nodiscard]] std::string receive_some(std::size_t limit) const;
  // Everything until the other side closes, the time is over, or `limit` bytes have come.
  [[nodiscard]] std::string receive_all(std::size_t limit) const;

 private:
  struct FreeTls {
    void operator()(ssl_st* session) const;
  };
  using TlsSession = std::unique_ptr<ssl_st, FreeTls>;

  Connection(Descriptor socket, Deadline deadline) : socket_(std::move(socket)), deadline_(deadline) {}
  [[nodiscard]] TlsSession prepare_tls(const Endpoint& endpoint) const;
  [[nodiscard]] bool shake_hands() const;
  [[nodiscard]] bool may_go_on(int result) const;
  std::size_t read_some(char* out, std::size_t size) const;
  std::size_t write_some(std::string_view bytes) const;

  Descriptor socket_;  // does not block
  TlsSession tls_;     // null in the open
  Deadline deadline_;
};

// Which addresses are in the public internet. A provider's discovery document names further addresses; none of them
// may lead this program to the inside of the network that it runs in.
//
// False for loopback, private, link-local, shared, documentation, multicast and reserved addresses (RFC
// 6890), also where an IPv6 address of a translator (RFC 6052, RFC 3056) stands for one.
[[nodiscard]] bool is_public_address(const Address& address);
// 127.0.0.0/8 or ::1 (RFC 6890).
[[nodiscard]] bool is_loopback_address(const Address& address);

}  // namespace cardea
