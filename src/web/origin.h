// Other sites, and where a browser may be sent.
//
// No other site may call us from a browser, except those in allowed_origins. A call that changes something is refused if
// the browser says that another site made it (Sec-Fetch-Site, Origin, Referer). A client that sends none of these
// headers is no browser, and other programs do not send cookies by accident.
//
// A browser may be sent to paths of our own site only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// True if this request was made by a page of ours or of an allowed origin, by the user (typed, bookmark), or by a program.
[[nodiscard]] bool is_same_site_call(const Request& request, const SiteSettings& site);

// Adds the CORS headers and Vary for an allowed origin (WHATWG Fetch, section 3.2). Other origins get none, so that the
// browser does not show them the answer. Our own origin needs none.
void allow_origin(Response& response, const Request& request, const SiteSettings& site);

// True if a browser asks what a page of an allowed origin may send (WHATWG Fetch, section 4.8). The method is not
// checked: a server that asks for an error page may have changed it.
[[nodiscard]] bool is_allowed_preflight(const Request& request, const SiteSettings& site);

// The gate's answer to such a preflight: 204, that method and those headers may be sent. The gate does not let it
// through to the page: browsers send no cookies with a preflight, and a page that does not check the method would show
// itself to every client that sends one.
[[nodiscard]] Response answer_preflight(const Request& request, const SiteSettings& site);

// The answer to an OPTIONS request: Allow, and for a preflight of an allowed origin what it may send.
[[nodiscard]] Response answer_options(std::string_view methods, const Request& request,
                                      const SiteSettings& site);

inline constexpr std::size_t own_path_limit = 2048;

// The text if it is an absolute path of this site, with or without a query; otherwise, or if it is longer than
// own_path_limit, nothing. It begins with one slash that no slash or backslash follows (not even after blanks), and holds
// no control character, no line separator, and no backslash before the query, because browsers read that as a slash.
// Characters that a URL may not hold are percent-encoded: those outside ASCII, spaces, backslashes of the query, and a
// percent sign that encodes nothing. own_path(answer) == answer.
[[nodiscard]] std::optional<std::string> own_path(std::string_view text);

// Percent-encodes all but unreserved characters and slashes (RFC 3986 section 2.3), for the value of a query.
[[nodiscard]] std::string query_value(std::string_view text);

// True for a browser that loads a page: GET or HEAD, and it says that it navigates (Sec-Fetch-Mode) or, if it does not
// say, that it accepts text/html.
[[nodiscard]] bool is_page_navigation(const Request& request);

// True for a browser that submits a form and shows the answer as its next page.
[[nodiscard]] bool is_form_navigation(const Request& request);

// True if the browser calls the site by another name than [site] url: www, the bare name, an address, or http instead of
// https. Names that only a proxy can have written (loopback, private addresses, names without a dot) are no names of the
// site, and neither is one in allowed_origins. X-Forwarded-Host counts before Host, from any client: nothing follows but a
// redirect to url.
[[nodiscard]] bool is_under_other_name(const Request& request, const SiteSettings& site);

// True if a page under that other name made this call.
[[nodiscard]] bool is_from_other_name(const Request& request, const SiteSettings& site);

// True if the client asked for this path; false if a server asks while it serves another page.
[[nodiscard]] bool is_asked_for(const Request& request);

// 303 See Other to that path of ours. Precondition: it came from own_path or was built by us.
[[nodiscard]] Response see_other(std::string_view path, const SiteSettings& site);

}  // namespace cardea
