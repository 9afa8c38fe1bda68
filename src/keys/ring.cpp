#include "keys/ring.h"

#include <algorithm>

#include "base/json.h"
#include "keys/material.h"

namespace cardea {
namespace {

constexpr std::string_view legacy_label = "CARDEA LEGACY KEY";
constexpr std::size_t end_size = 8;

std::string big_endian(std::int64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((number >> shift) & 0xFF));
  return bytes;
}

std::int64_t of_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = (number << 8) | byte;
  return static_cast<std::int64_t>(number);
}

}  // namespace

Secret write_legacy_key(const LegacyKey& key) {
  std::string bytes;
  bytes.reserve(end_size + 1 + key.subject_claim.size() + key.bytes.size());
  bytes.append(big_endian(unix_seconds(key.until)));
  bytes.push_back(static_cast<char>(key.subject_claim.size()));
  bytes.append(key.subject_claim).append(key.bytes.reveal());
  return write_pem(legacy_label, Secret{std::move(bytes)});
}

std::optional<LegacyKey> parse_legacy_key(const Secret& pem) {
  const auto block = parse_pem(pem.reveal());
  if (!block || block->label != legacy_label) return std::nullopt;
  const auto bytes = block->bytes.reveal();
  if (bytes.size() <= end_size) return std::nullopt;
  const std::size_t name_size = static_cast<unsigned char>(bytes[end_size]);
  const auto secret_at = end_size + 1 + name_size;
  if (name_size == 0 || name_size > claim_name_limit || bytes.size() <= secret_at) return std::nullopt;
  const auto until = of_big_endian(bytes.substr(0, end_size));
  if (until < 0 || until > latest_date / 1000) return std::nullopt;
  return LegacyKey{.name = {},
                   .until = from_unix_seconds(until),
                   .subject_claim = std::string(bytes.substr(end_size + 1, name_size)),
                   .bytes = Secret::copy_of(bytes.substr(secret_at))};
}

namespace {

constexpr std::size_t kid_size = 43;
constexpr milliseconds look_interval{1000};
// File systems round the time of a change, some to two seconds: a directory read that soon after a change may
// have changed again without a trace.
constexpr milliseconds trace_delay{2000};

[[noreturn]] void fail(const std::string& directory, const KeyFileName& name, const std::string& trouble) {
  throw KeyError(directory + '/' + name.text() + ": " + trouble);
}

DatedKey signing_key_of(const std::string& directory, const KeyFileName& name, const Secret& text) {
  auto key = SigningKey::of_pem(text);
  if (!key) fail(directory, name, "holds no key that we can use, or too weak a one; move it away");
  if (key->algorithm() != name.algorithm)
    fail(directory, name, "holds a key of another algorithm than its name says");
  return {name.from, std::move(*key)};
}

RefreshKey refresh_key_of(const std::string& directory, const KeyFileName& name, const Secret& text) {
  auto block = parse_pem(text.reveal());
  if (!block || block->label != refresh_key_label || block->bytes.size() != refresh_key_size)
    fail(directory, name, "holds no key of refresh tokens; move it away");
  return {name.number, name.from, std::move(block->bytes)};
}

LegacyKey legacy_key_of(const std::string& directory, const KeyFileName& name, const Secret& text) {
  auto key = parse_legacy_key(text);
  if (!key) fail(directory, name, "holds no key of a former system; move it away");
  key->name = name;
  return std::move(*key);
}

void require_unique(const std::string& directory, const KeyFileName& name,
                    const std::vector<RefreshKey>& keys) {
  const auto same_number = [&](const RefreshKey& key) { return key.number == name.number; };
  if (std::any_of(keys.begin(), keys.end(), same_number))
    fail(directory, name, "another key has this number; move the wrong one away");
}

}  // namespace

KeyRing::KeyRing(std::string directory, Algorithm algorithm, Instant now)
    : directory_(std::move(directory)), algorithm_(algorithm), looked_at_(now) {
  read(now);
}

KeyRing::Snapshot KeyRing::read_all(const std::string& path) {
  const KeyDirectory directory{path};
  Snapshot snapshot;
  for (const auto& name : directory.names()) {
    const auto text = directory.read(name);
    if (name.algorithm) {
      snapshot.signing.push_back(signing_key_of(path, name, text));
      continue;
    }
    if (name.legacy) {
      snapshot.legacy.push_back(legacy_key_of(path, name, text));
      continue;
    }
    require_unique(path, name, snapshot.refresh);
    snapshot.refresh.push_back(refresh_key_of(path, name, text));
  }
  return snapshot;
}

// The stamp is taken first: if a file changes while we read, the next look reads again.
void KeyRing::read(Instant now) {
  stamp_ = stamp_of_directory(directory_).value_or(DirectoryStamp{});
  read_at_ = now;
  snapshot_ = read_all(directory_);
  ++generation_;
  last_error_.clear();
}

void KeyRing::try_to_read(Instant now) {
  try {
    read(now);
  } catch (const KeyError& error) {
    last_error_ = error.what();
  }
}

bool KeyRing::changed() const {
  const bool left_no_trace = read_at_ - stamp_.changed_at() < trace_delay;
  return left_no_trace || stamp_of_directory(directory_) != stamp_;
}

// A file that is being written, or whose mode is corrected, does not change the directory: while there is an
// error, each second is a new attempt.
void KeyRing::refresh(Instant now) {
  if (now >= looked_at_ && now - looked_at_ < look_interval) return;
  looked_at_ = now;
  if (!last_error_.empty() || changed()) try_to_read(now);
}

void KeyRing::look(Instant now) {
  looked_at_ = now;
  if (changed()) try_to_read(now);
}

const SigningKey& KeyRing::signing(Instant now) const {
  const auto signs = [&](const DatedKey& dated) {
    return dated.key.algorithm() == algorithm_ && dated.from <= now;
  };
  const auto newest = std::find_if(snapshot_.signing.rbegin(), snapshot_.signing.rend(), signs);
  if (newest != snapshot_.signing.rend()) return newest->key;
  throw KeyError(directory_ + ": there is no " + std::string{jose_name(algorithm_)} +
                 " key whose time has come; make one with: cardea key new");
}

const SigningKey* KeyRing::find_signing(std::string_view kid) const {
  const auto& keys = snapshot_.signing;
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& dated) { return dated.key.kid() == kid; });
  return found == keys.end() ? nullptr : &found->key;
}

const SigningKey* KeyRing::verifying(std::string_view kid, Instant now) {
  refresh(now);
  const auto* key = find_signing(kid);
  if (key != nullptr || kid.size() != kid_size) return key;
  look(now);
  return find_signing(kid);
}

const RefreshKey& KeyRing::refresh_signing(Instant at) const {
  const auto& keys = snapshot_.refresh;
  if (keys.empty())
    throw KeyError(directory_ + ": there is no key of refresh tokens; make one with: cardea key new");
  const auto newest =
      std::find_if(keys.rbegin(), keys.rend(), [&](const auto& key) { return key.from <= at; });
  return newest == keys.rend() ? keys.front() : *newest;
}

const RefreshKey* KeyRing::find_refresh(std::uint8_t number) const {
  const auto& keys = snapshot_.refresh;
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.number == number; });
  return found == keys.end() ? nullptr : &*found;
}

const RefreshKey* KeyRing::refresh_verifying(std::uint8_t number, Instant now) {
  refresh(now);
  const auto* key = find_refresh(number);
  if (key != nullptr) return key;
  look(now);
  return find_refresh(number);
}

const std::vector<DatedKey>& KeyRing::signing_keys() const {
  return snapshot_.signing;
}

const std::vector<RefreshKey>& KeyRing::refresh_keys() const {
  return snapshot_.refresh;
}

const std::vector<LegacyKey>& KeyRing::legacy_keys() const {
  return snapshot_.legacy;
}

const std::string& KeyRing::last_error() const {
  return last_error_;
}

std::string KeyRing::jwks() const {
  auto keys = Json::array();
  for (const auto& dated : snapshot_.signing)
    if (auto jwk = dated.key.public_jwk()) keys.push_back(std::move(*jwk));
  return json_text(Json{{"keys", std::move(keys)}});
}

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

// Numbers go round, so that one is used again as late as possible: tokens of its former key may still be alive.
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

// Whether the key was superseded, more than retention ago, by a key of the kind that signs today.
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

// A key that cannot be read has not ended here; `cardea check` reports it.
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
