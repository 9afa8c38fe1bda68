#include <stdexcept>

#include "token/key_pair.h"

namespace cardea {
namespace {

using namespace openssl;

constexpr std::size_t integer_size = 32;  // r and s of a P-256 signature

// Ed25519 hashes inside; the others sign a SHA-256.
const EVP_MD* digest_of(Algorithm algorithm) {
  return algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
}

std::string sign_as_openssl_writes(EVP_PKEY* key, Algorithm algorithm, std::string_view message) {
  const DigestContext context{EVP_MD_CTX_new()};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  const bool signed_well =
      context && EVP_DigestSignInit(context.get(), nullptr, digest_of(algorithm), nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(message),
                     message.size()) == 1;
  if (!signed_well) throw std::runtime_error("signing failed");
  signature.resize(size);
  return signature;
}

std::string raw_of_der(const std::string& der) {
  const auto* position = raw(der);
  const EcdsaSignature parsed{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  if (!parsed) throw std::runtime_error("signing gave no ECDSA signature");
  std::string bytes(2 * integer_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, integer_size);
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + integer_size, integer_size);
  return bytes;
}

// DER INTEGER (X.690 section 8.3) of an unsigned big-endian number of at most 32 bytes.
void append_integer(std::string& der, std::string_view magnitude) {
  while (magnitude.size() > 1 && magnitude.front() == '\0') magnitude.remove_prefix(1);
  const bool looks_negative = (magnitude.front() & 0x80) != 0;
  der.push_back('\x02');
  der.push_back(static_cast<char>(magnitude.size() + (looks_negative ? 1 : 0)));
  if (looks_negative) der.push_back('\0');
  der.append(magnitude);
}

std::string der_of_raw(std::string_view signature) {
  std::string integers;
  integers.reserve(2 * (integer_size + 3));
  append_integer(integers, signature.substr(0, integer_size));
  append_integer(integers, signature.substr(integer_size));
  std::string der{'\x30', static_cast<char>(integers.size())};
  return der.append(integers);
}

bool verify_as_openssl_reads(EVP_PKEY* key, Algorithm algorithm, std::string_view message,
                             std::string_view signature) {
  const DigestContext context{EVP_MD_CTX_new()};
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest_of(algorithm), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

}  // namespace

std::string sign_with_key_pair(EVP_PKEY* key, Algorithm algorithm, std::string_view message) {
  const ErrorQueueCleaner cleaner;
  auto signature = sign_as_openssl_writes(key, algorithm, message);
  return algorithm == Algorithm::es256 ? raw_of_der(signature) : signature;
}

bool verify_with_public_key(EVP_PKEY* key, Algorithm algorithm, std::string_view message,
                            std::string_view signature) {
  const ErrorQueueCleaner cleaner;
  if (algorithm != Algorithm::es256) return verify_as_openssl_reads(key, algorithm, message, signature);
  if (signature.size() != 2 * integer_size) return false;
  return verify_as_openssl_reads(key, algorithm, message, der_of_raw(signature));
}

}  // namespace cardea
