// What a test may command a FakeStore to do, beside the Store interface.
#include "support/fake_store.h"

namespace cardea {

FakeWrites FakeStore::writes() const {
  const Lock lock(mutex_);
  return writes_;
}

int FakeStore::calls() const {
  const Lock lock(mutex_);
  return calls_;
}

void FakeStore::set_unavailable(bool unavailable) {
  const Lock lock(mutex_);
  unavailable_ = unavailable;
}

void FakeStore::set_read_only(bool read_only) {
  const Lock lock(mutex_);
  read_only_ = read_only;
}

void FakeStore::force_rotation(ForcedRotation forced) {
  const Lock lock(mutex_);
  forced_rotations_.push_back(forced);
}

void FakeStore::before_rotation(std::function<void()> hook) {
  const Lock lock(mutex_);
  before_rotation_.push_back(std::move(hook));
}

void FakeStore::before_revocation(std::function<void()> hook) {
  const Lock lock(mutex_);
  before_revocation_.push_back(std::move(hook));
}

void FakeStore::before_user_read(std::function<void()> hook) {
  const Lock lock(mutex_);
  before_user_read_.push_back(std::move(hook));
}

void FakeStore::answer_stale(std::optional<SessionState> state) {
  const Lock lock(mutex_);
  stale_states_.push_back(std::move(state));
}

void FakeStore::overwrite_session(const Session& session) {
  const Lock lock(mutex_);
  sessions_[session.id] = session;
}

}  // namespace cardea
