#include "identity/connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/network.h"
#include "identity/socket.h"
#include "token/openssl.h"

namespace cardea {
namespace {

using TlsContext = std::unique_ptr<SSL_CTX, openssl::Freed<SSL_CTX_free>>;
using TlsSession = std::unique_ptr<SSL, openssl::Freed<SSL_free>>;

// The database's TLS reads the same queue, and a stale error misleads it.
struct ErrorQueueCleaner {
  ErrorQueueCleaner() = default;
  ErrorQueueCleaner(const ErrorQueueCleaner&) = delete;
  ErrorQueueCleaner& operator=(const ErrorQueueCleaner&) = delete;
  ~ErrorQueueCleaner() { ERR_clear_error(); }
};

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

TlsSession prepare_tls(const Url& url, const HttpTrust& trust, const Descriptor& socket) {
  const TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!trust_authorities(context.get(), trust.ca_file)) return nullptr;
  TlsSession session(SSL_new(context.get()));
  if (!session || !expect_host(session.get(), url.host) || SSL_set_fd(session.get(), socket.number()) != 1)
    return nullptr;
  return session;
}

std::string tls_problem(const SSL* session) {
  const auto verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK)
    return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
  return "TLS cannot be set up, or not in time";
}

}  // namespace

struct Connection::Parts {
  Descriptor socket;
  TlsSession tls;  // nothing in the open
  Deadline deadline;

  // After a call of the TLS library that could not go on: waits for what it needs. False if there is nothing
  // to wait for or the time is over.
  bool may_go_on(int result) const {
    switch (SSL_get_error(tls.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return wait_for(socket, POLLIN, deadline);
      case SSL_ERROR_WANT_WRITE:
        return wait_for(socket, POLLOUT, deadline);
      default:
        return false;
    }
  }

  bool shake_hands() const {
    for (;;) {
      const int result = SSL_connect(tls.get());
      if (result == 1) return SSL_get_verify_result(tls.get()) == X509_V_OK;
      if (!may_go_on(result)) return false;
    }
  }

  // Bytes that went over; 0 = the other side has closed, or it failed, or the time is over.
  std::size_t read_some(char* out, std::size_t size) const {
    for (;;) {
      if (tls) {
        std::size_t count = 0;
        const int result = SSL_read_ex(tls.get(), out, size, &count);
        if (result == 1) return count;
        if (!may_go_on(result)) return 0;
      } else {
        const ssize_t count = ::recv(socket.number(), out, size, 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && (errno != EAGAIN || !wait_for(socket, POLLIN, deadline))) return 0;
      }
    }
  }

  std::size_t write_some(std::string_view bytes) const {
    for (;;) {
      if (tls) {
        std::size_t count = 0;
        const int result = SSL_write_ex(tls.get(), bytes.data(), bytes.size(), &count);
        if (result == 1) return count;
        if (!may_go_on(result)) return 0;
      } else {
        const ssize_t count = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count > 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && (errno != EAGAIN || !wait_for(socket, POLLOUT, deadline))) return 0;
      }
    }
  }
};

Connection::Connection(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() {
  const ErrorQueueCleaner cleaner;
  parts_.reset();
}

std::variant<Connection, HttpFailure> Connection::open(const Url& url, const HttpTrust& trust,
                                                       Deadline deadline) {
  const ErrorQueueCleaner cleaner;
  auto connected = connect_to(url, trust, deadline);
  if (auto* failure = std::get_if<HttpFailure>(&connected)) return std::move(*failure);
  auto parts = std::make_unique<Parts>(Parts{std::get<Descriptor>(std::move(connected)), nullptr, deadline});
  if (!url.secure) return Connection(std::move(parts));
  parts->tls = prepare_tls(url, trust, parts->socket);
  if (!parts->tls)
    return HttpFailure{trust.ca_file.empty() ? "TLS cannot be prepared"
                                             : trust.ca_file + " holds no certificates in PEM"};
  if (!parts->shake_hands())
    return HttpFailure{"cannot connect to " + url.authority + ": " + tls_problem(parts->tls.get())};
  return Connection(std::move(parts));
}

bool Connection::send(std::string_view bytes) {
  const ErrorQueueCleaner cleaner;
  while (!bytes.empty()) {
    const auto count = parts_->write_some(bytes);
    if (count == 0) return false;
    bytes.remove_prefix(count);
  }
  return true;
}

std::string Connection::receive(std::size_t limit) {
  const ErrorQueueCleaner cleaner;
  std::string bytes;
  std::array<char, 4096> piece{};
  while (bytes.size() < limit && std::chrono::steady_clock::now() < parts_->deadline) {
    const auto count = parts_->read_some(piece.data(), std::min(piece.size(), limit - bytes.size()));
    if (count == 0) break;
    bytes.append(piece.data(), count);
  }
  return bytes;
}

}  // namespace cardea
