// Rotation: what to do when a client presents a refresh token. A pure decision about one row; auth/session/refresh.h
// carries it out.
//
// The row counts generations. A token names its generation g, the row its current one c.
//
//   g == c      the newest token. Moves the row to c + 1, unless the row moved so recently that this can be a
//               second tab of the same browser: then the same token is handed out again.
//   g == c - 1  the token that was just replaced. Within the window after the move this is a tab that lost the race,
//               or a client whose answer got lost: the successor is derived again, byte for byte.
//   g <  c      otherwise: a spent token came back. Two parties hold tokens of this session, so it ends.
//   g >  c      both MACs are valid, so we did hand it out: the database lost commits that it had acknowledged.
//               The row is moved forward; no user is signed out for the database's mistake.
//
// The window begins at the move and never slides; a row moves at most once per window. Without that rule, races of
// three tabs of one browser look like theft.
//
// A presentation counts from the moment when the request came in, a move from the moment when the row was written:
// a request that a busy database delays proves nothing about its sender.
#pragma once

#include <optional>

#include "base/encoding.h"
#include "base/time.h"
#include "config/settings.h"
#include "store/records.h"

namespace cardea {

enum class RotationStep {
  reissue,  // same refresh token again, nothing is written
  advance,  // move the row from c to c + 1
  replay,   // hand out the current token again, nothing is written
  reuse,    // end the session
  restore,  // move the row from c to g + 1
  unclear,  // the row moved on while this request was delayed: the client must ask again
};

struct Presentation {
  Generation generation = 0;
  std::optional<Digest> idempotency;  // SHA-256 of the request's Idempotency-Key
  Instant now{};                      // when the request came in
  Instant read_at{};                  // when the row was read, by the same clock; never earlier than now
};

// How long after a move the same Idempotency-Key still brings the same successor.
inline constexpr std::chrono::hours idempotency_window{24};

[[nodiscard]] RotationStep decide_rotation(const Session& row, const Presentation& presented,
                                           const TokenSettings& settings);

// The idle end after a move at `now`: slides by refresh_ttl, unless refresh_slide_within holds it back; never
// beyond the absolute end, never earlier than it was.
[[nodiscard]] Instant slide_idle_end(const Session& row, const TokenSettings& settings, Instant now);

}  // namespace cardea
