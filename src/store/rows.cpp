#include "store/rows.h"

#include "base/utf8.h"

namespace cardea {

const SqlValue& RowReader::next() {
  if (column_ >= row_.size()) throw StoreError("the database answered with too few columns");
  return row_[column_++];
}

std::int64_t RowReader::number() {
  const auto* number = std::get_if<std::int64_t>(&next());
  if (!number) throw StoreError("column " + std::to_string(column_) + " of the answer is no whole number");
  return *number;
}

std::string RowReader::text() {
  const SqlValue& value = next();
  if (std::holds_alternative<std::monostate>(value)) return {};
  const auto* text = std::get_if<std::string>(&value);
  if (!text) throw StoreError("column " + std::to_string(column_) + " of the answer is no text");
  return *text;
}

std::string RowReader::bytes(std::size_t size) {
  std::string found = text();
  if (found.size() != size) {
    throw StoreError("column " + std::to_string(column_) + " of the answer is not " + std::to_string(size) +
                     " bytes long");
  }
  return found;
}

bool RowReader::at_null() {
  const bool null = column_ < row_.size() && std::holds_alternative<std::monostate>(row_[column_]);
  column_ += null ? 1 : 0;
  return null;
}

std::optional<Digest> RowReader::optional_digest() {
  return at_null() ? std::nullopt : std::optional<Digest>(digest());
}

User read_user(RowReader& reader) {
  User user;
  user.id = reader.id<UserId>();
  user.email.key = reader.text();
  user.email.typed = reader.text();
  user.name = reader.text();
  user.password_hash = reader.text();
  user.status = static_cast<UserStatus>(reader.number());
  user.epoch = reader.number();
  user.scope = reader.text();
  user.last_method = reader.text();
  user.created_at = reader.instant();
  user.last_sign_in_at = reader.instant();
  user.language = language_of_tag(reader.text());
  return user;
}

Session read_session(RowReader& reader) {
  Session session;
  session.id = reader.id<SessionId>();
  session.user = reader.id<UserId>();
  session.device_id = reader.text();
  session.device_name = reader.text();
  session.nonce = reader.nonce();
  session.generation = static_cast<Generation>(reader.number());
  session.rotated_at = reader.instant();
  session.idempotency = reader.optional_digest();
  session.user_epoch = reader.number();
  session.method = reader.text();
  session.user_agent = reader.text();
  session.ip = reader.text();
  session.created_at = reader.instant();
  session.idle_until = reader.instant();
  session.absolute_until = reader.instant();
  session.revoked_at = reader.instant();
  session.revoke_reason = static_cast<RevokeReason>(reader.number());
  session.transport = static_cast<Transport>(reader.number());
  return session;
}

std::optional<Event> read_event(RowReader& reader) {
  Event event;
  event.id = reader.id<EventId>();
  event.at = reader.instant();
  const auto kind = event_of_name(reader.text());
  if (!kind) return std::nullopt;
  event.kind = *kind;
  event.user = reader.optional_id<UserId>();
  event.session = reader.optional_id<SessionId>();
  event.ip = reader.text();
  event.detail = reader.text();
  return event;
}

SqlValues values_of(const User& user) {
  // Many may have no address: NULL, unlike '', may stand in a unique column more than once.
  const SqlValue key = user.email.key.empty() ? SqlValue() : SqlValue(blob_of(user.email.key));
  return {blob_of(user.id.bytes()),
          key,
          user.email.typed,
          user.name,
          user.password_hash,
          static_cast<std::int64_t>(user.status),
          user.epoch,
          user.scope,
          user.last_method,
          value_of(user.created_at),
          value_of(user.last_sign_in_at),
          tag_of(user.language)};
}

ProviderIdentity read_provider_identity(RowReader& reader) {
  ProviderIdentity identity;
  identity.issuer = reader.text();
  identity.subject = reader.text();
  identity.provider = reader.text();
  identity.user = reader.id<UserId>();
  identity.created_at = reader.instant();
  return identity;
}

SqlValues values_of(const ProviderIdentity& identity) {
  return {blob_of(identity.issuer), blob_of(identity.subject), identity.provider,
          blob_of(identity.user.bytes()), value_of(identity.created_at)};
}

SqlValues values_of(const Session& session) {
  return {blob_of(session.id.bytes()),
          blob_of(session.user.bytes()),
          session.device_id,
          session.device_name,
          blob_of(view_of(session.nonce)),
          static_cast<std::int64_t>(session.generation),
          value_of(session.rotated_at),
          value_of(session.idempotency),
          session.user_epoch,
          session.method,
          storable(session.user_agent, user_agent_limit),
          session.ip,
          value_of(session.created_at),
          value_of(session.idle_until),
          value_of(session.absolute_until),
          value_of(session.revoked_at),
          static_cast<std::int64_t>(session.revoke_reason),
          static_cast<std::int64_t>(session.transport)};
}

SqlValues values_of(const Event& event) {
  return {blob_of(event.id.bytes()),
          value_of(event.at),
          std::string(event_name(event.kind)),
          event.user ? SqlValue(blob_of(event.user->bytes())) : SqlValue(),
          event.session ? SqlValue(blob_of(event.session->bytes())) : SqlValue(),
          event.ip,
          storable(event.detail, detail_limit)};
}

std::string tag_of(const std::optional<Language>& language) {
  return language ? std::string(language_tag(*language)) : "";
}

SqlValue value_of(Instant at) {
  return unix_milliseconds(at);
}

Blob blob_of(std::string_view bytes) {
  return {std::string(bytes)};
}

SqlValue value_of(const std::optional<Digest>& digest) {
  return digest ? SqlValue(blob_of(view_of(*digest))) : SqlValue();
}

std::string storable(const std::string& text, std::size_t limit) {
  std::string clean = text;
  if (!is_utf8(clean)) {
    for (char& c : clean) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  return std::string(cut_utf8(clean, limit));
}

}  // namespace cardea
