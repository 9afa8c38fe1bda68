#include "password/digest_hash.h"

#include <openssl/evp.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "base/number.h"
#include "base/secret.h"
#include "base/utf8.h"

namespace cardea {
namespace {

constexpr std::size_t longest_salt = 128;
constexpr std::size_t md5_letters = 32;
constexpr std::size_t sha1_letters = 40;
constexpr std::size_t sha256_letters = 64;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// By the number of hex digits; null if no digest has that many.
const EVP_MD* digest_of(std::size_t letters) {
  if (letters == md5_letters) return EVP_md5();
  if (letters == sha1_letters) return EVP_sha1();
  return letters == sha256_letters ? EVP_sha256() : nullptr;
}

Secret digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) != 1)
    throw std::runtime_error("a digest for an imported password cannot be computed");
  return Secret::copy_of({reinterpret_cast<const char*>(out.data()), size});
}

using Parts = std::array<std::string_view, 3>;

// Of the parts one after another.
Secret hex_digest(const EVP_MD* kind, const Parts& parts) {
  std::string text;
  text.reserve(parts[0].size() + parts[1].size() +
               parts[2].size());  // no copy of the password is left behind
  for (const auto part : parts) text += part;
  const Secret whole{std::move(text)};
  return Secret(hex_encode(digest(kind, whole.reveal()).reveal()));
}

struct Salted {
  std::string_view hash;
  std::string_view salt;
};

// s:4:"hash";s:32:"…"; without the name: takes the value off the front of what PHP's serialize made.
std::optional<std::string_view> take_serialized(std::string_view& text) {
  if (!text.starts_with("s:")) return std::nullopt;
  const auto colon = text.find(':', 2);
  if (colon == std::string_view::npos) return std::nullopt;
  const auto size = whole_number(text.substr(2, colon - 2), 512);
  if (!size) return std::nullopt;
  const auto length = static_cast<std::size_t>(*size);
  const auto rest = text.substr(colon + 1);
  if (rest.size() < length + 3 || rest[0] != '"' || rest.substr(length + 1, 2) != "\";") return std::nullopt;
  text = rest.substr(length + 3);
  return rest.substr(1, length);
}

// XenForo 1: a:3:{s:4:"hash";s:64:"…";s:4:"salt";s:64:"…";s:8:"hashFunc";s:6:"sha256";}
std::optional<Salted> parse_serialized(std::string_view text) {
  if (!text.starts_with("a:2:{") && !text.starts_with("a:3:{")) return std::nullopt;
  text.remove_prefix(5);
  Salted result;
  while (!text.starts_with('}')) {
    const auto name = take_serialized(text);
    const auto value = name ? take_serialized(text) : std::nullopt;
    if (!value) return std::nullopt;
    if (*name == "hash") result.hash = *value;
    if (*name == "salt") result.salt = *value;
  }
  return text == "}" ? std::optional{result} : std::nullopt;
}

std::optional<Salted> split_salted(std::string_view encoded) {
  if (encoded.starts_with("a:")) return parse_serialized(encoded);
  if (encoded.starts_with("md5$") || encoded.starts_with("sha1$")) {
    const auto first = encoded.find('$'), last = encoded.rfind('$');
    if (first == last) return std::nullopt;
    return Salted{encoded.substr(last + 1), encoded.substr(first + 1, last - first - 1)};
  }
  const auto colon = encoded.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Salted{encoded.substr(0, colon), encoded.substr(colon + 1)};
}

std::optional<Salted> parse_salted(std::string_view encoded) {
  const auto parts = split_salted(encoded);
  if (!parts || digest_of(parts->hash.size()) == nullptr || !is_hex(parts->hash)) return std::nullopt;
  if (parts->salt.empty() || parts->salt.size() > longest_salt) return std::nullopt;
  return parts;
}

}  // namespace

bool is_mysql_password(std::string_view encoded) {
  return encoded.size() == 1 + sha1_letters && encoded.starts_with('*') && is_hex(encoded.substr(1));
}

bool is_plain_md5(std::string_view encoded) {
  return encoded.size() == md5_letters && is_hex(encoded);
}

bool is_plain_sha1(std::string_view encoded) {
  return encoded.size() == sha1_letters && is_hex(encoded);
}

bool is_plain_sha256(std::string_view encoded) {
  return encoded.size() == sha256_letters && is_hex(encoded);
}

bool is_salted_digest(std::string_view encoded) {
  return parse_salted(encoded).has_value();
}

bool matches_mysql_password(std::string_view password, const std::string& encoded) {
  const auto twice = hex_digest(EVP_sha1(), {digest(EVP_sha1(), password).reveal()});
  return equal_in_constant_time(twice.reveal(), ascii_lower(encoded).substr(1));
}

bool matches_plain_digest(std::string_view password, const std::string& encoded) {
  return equal_in_constant_time(hex_digest(digest_of(encoded.size()), {password}).reveal(),
                                ascii_lower(encoded));
}

bool matches_salted_digest(std::string_view password, const std::string& encoded) {
  const auto stored = parse_salted(encoded);
  if (!stored) return false;
  const auto* kind = digest_of(stored->hash.size());
  const auto wanted = ascii_lower(stored->hash);
  const auto salt = stored->salt;
  const auto hashed = hex_digest(kind, {password}), hashed_salt = hex_digest(kind, {salt});
  const Parts forms[] = {{password, salt},
                         {salt, password},
                         {password, ":", salt},
                         {salt, ":", password},
                         {hashed.reveal(), salt},
                         {salt, hashed.reveal()},
                         {hashed_salt.reveal(), hashed.reveal()}};
  bool matches = false;
  for (const auto& form : forms)
    if (equal_in_constant_time(hex_digest(kind, form).reveal(), wanted)) matches = true;
  return matches;
}

}  // namespace cardea
