#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {

bool SqlStore::add_identity(const Identity& identity) {
  const SqlAnswer answer =
      runner_.run(sql_text::add_identity, {blob_of(identity.provider), blob_of(identity.subject),
                                           blob_of(identity.user.bytes()), value_of(identity.created_at)});
  if (!answer.duplicate) return true;
  if (!answer.repeated) return false;
  const std::optional<User> owner = user_of_identity(identity.provider, identity.subject);
  return owner && owner->id == identity.user;
}

std::optional<User> SqlStore::user_of_identity(std::string_view provider, std::string_view subject) {
  const SqlAnswer answer = runner_.run(sql_text::user_of_identity, {blob_of(provider), blob_of(subject)});
  if (answer.result.rows.empty()) return std::nullopt;
  RowReader reader(answer.result.rows.front());
  return read_user(reader);
}

bool SqlStore::add_legacy_token(const LegacyToken& token) {
  const bool bound = token.exchanged_at != never;
  const SqlAnswer answer = runner_.run(
      sql_text::add_legacy_token,
      {blob_of(view_of(token.digest)), blob_of(token.user.bytes()), value_of(token.expires_at),
       bound ? SqlValue(blob_of(token.session.bytes())) : SqlValue(), value_of(token.exchanged_at)});
  return !answer.duplicate || answer.repeated;
}

std::optional<LegacyToken> SqlStore::legacy_token(const Digest& digest) {
  const SqlAnswer answer = runner_.run(sql_text::legacy_token, {blob_of(view_of(digest))});
  if (answer.result.rows.empty()) return std::nullopt;
  RowReader reader(answer.result.rows.front());
  LegacyToken token;
  token.digest = reader.digest();
  token.user = reader.id<UserId>();
  token.expires_at = reader.instant();
  token.session = reader.optional_id<SessionId>().value_or(SessionId{});
  token.exchanged_at = reader.instant();
  return token;
}

void SqlStore::claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) {
  runner_.run(sql_text::claim_legacy_token,
              {blob_of(session.bytes()), value_of(at), blob_of(view_of(digest))});
}

WaitingLegacyTokens SqlStore::waiting_legacy_tokens(Instant now) {
  const SqlAnswer answer = runner_.run(sql_text::waiting_legacy_tokens, {value_of(now)});
  RowReader reader(answer.result.rows.at(0));
  WaitingLegacyTokens waiting;
  waiting.tokens = reader.number();
  waiting.last_end = reader.instant();
  return waiting;
}

bool SqlStore::has_legacy_tokens() {
  return !runner_.run(sql_text::any_legacy_token, {}).result.rows.empty();
}

// The first of the day may have a rival: then the row is there.
void SqlStore::add_tally(const Tally& tally) {
  const SqlValue total = tally.total;
  const SqlValue last = value_of(tally.last_at);
  const SqlValue day = value_of(tally.day);
  const SqlValues more{total, last, last, day, tally.name};
  if (runner_.run(sql_text::add_to_tally, more).result.changed == 1) return;
  if (runner_.run(sql_text::start_tally, {day, tally.name, total, last}).duplicate)
    runner_.run(sql_text::add_to_tally, more);
}

std::vector<Tally> SqlStore::tallies(Instant since) {
  const SqlAnswer answer = runner_.run(sql_text::tallies, {value_of(since)});
  std::vector<Tally> found;
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    Tally tally;
    tally.day = reader.instant();
    tally.name = reader.text();
    tally.total = reader.number();
    tally.last_at = reader.instant();
    found.push_back(std::move(tally));
  }
  return found;
}

std::vector<TransportSessions> SqlStore::sessions_by_transport(Instant now) {
  const SqlAnswer answer = runner_.run(sql_text::sessions_by_transport, {value_of(now), value_of(now)});
  std::vector<TransportSessions> found;
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    TransportSessions sessions;
    sessions.transport = static_cast<Transport>(reader.number());
    sessions.sessions = reader.number();
    sessions.last_end = reader.instant();
    found.push_back(sessions);
  }
  return found;
}

}  // namespace cardea
