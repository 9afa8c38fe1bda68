#include "token/link_token.h"

#include <utility>

#include "base/digest.h"
#include "base/encoding.h"

namespace cardea {
namespace {

constexpr char version = 1;
constexpr std::size_t key_offset = 2;
constexpr std::size_t ends_offset = 3;
constexpr std::size_t user_offset = 11;
constexpr std::size_t session_offset = 27;
constexpr std::size_t head_size = 43;
constexpr std::size_t mac_size = 16;
constexpr std::string_view key_purpose = "cardea-link-1";
constexpr std::string_view state_purpose = "cardea-link-2";

std::string write_head(const Link& link, std::uint8_t key_number) {
  std::string head{version, static_cast<char>(link.purpose), static_cast<char>(key_number)};
  append_number(head, static_cast<std::uint64_t>(unix_seconds(link.ends)), sizeof(std::uint64_t));
  head.append(link.user.bytes());
  return head.append(link.session.bytes());
}

Link read_head(std::string_view head) {
  const auto ends = number_of(head.substr(ends_offset, user_offset - ends_offset));
  return {.purpose = static_cast<LinkPurpose>(head[1]),
          .user = UserId::of_bytes(head.substr(user_offset, session_offset - user_offset)),
          .session = SessionId::of_bytes(head.substr(session_offset, head_size - session_offset)),
          .ends = from_unix_seconds(static_cast<std::int64_t>(ends))};
}

std::string short_mac(const RefreshKey& key, std::string_view purpose, std::string_view head,
                      std::string_view state) {
  auto text = std::string{purpose}.append(head).append(state);
  const Secret message{std::move(text)};
  const auto digest = hmac_sha256(key.bytes.reveal(), message.reveal());
  return std::string{view_of(digest).substr(0, mac_size)};
}

const RefreshKey* key_of(std::string_view head, KeyRing& keys, Instant now) {
  return keys.refresh_verifying(static_cast<std::uint8_t>(head[key_offset]), now);
}

}  // namespace

Secret make_link_token(const Link& link, std::string_view state, const KeyRing& keys, Instant now) {
  const auto& key = keys.refresh_signing(now);
  const auto head = write_head(link, key.number);
  const Secret bytes{head + short_mac(key, key_purpose, head, "") +
                     short_mac(key, state_purpose, head, state)};
  return Secret{base64url_encode(bytes.reveal())};
}

std::optional<LinkTicket> open_link_token(std::string_view token, LinkPurpose purpose, KeyRing& keys,
                                          Instant now) {
  if (token.size() != link_token_size) return std::nullopt;
  const auto decoded = base64url_decode(token);
  if (!decoded) return std::nullopt;
  const std::string_view bytes = *decoded;
  const auto head = bytes.substr(0, head_size);
  if (head[0] != version || head[1] != static_cast<char>(purpose)) return std::nullopt;
  const auto* key = key_of(head, keys, now);
  if (key == nullptr) return std::nullopt;
  if (!equal_in_constant_time(short_mac(*key, key_purpose, head, ""), bytes.substr(head_size, mac_size)))
    return std::nullopt;
  const auto link = read_head(head);
  if (now >= link.ends) return std::nullopt;
  return LinkTicket{link, std::string{head}, array_of<mac_size>(bytes.substr(head_size + mac_size))};
}

bool link_matches_state(const LinkTicket& ticket, std::string_view state, KeyRing& keys, Instant now) {
  const auto* key = key_of(ticket.head, keys, now);
  if (key == nullptr) return false;
  return equal_in_constant_time(short_mac(*key, state_purpose, ticket.head, state),
                                view_of(ticket.state_mac));
}

namespace {

constexpr std::string_view code_purpose = "cardea-code-1";
constexpr std::string_view code_letters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t code_size = 8;
constexpr std::size_t typed_limit = 32;  // bytes; a code with blanks is shorter
constexpr int slots_of_life = 4;

std::int64_t slot_of(const CodeSubject& subject, Instant now) {
  const auto length = std::chrono::duration_cast<seconds>(subject.life).count() / slots_of_life;
  return unix_seconds(now) / length;
}

// Without its hyphen.
std::string code_of(const RefreshKey& key, const CodeSubject& subject, std::int64_t slot,
                    std::string_view state) {
  auto text = std::string{code_purpose};
  text.push_back(static_cast<char>(subject.purpose));
  text.append(subject.user.bytes()).append(subject.session.bytes());
  append_number(text, static_cast<std::uint64_t>(subject.life.count()), sizeof(std::uint64_t));
  append_number(text, static_cast<std::uint64_t>(slot), sizeof(std::uint64_t));
  text.append(state);
  const Secret message{std::move(text)};
  const auto digest = hmac_sha256(key.bytes.reveal(), message.reveal());
  std::uint64_t number = 0;
  for (const unsigned char byte : view_of(digest).substr(0, 8)) number = (number << 8) | byte;
  std::string code;
  for (std::size_t i = 0; i < code_size; ++i, number /= code_letters.size())
    code.push_back(code_letters[number % code_letters.size()]);
  return code;
}

// The letters of a typed code, in capitals; empty if it is none.
std::string letters_of(std::string_view typed) {
  std::string letters;
  if (typed.size() > typed_limit) return letters;
  for (const char one : typed) {
    if (one == ' ' || one == '-') continue;
    letters.push_back(one >= 'a' && one <= 'z' ? static_cast<char>(one - 'a' + 'A') : one);
  }
  return letters.size() == code_size ? letters : std::string{};
}

}  // namespace

Secret make_link_code(const CodeSubject& subject, std::string_view state, const KeyRing& keys, Instant now) {
  auto code = code_of(keys.refresh_signing(now), subject, slot_of(subject, now), state);
  code.insert(code_size / 2, "-");
  return Secret{std::move(code)};
}

bool link_code_matches(std::string_view typed, const CodeSubject& subject, std::string_view state,
                       KeyRing& keys, Instant now) {
  const Secret letters{letters_of(typed)};
  if (letters.empty()) return false;
  keys.refresh(now);
  bool matches = false;
  for (const auto& key : keys.refresh_keys())
    for (std::int64_t back = 0; back <= slots_of_life; ++back) {
      const Secret code{code_of(key, subject, slot_of(subject, now) - back, state)};
      matches |= equal_in_constant_time(letters.reveal(), code.reveal());
    }
  return matches;
}

}  // namespace cardea
