// Where a browser may be sent: to a path of our own site, and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

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
