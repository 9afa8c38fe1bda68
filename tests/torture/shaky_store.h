// A Store that loses requests, answers and processes at random, for many threads.
#pragma once

#include <atomic>

#include "torture/forwarding_store.h"

namespace cardea::torture {

class ShakyStore final : public ForwardingStore {
 public:
  // One call in `odds` is hit; 0 = none.
  ShakyStore(Store& steady, int odds, std::uint64_t seed)
      : ForwardingStore(steady), odds_(odds), drawn_(seed) {}

  [[nodiscard]] std::int64_t injected() const { return injected_; }

  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override;
  RotationOutcome rotate(const Rotation& rotation) override;
  bool revoke(const Revocation& revocation) override;

 private:
  enum class Mishap { none, lost_request, lost_answer, killed_before, killed_after };
  [[nodiscard]] Mishap draw();

  const int odds_;
  std::atomic<std::uint64_t> drawn_;
  std::atomic<std::int64_t> injected_{0};
};

}  // namespace cardea::torture
