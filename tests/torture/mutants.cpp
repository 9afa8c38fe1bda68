#include "torture/mutants.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/entropy.h"

namespace cardea::torture {
namespace {

class Broken : public ForwardingStore {
 public:
  Broken(Store& next_store, Store& base, const Clockwork& clockwork)
      : ForwardingStore(next_store), base_(base), clockwork_(clockwork) {}

 protected:
  Store& base_;  // behind the checker's back
  const Clockwork& clockwork_;
};

struct NoGenerationCondition final : Broken {
  using Broken::Broken;
  RotationOutcome rotate(const Rotation& rotation) override {
    auto changed = rotation;
    if (const auto row = next().session(rotation.session, Freshness::causal))
      changed.from = row->session.generation;
    return next().rotate(changed);
  }
};

struct NoStandingCondition final : Broken {
  using Broken::Broken;
  RotationOutcome rotate(const Rotation& rotation) override {
    const auto outcome = next().rotate(rotation);
    const auto row = next().session(rotation.session, Freshness::causal);
    const bool ended = row && (row->session.revoked_at != never || row->user.epoch != rotation.user_epoch);
    return ended ? RotationOutcome::moved : outcome;
  }
};

struct SlidingWindow final : Broken {
  using Broken::Broken;
  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override {
    auto state = next().session(id, freshness);
    if (!state || state->session.rotated_at == never) return state;
    auto& [generation, seen] = seen_[id];
    const bool goes_on =
        generation == state->session.generation && clockwork_.at_host() - seen <= std::chrono::seconds{10};
    if (goes_on) state->session.rotated_at = std::max(state->session.rotated_at, seen);
    generation = state->session.generation;
    seen = clockwork_.at_host();
    return state;
  }
  std::map<SessionId, std::pair<Generation, Instant>> seen_;
};

struct KeyForgotten final : Broken {
  using Broken::Broken;
  RotationOutcome rotate(const Rotation& rotation) override {
    auto changed = rotation;
    changed.idempotency.reset();
    return next().rotate(changed);
  }
};

struct ReuseUnwritten final : Broken {
  using Broken::Broken;
  bool revoke(const Revocation& revocation) override {
    return revocation.reason == RevokeReason::reuse || next().revoke(revocation);
  }
};

struct SignOutUnwritten final : Broken {
  using Broken::Broken;
  bool revoke(const Revocation& revocation) override {
    return revocation.reason == RevokeReason::signed_out || next().revoke(revocation);
  }
};

struct RowPerRotation final : Broken {
  using Broken::Broken;
  RotationOutcome rotate(const Rotation& rotation) override {
    const auto outcome = next().rotate(rotation);
    auto row = next().session(rotation.session, Freshness::causal);
    if (outcome != RotationOutcome::moved || !row) return outcome;
    SystemEntropy entropy;
    row->session.id = SessionId::make(clockwork_.true_now, entropy);
    base_.add_session(row->session);
    return outcome;
  }
};

struct RefusalWrites final : Broken {
  using Broken::Broken;
  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override {
    auto state = next().session(id, freshness);
    if (state && state->session.revoked_at != never) {
      SystemEntropy entropy;
      next().add_event({.id = EventId::make(clockwork_.true_now, entropy),
                        .at = clockwork_.true_now,
                        .kind = EventKind::sign_in_failed,
                        .user = state->user.id,
                        .session = id,
                        .ip = {},
                        .detail = "a dead session was presented"});
    }
    return state;
  }
};

struct NoCausalRead final : Broken {
  using Broken::Broken;
  std::optional<SessionState> session(const SessionId& id, Freshness) override {
    return next().session(id, Freshness::plain);
  }
};

struct UnknownIsMoved final : Broken {
  using Broken::Broken;
  RotationOutcome rotate(const Rotation& rotation) override {
    const auto outcome = next().rotate(rotation);
    return outcome == RotationOutcome::unknown ? RotationOutcome::moved : outcome;
  }
};

template <class Bug>
std::unique_ptr<Store> make(Store& next, Store& base, const Clockwork& clockwork) {
  return std::make_unique<Bug>(next, base, clockwork);
}

}  // namespace

const std::vector<Mutant>& all_mutants() {
  static const std::vector<Mutant> all{
      {"no-generation", "the update forgets the condition on the generation", make<NoGenerationCondition>},
      {"no-standing", "the update forgets the conditions on revocation and epoch", make<NoStandingCondition>},
      {"sliding-window", "each replay opens the window anew", make<SlidingWindow>},
      {"key-forgotten", "the Idempotency-Key is not kept", make<KeyForgotten>},
      {"reuse-unwritten", "a spent token is refused, and its session lives on", make<ReuseUnwritten>},
      {"sign-out-unwritten", "a sign-out is acknowledged, and not written", make<SignOutUnwritten>},
      {"row-per-rotation", "each rotation leaves a row behind", make<RowPerRotation>},
      {"refusal-writes", "a refused call writes", make<RefusalWrites>},
      {"no-causal-read", "the second reading may be as stale as the first", make<NoCausalRead>},
      {"unknown-is-moved", "an update whose answer was lost is taken for done", make<UnknownIsMoved>},
  };
  return all;
}

const Mutant& mutant_of(const std::string& name) {
  for (const auto& mutant : all_mutants())
    if (mutant.name == name) return mutant;
  throw std::invalid_argument("there is no planted bug called " + name);
}

}  // namespace cardea::torture
