#include <algorithm>

#include "token/key_ring.h"
#include "token/pem.h"
#include "token/random_secret.h"

namespace cardea {
namespace {

constexpr int refresh_numbers = 255;

bool same_kind(const KeyFileName& left, const KeyFileName& right) {
  return left.algorithm == right.algorithm && left.legacy == right.legacy;
}

// Two keys of one kind that begin in the same second would leave open which of them signs.
void move_to_free_second(KeyFileName& name, const std::vector<KeyFileName>& names) {
  const auto begins_with_it = [&](const KeyFileName& other) {
    return same_kind(name, other) && name.from == other.from;
  };
  while (std::any_of(names.begin(), names.end(), begins_with_it)) name.from += seconds{1};
}

// Numbers go round, so that one is used again as late as possible: tokens of its former key may be about.
std::uint8_t next_free_number(const KeyFileName& kind, const std::vector<KeyFileName>& names,
                              const std::string& directory) {
  std::vector<int> taken;
  for (const auto& name : names)
    if (same_kind(name, kind)) taken.push_back(name.number);
  const int newest = taken.empty() ? 0 : taken.back();
  for (int step = 0; step < refresh_numbers; ++step) {
    const int number = (newest + step) % refresh_numbers + 1;
    if (std::find(taken.begin(), taken.end(), number) == taken.end())
      return static_cast<std::uint8_t>(number);
  }
  throw KeyError(directory + ": all 255 numbers are taken; remove old keys with: cardea purge");
}

// Whether name made way, more than retention ago, for a key of the kind that signs today.
bool is_spent(const KeyFileName& name, const std::vector<KeyFileName>& signing_today, Instant long_ago) {
  return std::any_of(signing_today.begin(), signing_today.end(), [&](const KeyFileName& newer) {
    return newer.from > name.from && newer.from < long_ago;
  });
}

}  // namespace

std::string create_signing_key(const std::string& directory, Algorithm algorithm, Instant from,
                               Entropy& entropy) {
  KeyDirectory::create(directory);
  KeyDirectory keys{directory};
  keys.lock();
  KeyFileName name{std::chrono::floor<seconds>(from), algorithm, 0};
  move_to_free_second(name, keys.names());
  keys.write(name, SigningKey::generate(algorithm, entropy).private_pem());
  return name.text();
}

std::string create_refresh_key(const std::string& directory, Instant from, Entropy& entropy) {
  KeyDirectory::create(directory);
  KeyDirectory keys{directory};
  keys.lock();
  const auto names = keys.names();
  KeyFileName name{std::chrono::floor<seconds>(from), std::nullopt, 0};
  name.number = next_free_number(name, names, directory);
  move_to_free_second(name, names);
  keys.write(name, write_pem(refresh_key_label, random_secret(refresh_key_size, entropy)));
  return name.text();
}

std::string create_legacy_key(const std::string& directory, const LegacyKey& key, Instant now) {
  KeyDirectory::create(directory);
  KeyDirectory keys{directory};
  keys.lock();
  const auto names = keys.names();
  KeyFileName name{std::chrono::floor<seconds>(now), std::nullopt, 0, true};
  name.number = next_free_number(name, names, directory);
  move_to_free_second(name, names);
  keys.write(name, write_legacy_key(key));
  return name.text();
}

namespace {

// One that cannot be read is somebody else's to look at.
bool has_ended(const KeyDirectory& keys, const KeyFileName& name, Instant now) {
  const auto key = parse_legacy_key(keys.read(name));
  return key && key->until <= now;
}

}  // namespace

std::vector<std::string> remove_spent_keys(const std::string& directory, Algorithm algorithm,
                                           seconds retention, Instant now) {
  KeyDirectory keys{directory};
  keys.lock();
  const auto names = keys.names();
  std::vector<KeyFileName> signing;
  std::vector<KeyFileName> refresh;
  for (const auto& name : names) {
    if (name.algorithm == algorithm) signing.push_back(name);
    if (name.is_refresh()) refresh.push_back(name);
  }
  std::vector<std::string> removed;
  for (const auto& name : names) {
    const bool spent = name.legacy ? has_ended(keys, name, now)
                                   : is_spent(name, name.algorithm ? signing : refresh, now - retention);
    if (!spent) continue;
    keys.remove(name);
    removed.push_back(name.text());
  }
  return removed;
}

}  // namespace cardea
