// Which other sites may talk to us from somebody's browser: none, but those in allowed_origins. A call that
// changes something is refused when the browser says that another site made it (Sec-Fetch-Site, Origin,
// Referer). What says nothing of the sort is no browser: programs carry no cookies by accident.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// True if a page of ours, of an allowed origin, the person (typing, bookmark) or a program made this request.
[[nodiscard]] bool is_same_site_call(const Request& request, const SiteSettings& site);

// Adds the CORS headers and Vary for an allowed origin (WHATWG Fetch, section 3.2); others get none, so the browser
// keeps the answer from them. Our own origin needs none.
void allow_origin(Response& response, const Request& request, const SiteSettings& site);

// True if a browser asks what a page of an allowed origin may send (WHATWG Fetch, section 4.8). The method is
// not looked at: a server that asks for an error page may have changed it.
[[nodiscard]] bool is_allowed_preflight(const Request& request, const SiteSettings& site);

// What a gate answers to such a question: 204, that method and those headers may be sent. The page behind the
// gate is not asked, because browsers send no cookies with a preflight, and a page that does not look at the
// method would show itself to everybody who sends one.
[[nodiscard]] Response answer_preflight(const Request& request, const SiteSettings& site);

// The answer to an OPTIONS request: Allow, and for a preflight of an allowed origin what it may send.
[[nodiscard]] Response answer_options(std::string_view methods, const Request& request,
                                      const SiteSettings& site);

// Where a browser may be sent: to a path of our own site, and nowhere else.

inline constexpr std::size_t own_path_limit = 2048;

// The text if it is an absolute path of this site, with or without a query: begins with one slash that no
// slash or backslash follows (blanks do not count), holds no control character or line separator, and no
// backslash in front of the query, since browsers read that as a slash. What a URL may not hold is
// percent-encoded: all beyond ASCII, spaces, backslashes of the query, and a percent sign that encodes
// nothing. Nothing otherwise, or if either form is longer than own_path_limit. own_path(answer) == answer.
[[nodiscard]] std::optional<std::string> own_path(std::string_view text);

// Encodes everything but unreserved characters and slashes (RFC 3986 section 2.3): fit for a query's value.
[[nodiscard]] std::string query_value(std::string_view text);

// True for a browser that loads a page: GET or HEAD, and it says it navigates (Sec-Fetch-Mode) or, where it
// does not say, that it wants text/html.
[[nodiscard]] bool is_page_navigation(const Request& request);

// True if the client asked for this very path; false where a server asks on the way to another page.
[[nodiscard]] bool is_asked_for(const Request& request);

// 303 See Other to that path of ours. Precondition: it came from own_path or was built by us.
[[nodiscard]] Response see_other(std::string_view path, const SiteSettings& site);

}  // namespace cardea
