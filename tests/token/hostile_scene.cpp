#include "token/hostile_scene.h"

#include <stdexcept>

namespace cardea {

KeyRing ring_with_all_keys(const KeyRoom& room) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256})
    room.add(algorithm, morning);
  room.add_refresh(morning);
  return room.ring(morning);
}

const SigningKey& HostileScene::key(Algorithm algorithm) const {
  for (const auto& dated : ring.signing_keys())
    if (dated.key.algorithm() == algorithm) return dated.key;
  throw std::logic_error("no such key");
}

std::string HostileScene::valid_token() const {
  return sign_text(json_text(valid_header(key())), json_text(valid_body(morning)), key());
}

std::string HostileScene::verdict(const std::string& token) {
  return outcome(verify_access_token(token, our_policy(), ring, morning));
}

std::string HostileScene::verdict_on_header(const Json& header) {
  return verdict_on_header_text(json_text(header));
}

std::string HostileScene::verdict_on_header_text(const std::string& header) {
  return verdict(sign_text(header, json_text(valid_body(morning)), key()));
}

std::string HostileScene::verdict_with(const char* member, const Json& value) {
  auto header = valid_header(key());
  header[member] = value;
  return verdict_on_header(header);
}

}  // namespace cardea
