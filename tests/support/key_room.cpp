#include "support/key_room.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/encoding.h"

namespace cardea {
namespace {

std::string whole_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

KeyRoom::KeyRoom() {
  std::string pattern = (std::filesystem::temp_directory_path() / "cardea-keys-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}

KeyRoom::~KeyRoom() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string KeyRoom::add(Algorithm algorithm, Instant from) const {
  SystemEntropy entropy;
  return create_signing_key(path_, algorithm, from, entropy);
}

std::string KeyRoom::add_refresh(Instant from) const {
  SystemEntropy entropy;
  return create_refresh_key(path_, from, entropy);
}

void KeyRoom::write(const std::string& name, const std::string& text) const {
  std::ofstream{path_of(name), std::ios::binary | std::ios::trunc} << text;
  ::chmod(path_of(name).c_str(), 0600);
}

void KeyRoom::set_changed_at(Instant at) const {
  const auto count = unix_milliseconds(at);
  const timespec time{count / 1000, count % 1000 * 1000000};
  const timespec times[2] = {time, time};
  if (::utimensat(AT_FDCWD, path_.c_str(), times, 0) != 0) throw std::runtime_error("cannot set a time");
}

std::string KeyRoom::text_of(const std::string& name) const {
  return whole_file(path_of(name));
}

KeyRing KeyRoom::ring(Instant now, Algorithm algorithm) const {
  return KeyRing{path_, algorithm, now};
}

KeyRing ring_with_refresh_key(const KeyRoom& room) {
  room.add_refresh(morning);
  return room.ring(morning);
}

TokenPolicy our_policy() {
  return {"https://example.com", "", seconds{60}};
}

AccessClaims some_claims(Instant now) {
  SystemEntropy entropy;
  const auto jti = random_array<16>(entropy);
  return {UserId::make(now, entropy),     SessionId::make(now, entropy), "phone-1", "read write", now,
          now + std::chrono::minutes{30}, base64url_encode(view_of(jti))};
}

Json valid_body(Instant now) {
  const auto claims = some_claims(now);
  return {{"iss", our_policy().issuer}, {"sub", claims.user.text()}, {"sid", claims.session.text()},
          {"did", claims.device},       {"iat", unix_seconds(now)},  {"exp", unix_seconds(claims.expires_at)},
          {"jti", claims.token_id},     {"scope", claims.scope}};
}

Json valid_header(const SigningKey& key) {
  return {{"typ", "at+jwt"}, {"alg", jose_name(key.algorithm())}, {"kid", key.kid()}};
}

std::string sign_text(const std::string& header, const std::string& body, const SigningKey& key) {
  const auto signed_part = base64url_encode(header) + '.' + base64url_encode(body);
  return signed_part + '.' + base64url_encode(key.sign(signed_part));
}

std::string name_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::malformed:
      return "malformed";
    case TokenFault::unknown_key:
      return "unknown_key";
    case TokenFault::bad_signature:
      return "bad_signature";
    case TokenFault::wrong_issuer:
      return "wrong_issuer";
    case TokenFault::clock_skew:
      return "clock_skew";
    case TokenFault::expired:
      return "expired";
    case TokenFault::missing:
      return "missing";
    case TokenFault::wrong_transport:
      return "wrong_transport";
    case TokenFault::revoked:
      return "revoked";
    case TokenFault::disabled:
      return "disabled";
  }
  return "?";
}

Json vectors(const std::string& file) {
  return Json::parse(whole_file(std::string{CARDEA_TESTS "/vectors/"} + file));
}

}  // namespace cardea
