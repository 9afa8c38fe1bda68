// An event as a sentence, for people: what happened, when it matters, and what was done about it. Dates
// say their zone: UTC in English, and the one time of the country in Korean and Japanese.
#pragma once

#include <string>

#include "base/language.h"
#include "store/records.h"

namespace cardea {

// "A token that had been replaced on March 3, 2026, 10:02 UTC was used again; this device was signed out."
// The detail of some kinds holds facts (replaced=…, from=…, to=…, count=…, action=…), which the sentence
// tells; what is missing there is left out.
[[nodiscard]] std::string event_words(const Event& event, Language language);

// "March 3, 2026, 10:02 UTC", "2026년 3월 3일 19:02(KST)", "2026年3月3日 19:02（JST）".
[[nodiscard]] std::string time_in_words(Instant at, Language language);

}  // namespace cardea
