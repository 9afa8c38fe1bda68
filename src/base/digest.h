// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104). Both are one-shot and safe from many threads.
#pragma once

#include "base/encoding.h"

namespace cardea {

[[nodiscard]] Digest sha256(std::string_view bytes);
// key may have any length; ours have 16 or 32 bytes.
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view message);
// Six hex digits of the SHA-256: enough to see in two log lines that a secret is the same, and no help in finding it.
[[nodiscard]] std::string fingerprint(std::string_view secret);

}  // namespace cardea
