// Sending the letters of the outbox: by the thread of a FastCGI process that does nothing else, and by a child that a plain
// CGI process leaves behind after its answer (server/background.h).
//
// Each try begins with a claim: one conditional update, which only one process wins and which puts the next try so far
// ahead that the process has settled the letter before. So a letter is sent twice only if a process died between the mail
// server's "accepted" and the settling; then both copies have the same Message-ID. What the mail server does not take now is
// tried again, at first after first_retry, then after twice as long each time, at most last_retry, until life_in_outbox
// (auth/account/letters.h) is over.
#pragma once

#include <functional>
#include <string>

#include "auth/account/letters.h"
#include "mail/delivery.h"

namespace cardea {

inline constexpr seconds first_retry{5};
inline constexpr seconds last_retry{3600};
// How long a claim lasts: longer than a delivery may take, with the difference between the clocks of two hosts.
inline constexpr std::chrono::minutes claim_life{3};

// How a letter leaves the host; blocks. A test keeps it instead.
using Deliver = std::function<Delivery(const Letter&)>;
// Whether the process wants to end: no further letter is begun then.
using Stopping = std::function<bool()>;

struct Posting {
  LetterParts parts;
  const Clock& clock;
  Deliver deliver;
  Stopping stopping = [] { return false; };
};

// Sends what is due, one letter after the other, until nothing is due, or the mail server takes nothing: then the rest
// waits for the next call. Returns what went wrong, for the log: no address, no link; empty: nothing. Throws like the
// store, and KeyError. Safe from many processes and threads at once; each thread needs its own key ring.
[[nodiscard]] std::string send_due_letters(const Posting& posting);

}  // namespace cardea
