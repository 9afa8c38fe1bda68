// Our cookies: their names, attributes and how they are read. RFC 6265; prefixes by
// draft-ietf-httpbis-rfc6265bis.
//
//   access   Path=/      on https __Host- (no sibling subdomain can plant it); lives as long as the refresh
//                        token, so that an expired access token is still seen as expired
//   refresh  Path=mount  __Secure-; reaches refresh and sign-out alike
//   device   Path=mount  __Secure-; long-lived, names this browser
//   method   Path=/      long-lived, how this browser signed in last: "password" or a provider's name
//   turns    Path=/      for seconds: how often /continue has sent this browser back to the same page
//   moved    Path=/      for seconds: this browser was led to [site] url a moment ago
//   language Path=/      long-lived: the language that was chosen on a page
//   registration  Path=/ for a day: the browser that registered an account which waits for the proof of its address
//
// On https each cookie with Path=/ and without Domain is __Host-. Where that is not possible (plain http, [cookies]
// domain), method, turns, moved, language and registration have Path=mount: they have Path=/ only for the sake of the prefix.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

enum class CookieKind { access, refresh, device, turns, method, language, registration, moved };

inline constexpr std::size_t cookie_copies_limit = 8;
inline constexpr seconds max_cookie{std::chrono::hours{24 * 400}};  // what browsers allow

[[nodiscard]] std::string cookie_name(CookieKind kind, const Settings& settings);
// The name that this cookie had before it became __Host-, always with [cookies] refresh_path as its Path; empty if
// its name never changed.
[[nodiscard]] std::string former_cookie_name(CookieKind kind, const Settings& settings);

// max_age is limited to max_cookie; 0 deletes the cookie that was set with the same attributes.
[[nodiscard]] Cookie make_cookie(CookieKind kind, std::string value, seconds max_age,
                                 const Settings& settings);

// All values of that cookie; if there are none, those under its former name. For turns and registration the former
// name is not read: a sibling subdomain can plant it, and these cookies do not live long. Nothing as with cookie_values.
[[nodiscard]] std::optional<std::vector<std::string>> read_cookie(CookieKind kind, const Request& request,
                                                                  const Settings& settings);

// The pairs of a Cookie header, without the blanks around names and values and without the quotes around a value.
[[nodiscard]] ReceivedCookies parse_cookies(std::string_view header);

// All values of that name, in order, empty ones left out; nothing if there are more than cookie_copies_limit.
[[nodiscard]] std::optional<std::vector<std::string>> cookie_values(const ReceivedCookies& cookies,
                                                                    std::string_view name);

// Puts semicolons where a server has joined two Cookie lines by a comma (Apache does): before our names, and after our
// values, which hold no comma. Browsers send one line, and a sibling subdomain can plant a value with a comma in it:
// so in a browser's header, names that begin with __Host- are left as they are.
void split_joined_cookies(Request& request);

// Deletes copies of our cookies that an older Path or Domain left in the browser. They do no harm, because we read all
// copies and use the valid one, but nothing else would remove them.
//
// An answer that sets a cookie also deletes the one under its former name. An answer that sets our cookies, and one that
// refused because there were too many copies, deletes the other copies. A browser does not say which Path and Domain a
// copy has, so each combination that would reach us is deleted, for one cookie in each answer: answers must fit into the
// buffers of web servers.
void clean_up_copies(Response& response, const Request& request, const Settings& settings);

}  // namespace cardea
