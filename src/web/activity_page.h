// The devices and the latest events of an account as one page of HTML, for browsers without JavaScript: the
// only page that is made at the moment it is asked for. With JavaScript, the account page shows the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "config/settings.h"
#include "store/records.h"

namespace cardea {

struct Activity {
  Language language = Language::en;
  SessionId current;
  std::vector<Session> devices;  // in the order in which they are shown
  std::vector<Event> events;
};

// The address of the page below the mount, in that language: "/activity?language=ko".
[[nodiscard]] std::string activity_path(Language language);

// The whole document. Its stylesheet is the pages' own, one folder above the sign-in page's; each device but
// the current one has a form that signs it out and leads back here. Everything that is not ours to write is
// escaped.
[[nodiscard]] std::string activity_page(const Activity& activity, const SiteSettings& site);

// The text as HTML, fit for an element's contents and for a value in double quotes.
[[nodiscard]] std::string html_text(std::string_view text);

}  // namespace cardea
