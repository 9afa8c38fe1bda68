#include "torture/installation.h"

#include <stdexcept>

#include "auth/session/end.h"
#include "base/encoding.h"
#include "store/sql/migrate.h"
#include "store/sql/pool.h"

namespace cardea::torture {
namespace {

constexpr std::chrono::hours day{24};
constexpr milliseconds patience{60'000};
constexpr int password_computations = 8;

Settings with_keys(const std::string& directory, Entropy& entropy) {
  create_signing_key(directory, Algorithm::hs256, beginning - 30 * day, entropy);
  create_refresh_key(directory, beginning - 30 * day, entropy);
  auto settings = testing::usual_settings(directory);
  settings.tokens.algorithm = Algorithm::hs256;
  settings.password.memory = 8 * 1024;
  // A sign-in that was killed counts as failed, and thousands of histories come from one address.
  settings.limits.address_failures.failures = 1'000'000;
  return settings;
}

// The hosts in the order in which web host number `first` tries them.
DatabaseSettings with_first(DatabaseSettings database, std::size_t first) {
  auto& hosts = database.hosts;
  if (!hosts.empty())
    std::rotate(hosts.begin(), hosts.begin() + static_cast<std::ptrdiff_t>(first % hosts.size()),
                hosts.end());
  return database;
}

std::string random_word() {
  SystemEntropy entropy;
  return hex_encode(view_of(random_array<16>(entropy)));
}

std::string null_or_hex(const std::optional<Digest>& digest) {
  return digest ? "x'" + hex_encode(view_of(*digest)) + "'" : "NULL";
}

}  // namespace

void Draws::fill(std::span<std::uint8_t> out) {
  repeatable_ ? counting_.fill(out) : system_.fill(out);
}

Installation::Installation(std::optional<DatabaseSettings> database)
    : entropy(!database),
      settings(with_keys(directory_.path(), entropy)),
      database_(std::move(database)),
      gate_(directory_.file("hashing.lock"), password_computations, patience),
      run_(random_word()) {
  Worker worker(*this, beginning);
  password_hash_ = worker.passwords().hash(Secret::copy_of(testing::valid_password)).value();
  if (!database_) {
    memory_ = std::make_unique<testing::TestStore>();
    return;
  }
  migrate(*database_, beginning);
  const auto nodes = std::max<std::size_t>(1, database_->hosts.size());
  for (std::size_t node = 0; node < nodes; ++node) nodes_.push_back(open_store(with_first(*database_, node)));
}

void Installation::begin() {
  if (memory_) memory_ = std::make_unique<testing::TestStore>();
}

Store& Installation::store_of(std::size_t host) {
  if (memory_) return *memory_;
  return *nodes_.at(host % nodes_.size());
}

void Installation::overwrite(const Session& session) {
  if (memory_) return memory_->overwrite_session(session);
  const auto number = [](Instant at) { return std::to_string(unix_milliseconds(at)); };
  const auto changed =
      open_connection(*database_, 0, MissingFile::refuse)
          ->execute("UPDATE {prefix}session SET generation = " + std::to_string(session.generation) +
                    ", rotated_at = " + number(session.rotated_at) + ", idle_until = " +
                    number(session.idle_until) + ", idempotency = " + null_or_hex(session.idempotency) +
                    " WHERE id = x'" + hex_encode(session.id.bytes()) + "'")
          .changed;
  if (changed != 1) throw std::logic_error("the row that was to be restored is not there");
}

User Installation::new_user(Instant now) {
  const auto email = std::to_string(++users_made_) + "-" + run_ + "@example.com";
  User user;
  user.id = UserId::make(now, entropy);
  user.email = {email, email};
  user.password_hash = password_hash_;
  user.created_at = now;
  return user;
}

Installation::Worker::Worker(Installation& installation, Instant now)
    : installation_(installation),
      keys_(installation.settings.tokens.keys, installation.settings.tokens.algorithm, now),
      revoked_(installation.settings.tokens.revocations, revocations_kept(installation.settings.tokens)),
      passwords_(installation.settings.password, installation.gate_) {}

Deps Installation::Worker::deps(const Settings& settings, Store& store, const Clock& clock) {
  return {.settings = settings,
          .store = store,
          .keys = keys_,
          .revoked = revoked_,
          .passwords = passwords_,
          .entropy = installation_.entropy,
          .letters = letters_,
          .http = http_,
          .verified = &verified_,
          .clock = &clock};
}

}  // namespace cardea::torture
