// What the client library wants to see of an authentication plugin. Debian's <mysql/client_plugin.h> includes
// a header that is not packaged, so the few declarations of it that are needed stand here.
#include <mariadb/mysql.h>
#include <mariadb/mysql/plugin_auth.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

#include "store/caching_sha2.h"

namespace cardea {
namespace {

constexpr int authentication_plugin = 2;         // MYSQL_CLIENT_AUTHENTICATION_PLUGIN
constexpr unsigned interface_version = 0x0100;   // MYSQL_CLIENT_AUTHENTICATION_PLUGIN_INTERFACE_VERSION
constexpr unsigned authentication_error = 2061;  // CR_AUTH_PLUGIN_ERR

// struct st_mysql_client_plugin_AUTHENTICATION
struct AuthenticationPlugin {
  MYSQL_CLIENT_PLUGIN_HEADER
  int (*authenticate_user)(MYSQL_PLUGIN_VIO*, MYSQL*);
};

bool leads_to_this_machine(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.ss_family == AF_INET)
    return (ntohl(reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr) >> 24) == 127;
  return peer.ss_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
}

class LibraryChannel final : public PacketChannel {
 public:
  LibraryChannel(MYSQL_PLUGIN_VIO& vio, MYSQL& connection) : vio_(vio), connection_(connection) {}

  std::optional<std::string> read() override {
    unsigned char* packet = nullptr;
    const int size = vio_.read_packet(&vio_, &packet);
    if (size < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(packet), static_cast<std::size_t>(size));
  }

  bool write(std::string_view packet) override {
    const auto* bytes = reinterpret_cast<const unsigned char*>(packet.data());
    return vio_.write_packet(&vio_, bytes, static_cast<int>(packet.size())) == 0;
  }

  WirePrivacy privacy() override {
    if (mysql_get_ssl_cipher(&connection_) != nullptr) return WirePrivacy::sealed;
    MYSQL_PLUGIN_VIO_INFO info{};
    vio_.info(&vio_, &info);
    if (info.protocol == MYSQL_PLUGIN_VIO_INFO::MYSQL_VIO_SOCKET) return WirePrivacy::sealed;
    return leads_to_this_machine(info.socket) ? WirePrivacy::this_machine : WirePrivacy::open;
  }

 private:
  MYSQL_PLUGIN_VIO& vio_;
  MYSQL& connection_;
};

const char* complaint_of(Sha2Outcome outcome) {
  switch (outcome) {
    case Sha2Outcome::sent:
    case Sha2Outcome::connection_lost:
      break;
    case Sha2Outcome::not_understood:
      return "the server's part of caching_sha2_password was not understood";
    case Sha2Outcome::needs_tls:
      return "this account (caching_sha2_password) needs TLS: add ?tls=required&ca=FILE to [database] url";
  }
  return nullptr;
}

void complain(MYSQL& connection, std::string_view text) {
  connection.net.last_errno = authentication_error;
  const std::size_t size = std::min(text.size(), sizeof connection.net.last_error - 1);
  text.copy(connection.net.last_error, size);
  connection.net.last_error[size] = '\0';
}

// Called by the library, written in C, through which no exception can go.
int authenticate(MYSQL_PLUGIN_VIO* vio, MYSQL* connection) noexcept {
  try {
    LibraryChannel channel(*vio, *connection);
    const std::string_view password = connection->passwd == nullptr ? "" : connection->passwd;
    const Sha2Outcome outcome = sign_in_by_sha2(channel, password);
    if (outcome == Sha2Outcome::sent) return CR_OK;
    if (const char* complaint = complaint_of(outcome)) complain(*connection, complaint);
  } catch (const std::exception&) {
    complain(*connection, "caching_sha2_password failed");
  }
  return CR_ERROR;
}

// The library keeps the address.
constinit AuthenticationPlugin plugin{
    .type = authentication_plugin,
    .interface_version = interface_version,
    .name = "caching_sha2_password",
    .author = "Cardea",
    .desc = "MySQL's default authentication",
    .version = {1, 0, 0},
    .license = "MIT",
    .mysql_api = nullptr,
    .init = nullptr,
    .deinit = nullptr,
    .options = nullptr,
    .authenticate_user = authenticate,
};

}  // namespace

void register_caching_sha2() {
  auto* known = reinterpret_cast<st_mysql_client_plugin*>(&plugin);
  if (mysql_client_register_plugin(nullptr, known) != known)
    throw std::runtime_error("the database client library does not take caching_sha2_password");
}

}  // namespace cardea
