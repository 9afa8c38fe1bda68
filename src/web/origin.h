// Which other sites may talk to us from somebody's browser: none, but those in allowed_origins. A call that
// changes something is refused when the browser says that another site made it (Sec-Fetch-Site, Origin,
// Referer). What says nothing of the sort is no browser: programs carry no cookies by accident.
#pragma once

#include <optional>
#include <string_view>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// True if a page of ours, of an allowed origin, the person (typing, bookmark) or a program made this request.
[[nodiscard]] bool is_same_site_call(const Request& request, const SiteSettings& site);

// Adds the CORS headers for an allowed origin (WHATWG Fetch, section 3.2); others get none, so the browser
// keeps the answer from them. Our own origin needs none.
void allow_origin(Response& response, const Request& request, const SiteSettings& site);

// The answer to an OPTIONS request: Allow, and for a preflight of an allowed origin what it may send.
[[nodiscard]] Response answer_options(std::string_view methods, const Request& request,
                                      const SiteSettings& site);

}  // namespace cardea
