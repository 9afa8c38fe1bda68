#define OPENSSL_SUPPRESS_DEPRECATED  // the EC_KEY functions: see the header
#include "keys/material.h"

#include <sodium.h>
#include <algorithm>
#include <array>
#include <bitset>
#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/utf8.h"
#include "keys/openssl.h"

namespace cardea {
namespace {

using namespace openssl;

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view line_end = "-----";
constexpr std::size_t line_length = 64;

// Cuts the first line off text. A line ends in LF or CR LF; the last one may lack it.
std::string_view take_line(std::string_view& text) {
  const auto size = text.find('\n');
  auto line = text.substr(0, size);
  text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> label_of(std::string_view line, std::string_view mark) {
  if (line.size() <= mark.size() + line_end.size()) return std::nullopt;
  if (!line.starts_with(mark) || !line.ends_with(line_end)) return std::nullopt;
  return line.substr(mark.size(), line.size() - mark.size() - line_end.size());
}

std::optional<Secret> decode(const Secret& base64) {
  auto bytes = base64_decode(base64.reveal());
  if (!bytes) return std::nullopt;
  return Secret{std::move(*bytes)};
}

}  // namespace

std::optional<PemBlock> parse_pem(std::string_view text) {
  const auto label = label_of(take_line(text), begin_mark);
  if (!label) return std::nullopt;
  std::string base64;
  base64.reserve(text.size());  // grows no further, so that no copy of the secret is left behind
  auto line = take_line(text);
  for (; !text.empty() && !line.starts_with(end_mark); line = take_line(text)) base64.append(line);
  const Secret body{std::move(base64)};
  if (!text.empty() || label_of(line, end_mark) != label) return std::nullopt;
  auto bytes = decode(body);
  if (!bytes) return std::nullopt;
  return PemBlock{std::string{*label}, std::move(*bytes)};
}

Secret write_pem(std::string_view label, const Secret& bytes) {
  const Secret base64{base64_encode(bytes.reveal())};
  std::string text;
  text.reserve(2 * base64.size() + 2 * label.size() + 64);
  text.append(begin_mark).append(label).append(line_end).append("\n");
  for (auto rest = base64.reveal(); !rest.empty(); rest.remove_prefix(std::min(line_length, rest.size())))
    text.append(rest.substr(0, line_length)).append("\n");
  text.append(end_mark).append(label).append(line_end).append("\n");
  return Secret{std::move(text)};
}

PemBlock pkcs8_block(const EVP_PKEY* pair) {
  const openssl::Pkcs8 pkcs8{EVP_PKEY2PKCS8(pair)};
  const int size = pkcs8 ? i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), nullptr) : -1;
  if (size <= 0) throw std::runtime_error("a key cannot be written as PKCS #8");
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* position = reinterpret_cast<unsigned char*>(der.data());
  i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), &position);
  return {std::string{pkcs8_label}, Secret{std::move(der)}};
}

Secret random_secret(std::size_t size, Entropy& entropy) {
  std::string bytes(size, '\0');
  entropy.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return Secret{std::move(bytes)};
}

namespace {

constexpr std::size_t min_size = 32;  // RFC 7518 section 3.2
constexpr std::size_t max_size = 256;
constexpr std::size_t min_different_bytes = 16;

// Random bytes are never text. A text was typed by a person and can be guessed, however long it is.
bool is_text(std::string_view bytes) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  return std::none_of(bytes.begin(), bytes.end(), is_control) && is_utf8(bytes);
}

bool looks_random(std::string_view bytes) {
  std::bitset<256> seen;
  for (const unsigned char byte : bytes) seen.set(byte);
  return seen.count() >= min_different_bytes && !is_text(bytes);
}

}  // namespace

std::unique_ptr<HmacKey> HmacKey::of_bytes(Secret bytes) {
  if (bytes.size() < min_size || bytes.size() > max_size) return nullptr;
  return std::unique_ptr<HmacKey>{new HmacKey{std::move(bytes)}};
}

std::unique_ptr<HmacKey> HmacKey::of_random_bytes(Secret bytes) {
  return looks_random(bytes.reveal()) ? of_bytes(std::move(bytes)) : nullptr;
}

std::unique_ptr<HmacKey> HmacKey::generate(Entropy& entropy) {
  auto key = of_random_bytes(random_secret(min_size, entropy));
  if (!key) throw std::runtime_error("the source of randomness is broken");
  return key;
}

Secret HmacKey::thumbprint_text() const {
  const Secret text{base64url_encode(bytes_.reveal())};
  std::string members;
  members.reserve(text.size() + 32);
  members.append(R"({"k":")").append(text.reveal()).append(R"(","kty":"oct"})");
  return Secret{std::move(members)};
}

std::optional<Json> HmacKey::public_members() const {
  return std::nullopt;
}

std::string HmacKey::sign(std::string_view message) const {
  return std::string{view_of(hmac_sha256(bytes_.reveal(), message))};
}

bool HmacKey::verify(std::string_view message, std::string_view signature) const {
  return equal_in_constant_time(view_of(hmac_sha256(bytes_.reveal(), message)), signature);
}

PemBlock HmacKey::private_block() const {
  return {std::string{hmac_label}, bytes_};
}

namespace {

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

namespace {

Number number_parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  return Number{value};
}

bool is_sound(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < min_rsa_bits || bits > max_rsa_bits) return false;
  const auto exponent = number_parameter(key, OSSL_PKEY_PARAM_RSA_E);
  return exponent && BN_is_odd(exponent.get()) && !BN_is_one(exponent.get()) &&
         BN_num_bits(exponent.get()) <= 64;
}

KeyPointer key_of_parameters(OSSL_PARAM* parameters) {
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  return KeyPointer{key};
}

KeyPointer public_key_of(std::string_view modulus, std::string_view exponent) {
  const Number n{BN_bin2bn(raw(modulus), static_cast<int>(modulus.size()), nullptr)};
  const Number e{BN_bin2bn(raw(exponent), static_cast<int>(exponent.size()), nullptr)};
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  return parameters ? key_of_parameters(parameters.get()) : nullptr;
}

// The member, base64url decoded; empty if it is missing or malformed.
std::string number_member(const Json& jwk, std::string_view name) {
  return base64url_decode(string_member(jwk, name).value_or("")).value_or("");
}

// As many bytes as the number needs (Base64urlUInt, RFC 7518 section 2).
std::string number_text(const EVP_PKEY* key, const char* name) {
  const auto number = number_parameter(key, name);
  if (!number) throw std::runtime_error(std::string{"OpenSSL does not tell a key's "} + name);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url_encode(bytes);
}

// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
std::string signature_of(EVP_PKEY* key, std::string_view message) {
  const DigestContext context{EVP_MD_CTX_new()};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  const bool signed_well = context &&
                           EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                          &size, raw(message), message.size()) == 1;
  if (!signed_well) throw std::runtime_error("signing failed");
  signature.resize(size);
  return signature;
}

}  // namespace

std::unique_ptr<RsaKey> RsaKey::generate() {
  const ErrorQueueCleaner cleaner;
  KeyPointer pair{EVP_RSA_gen(min_rsa_bits)};
  if (!pair) throw std::runtime_error("OpenSSL cannot make an RSA key");
  return std::unique_ptr<RsaKey>{new RsaKey{std::move(pair), true}};
}

KeyPointer rsa_public_key(const Json& jwk) {
  if (string_member(jwk, "kty") != "RSA") return nullptr;
  const ErrorQueueCleaner cleaner;
  const auto modulus = number_member(jwk, "n");
  const auto exponent = number_member(jwk, "e");
  if (modulus.empty() || exponent.empty() || modulus.size() > max_rsa_bits / 8 + 1) return nullptr;
  auto key = public_key_of(modulus, exponent);
  return key && is_sound(key.get()) ? std::move(key) : nullptr;
}

std::unique_ptr<RsaKey> RsaKey::of_jwk(const Json& jwk) {
  auto key = rsa_public_key(jwk);
  return key ? std::unique_ptr<RsaKey>{new RsaKey{std::move(key), false}} : nullptr;
}

std::unique_ptr<RsaKey> RsaKey::of_key_pair(KeyPointer pair) {
  if (!pair || !EVP_PKEY_is_a(pair.get(), "RSA") || !is_sound(pair.get())) return nullptr;
  return std::unique_ptr<RsaKey>{new RsaKey{std::move(pair), true}};
}

Secret RsaKey::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> RsaKey::public_members() const {
  return Json{{"kty", "RSA"},
              {"n", number_text(pair_.get(), OSSL_PKEY_PARAM_RSA_N)},
              {"e", number_text(pair_.get(), OSSL_PKEY_PARAM_RSA_E)}};
}

std::string RsaKey::sign(std::string_view message) const {
  if (!can_sign_) throw std::runtime_error("a public key cannot sign");
  const ErrorQueueCleaner cleaner;
  return signature_of(pair_.get(), message);
}

bool RsaKey::verify(std::string_view message, std::string_view signature) const {
  const ErrorQueueCleaner cleaner;
  const DigestContext context{EVP_MD_CTX_new()};
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pair_.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

PemBlock RsaKey::private_block() const {
  if (!can_sign_) throw std::runtime_error("a public key has no private half");
  const ErrorQueueCleaner cleaner;
  return pkcs8_block(pair_.get());
}

namespace {

using EcKey = std::unique_ptr<EC_KEY, Freed<EC_KEY_free>>;

constexpr int p256 = NID_X9_62_prime256v1;
constexpr std::size_t p256_number_size = 32;

struct Curve {
  std::string_view name;  // crv
  int nid;
};
constexpr std::array<Curve, 3> curves{{{"P-256", p256}, {"P-384", NID_secp384r1}, {"P-521", NID_secp521r1}}};

// Of a coordinate, and of r and s.
std::size_t number_size(const EC_KEY* key) {
  return (static_cast<std::size_t>(EC_GROUP_get_degree(EC_KEY_get0_group(key))) + 7) / 8;
}

KeyPointer wrapped(const EcKey& key) {
  KeyPointer pair{EVP_PKEY_new()};
  return pair && EVP_PKEY_set1_EC_KEY(pair.get(), key.get()) == 1 ? std::move(pair) : nullptr;
}

bool is_p256(const EVP_PKEY* key) {
  return EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key))) == p256;
}

bool has_valid_scalar(const EC_KEY* key) {
  const auto* scalar = EC_KEY_get0_private_key(key);
  return scalar != nullptr && !BN_is_zero(scalar) && !BN_is_negative(scalar) &&
         BN_cmp(scalar, EC_GROUP_get0_order(EC_KEY_get0_group(key))) < 0;
}

}  // namespace

KeyPointer ec_public_key(const Json& jwk) {
  const ErrorQueueCleaner cleaner;
  const auto name = string_member(jwk, "crv").value_or("");
  const auto curve =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& one) { return one.name == name; });
  if (string_member(jwk, "kty") != "EC" || curve == curves.end()) return nullptr;
  const EcKey key{EC_KEY_new_by_curve_name(curve->nid)};
  const auto x = number_member(jwk, "x");
  const auto y = number_member(jwk, "y");
  if (!key || x.size() != number_size(key.get()) || y.size() != number_size(key.get())) return nullptr;
  const auto point = '\x04' + x + y;  // uncompressed (SEC 1 section 2.3.3)
  return EC_KEY_oct2key(key.get(), raw(point), point.size(), nullptr) == 1 ? wrapped(key) : nullptr;
}

bool ecdsa_verifies(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
  const ErrorQueueCleaner cleaner;
  const EcKey ec_key{EVP_PKEY_get1_EC_KEY(key)};
  const auto size = number_size(ec_key.get());
  if (signature.size() != 2 * size) return false;
  Number r{BN_bin2bn(raw(signature), static_cast<int>(size), nullptr)};
  Number s{BN_bin2bn(raw(signature) + size, static_cast<int>(size), nullptr)};
  const EcdsaSignature numbers{ECDSA_SIG_new()};
  if (!r || !s || !numbers || ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return false;
  (void)r.release();
  (void)s.release();
  return ECDSA_do_verify(raw(digest), static_cast<int>(digest.size()), numbers.get(), ec_key.get()) == 1;
}

std::unique_ptr<P256Key> P256Key::generate() {
  const ErrorQueueCleaner cleaner;
  const EcKey key{EC_KEY_new_by_curve_name(p256)};
  auto pair = key && EC_KEY_generate_key(key.get()) == 1 ? wrapped(key) : nullptr;
  if (!pair) throw std::runtime_error("OpenSSL cannot make a P-256 key");
  return std::unique_ptr<P256Key>{new P256Key{std::move(pair), true}};
}

std::unique_ptr<P256Key> P256Key::of_jwk(const Json& jwk) {
  auto key = ec_public_key(jwk);
  if (!key || !is_p256(key.get())) return nullptr;
  return std::unique_ptr<P256Key>{new P256Key{std::move(key), false}};
}

std::unique_ptr<P256Key> P256Key::of_private_key(std::string_view der) {
  const ErrorQueueCleaner cleaner;
  const EcKey key{EC_KEY_new_by_curve_name(p256)};
  auto* read = key.get();
  const auto* position = raw(der);
  // It may name a curve of its own, which then takes the place of P-256.
  if (!key || d2i_ECPrivateKey(&read, &position, static_cast<long>(der.size())) == nullptr ||
      position != raw(der) + der.size() || !has_valid_scalar(key.get()))
    return nullptr;
  auto pair = wrapped(key);
  if (!pair || !is_p256(pair.get())) return nullptr;
  return std::unique_ptr<P256Key>{new P256Key{std::move(pair), true}};
}

Secret P256Key::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> P256Key::public_members() const {
  const auto* key = EVP_PKEY_get0_EC_KEY(pair_.get());
  std::array<std::uint8_t, 1 + 2 * p256_number_size> point{};
  if (EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED,
                         point.data(), point.size(), nullptr) != point.size())
    throw std::runtime_error("OpenSSL does not tell a P-256 key's point");
  return Json{{"kty", "EC"},
              {"crv", "P-256"},
              {"x", base64url_encode(view_of(point).substr(1, p256_number_size))},
              {"y", base64url_encode(view_of(point).substr(1 + p256_number_size))}};
}

std::string P256Key::sign(std::string_view message) const {
  if (!can_sign_) throw std::runtime_error("a public key cannot sign");
  const ErrorQueueCleaner cleaner;
  const EcKey key{EVP_PKEY_get1_EC_KEY(pair_.get())};
  const auto digest = sha256(message);
  const EcdsaSignature numbers{ECDSA_do_sign(digest.data(), static_cast<int>(digest.size()), key.get())};
  if (!numbers) throw std::runtime_error("signing failed");
  std::string signature(2 * p256_number_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out, p256_number_size);
  BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out + p256_number_size, p256_number_size);
  return signature;
}

bool P256Key::verify(std::string_view message, std::string_view signature) const {
  return ecdsa_verifies(pair_.get(), view_of(sha256(message)), signature);
}

PemBlock P256Key::private_block() const {
  if (!can_sign_) throw std::runtime_error("a public key has no private half");
  return pkcs8_block(pair_.get());
}

}  // namespace cardea
