// An event as a sentence: what happened, when it matters, and what was done about it.
#pragma once

#include <string>
#include <vector>

#include "base/language.h"
#include "config/settings.h"
#include "store/records.h"

namespace cardea {

// "A sign-in that had been replaced on March 3, 2026, 10:02 UTC was used again. The device was signed out."
// The detail of some kinds holds facts for the sentence: replaced=…, from=…, to=…, count=…, provider=…, action=….
// A missing time is left out, another missing fact is "?". A provider is called by its label in `providers`, or
// by its name if the site does not offer it any more.
[[nodiscard]] std::string event_words(const Event& event, Language language,
                                      const std::vector<ProviderSettings>& providers);

}  // namespace cardea
