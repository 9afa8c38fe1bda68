#include "http/connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "base/secret.h"
#include "base/time.h"
#include "keys/openssl.h"

namespace cardea {

// Which addresses may be connected to.

namespace {

constexpr std::array<std::string_view, 15> reserved_ipv4{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
constexpr std::array<std::string_view, 3> reserved_ipv6{"2001::/23", "2001:db8::/32", "3fff::/20"};

template <std::size_t Count>
bool is_in(const Address& address, const std::array<std::string_view, Count>& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](std::string_view text) { return parse_network(text).value().contains(address); });
}

// The IPv4 address that begins at that byte.
Address embedded(const Address& address, std::size_t first) {
  auto inner = *parse_address("0.0.0.0");
  std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(first), 4, inner.bytes.begin() + 12);
  return inner;
}

bool is_within(const Address& address, std::string_view network) {
  return parse_network(network).value().contains(address);
}

}  // namespace

bool is_public_address(const Address& address) {
  if (is_within(address, "::ffff:0:0/96")) return !is_in(address, reserved_ipv4);
  if (is_within(address, "64:ff9b::/96")) return is_public_address(embedded(address, 12));
  if (is_within(address, "2002::/16")) return is_public_address(embedded(address, 2));
  return is_within(address, "2000::/3") && !is_in(address, reserved_ipv6);
}

bool is_loopback_address(const Address& address) {
  return is_within(address, "127.0.0.0/8") || is_within(address, "::1/128");
}

// The TCP connection.

namespace {

using SteadyClock = std::chrono::steady_clock;
using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

std::string cannot_connect(const Endpoint& endpoint) {
  return "cannot connect to " + endpoint.host + " port " + endpoint.port + ": ";
}

std::optional<Address> address_of(const addrinfo& found) {
  Address address;
  if (found.ai_family == AF_INET6) {
    const auto& inner = reinterpret_cast<const sockaddr_in6*>(found.ai_addr)->sin6_addr;
    std::copy_n(inner.s6_addr, address.bytes.size(), address.bytes.begin());
    return address;
  }
  if (found.ai_family != AF_INET) return std::nullopt;
  address = *parse_address("0.0.0.0");
  const auto& inner = reinterpret_cast<const sockaddr_in*>(found.ai_addr)->sin_addr;
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&inner), 4, address.bytes.begin() + 12);
  return address;
}

// True if the socket is ready for the event (POLLIN, POLLOUT) before the deadline.
bool wait_for(const Descriptor& socket, short event, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - SteadyClock::now()).count();
    pollfd wanted{socket.number(), event, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

// 0, or the errno of the attempt.
int connect_within(const Descriptor& socket, const addrinfo& address, Deadline deadline) {
  if (!socket.is_open()) return errno;
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

// Why an address may not be connected to; null if it may.
const char* hindrance(const Address& address, Reach reach) {
  if (reach == Reach::internet && !is_public_address(address))
    return "its address is private, which allow_private_addresses = no forbids";
  if (reach == Reach::this_host && !is_loopback_address(address))
    return "its address is not of this host, and nothing leaves this host without TLS";
  return nullptr;
}

// A non-blocking socket to the first address of the host that may be connected to and that answers.
std::variant<Descriptor, ConnectionFailure> connect_to(const Endpoint& endpoint, Deadline deadline) {
  look_up_names_without_modules();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int problem = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &list);
      problem != 0)
    return ConnectionFailure{"cannot find the address of " + endpoint.host + ": " + ::gai_strerror(problem)};
  const AddressList addresses(list, ::freeaddrinfo);

  std::string why = "it has no address";
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    const auto address = address_of(*found);
    if (!address) continue;
    if (const char* hinders = hindrance(*address, endpoint.reach)) {
      why = hinders;
      continue;
    }
    Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int problem = connect_within(socket, *found, deadline);
    if (problem == 0) return socket;
    why = reason_of(problem);
  }
  return ConnectionFailure{cannot_connect(endpoint) + why};
}

}  // namespace

std::variant<Connection, ConnectionFailure> Connection::open(const Endpoint& endpoint, Deadline deadline) {
  auto connected = connect_to(endpoint, deadline);
  if (auto* failure = std::get_if<ConnectionFailure>(&connected)) return std::move(*failure);
  return Connection(std::get<Descriptor>(std::move(connected)), deadline);
}

// TLS. Each step begins with an empty error queue, as SSL_get_error wants it.

namespace {

using TlsContext = std::unique_ptr<SSL_CTX, openssl::Freed<SSL_CTX_free>>;

// Where systems keep their certificate authorities, besides the place that OpenSSL was built for (Debian's).
constexpr std::array<const char*, 4> authority_files{"/etc/ssl/certs/ca-certificates.crt",
                                                     "/etc/pki/tls/certs/ca-bundle.crt",
                                                     "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

bool trust_authorities(SSL_CTX* context, const std::string& ca_file) {
  if (!ca_file.empty()) return SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) == 1;
  if (SSL_CTX_set_default_verify_paths(context) != 1) return false;
  if (::access(X509_get_default_cert_dir(), R_OK) == 0) return true;
  for (const char* file : authority_files)
    if (::access(file, R_OK) == 0) return SSL_CTX_load_verify_locations(context, file, nullptr) == 1;
  return true;
}

// The certificate must be the host's, whether it is a name or an address.
bool expect_host(SSL* session, const std::string& host) {
  if (parse_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

std::string tls_problem(const SSL* session) {
  const auto verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK)
    return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
  return "TLS cannot be set up, or not in time";
}

}  // namespace

void Connection::FreeTls::operator()(ssl_st* session) const {
  SSL_free(session);
}

Connection::TlsSession Connection::prepare_tls(const Endpoint& endpoint) const {
  const openssl::ErrorQueueCleaner cleaner;  // the handshake needs an empty queue
  const TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!trust_authorities(context.get(), endpoint.ca_file)) return nullptr;
  TlsSession session(SSL_new(context.get()));
  if (!session || !expect_host(session.get(), endpoint.host) ||
      SSL_set_fd(session.get(), socket_.number()) != 1)
    return nullptr;
  return session;
}

std::optional<ConnectionFailure> Connection::start_tls(const Endpoint& endpoint) {
  const openssl::ErrorQueueCleaner cleaner;
  tls_ = prepare_tls(endpoint);
  if (!tls_)
    return ConnectionFailure{endpoint.ca_file.empty() ? "TLS cannot be prepared"
                                                      : endpoint.ca_file + " holds no certificates in PEM"};
  if (shake_hands()) return std::nullopt;
  return ConnectionFailure{cannot_connect(endpoint) + tls_problem(tls_.get()),
                           SSL_get_verify_result(tls_.get()) != X509_V_OK};
}

std::optional<Instant> Connection::certificate_until() const {
  const X509* certificate = tls_ ? SSL_get0_peer_certificate(tls_.get()) : nullptr;
  tm end{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
    return std::nullopt;
  return from_unix_seconds(::timegm(&end));
}

// False if the chain or the name is refused, or if the time is over.
bool Connection::shake_hands() const {
  for (;;) {
    const int result = SSL_connect(tls_.get());
    if (result == 1) return SSL_get_verify_result(tls_.get()) == X509_V_OK;
    if (!may_go_on(result)) return false;
  }
}

// After a call of the TLS library that could not go on: waits for what it needs. False if there is nothing to wait
// for or the time is over.
bool Connection::may_go_on(int result) const {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait_for(socket_, POLLIN, deadline_);
    case SSL_ERROR_WANT_WRITE:
      return wait_for(socket_, POLLOUT, deadline_);
    default:
      return false;
  }
}

// Sending and receiving.

bool Connection::send(std::string_view bytes) const {
  const openssl::ErrorQueueCleaner cleaner;
  while (!bytes.empty()) {
    const auto count = write_some(bytes);
    if (count == 0) return false;
    bytes.remove_prefix(count);
  }
  return true;
}

std::string Connection::receive_some(std::size_t limit) const {
  const openssl::ErrorQueueCleaner cleaner;
  if (SteadyClock::now() >= deadline_) return {};
  std::array<char, 4096> piece{};
  return {piece.data(), read_some(piece.data(), std::min(piece.size(), limit))};
}

std::string Connection::receive_all(std::size_t limit) const {
  std::string bytes;
  while (bytes.size() < limit) {
    auto piece = receive_some(limit - bytes.size());
    if (piece.empty()) break;
    bytes += piece;
    wipe(piece);
  }
  return bytes;
}

// Bytes that went over; 0 = the other side has closed, or it failed, or the time is over.
std::size_t Connection::read_some(char* out, std::size_t size) const {
  for (;;) {
    if (tls_) {
      std::size_t count = 0;
      const int result = SSL_read_ex(tls_.get(), out, size, &count);
      if (result == 1) return count;
      if (!may_go_on(result)) return 0;
    } else {
      const ssize_t count = ::recv(socket_.number(), out, size, 0);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR && (errno != EAGAIN || !wait_for(socket_, POLLIN, deadline_))) return 0;
    }
  }
}

std::size_t Connection::write_some(std::string_view bytes) const {
  for (;;) {
    if (tls_) {
      std::size_t count = 0;
      const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count);
      if (result == 1) return count;
      if (!may_go_on(result)) return 0;
    } else {
      const ssize_t count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) return static_cast<std::size_t>(count);
      if (errno != EINTR && (errno != EAGAIN || !wait_for(socket_, POLLOUT, deadline_))) return 0;
    }
  }
}

}  // namespace cardea
