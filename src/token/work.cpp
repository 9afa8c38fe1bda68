#include "token/work.h"

#include <algorithm>
#include <bit>

#include "base/digest.h"

namespace cardea {
namespace {

constexpr char version = 1;
constexpr std::size_t ends_offset = 4;
constexpr std::size_t random_offset = 12;
constexpr std::size_t head_size = random_offset + std::tuple_size_v<Nonce>;
constexpr std::size_t mac_size = 16;
constexpr std::size_t challenge_size = 59;  // base64url of head and MAC, without padding
constexpr std::size_t max_number_size = max_work_size - challenge_size - 1;
constexpr std::string_view mac_purpose = "cardea-work-1";

std::string mac_of(const RefreshKey& key, std::string_view head, std::string_view client) {
  const auto digest = hmac_sha256(key.bytes.reveal(), std::string{mac_purpose}.append(head).append(client));
  return std::string{view_of(digest).substr(0, mac_size)};
}

Instant ends_of(std::string_view head) {
  const auto ends = number_of(head.substr(ends_offset, random_offset - ends_offset));
  return from_unix_seconds(static_cast<std::int64_t>(ends));
}

int zero_bits(const Digest& digest) {
  int bits = 0;
  for (const auto byte : digest) {
    bits += std::countl_zero(byte);
    if (byte != 0) break;
  }
  return bits;
}

// The head of a challenge that this server made for that purpose and client.
std::optional<std::string> genuine_head(std::string_view challenge, WorkPurpose purpose,
                                        std::string_view client, KeyRing& keys, Instant now) {
  const auto bytes = base64url_decode(challenge);
  if (!bytes || bytes->size() != head_size + mac_size) return std::nullopt;
  auto head = bytes->substr(0, head_size);
  if (head[0] != version || head[1] != static_cast<char>(purpose)) return std::nullopt;
  const auto* key = keys.refresh_verifying(static_cast<std::uint8_t>(head[2]), now);
  if (key == nullptr) return std::nullopt;
  const auto expected = mac_of(*key, head, client);
  if (!equal_in_constant_time(expected, std::string_view{*bytes}.substr(head_size))) return std::nullopt;
  return head;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= max_number_size &&
         std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

}  // namespace

WorkChallenge make_work_challenge(WorkPurpose purpose, int bits, std::string_view client, const KeyRing& keys,
                                  Entropy& entropy, Instant now) {
  const auto& key = keys.refresh_signing(now);
  const auto ends = unix_seconds(now + work_life);
  bits = std::clamp(bits, 0, max_work_bits);
  std::string head{version, static_cast<char>(purpose), static_cast<char>(key.number),
                   static_cast<char>(bits)};
  append_number(head, static_cast<std::uint64_t>(ends), sizeof(std::uint64_t));
  head.append(view_of(random_array<std::tuple_size_v<Nonce>>(entropy)));
  return {.text = base64url_encode(head + mac_of(key, head, client)),
          .bits = bits,
          .ends = from_unix_seconds(ends)};
}

std::optional<WorkProof> open_work(std::string_view work, WorkPurpose purpose, int bits,
                                   std::string_view client, KeyRing& keys, Instant now) {
  if (work.size() > max_work_size || work.size() <= challenge_size || work[challenge_size] != '.')
    return std::nullopt;
  if (!is_number(work.substr(challenge_size + 1))) return std::nullopt;
  const auto head = genuine_head(work.substr(0, challenge_size), purpose, client, keys, now);
  if (!head || now >= ends_of(*head)) return std::nullopt;
  const int asked = static_cast<unsigned char>((*head)[3]);
  if (asked < bits || zero_bits(sha256(work)) < asked) return std::nullopt;
  return WorkProof{
      .challenge = array_of<std::tuple_size_v<Nonce>>(std::string_view{*head}.substr(random_offset)),
      .ends = ends_of(*head)};
}

}  // namespace cardea
