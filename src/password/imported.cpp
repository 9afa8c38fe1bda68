#include "password/imported.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "password/argon2id.h"

namespace cardea {
namespace {

constexpr std::size_t max_salt = 128;
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

Secret digest(const EVP_MD* kind, std::string_view bytes) {
  return Secret(Digester(kind).of(bytes, ""));
}

using Parts = std::array<std::string_view, 3>;

// Of the parts one after another.
Secret hex_digest(const EVP_MD* kind, const Parts& parts) {
  std::string text;
  // No copy of the password is left behind.
  text.reserve(parts[0].size() + parts[1].size() + parts[2].size());
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
  if (parts->salt.empty() || parts->salt.size() > max_salt) return std::nullopt;
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

namespace {

constexpr std::size_t min_hash = 16;
constexpr std::size_t max_hash = 64;

struct Spelling {
  std::string_view name;
  char separator;
  Pbkdf2Digest digest;
};

constexpr Spelling spellings[] = {{"pbkdf2_sha256", '$', Pbkdf2Digest::sha256},
                                  {"pbkdf2_sha1", '$', Pbkdf2Digest::sha1},
                                  {"sha256", ':', Pbkdf2Digest::sha256}};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<Pbkdf2Hash> parse_as(const Spelling& spelling, std::string_view encoded) {
  const auto parts = split(encoded, spelling.separator);
  if (parts.size() != 4 || parts[0] != spelling.name) return std::nullopt;
  const auto iterations = whole_number(parts[1], max_pbkdf2_iterations);
  auto hash = base64_decode(parts[3]);
  if (!iterations || *iterations < 1 || parts[2].empty() || parts[2].size() > max_salt) return std::nullopt;
  if (!hash || hash->size() < min_hash || hash->size() > max_hash) return std::nullopt;
  return Pbkdf2Hash{.digest = spelling.digest,
                    .iterations = static_cast<int>(*iterations),
                    .salt = std::string(parts[2]),
                    .hash = *std::move(hash)};
}

constexpr std::int64_t max_scrypt_memory = 128 * 1024 * 1024;
constexpr std::int64_t max_scrypt_work = 2 * 1024 * 1024;  // N times r times p

struct ScryptHash {
  std::int64_t n = 0;
  std::int64_t r = 0;
  std::int64_t p = 0;
  std::string salt;
  std::string hash;
};

std::optional<ScryptHash> parse_scrypt(std::string_view encoded) {
  const auto parts = split(encoded, '$');
  if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
  const auto n = whole_number(parts[1], max_scrypt_work), r = whole_number(parts[3], 64),
             p = whole_number(parts[4], 64);
  auto hash = base64_decode(parts[5]);
  if (!n || !r || !p || *n < 2 || *r < 1 || *p < 1 || (*n & (*n - 1)) != 0) return std::nullopt;
  if (128 * *n * *r > max_scrypt_memory || *n * *r * *p > max_scrypt_work) return std::nullopt;
  if (!hash || hash->size() < min_hash || hash->size() > max_hash || parts[2].size() > max_salt)
    return std::nullopt;
  return ScryptHash{.n = *n, .r = *r, .p = *p, .salt = std::string(parts[2]), .hash = *std::move(hash)};
}

}  // namespace

std::optional<Pbkdf2Hash> parse_pbkdf2(std::string_view encoded) {
  for (const auto& spelling : spellings)
    if (auto parsed = parse_as(spelling, encoded)) return parsed;
  return std::nullopt;
}

bool matches_pbkdf2(std::string_view password, const std::string& encoded) {
  const auto stored = parse_pbkdf2(encoded);
  if (!stored) return false;
  const auto* digest = stored->digest == Pbkdf2Digest::sha1 ? EVP_sha1() : EVP_sha256();
  std::string computed(stored->hash.size(), '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(stored->salt.data()),
                        static_cast<int>(stored->salt.size()), stored->iterations, digest,
                        static_cast<int>(computed.size()),
                        reinterpret_cast<unsigned char*>(computed.data())) != 1)
    throw std::runtime_error("PBKDF2 for an imported password cannot be computed");
  return equal_in_constant_time(computed, stored->hash);
}

bool is_scrypt(std::string_view encoded) {
  return parse_scrypt(encoded).has_value();
}

bool matches_scrypt(std::string_view password, const std::string& encoded) {
  const auto stored = parse_scrypt(encoded);
  if (!stored) return false;
  std::string computed(stored->hash.size(), '\0');
  const auto number = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(stored->salt.data()), stored->salt.size(),
                     number(stored->n), number(stored->r), number(stored->p), 2 * max_scrypt_memory,
                     reinterpret_cast<unsigned char*>(computed.data()), computed.size()) != 1)
    throw std::runtime_error("scrypt for an imported password cannot be computed");
  return equal_in_constant_time(computed, stored->hash);
}

namespace {

constexpr std::string_view alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t min_doublings = 7;
constexpr std::size_t max_doublings = 18;
constexpr std::size_t prefix_size = 4;  // "$P$B"
constexpr std::size_t salt_size = 8;
constexpr std::size_t phpass_size = prefix_size + salt_size + 22;
constexpr std::size_t drupal_size = 55;

bool has_shape(std::string_view encoded, std::size_t size) {
  if (encoded.size() != size) return false;
  const auto doublings = alphabet.find(encoded[3]);
  return doublings != std::string_view::npos && doublings >= min_doublings && doublings <= max_doublings &&
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
  const auto text = hex_digest(EVP_md5(), {password});
  const auto inner = std::string_view(encoded).substr(1);
  return matches(text.reveal(), inner, is_sha512_form(inner) ? EVP_sha512() : EVP_md5());
}

std::string phpass_of(std::string_view password, std::string_view settings) {
  return computed(password, settings, EVP_md5());
}

namespace {

constexpr std::int64_t min_bcrypt_cost = 4;
constexpr std::int64_t max_bcrypt_cost = 14;
constexpr std::int64_t max_crypt_rounds = 500'000;
constexpr std::size_t wordpress_password_limit = 4096;

constexpr std::string_view crypt_alphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_crypt_text(std::string_view text) {
  return text.find_first_not_of(crypt_alphabet) == std::string_view::npos;
}

// "$2y$10$" and 53 letters.
bool is_bcrypt_text(std::string_view text) {
  if (text.size() != 60 ||
      (!text.starts_with("$2a$") && !text.starts_with("$2b$") && !text.starts_with("$2y$")))
    return false;
  const auto cost = whole_number(text.substr(4, 2), max_bcrypt_cost);
  return cost && *cost >= min_bcrypt_cost && text[6] == '$' && is_crypt_text(text.substr(7));
}

// "$6$rounds=5000$salt$hash", "$1$salt$hash".
bool is_crypt(std::string_view text) {
  if (!text.starts_with("$1$") && !text.starts_with("$5$") && !text.starts_with("$6$")) return false;
  const std::size_t hash_size = text[1] == '1' ? 22 : text[1] == '5' ? 43 : 86;
  text.remove_prefix(3);
  if (text.starts_with("rounds=")) {
    const auto end = text.find('$');
    if (end == std::string_view::npos || !whole_number(text.substr(7, end - 7), max_crypt_rounds))
      return false;
    text.remove_prefix(end + 1);
  }
  const auto end = text.find('$');
  return end <= 16 && is_crypt_text(text.substr(0, end)) && text.size() == end + 1 + hash_size &&
         is_crypt_text(text.substr(end + 1));
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

constexpr std::string_view bcrypt_of_sha256 = "bcrypt_sha256$";

// The bcrypt hash itself, without what Django, Nextcloud and XenForo 2 write around it.
std::string_view bcrypt_of(std::string_view text) {
  constexpr std::string_view xenforo = "a:1:{s:4:\"hash\";s:60:\"";
  constexpr std::string_view xenforo_end = "\";}";
  for (const auto prefix : {bcrypt_of_sha256, std::string_view("bcrypt$"), std::string_view("1|")})
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  if (text.starts_with(xenforo) && text.ends_with(xenforo_end))
    return text.substr(xenforo.size(), text.size() - xenforo.size() - xenforo_end.size());
  return text;
}

bool is_bcrypt(std::string_view text) {
  return is_bcrypt_text(bcrypt_of(text));
}

bool matches_bcrypt(std::string_view password, const std::string& encoded) {
  const std::string hash(bcrypt_of(encoded));
  if (!encoded.starts_with(bcrypt_of_sha256)) return matches_crypt(password, hash);
  const auto bytes = sha256(password);
  const Secret text{hex_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()})};
  return matches_crypt(text.reveal(), hash);
}

// phpBB 3.1 and later made bcrypt hashes of the phpass hashes that it had: "$H\2y$", the settings of phpass,
// "$", cost, "\", salt, "$", hash.
struct Combined {
  std::string phpass;  // "$H$9saltsalt"
  std::string bcrypt;
};

std::optional<Combined> parse_phpbb(std::string_view text) {
  constexpr std::size_t prefix = 6, settings = 9, cost = 2, salt = 22, size = 73;
  if (text.size() != size || (!text.starts_with("$H\\2") && !text.starts_with("$P\\2"))) return std::nullopt;
  const auto middle = text.substr(prefix + settings);  // "$10\salt$hash"
  if (text[5] != '$' || middle[0] != '$' || middle[1 + cost] != '\\' || middle[2 + cost + salt] != '$')
    return std::nullopt;
  Combined result{.phpass = "$H$" + std::string(text.substr(prefix, settings)), .bcrypt = "$2"};
  result.bcrypt += text[4];
  result.bcrypt += "$" + std::string(middle.substr(1, cost)) + "$" +
                   std::string(middle.substr(2 + cost, salt)) + std::string(middle.substr(3 + cost + salt));
  if (!is_phpass(result.phpass + std::string(22, '.')) || !is_bcrypt_text(result.bcrypt)) return std::nullopt;
  return result;
}

bool is_phpbb(std::string_view text) {
  return parse_phpbb(text).has_value();
}

bool matches_phpbb(std::string_view password, const std::string& encoded) {
  const auto stored = parse_phpbb(encoded);
  if (!stored) return false;
  const Secret inner{phpass_of(password, stored->phpass)};
  return matches_crypt(inner.reveal().substr(stored->phpass.size()), stored->bcrypt);
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
  return text.starts_with("$wp$2y$") && is_bcrypt_text(text.substr(3));
}

bool is_pbkdf2(std::string_view text) {
  return parse_pbkdf2(text).has_value();
}

bool is_argon2i(std::string_view text) {
  return parse_argon2i(text).has_value();
}

bool matches_argon2i(std::string_view password, const std::string& encoded) {
  const auto stored = parse_argon2i(encoded);
  return stored && matches_argon2(password, *stored);
}

// PHP's addslashes(), which WordPress and Gnuboard do to everything that is posted.
std::string with_slashes(std::string_view text) {
  std::string result;
  result.reserve(2 * text.size());  // no copy of the password is left behind
  for (const char letter : text) {
    if (letter == '\'' || letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result;
}

// PHP's htmlspecialchars() with ENT_COMPAT, as phpBB calls it.
std::string with_entities(std::string_view text) {
  std::string result;
  result.reserve(6 * text.size());
  for (const char letter : text) {
    if (letter == '&') {
      result += "&amp;";
    } else if (letter == '"') {
      result += "&quot;";
    } else if (letter == '<') {
      result += "&lt;";
    } else if (letter == '>') {
      result += "&gt;";
    } else {
      result += letter;
    }
  }
  return result;
}

std::string as_it_is(std::string_view text) {
  return std::string(text);
}

// What a program did to a password before it hashed it, apart from cutting blanks off both ends.
using Change = std::string (*)(std::string_view text);

struct Kind {
  ImportedHash kind;
  bool (*is)(std::string_view encoded);
  bool (*matches)(std::string_view password, const std::string& encoded);
  // Its ordinary form: what stands before the hash, and how long that is. The hash is of no password.
  std::string_view ordinary;
  std::size_t hash_size;
  std::array<Change, 2> changes;  // null where there is none
};

constexpr std::array kinds{
    Kind{ImportedHash::bcrypt,
         is_bcrypt,
         matches_bcrypt,
         "$2y$10$abcdefghijklmnopqrstuu",
         31,
         {with_slashes, with_entities}},
    Kind{ImportedHash::wordpress,
         is_wordpress,
         matches_wordpress,
         "$wp$2y$10$abcdefghijklmnopqrstuu",
         31,
         {with_slashes, nullptr}},
    Kind{ImportedHash::phpass, is_phpass, matches_phpass, "$P$B", 30, {with_slashes, with_entities}},
    Kind{ImportedHash::phpbb,
         is_phpbb,
         matches_phpbb,
         "$H\\2y$9abcdefgh$10\\abcdefghijklmnopqrstuu$",
         31,
         {with_entities, nullptr}},
    Kind{ImportedHash::drupal, is_drupal, matches_drupal, "$S$D", 51, {as_it_is, nullptr}},
    Kind{ImportedHash::pbkdf2,
         is_pbkdf2,
         matches_pbkdf2,
         "pbkdf2_sha256$600000$salt$",
         44,
         {with_slashes, nullptr}},
    Kind{ImportedHash::scrypt, is_scrypt, matches_scrypt, "scrypt$16384$salt$8$5$", 88, {nullptr, nullptr}},
    Kind{ImportedHash::crypt, is_crypt, matches_crypt, "$6$rounds=5000$salt$", 86, {nullptr, nullptr}},
    Kind{ImportedHash::argon2i,
         is_argon2i,
         matches_argon2i,
         "$argon2i$v=19$m=65536,t=4,p=1$c29tZXNhbHRzb21lc2FsdA$",
         43,
         {with_entities, nullptr}},
    Kind{ImportedHash::mysql, is_mysql_password, matches_mysql_password, "*", 40, {with_slashes, nullptr}},
    Kind{ImportedHash::salted,
         is_salted_digest,
         matches_salted_digest,
         "5f4dcc3b5aa765d61d8327deb882cf99:",
         8,
         {with_slashes, with_entities}},
    Kind{ImportedHash::md5, is_plain_md5, matches_plain_digest, "", 32, {with_slashes, with_entities}},
    Kind{ImportedHash::sha1, is_plain_sha1, matches_plain_digest, "", 40, {with_slashes, with_entities}},
    Kind{ImportedHash::sha256, is_plain_sha256, matches_plain_digest, "", 64, {with_slashes, with_entities}}};
static_assert(kinds.size() == old_hash_names.size());

const Kind& of(ImportedHash wanted) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.kind == wanted; });
  if (found == kinds.end()) throw std::logic_error("a kind of hash that is not in the table");
  return *found;
}

}  // namespace

std::optional<ImportedHash> old_hash_kind(std::string_view encoded) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.is(encoded); });
  return found == kinds.end() ? std::nullopt : std::optional{found->kind};
}

std::string_view old_hash_name(ImportedHash kind) {
  return old_hash_names.at(static_cast<std::size_t>(kind));
}

std::vector<Secret> hashed_forms(ImportedHash kind, const std::vector<Secret>& typed) {
  auto forms = typed;
  for (const auto change : of(kind).changes) {
    if (change == nullptr || typed.empty()) continue;
    Secret form{change(trimmed(typed.front().reveal()))};
    const auto is_form = [&](const Secret& other) { return other.reveal() == form.reveal(); };
    if (std::none_of(forms.begin(), forms.end(), is_form)) forms.push_back(std::move(form));
  }
  return forms;
}

bool matches_old_hash(ImportedHash kind, const Secret& password, const std::string& encoded) {
  const auto text = password.reveal();
  return text.size() <= old_password_limit && text.find('\0') == std::string_view::npos &&
         of(kind).matches(text, encoded);
}

std::string ordinary_old_hash(ImportedHash kind) {
  const auto& known = of(kind);
  // A hash that each alphabet has; those in base64 end as 32 and 64 bytes do.
  auto encoded = std::string(known.ordinary) + std::string(known.hash_size, 'A');
  if (kind == ImportedHash::pbkdf2) encoded.back() = '=';
  if (kind == ImportedHash::scrypt) encoded.replace(encoded.size() - 2, 2, "==");
  return encoded;
}

void compute_old_decoy(ImportedHash kind, const Secret& password) {
  (void)matches_old_hash(kind, password, ordinary_old_hash(kind));
}

}  // namespace cardea
