// What a former system leaves behind: a line of its list, a token that its secret signed, a key file.
#include <cstdint>
#include <string>

#include "cli/legacy.h"
#include "fuzz/require.h"
#include "keys/ring.h"
#include "token/access_token.h"

namespace {

using namespace cardea;

void check_line(const std::string& text) {
  const auto line = parse_legacy_line(text);
  if (!line) return;
  require(!line->user.empty() && line->subject.size() <= 255);
  require(line->digest.has_value() || !line->subject.empty());
  require(line->expires_at >= never);
}

void check_token(const std::string& text) {
  const Instant now = from_unix_seconds(1'795'000'000);
  const LegacyKey key{.name = {},
                      .until = now + std::chrono::days{7},
                      .subject_claim = "sub",
                      .bytes = Secret::copy_of("secret")};
  const auto claims = verify_legacy_token(text, key, now, seconds{60});
  if (claims)
    require(!claims->subject.empty() && claims->expires_at <= key.until && is_signed_with(key, text));
}

void check_file(const std::string& text) {
  const auto key = parse_legacy_key(Secret::copy_of(text));
  if (key) require(!key->subject_claim.empty() && !key->bytes.empty() && key->until >= never);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  check_line(text);
  check_token(text);
  check_file(text);
  return 0;
}
