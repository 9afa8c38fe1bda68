// The daily look from outside: whether gates are shut, secrets hidden, and the certificate valid for a while. What it finds is
// shown with the other checks, and written to all administrators by mail when it is new.
//
// One process of the host looks, once a day: the background job, or with plain CGI the child behind a page view. What was found,
// and when to look next, is one file in the key directory, which /auth/admin/checks reads. The first look is made ten
// minutes after the first process has started.
#pragma once

#include <vector>

#include "base/entropy.h"
#include "config/settings.h"
#include "http/client.h"
#include "mail/message.h"
#include "store/store.h"
#include "upkeep/finding.h"

namespace cardea {

inline constexpr std::chrono::hours outside_interval{24};

// The last look. at == never: there was none, or its file cannot be read.
struct OutsideLook {
  Instant at = never;
  Instant next = never;  // when to look again
  Findings found = {};   // what is wrong; empty: nothing
};
[[nodiscard]] OutsideLook last_look(const Settings& settings);

// Its verdict among the other checks.
[[nodiscard]] Findings judge_canary(const OutsideLook& look, Instant now);

// Reads one small file.
[[nodiscard]] bool is_look_due(const Settings& settings, Instant now);

struct CanaryTools {
  const Settings& settings;
  Store& store;
  Http& http;
  Entropy& entropy;
  Instant now{};
};

// Looks if it is due, and no other process of this host is doing it. Returns the letters to administrators: none if nothing is
// wrong, or if the same was wrong at the look before. Takes up to half a minute. Throws StoreUnavailable: what was found is
// kept all the same.
[[nodiscard]] std::vector<Letter> look_from_outside(const CanaryTools& tools);

}  // namespace cardea
