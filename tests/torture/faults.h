// The machines as they are: a Store that loses requests and answers, lags, stalls and dies where the history
// says so, and lets other requests come in between.
#pragma once

#include <functional>

#include "torture/truth.h"

namespace cardea::torture {

// kill -9 of the process that answers: what it was about to do never happens, and nobody is told. No
// std::exception, so that nothing on the way can catch it.
struct Killed {};

// A move whose connection broke, and which the database carries out later.
struct LateMove {
  Rotation rotation;
  Move sent;
  std::int64_t calls = 0;  // of its request, before
};

// One request on its way through handle().
struct Frame {
  const std::vector<Fault>* faults = nullptr;
  int request = 0;
  Instant clock{};                           // the host's when it came in
  std::optional<Digest> key = std::nullopt;  // its Idempotency-Key, as the client sent it
  int calls = 0;
  bool disturbed = false;  // a fault that may cost it its answer has hit
  bool lost_answer = false;
  std::optional<LateMove> late = std::nullopt;
};

class FaultStore final : public ForwardingStore {
 public:
  using Inside = std::function<void(const std::vector<Step>&)>;

  FaultStore(Store& next_store, TruthStore& truth, Clockwork& clockwork, Inside inside)
      : ForwardingStore(next_store), truth_(truth), clockwork_(clockwork), inside_(std::move(inside)) {}

  // The request that calls now; nothing: no faults.
  void set_frame(Frame* frame) { frame_ = frame; }
  // The request of this frame is over: what is late happens now.
  void finish();
  [[nodiscard]] std::int64_t injected() const { return injected_; }

  std::optional<User> user_by_email(std::string_view email_key) override;
  std::optional<User> user_by_id(const UserId& id) override;
  bool set_password(const UserId& id, const std::string& password_hash, Instant at) override;
  bool set_status(const UserId& id, UserStatus status, Instant at) override;
  bool end_all_sessions(const UserId& id, Instant at) override;
  void note_sign_in(const UserId& id, const SignInNote& note) override;
  void add_session(const Session& session) override;
  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override;
  RotationOutcome rotate(const Rotation& rotation) override;
  bool revoke(const Revocation& revocation) override;
  std::vector<Session> open_sessions_of(const UserId& user) override;
  std::vector<Session> latest_sessions_of(const UserId& user, int limit) override;
  void add_event(const Event& event) override;
  Throttle throttle(const Digest& bucket) override;
  bool move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) override;

 private:
  // The faults of this call, in order; what must happen after the call is left in it.
  struct Hit {
    bool lost_answer = false;
    bool lost_request = false;
    bool killed_after = false;
    std::optional<std::int64_t> late = std::nullopt;  // by so many calls
    int versions_back = 0;
  };
  [[nodiscard]] Hit enter();
  void strike(const Fault& fault, Hit& hit);
  // Runs a write with the faults that hit it.
  template <class Work>
  auto write(Work work) -> decltype(work());
  void leave(const Hit& hit) const;

  TruthStore& truth_;
  Clockwork& clockwork_;
  Inside inside_;
  Frame* frame_ = nullptr;
  std::int64_t injected_ = 0;
};

}  // namespace cardea::torture
