#include <algorithm>

#include "support/fake_store.h"

namespace cardea {

namespace {

Instant end_of_session(const Session& session) {
  return session.absolute_until == never ? session.idle_until
                                         : std::min(session.idle_until, session.absolute_until);
}

bool stands(const Session& session, const User& user, Instant now) {
  return session.revoked_at == never && user.status == UserStatus::active &&
         session.user_epoch == user.epoch && end_of_session(session) > now;
}

}  // namespace

bool FakeStore::add_identity(const Identity& identity) {
  const Lock lock = enter();
  if (!identities_.emplace(std::pair(identity.provider, identity.subject), identity).second) return false;
  ++writes_.identities;
  return true;
}

std::optional<User> FakeStore::user_of_identity(std::string_view provider, std::string_view subject) {
  const Lock lock = enter();
  const auto found = identities_.find({std::string(provider), std::string(subject)});
  const User* user = found == identities_.end() ? nullptr : find_user(found->second.user);
  return user ? std::optional<User>(*user) : std::nullopt;
}

bool FakeStore::add_legacy_token(const LegacyToken& token) {
  const Lock lock = enter();
  if (!legacy_tokens_.emplace(token.digest, token).second) return false;
  ++writes_.legacy_tokens;
  return true;
}

std::optional<LegacyToken> FakeStore::legacy_token(const Digest& digest) {
  const Lock lock = enter();
  const auto found = legacy_tokens_.find(digest);
  return found == legacy_tokens_.end() ? std::nullopt : std::optional<LegacyToken>(found->second);
}

void FakeStore::claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) {
  const Lock lock = enter();
  const auto found = legacy_tokens_.find(digest);
  if (found == legacy_tokens_.end() || found->second.exchanged_at != never) return;
  found->second.session = session;
  found->second.exchanged_at = at;
  ++writes_.legacy_tokens;
}

WaitingLegacyTokens FakeStore::waiting_legacy_tokens(Instant now) {
  const Lock lock = enter();
  WaitingLegacyTokens waiting;
  for (const auto& [digest, token] : legacy_tokens_) {
    if (token.exchanged_at != never || token.expires_at <= now) continue;
    ++waiting.tokens;
    waiting.last_end = std::max(waiting.last_end, token.expires_at);
  }
  return waiting;
}

bool FakeStore::has_legacy_tokens() {
  const Lock lock = enter();
  return !legacy_tokens_.empty();
}

void FakeStore::add_tally(const Tally& tally) {
  const Lock lock = enter();
  auto& row = tallies_[{tally.day, tally.name}];
  row.day = tally.day;
  row.name = tally.name;
  row.total += tally.total;
  row.last_at = std::max(row.last_at, tally.last_at);
  ++writes_.tallies;
}

std::vector<Tally> FakeStore::tallies(Instant since) {
  const Lock lock = enter();
  std::vector<Tally> found;
  for (const auto& [key, tally] : tallies_) {
    if (tally.day >= since) found.push_back(tally);
  }
  return found;
}

std::vector<TransportSessions> FakeStore::sessions_by_transport(Instant now) {
  const Lock lock = enter();
  std::map<Transport, TransportSessions> found;
  for (const auto& [id, session] : sessions_) {
    const User* user = find_user(session.user);
    if (!user || !stands(session, *user, now)) continue;
    auto& row = found[session.transport];
    row.transport = session.transport;
    ++row.sessions;
    row.last_end = std::max(row.last_end, end_of_session(session));
  }
  std::vector<TransportSessions> rows;
  for (const auto& [transport, row] : found) rows.push_back(row);
  return rows;
}

}  // namespace cardea
