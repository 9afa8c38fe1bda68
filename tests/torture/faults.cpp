#include "torture/faults.h"

#include <utility>

namespace cardea::torture {

FaultStore::Hit FaultStore::enter() {
  Hit hit;
  if (frame_ == nullptr) return hit;
  if (frame_->late && frame_->late->calls-- == 0) finish();
  const int call = frame_->calls++;
  for (const auto& fault : *frame_->faults)
    if (fault.call == call) strike(fault, hit);
  return hit;
}

void FaultStore::strike(const Fault& fault, Hit& hit) {
  ++injected_;
  switch (fault.kind) {
    case FaultKind::lost_request:
      hit.lost_request = frame_->disturbed = true;
      return;
    case FaultKind::lost_answer:
      hit.lost_answer = frame_->disturbed = frame_->lost_answer = true;
      return;
    case FaultKind::killed_before:
      throw Killed{};
    case FaultKind::killed_after:
      hit.killed_after = true;
      return;
    case FaultKind::stale:
      hit.versions_back = static_cast<int>(fault.amount.count());
      return;
    case FaultKind::stall:
      clockwork_.true_now += fault.amount;
      frame_->disturbed = true;
      return;
    case FaultKind::late:
      hit.late = fault.amount.count();
      frame_->disturbed = frame_->lost_answer = true;
      return;
    case FaultKind::race:
      inside_(fault.inside);
      return;
  }
}

void FaultStore::finish() {
  if (const auto late = std::exchange(frame_->late, std::nullopt)) {
    truth_.set_move(late->sent);
    (void)next().rotate(late->rotation);
  }
}

void FaultStore::leave(const Hit& hit) const {
  if (hit.killed_after) throw Killed{};
  if (hit.lost_answer || hit.late) throw StoreUnavailable("the answer was lost");
}

template <class Work>
auto FaultStore::write(Work work) -> decltype(work()) {
  const Hit hit = enter();
  if (hit.lost_request) throw StoreUnavailable("the connection broke");
  if constexpr (std::is_void_v<decltype(work())>) {
    work();
    leave(hit);
  } else {
    auto answer = work();
    leave(hit);
    return answer;
  }
}

std::optional<User> FaultStore::user_by_email(std::string_view email_key) {
  return write([&] { return next().user_by_email(email_key); });
}

std::optional<User> FaultStore::user_by_id(const UserId& id) {
  return write([&] { return next().user_by_id(id); });
}

bool FaultStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return write([&] { return next().set_password(id, password_hash, at); });
}

bool FaultStore::set_status(const UserId& id, UserStatus status, Instant at) {
  return write([&] { return next().set_status(id, status, at); });
}

bool FaultStore::end_all_sessions(const UserId& id, Instant at) {
  return write([&] { return next().end_all_sessions(id, at); });
}

void FaultStore::note_sign_in(const UserId& id, const SignInNote& note) {
  write([&] { next().note_sign_in(id, note); });
}

void FaultStore::add_session(const Session& session) {
  write([&] { next().add_session(session); });
}

std::optional<SessionState> FaultStore::session(const SessionId& id, Freshness freshness) {
  const Hit hit = enter();
  if (hit.lost_request || hit.lost_answer || hit.late) throw StoreUnavailable("the connection broke");
  auto state = next().session(id, freshness);
  if (hit.killed_after) throw Killed{};
  if (hit.versions_back == 0 || freshness == Freshness::causal) return state;
  const auto& versions = truth_.versions(id);
  const auto back = static_cast<std::size_t>(hit.versions_back);
  return back < versions.size() ? versions[versions.size() - 1 - back].state : std::nullopt;
}

RotationOutcome FaultStore::rotate(const Rotation& rotation) {
  const Move sent{
      .at = clockwork_.true_now, .clock = clockwork_.at_host(), .key = frame_ ? frame_->key : std::nullopt};
  const Hit hit = enter();
  truth_.set_move(sent);
  if (hit.lost_request) return RotationOutcome::unknown;
  if (hit.late) {
    frame_->late = LateMove{.rotation = rotation, .sent = sent, .calls = *hit.late};
    return RotationOutcome::unknown;
  }
  const auto outcome = next().rotate(rotation);
  if (hit.killed_after) throw Killed{};
  return hit.lost_answer ? RotationOutcome::unknown : outcome;
}

bool FaultStore::revoke(const Revocation& revocation) {
  return write([&] { return next().revoke(revocation); });
}

std::vector<Session> FaultStore::open_sessions_of(const UserId& user) {
  return write([&] { return next().open_sessions_of(user); });
}

std::vector<Session> FaultStore::latest_sessions_of(const UserId& user, int limit) {
  return write([&] { return next().latest_sessions_of(user, limit); });
}

void FaultStore::add_event(const Event& event) {
  write([&] { next().add_event(event); });
}

Throttle FaultStore::throttle(const Digest& bucket) {
  return write([&] { return next().throttle(bucket); });
}

bool FaultStore::move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) {
  return write([&] { return next().move_throttle(bucket, from, to); });
}

}  // namespace cardea::torture
