// The words of the pages that are made at the moment they are asked for, in three languages; src/pages/strings
// has those of the pages in files.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"

namespace cardea {

struct ActivityWords {
  std::string_view title, account;
  std::string_view devices, devices_text, this_device, seen, sign_out, unknown;
  std::string_view ways, ways_text, connected, connect, disconnect, password, sign_in_again;
  std::string_view events, events_text, no_events;
};

[[nodiscard]] const ActivityWords& activity_words(Language language);

// What an error's word means to a person: "last_way" -> "The only way to sign in cannot be disconnected."
[[nodiscard]] std::string_view problem_in_words(std::string_view problem, Language language);

// "Continue to Google"
[[nodiscard]] std::string onwards_in_words(std::string_view label, Language language);

}  // namespace cardea
