#include <stdexcept>

#include "token/key_pair.h"

namespace cardea {
namespace {

using namespace openssl;
using namespace std::string_view_literals;

// What `cardea key new` and `openssl genpkey` write, up to the numbers: RFC 5915 in RFC 5208 for P-256, RFC
// 8410 for Ed25519. OpenSSL's decoder takes more than half a millisecond to find that out, and a plain CGI
// program would pay it for each key with each request.
constexpr auto p256_head =
    "\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01"
    "\x07"
    "\x04\x6d\x30\x6b\x02\x01\x01\x04\x20"sv;
constexpr auto p256_middle = "\xa1\x44\x03\x42\x00"sv;
constexpr std::size_t p256_scalar_size = 32;
constexpr std::size_t p256_point_size = 65;
constexpr auto ed25519_head = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
constexpr std::size_t ed25519_seed_size = 32;

KeyPointer p256_of_numbers(std::string_view scalar, std::string_view point) {
  const Number number{BN_bin2bn(raw(scalar), static_cast<int>(scalar.size()), BN_secure_new())};
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!number || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) != 1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return nullptr;
  return KeyPointer{key};
}

// Null if the key has not the usual form.
KeyPointer usual_p256(std::string_view der) {
  if (!der.starts_with(p256_head)) return nullptr;
  der.remove_prefix(p256_head.size());
  if (der.size() != p256_scalar_size + p256_middle.size() + p256_point_size) return nullptr;
  if (der.substr(p256_scalar_size, p256_middle.size()) != p256_middle) return nullptr;
  return p256_of_numbers(der.substr(0, p256_scalar_size), der.substr(der.size() - p256_point_size));
}

KeyPointer usual_ed25519(std::string_view der) {
  if (!der.starts_with(ed25519_head) || der.size() != ed25519_head.size() + ed25519_seed_size) return nullptr;
  const auto seed = der.substr(ed25519_head.size());
  return KeyPointer{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed), seed.size())};
}

KeyPointer any_key_pair(std::string_view der) {
  const auto* position = raw(der);
  const auto* const end = position + der.size();
  const Pkcs8 pkcs8{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size()))};
  if (!pkcs8 || position != end) return nullptr;
  return KeyPointer{EVP_PKCS82PKEY(pkcs8.get())};
}

}  // namespace

KeyPointer key_pair_of_pkcs8(const Secret& der) {
  const ErrorQueueCleaner cleaner;
  if (auto key = usual_p256(der.reveal())) return key;
  if (auto key = usual_ed25519(der.reveal())) return key;
  return any_key_pair(der.reveal());
}

Secret pkcs8_of_key_pair(const EVP_PKEY* key) {
  const ErrorQueueCleaner cleaner;
  const Pkcs8 pkcs8{EVP_PKEY2PKCS8(key)};
  const int size = pkcs8 ? i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), nullptr) : -1;
  if (size <= 0) throw std::runtime_error("a key cannot be written as PKCS #8");
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* position = reinterpret_cast<unsigned char*>(der.data());
  i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), &position);
  return Secret{std::move(der)};
}

}  // namespace cardea
