#include "store/mysql/caching_sha2.h"

#include <mariadb/mysql.h>
#include <mariadb/mysql/plugin_auth.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/socket.h>
#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/digest.h"
#include "base/secret.h"

namespace cardea {
namespace {

constexpr std::size_t scramble_size = 20;  // and a zero byte
constexpr std::string_view known_already = "\x03";
constexpr std::string_view tell_me = "\x04";
constexpr std::string_view which_key = "\x02";

// The password with the zero byte that ends it on the wire.
Secret ended(std::string_view password) {
  std::string bytes(password);
  bytes.push_back('\0');
  return Secret(std::move(bytes));
}

// So that what is decrypted depends on this connection.
Secret mixed_with(std::string_view scramble, std::string_view password) {
  std::string bytes(password);
  bytes.push_back('\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ scramble[i % scramble.size()]);
  return Secret(std::move(bytes));
}

Sha2Outcome sent_if(bool written) {
  return written ? Sha2Outcome::sent : Sha2Outcome::connection_lost;
}

Sha2Outcome tell_encrypted(PacketChannel& channel, std::string_view password, std::string_view scramble) {
  if (!channel.write(which_key)) return Sha2Outcome::connection_lost;
  const auto key = channel.read();
  if (!key) return Sha2Outcome::connection_lost;
  const auto ciphertext = rsa_oaep_encrypt(*key, mixed_with(scramble, password).reveal());
  return ciphertext ? sent_if(channel.write(*ciphertext)) : Sha2Outcome::not_understood;
}

Sha2Outcome tell(PacketChannel& channel, std::string_view password, std::string_view scramble) {
  switch (channel.privacy()) {
    case WirePrivacy::sealed:
      return sent_if(channel.write(ended(password).reveal()));
    case WirePrivacy::this_machine:
      return tell_encrypted(channel, password, scramble);
    case WirePrivacy::open:
      return Sha2Outcome::needs_tls;
  }
  return Sha2Outcome::needs_tls;
}

}  // namespace

Digest sha2_proof(std::string_view password, std::string_view scramble) {
  const Digest once = sha256(password);
  std::string twice(view_of(sha256(view_of(once))));
  Digest proof = sha256(twice.append(scramble));
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= once[i];
  return proof;
}

Sha2Outcome sign_in_by_sha2(PacketChannel& channel, std::string_view password) {
  const auto greeting = channel.read();
  if (!greeting) return Sha2Outcome::connection_lost;
  if (greeting->size() != scramble_size + 1) return Sha2Outcome::not_understood;
  const std::string_view scramble = std::string_view(*greeting).substr(0, scramble_size);
  if (password.empty()) return sent_if(channel.write(ended({}).reveal()));
  if (!channel.write(view_of(sha2_proof(password, scramble)))) return Sha2Outcome::connection_lost;
  const auto answer = channel.read();
  if (!answer) return Sha2Outcome::connection_lost;
  if (*answer == known_already) return Sha2Outcome::sent;
  if (*answer == tell_me) return tell(channel, password, scramble);
  return Sha2Outcome::not_understood;
}

// What the client library wants to see of an authentication plugin. Debian's <mysql/client_plugin.h> includes
// a header that is not packaged, so the few declarations of it that are needed stand here. They, and the members of
// MYSQL that are used below, were compared with Connector/C 3.3 (Debian 12) and 3.4 (Debian 13): for another version
// compare them again, then allow it.

namespace {

static_assert(MARIADB_PACKAGE_VERSION_ID / 100 == 303 || MARIADB_PACKAGE_VERSION_ID / 100 == 304,
              "compare AuthenticationPlugin with <mysql/client_plugin.h> of this Connector/C");

constexpr int authentication_plugin = 2;  // MYSQL_CLIENT_AUTHENTICATION_PLUGIN
constexpr unsigned interface_version =
    0x0100;  // MYSQL_CLIENT_AUTHENTICATION_PLUGIN_INTERFACE_VERSION of 3.3; 3.4 takes it
constexpr unsigned authentication_error = 2061;  // CR_AUTH_PLUGIN_ERR

// struct st_mysql_client_plugin_AUTHENTICATION. The last member is new in 3.4, which may look at it whatever the
// interface version says; 3.3 does not know it.
struct AuthenticationPlugin {
  MYSQL_CLIENT_PLUGIN_HEADER
  int (*authenticate_user)(MYSQL_PLUGIN_VIO*, MYSQL*);
  int (*hash_password_bin)(MYSQL*, unsigned char*, std::size_t*);
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
    .hash_password_bin = nullptr,
};

}  // namespace

void register_caching_sha2() {
  auto* known = reinterpret_cast<st_mysql_client_plugin*>(&plugin);
  if (mysql_client_register_plugin(nullptr, known) != known)
    throw std::runtime_error("the database client library does not take caching_sha2_password");
}

namespace {

constexpr std::size_t max_pem = 8192;
constexpr int min_key = 2048;
constexpr int max_key = 8192;

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using KeyContext =
    std::unique_ptr<EVP_PKEY_CTX, decltype([](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_free(context); })>;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key read_rsa_key(std::string_view pem) {
  if (pem.size() > max_pem) return nullptr;
  const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) return nullptr;
  const int bits = EVP_PKEY_get_bits(key.get());
  return bits >= min_key && bits <= max_key ? std::move(key) : nullptr;
}

std::optional<std::string> encrypt(EVP_PKEY* key, std::string_view message) {
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  if (EVP_PKEY_encrypt_init(context.get()) != 1) return std::nullopt;
  if (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1) return std::nullopt;
  std::string ciphertext(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = ciphertext.size();
  auto* out = reinterpret_cast<unsigned char*>(ciphertext.data());
  if (EVP_PKEY_encrypt(context.get(), out, &size, raw(message), message.size()) != 1) return std::nullopt;
  ciphertext.resize(size);
  return ciphertext;
}

}  // namespace

std::optional<std::string> rsa_oaep_encrypt(std::string_view public_key_pem, std::string_view message) {
  const Key key = read_rsa_key(public_key_pem);
  auto ciphertext = key ? encrypt(key.get(), message) : std::nullopt;
  ERR_clear_error();
  return ciphertext;
}

}  // namespace cardea
