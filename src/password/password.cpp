#include "password/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "password/argon2id.h"
#include "password/common.h"
#include "password/imported.h"

namespace cardea {
namespace {

// Any salt will do: the result of the decoy is not compared.
constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> decoy_salt{'d', 'e', 'c', 'o', 'y'};

void prepare_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("libsodium cannot be initialised");
}

std::optional<Secret> normalized(const Secret& typed, const PasswordSettings& settings) {
  auto text = normalize_nfc(typed.reveal(), static_cast<std::size_t>(settings.max_length));
  if (!text) return std::nullopt;
  return Secret(std::move(*text));
}

// The texts from which the stored hash may have been made: our hashes from the normalised text, imported ones from
// the bytes that a browser sent. Depends on the typed text alone, so that the number of attempts says nothing about
// the account.
std::vector<Secret> readings(const Secret& typed, const PasswordSettings& settings) {
  std::vector<Secret> result;
  auto text = normalized(typed, settings);
  const bool changed = !text || text->reveal() != typed.reveal();
  if (text) result.push_back(std::move(*text));
  if (changed) result.push_back(typed);
  return result;
}

void compute_decoy(const Secret& password, const PasswordSettings& settings) {
  std::array<unsigned char, 32> out{};
  const auto text = password.reveal();
  const int failed = crypto_pwhash(out.data(), out.size(), text.data(), text.size(), decoy_salt.data(),
                                   static_cast<unsigned long long>(settings.iterations),
                                   static_cast<std::size_t>(settings.memory), crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw std::system_error(ENOMEM, std::generic_category(), "checking a password");
}

// False also for a hash of ours in another spelling or with a prefix.
bool as_configured(const Argon2Hash& hash, std::string_view encoded, const PasswordSettings& settings) {
  return hash.text == encoded && hash.memory_kib == settings.memory / 1024 &&
         hash.iterations == settings.iterations && hash.lanes == 1;
}

std::optional<ImportedHash> accepted_old_hash(const std::string& encoded, const PasswordSettings& settings) {
  const auto& accepted = settings.imported;
  if (accepted.empty()) return std::nullopt;
  const auto kind = old_hash_kind(encoded);
  const bool is_accepted = kind && std::find(accepted.begin(), accepted.end(), *kind) != accepted.end();
  return is_accepted ? kind : std::nullopt;
}

// phpBB 3.3 makes Argon2 hashes of what it changed first, in the same way as for its older kinds.
std::vector<Secret> argon2id_forms(const std::vector<Secret>& typed, const PasswordSettings& settings) {
  const auto& accepted = settings.imported;
  const bool has_phpbb = std::find(accepted.begin(), accepted.end(), ImportedHash::phpbb) != accepted.end();
  return has_phpbb ? hashed_forms(ImportedHash::phpbb, typed) : typed;
}

std::vector<std::string> words_of_names(const std::vector<std::string_view>& names) {
  std::vector<std::string> words;
  for (const auto name : names)
    for (auto& word : words_of_name(name)) words.push_back(std::move(word));
  return words;
}

TextSetFile open_list(const std::string& path) {
  auto opened = TextSetFile::open(path);
  if (auto* file = std::get_if<TextSetFile>(&opened)) return std::move(*file);
  throw std::system_error(EIO, std::generic_category(),
                          "[password] common_file: " + std::get<std::string>(opened));
}

}  // namespace

std::variant<Secret, PasswordProblem> prepare_password(const Secret& typed,
                                                       const PasswordSettings& settings) {
  if (typed.reveal().find('\0') != std::string_view::npos) return PasswordProblem::not_text;
  if (!is_utf8(typed.reveal())) return PasswordProblem::not_text;
  auto text = normalized(typed, settings);
  if (!text) return PasswordProblem::too_long;
  if (code_points(text->reveal()) < static_cast<std::size_t>(settings.min_length))
    return PasswordProblem::too_short;
  return std::move(*text);
}

Passwords::Passwords(const PasswordSettings& settings, HashingSlots& gate)
    : settings_(settings), gate_(gate) {}

std::variant<ChosenPassword, PasswordProblem> Passwords::choose(const Secret& typed,
                                                                const std::vector<std::string_view>& names) {
  auto prepared = prepare_password(typed, settings_);
  if (const auto* problem = std::get_if<PasswordProblem>(&prepared)) return *problem;
  ChosenPassword chosen{.text = std::get<Secret>(std::move(prepared))};
  if (settings_.common == CommonPolicy::off) return chosen;
  const Secret lower(fold_case(chosen.text.reveal()));
  chosen.is_common = is_listed(lower.reveal()) || is_made_of(lower.reveal(), words_of_names(names));
  if (chosen.is_common && settings_.common == CommonPolicy::refuse) return PasswordProblem::too_common;
  return chosen;
}

bool Passwords::is_listed(std::string_view lower) {
  if (!settings_.common_file.empty() && !common_file_) common_file_ = open_list(settings_.common_file);
  const auto forms = common_forms(lower);
  return std::any_of(forms.begin(), forms.end(), [this](std::string_view form) {
    return built_in_passwords().holds(form) || (common_file_ && common_file_->set().holds(form));
  });
}

std::optional<std::string> Passwords::hash(const Secret& password) {
  prepare_sodium();
  const auto slot = gate_.enter();
  if (!slot) return std::nullopt;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const auto text = password.reveal();
  const int failed = crypto_pwhash_str_alg(
      out.data(), text.data(), text.size(), static_cast<unsigned long long>(settings_.iterations),
      static_cast<std::size_t>(settings_.memory), crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw std::system_error(ENOMEM, std::generic_category(), "hashing a password");
  return std::string(out.data());
}

std::optional<std::string> Passwords::rehash(const Secret& typed) {
  return hash(readings(typed, settings_).front());
}

PasswordVerdict Passwords::check(const Secret& typed, const std::string& encoded) {
  prepare_sodium();
  const auto texts = readings(typed, settings_);
  const auto old = accepted_old_hash(encoded, settings_);
  const auto slot = gate_.enter();
  if (!slot) return PasswordVerdict::busy;
  if (old) {
    for (const auto& form : hashed_forms(*old, texts))
      if (matches_old_hash(*old, form, encoded)) return PasswordVerdict::right_needs_rehash;
  }
  const auto verdict = check_argon2id(texts, encoded);
  if (verdict != PasswordVerdict::wrong) return verdict;
  for (const auto kind : settings_.imported) {
    if (kind == old) continue;
    for (const auto& form : hashed_forms(kind, texts)) compute_old_decoy(kind, form);
  }
  return PasswordVerdict::wrong;
}

PasswordVerdict Passwords::check_argon2id(const std::vector<Secret>& texts,
                                          const std::string& encoded) const {
  const auto stored = parse_argon2id(encoded);
  const bool ours = stored && as_configured(*stored, encoded, settings_);
  const auto forms = argon2id_forms(texts, settings_);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const bool as_typed = i < texts.size();
    if (!stored) {
      compute_decoy(forms[i], settings_);
    } else if (matches_argon2(forms[i].reveal(), *stored) && (as_typed || !ours)) {
      return ours && i == 0 ? PasswordVerdict::right : PasswordVerdict::right_needs_rehash;
    }
  }
  return PasswordVerdict::wrong;
}

}  // namespace cardea
