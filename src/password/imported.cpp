#include "password/imported.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "password/argon2id.h"
#include "password/imported_digests.h"

namespace cardea {
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
