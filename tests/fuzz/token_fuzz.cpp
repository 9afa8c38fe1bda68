// What strangers send as tokens: parse_jws, verify_access_token, open_refresh_token and open_link_token, with
// keys that never change, so that the samples in corpus/token (made by tests/fuzz/token_corpus.py) are good,
// nearly good and hostile for ever.
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "token/access_token.h"
#include "token/link_token.h"
#include "token/refresh_token.h"

namespace {

using namespace cardea;

// Of no worth outside this file.
constexpr std::string_view ed25519_key =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view hmac_key =
    "-----BEGIN CARDEA HMAC KEY-----\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    "-----END CARDEA HMAC KEY-----\n";
constexpr std::string_view refresh_key =
    "-----BEGIN CARDEA REFRESH KEY-----\nICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
    "-----END CARDEA REFRESH KEY-----\n";
constexpr Instant now{milliseconds{1795317300000}};  // 2026-11-22T03:15:00Z

void write_file(const std::string& path, std::string_view text) {
  std::ofstream{path} << text;
  ::chmod(path.c_str(), 0600);
}

// The directory is gone as soon as it is read. The fuzzer asks about a moment, so the ring looks there again
// only for keys it does not know, and keeps what it has.
KeyRing make_ring() {
  std::string directory = "/tmp/cardea-fuzz-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) ::abort();
  write_file(directory + "/20260101T000000Z-eddsa.pem", ed25519_key);
  write_file(directory + "/20260101T000000Z-hs256.pem", hmac_key);
  write_file(directory + "/20260101T000000Z-refresh-1.pem", refresh_key);
  KeyRing ring{directory, Algorithm::eddsa, now};
  std::filesystem::remove_all(directory);
  return ring;
}

// An accepted token can be nothing but one that we could have written.
void check_accepted(const AccessClaims& claims) {
  const bool sound = !claims.device.empty() && claims.device.size() <= 64 &&
                     claims.issued_at <= now + seconds{60} && claims.expires_at + seconds{60} > now;
  if (!sound) ::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static KeyRing ring = make_ring();
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const TokenPolicy policy{"https://example.com", "app", seconds{60}};

  const auto jws = parse_jws(text);
  if (jws)
    for (const auto& dated : ring.signing_keys()) (void)jws_is_signed_by(*jws, dated.key);

  const auto verdict = verify_access_token(text, policy, ring, now);
  if (const auto* claims = std::get_if<AccessClaims>(&verdict)) check_accepted(*claims);
  (void)verify_companion_token(text, policy, ring, now);

  const auto ticket = open_refresh_token(text, ring, now);
  if (ticket) (void)ticket_matches_nonce(*ticket, Nonce{});
  for (const auto purpose : {LinkPurpose::sign_out_device, LinkPurpose::reset_password})
    if (const auto link = open_link_token(text, purpose, ring, now))
      if (link->link.ends <= now || link->link.purpose != purpose) ::abort();
  return 0;
}
