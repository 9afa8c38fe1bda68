#include "password/phpass_hash.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "base/secret.h"

namespace cardea {
namespace {

constexpr std::string_view alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t least_doublings = 7;
constexpr std::size_t most_doublings = 18;
constexpr std::size_t prefix_size = 4;  // "$P$B"
constexpr std::size_t salt_size = 8;
constexpr std::size_t phpass_size = prefix_size + salt_size + 22;
constexpr std::size_t drupal_size = 55;

bool has_shape(std::string_view encoded, std::size_t size) {
  if (encoded.size() != size) return false;
  const auto doublings = alphabet.find(encoded[3]);
  return doublings != std::string_view::npos && doublings >= least_doublings && doublings <= most_doublings &&
         encoded.find_first_not_of(alphabet, prefix_size) == std::string_view::npos;
}

// Six bits a letter, the lowest first.
std::string encode(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = bytes.substr(i, 3);
    unsigned value = 0;
    for (std::size_t byte = 0; byte < group.size(); ++byte)
      value |= static_cast<unsigned>(static_cast<unsigned char>(group[byte])) << (8 * byte);
    for (std::size_t letter = 0; letter <= group.size(); ++letter)
      text += alphabet[(value >> (6 * letter)) & 63];
  }
  return text;
}

class Digester {
 public:
  explicit Digester(const EVP_MD* digest) : digest_(digest), context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

  // The digest of both, one after the other.
  std::string of(std::string_view first, std::string_view second) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    const bool done = context_ && EVP_DigestInit_ex(context_.get(), digest_, nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), first.data(), first.size()) == 1 &&
                      EVP_DigestUpdate(context_.get(), second.data(), second.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), out.data(), &size) == 1;
    if (!done) throw std::runtime_error("a digest for an imported password cannot be computed");
    return {reinterpret_cast<const char*>(out.data()), size};
  }

 private:
  const EVP_MD* digest_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string computed(std::string_view password, std::string_view settings, const EVP_MD* digest) {
  Digester digester(digest);
  auto hash = digester.of(settings.substr(prefix_size, salt_size), password);
  for (std::size_t left = std::size_t{1} << alphabet.find(settings[3]); left > 0; --left)
    hash = digester.of(hash, password);
  return std::string(settings.substr(0, prefix_size + salt_size)) + encode(hash);
}

bool matches(std::string_view password, std::string_view encoded, const EVP_MD* digest) {
  auto text = computed(password, encoded, digest);
  text.resize(encoded.size());
  return equal_in_constant_time(text, encoded);
}

bool is_md5_form(std::string_view encoded) {
  return (encoded.starts_with("$P$") || encoded.starts_with("$H$")) && has_shape(encoded, phpass_size);
}

bool is_sha512_form(std::string_view encoded) {
  return encoded.starts_with("$S$") && has_shape(encoded, drupal_size);
}

}  // namespace

bool is_phpass(std::string_view encoded) {
  return is_md5_form(encoded);
}

bool is_drupal(std::string_view encoded) {
  if (encoded.starts_with("U$")) return is_md5_form(encoded.substr(1)) || is_sha512_form(encoded.substr(1));
  return is_sha512_form(encoded);
}

bool matches_phpass(std::string_view password, const std::string& encoded) {
  return matches(password, encoded, EVP_md5());
}

bool matches_drupal(std::string_view password, const std::string& encoded) {
  if (!encoded.starts_with('U')) return matches(password, encoded, EVP_sha512());
  const Secret text{hex_encode(Digester(EVP_md5()).of(password, ""))};
  const auto inner = std::string_view(encoded).substr(1);
  return matches(text.reveal(), inner, is_sha512_form(inner) ? EVP_sha512() : EVP_md5());
}

std::string phpass_of(std::string_view password, std::string_view settings) {
  return computed(password, settings, EVP_md5());
}

}  // namespace cardea
