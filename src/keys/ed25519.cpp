#include "keys/ed25519.h"

#include <sodium.h>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "keys/openssl.h"

namespace cardea {
namespace {

using openssl::raw;

constexpr std::size_t seed_size = crypto_sign_SEEDBYTES;

}  // namespace

std::unique_ptr<Ed25519Key> Ed25519Key::of_seed(std::string_view seed) {
  Point point{};
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_seed_keypair(point.data(), reinterpret_cast<unsigned char*>(secret.data()), raw(seed));
  return std::unique_ptr<Ed25519Key>{new Ed25519Key{point, Secret{std::move(secret)}}};
}

std::unique_ptr<Ed25519Key> Ed25519Key::generate(Entropy& entropy) {
  return of_seed(random_secret(seed_size, entropy).reveal());
}

std::unique_ptr<Ed25519Key> Ed25519Key::of_jwk(const Json& jwk) {
  if (string_member(jwk, "kty") != "OKP" || string_member(jwk, "crv") != "Ed25519") return nullptr;
  const auto x = base64url_decode(string_member(jwk, "x").value_or(""));
  if (!x || x->size() != Point{}.size()) return nullptr;
  return std::unique_ptr<Ed25519Key>{new Ed25519Key{array_of<32>(*x), Secret{}}};
}

std::unique_ptr<Ed25519Key> Ed25519Key::of_private_key(std::string_view der) {
  constexpr std::string_view head = "\x04\x20";  // an OCTET STRING of 32 bytes
  if (!der.starts_with(head) || der.size() != head.size() + seed_size) return nullptr;
  return of_seed(der.substr(head.size()));
}

Secret Ed25519Key::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> Ed25519Key::public_members() const {
  return Json{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url_encode(view_of(point_))}};
}

std::string Ed25519Key::sign(std::string_view message) const {
  if (secret_.empty()) throw std::runtime_error("a public key cannot sign");
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, raw(message),
                       message.size(), raw(secret_.reveal()));
  return signature;
}

bool Ed25519Key::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(raw(signature), raw(message), message.size(), point_.data()) == 0;
}

PemBlock Ed25519Key::private_block() const {
  if (secret_.empty()) throw std::runtime_error("a public key has no private half");
  const openssl::ErrorQueueCleaner cleaner;
  const openssl::KeyPointer pair{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(secret_.reveal()), seed_size)};
  if (!pair) throw std::runtime_error("OpenSSL does not take an Ed25519 key");
  return pkcs8_block(pair.get());
}

}  // namespace cardea
