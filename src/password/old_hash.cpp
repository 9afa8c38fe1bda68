#include "password/old_hash.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "base/number.h"
#include "password/pbkdf2_hash.h"
#include "password/phpass_hash.h"

namespace cardea {
namespace {

constexpr std::int64_t least_bcrypt_cost = 4;
constexpr std::int64_t most_bcrypt_cost = 14;
constexpr std::int64_t most_crypt_rounds = 500'000;
constexpr std::size_t wordpress_password_limit = 4096;

constexpr std::string_view crypt_alphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_crypt_text(std::string_view text) {
  return text.find_first_not_of(crypt_alphabet) == std::string_view::npos;
}

// "$2y$10$" and 53 letters.
bool is_bcrypt(std::string_view text) {
  if (text.size() != 60 ||
      (!text.starts_with("$2a$") && !text.starts_with("$2b$") && !text.starts_with("$2y$")))
    return false;
  const auto cost = whole_number(text.substr(4, 2), most_bcrypt_cost);
  return cost && *cost >= least_bcrypt_cost && text[6] == '$' && is_crypt_text(text.substr(7));
}

// "$6$rounds=5000$salt$hash", "$1$salt$hash".
bool is_crypt(std::string_view text) {
  if (!text.starts_with("$1$") && !text.starts_with("$5$") && !text.starts_with("$6$")) return false;
  const std::size_t hash_size = text[1] == '1' ? 22 : text[1] == '5' ? 43 : 86;
  text.remove_prefix(3);
  if (text.starts_with("rounds=")) {
    const auto end = text.find('$');
    if (end == std::string_view::npos || !whole_number(text.substr(7, end - 7), most_crypt_rounds))
      return false;
    text.remove_prefix(end + 1);
  }
  const auto end = text.find('$');
  return end <= 16 && is_crypt_text(text.substr(0, end)) && text.size() == end + 1 + hash_size &&
         is_crypt_text(text.substr(end + 1));
}

// libsodium parses the rest; the limits are ours.
bool is_argon2i(std::string_view text) {
  constexpr std::string_view prefix = "$argon2i$v=19$m=";
  if (!text.starts_with(prefix) || text.size() >= crypto_pwhash_STRBYTES) return false;
  text.remove_prefix(prefix.size());
  const auto comma = text.find(",t=");
  const auto lanes = text.find(",p=1$");
  if (comma == std::string_view::npos || lanes == std::string_view::npos || lanes < comma) return false;
  return whole_number(text.substr(0, comma), 256 * 1024) &&
         whole_number(text.substr(comma + 3, lanes - comma - 3), 10);
}

bool matches_crypt(std::string_view password, const std::string& encoded) {
  // crypt's own state holds the password: it is wiped with the memory.
  const auto forget = [](crypt_data* data) {
    sodium_memzero(data, sizeof *data);
    delete data;
  };
  const std::unique_ptr<crypt_data, decltype(forget)> data(new crypt_data{}, forget);
  const Secret text = Secret::copy_of(password);  // ends with NUL
  const char* computed = crypt_rn(text.reveal().data(), encoded.c_str(), data.get(), sizeof(crypt_data));
  return computed != nullptr && equal_in_constant_time(computed, encoded);
}

// PHP's trim().
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks{" \t\n\r\0\x0B", 6};
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool matches_wordpress(std::string_view password, const std::string& encoded) {
  constexpr std::string_view key = "wp-sha384";
  if (password.size() > wordpress_password_limit) return false;
  const auto message = trimmed(password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  if (HMAC(EVP_sha384(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), code.data(),
           &size) == nullptr)
    throw std::runtime_error("HMAC-SHA-384 cannot be computed");
  const Secret text{base64_encode({reinterpret_cast<const char*>(code.data()), size})};
  sodium_memzero(code.data(), code.size());
  return matches_crypt(text.reveal(), encoded.substr(3));  // without "$wp"
}

bool is_wordpress(std::string_view text) {
  return text.starts_with("$wp$2y$") && is_bcrypt(text.substr(3));
}

bool is_pbkdf2(std::string_view text) {
  return parse_pbkdf2(text).has_value();
}

bool matches_argon2i(std::string_view password, const std::string& encoded) {
  return crypto_pwhash_argon2i_str_verify(encoded.c_str(), password.data(), password.size()) == 0;
}

struct Kind {
  OldHash kind;
  std::string_view name;
  bool (*is)(std::string_view encoded);
  bool (*matches)(std::string_view password, const std::string& encoded);
  // Its ordinary form: what stands before the hash, and how long that is. The hash is of no password.
  std::string_view ordinary;
  std::size_t hash_size;
};

constexpr std::array kinds{
    Kind{OldHash::bcrypt, "bcrypt", is_bcrypt, matches_crypt, "$2y$10$abcdefghijklmnopqrstuu", 31},
    Kind{OldHash::wordpress, "wordpress", is_wordpress, matches_wordpress, "$wp$2y$10$abcdefghijklmnopqrstuu",
         31},
    Kind{OldHash::phpass, "phpass", is_phpass, matches_phpass, "$P$B", 30},
    Kind{OldHash::drupal, "drupal", is_drupal, matches_drupal, "$S$D", 51},
    Kind{OldHash::pbkdf2, "pbkdf2", is_pbkdf2, matches_pbkdf2, "pbkdf2_sha256$600000$salt$", 44},
    Kind{OldHash::crypt, "crypt", is_crypt, matches_crypt, "$6$rounds=5000$salt$", 86},
    Kind{OldHash::argon2i, "argon2i", is_argon2i, matches_argon2i,
         "$argon2i$v=19$m=65536,t=4,p=1$c29tZXNhbHRzb21lc2FsdA$", 43}};

const Kind& of(OldHash wanted) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.kind == wanted; });
  if (found == kinds.end()) throw std::logic_error("a kind of hash that is not in the table");
  return *found;
}

}  // namespace

std::optional<OldHash> old_hash_kind(std::string_view encoded) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.is(encoded); });
  return found == kinds.end() ? std::nullopt : std::optional{found->kind};
}

std::string_view old_hash_name(OldHash kind) {
  return of(kind).name;
}

bool matches_old_hash(OldHash kind, const Secret& password, const std::string& encoded) {
  const auto text = password.reveal();
  return text.size() <= old_password_limit && text.find('\0') == std::string_view::npos &&
         of(kind).matches(text, encoded);
}

std::string ordinary_old_hash(OldHash kind) {
  const auto& known = of(kind);
  // A hash that each alphabet has; a PBKDF2 hash ends as 32 bytes do in base64.
  auto encoded = std::string(known.ordinary) + std::string(known.hash_size, 'A');
  if (kind == OldHash::pbkdf2) encoded.back() = '=';
  return encoded;
}

void compute_old_decoy(OldHash kind, const Secret& password) {
  (void)matches_old_hash(kind, password, ordinary_old_hash(kind));
}

}  // namespace cardea
