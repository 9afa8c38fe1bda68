#include "keys/ed25519.h"

#include <sodium.h>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "keys/material.h"

namespace cardea {
namespace {

using namespace std::string_view_literals;
using openssl::raw;

constexpr auto pkcs8_head = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
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

std::unique_ptr<Ed25519Key> Ed25519Key::of_usual_pkcs8(std::string_view der) {
  if (!der.starts_with(pkcs8_head) || der.size() != pkcs8_head.size() + seed_size) return nullptr;
  return of_seed(der.substr(pkcs8_head.size()));
}

std::unique_ptr<Ed25519Key> Ed25519Key::of_key_pair(const EVP_PKEY* pair) {
  if (!EVP_PKEY_is_a(pair, "ED25519")) return nullptr;
  std::string bytes(seed_size, '\0');
  std::size_t size = bytes.size();
  const int got = EVP_PKEY_get_raw_private_key(pair, reinterpret_cast<unsigned char*>(bytes.data()), &size);
  const Secret seed{std::move(bytes)};
  return got == 1 && size == seed_size ? of_seed(seed.reveal()) : nullptr;
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
  std::string der;
  der.reserve(pkcs8_head.size() + seed_size);
  der.append(pkcs8_head).append(secret_.reveal().substr(0, seed_size));
  return {std::string{pkcs8_label}, Secret{std::move(der)}};
}

}  // namespace cardea
