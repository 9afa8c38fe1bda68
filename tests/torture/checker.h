// The invariants. What a call may answer is worked out from the contract and from what the database really
// held between the call's beginning and its end (torture/truth.h), never from what the code says about
// itself: each answer must be justified by at least one of those versions.
#pragma once

#include <map>
#include <set>

#include "torture/jar.h"
#include "torture/truth.h"

namespace cardea::torture {

// A request that has gone through handle(), or has died on its way.
struct Exchange {
  int request = 0;
  std::optional<Response> response = {};  // nothing: killed
  Instant sent{};                         // by the true clock
  Instant clock{};                        // by the host's
  bool disturbed = false;                 // a fault may have cost it its answer
  bool lost_answer = false;  // a write's answer was lost, so that it may have written and not known
  int writes = 0;            // its own

  [[nodiscard]] bool is(int status) const { return response && response->status == status; }
  [[nodiscard]] std::string reason() const { return response ? response->log.reason : ""; }
};

// A refresh token that somebody presents.
struct Presentation {
  SessionId session;
  Generation generation = 0;
  std::optional<Digest> key;
  bool honest = true;
  std::size_t first_version = 0;  // of the session's row, when the call began
  bool had_been_ended = false;    // by a call that was acknowledged before this one began
  int number = 0;                 // of all presentations
};

class Checker {
 public:
  Checker(const TruthStore& truth, const Clockwork& clockwork, const TokenSettings& settings)
      : truth_(truth), clockwork_(clockwork), settings_(settings) {}

  [[nodiscard]] Presentation present(const Pair& pair, const std::string& key, bool honest);
  // All of them throw Violation.
  void judge_refresh(const Presentation& presented, const Exchange& exchange);
  void judge_visit(const Presentation& presented, const Exchange& exchange);
  void judge_stray(const Exchange& exchange) const;
  void judge_sign_in(const Exchange& exchange) const;
  // Whoever asked for an end may not be surprised by it, even where no answer came.
  void excuse(const SessionId& session) { excused_.insert(session); }
  // The end of a session was acknowledged.
  void ended(const SessionId& session);
  void judge_user(const UserId& user, const std::vector<Session>& rows) const;
  void judge_events(int restored) const;

  [[nodiscard]] bool stands(const SessionId& session) const;
  [[nodiscard]] std::int64_t judged() const { return judged_; }

 private:
  using Versions = std::span<const Version>;
  [[nodiscard]] Versions versions_of(const Presentation& presented) const;
  [[nodiscard]] bool stands(const Version& version, Instant now) const;
  [[nodiscard]] bool in_window(const Session& row, const Presentation& presented, Instant now) const;
  [[nodiscard]] bool justifies_successor(const Version& version, const Presentation& presented,
                                         const Exchange& exchange) const;
  [[nodiscard]] bool justifies_same(const Version& version, const Presentation& presented,
                                    const Exchange& exchange) const;
  [[nodiscard]] bool justifies_refusal(const Version& version, const Presentation& presented,
                                       const Exchange& exchange) const;
  [[nodiscard]] bool is_late(const Presentation& presented, const Exchange& exchange) const;
  [[nodiscard]] bool moved_on(const Presentation& presented, const Exchange& exchange) const;
  void excuse_for_those_under_way(const SessionId& session);
  void judge_granted(const Presentation& presented, const Exchange& exchange);
  void judge_theft(const Presentation& presented, const Exchange& exchange) const;
  void judge_refused(const Presentation& presented, const Exchange& exchange) const;

  const TruthStore& truth_;
  const Clockwork& clockwork_;
  const TokenSettings& settings_;
  std::map<std::pair<SessionId, Generation>, std::string> tokens_;
  std::set<SessionId> excused_;
  std::map<int, std::pair<Presentation, Exchange>> under_way_;  // by number, as they began
  std::set<SessionId> ended_;
  std::int64_t judged_ = 0;
  int presentations_ = 0;
};

}  // namespace cardea::torture
