// A history as data: what the clients do, what the machines do to them, and when. Each step names its actors
// by number and makes sense whatever went before it, so that a failing history can be shrunk by leaving steps
// out.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace cardea::torture {

inline constexpr int client_count = 4;  // honest jars: client n belongs to user n % 2, on a device of its own
inline constexpr int thief_count = 2;   // jars that only ever hold copies; their numbers follow the clients'
inline constexpr int user_count = 2;
inline constexpr int host_count = 3;  // web hosts, each with a clock and a database node of its own

enum class Action {
  sign_in,
  refresh,              // a tab presents what the jar holds
  deliver,              // an answer that was under way reaches the jar
  steal,                // `other` gets a copy of the jar as it is now
  visit,                // GET /me
  sign_out,             // by the jar's owner, or by its thief
  sign_out_everywhere,  // the same
  sign_out_device,      // the owner signs `other` out from the list of devices
  change_password,
  disable,
  enable,
  end_all,    // an administrator ends all sessions of the user
  set_clock,  // the host's clock goes wrong by `amount` from now on
  restore,    // the database loses the last moves of the jar's session: a restored backup
  purge,
  stray,  // a damaged token, a token without its companion, with another session's
};

// What happens at one call that a request makes to the database.
enum class FaultKind {
  lost_request,  // the connection breaks before the statement arrives
  lost_answer,   // the connection breaks after it has committed
  killed_before,
  killed_after,  // kill -9 of the process that answers
  stale,         // a plain read shows the session as it was some versions ago, as a lagging node does
  stall,         // the process is held up for `amount` before the call
  late,  // the connection breaks, and the statement is carried out all the same: `amount` calls later, or
         // when the request is over; of a move only
  race,  // other steps happen before the call
};

struct Step;

struct Fault {
  FaultKind kind = FaultKind::race;
  int call = 0;              // the request's how-manieth call of the database
  milliseconds amount{0};    // stall: how long; stale: how many versions; late: how many calls
  std::vector<Step> inside;  // race
};

struct Step {
  Action action = Action::refresh;
  milliseconds pause{0};  // before it
  int who = 0;            // a jar, or a user where no jar acts
  int other = 0;
  int host = 0;
  bool held = false;       // the answer is under way until a later deliver, perhaps for ever
  milliseconds amount{0};  // set_clock; restore: how many moves
  std::vector<Fault> faults;
};

// What holds for a whole history.
struct Conditions {
  seconds grace{10};
  seconds min_interval{0};
  unsigned with_keys = 0;       // bit n: client n sends an Idempotency-Key
  std::chrono::hours ttl{720};  // refresh_ttl
  bool slides_late = false;
};

struct History {
  std::uint64_t seed = 0;
  Conditions conditions;
  std::vector<Step> steps;
};

// One line a step, as a person reads it.
[[nodiscard]] std::string text_of(const History& history);
[[nodiscard]] int count_steps(const std::vector<Step>& steps);  // those inside others too

}  // namespace cardea::torture
