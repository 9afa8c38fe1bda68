// A ring with a key of each algorithm, and the verdicts on what is sent to it.
#pragma once

#include <string>

#include "base/json.h"
#include "support/key_room.h"

namespace cardea {

[[nodiscard]] KeyRing ring_with_all_keys(const KeyRoom& room);

struct HostileScene {
  KeyRoom room;
  KeyRing ring = ring_with_all_keys(room);

  [[nodiscard]] const SigningKey& key(Algorithm algorithm = Algorithm::es256) const;
  [[nodiscard]] std::string valid_token() const;
  [[nodiscard]] std::string verdict(const std::string& token);
  // The header as given, all else good.
  [[nodiscard]] std::string verdict_on_header(const Json& header);
  [[nodiscard]] std::string verdict_on_header_text(const std::string& header);
  // The header with one member changed.
  [[nodiscard]] std::string verdict_with(const char* member, const Json& value);
};

}  // namespace cardea
