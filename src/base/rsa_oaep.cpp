#include "base/rsa_oaep.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace cardea {
namespace {

constexpr std::size_t longest_pem = 8192;
constexpr int smallest_key = 2048;
constexpr int largest_key = 8192;

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using KeyContext =
    std::unique_ptr<EVP_PKEY_CTX, decltype([](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_free(context); })>;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key read_rsa_key(std::string_view pem) {
  if (pem.size() > longest_pem) return nullptr;
  const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) return nullptr;
  const int bits = EVP_PKEY_get_bits(key.get());
  return bits >= smallest_key && bits <= largest_key ? std::move(key) : nullptr;
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
