#include "samples.h"

namespace cardea::testing {

namespace {

Uuid uuid(int number) {
  Uuid bytes{};
  bytes[0] = 0x01;
  bytes[6] = 0x70;
  bytes[8] = 0x80;
  bytes[14] = static_cast<std::uint8_t>(number >> 8);
  bytes[15] = static_cast<std::uint8_t>(number);
  return bytes;
}

}  // namespace

Instant at(int seconds) {
  return from_unix_seconds(1'795'000'000 + seconds);
}

UserId user_id(int number) {
  return {uuid(number)};
}
SessionId session_id(int number) {
  return {uuid(number)};
}
EventId event_id(int number) {
  return {uuid(number)};
}

Digest digest_of(int number) {
  Digest digest{};
  digest[0] = 0xff;
  digest[31] = static_cast<std::uint8_t>(number);
  return digest;
}

Nonce awkward_nonce() {
  return {0x00, 0xff, '\'', '"', '\\', 0x00, 0xc3, 0x28, '%', 0x1a, '\n', 0x80, 0x00, '-', ' ', 0x00};
}

User sample_user(int number) {
  const std::string address = "person" + std::to_string(number) + "@example.org";
  return {.id = user_id(number),
          .email = {"P" + address.substr(1), address},
          .name = "김철수 🙂 José",
          .password_hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$" + std::to_string(number),
          .status = UserStatus::active,
          .epoch = 3,
          .scope = "read write",
          .last_method = "password",
          .created_at = at(0) + milliseconds(number),
          .last_sign_in_at = at(1),
          .language = Language::ko,
          .email_proven_at = at(2)};
}

Session sample_session(int number, const User& user) {
  return {.id = session_id(number),
          .user = user.id,
          .device_id = "device-" + std::to_string(number),
          .device_name = "철수의 전화 📱",
          .nonce = awkward_nonce(),
          .generation = 0,
          .rotated_at = never,
          .idempotency = std::nullopt,
          .user_epoch = user.epoch,
          .method = "password",
          .user_agent = "Mozilla/5.0",
          .ip = "2001:db8::1",
          .created_at = at(10),
          .idle_until = at(1000),
          .absolute_until = at(9000),
          .revoked_at = never,
          .revoke_reason = RevokeReason::none,
          .transport = Transport::unknown,
          .authenticated_at = at(11),
          .amr = "pwd"};
}

Event sample_event(int number) {
  return {.id = event_id(number),
          .at = at(number),
          .kind = EventKind::token_reused,
          .user = user_id(1),
          .session = session_id(1),
          .ip = "192.0.2.1",
          .detail = "generation 4 came back"};
}

Rotation next_rotation(const Session& session) {
  return {.session = session.id,
          .from = session.generation,
          .to = session.generation + 1,
          .user_epoch = session.user_epoch,
          .rotated_at = at(500),
          .idle_until = at(1500),
          .idempotency = digest_of(7),
          .user_agent = "Other/1.0",
          .ip = "192.0.2.77",
          .transport = Transport::header};
}

}  // namespace cardea::testing
