#include "password/password.h"

#include <sodium.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "base/utf8.h"
#include "password/argon2id.h"
#include "password/old_hash.h"

namespace cardea {
namespace {

// Any salt will do: nothing is compared with what the decoy computes.
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

// What the stored hash may have been made from: our hashes from the normalised text, imported ones from the
// bytes that a browser sent. Depends on nothing but what was typed, so that the number of attempts says
// nothing about the account.
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
  if (failed != 0) throw std::runtime_error("no memory to check a password");
}

// libsodium says "does not match" when it got no memory, too.
bool memory_is_short(std::int64_t memory_kib) {
  const auto size = static_cast<std::size_t>(memory_kib) * 1024;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return true;
  munmap(memory, size);
  return false;
}

bool matches(const Secret& password, const Argon2idHash& stored) {
  const auto text = password.reveal();
  if (crypto_pwhash_str_verify(stored.text.c_str(), text.data(), text.size()) == 0) return true;
  if (memory_is_short(stored.memory_kib)) throw std::runtime_error("no memory to check a password");
  return false;
}

bool as_configured(const Argon2idHash& hash, const PasswordSettings& settings) {
  return !hash.reordered && hash.memory_kib == settings.memory / 1024 &&
         hash.iterations == settings.iterations && hash.lanes == 1;
}

std::optional<OldHash> accepted_old_hash(const std::string& encoded, const PasswordSettings& settings) {
  const auto& accepted = settings.imported;
  if (accepted.empty()) return std::nullopt;
  const auto kind = old_hash_kind(encoded);
  const bool is_accepted = kind && std::find(accepted.begin(), accepted.end(), *kind) != accepted.end();
  return is_accepted ? kind : std::nullopt;
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

Passwords::Passwords(const PasswordSettings& settings, HashingGate& gate)
    : settings_(settings), gate_(gate) {}

std::optional<std::string> Passwords::hash(const Secret& password) {
  prepare_sodium();
  const auto slot = gate_.enter();
  if (!slot) return std::nullopt;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const auto text = password.reveal();
  const int failed = crypto_pwhash_str_alg(
      out.data(), text.data(), text.size(), static_cast<unsigned long long>(settings_.iterations),
      static_cast<std::size_t>(settings_.memory), crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw std::runtime_error("no memory to hash a password");
  return std::string(out.data());
}

PasswordVerdict Passwords::check(const Secret& typed, const std::string& encoded) {
  prepare_sodium();
  const auto attempts = readings(typed, settings_);
  const auto stored = parse_argon2id(encoded);
  const auto old = accepted_old_hash(encoded, settings_);
  const auto slot = gate_.enter();
  if (!slot) return PasswordVerdict::busy;
  for (const auto& attempt : attempts) {
    if (old && matches_old_hash(*old, attempt, encoded)) return PasswordVerdict::right_needs_rehash;
    if (!stored) {
      compute_decoy(attempt, settings_);
    } else if (matches(attempt, *stored)) {
      const bool ours = as_configured(*stored, settings_) && &attempt == &attempts.front();
      return ours ? PasswordVerdict::right : PasswordVerdict::right_needs_rehash;
    }
    for (const auto kind : settings_.imported)
      if (kind != old) compute_old_decoy(kind, attempt);
  }
  return PasswordVerdict::wrong;
}

}  // namespace cardea
