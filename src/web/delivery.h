// The keyholes: how tokens come in and go out. Cookies, headers and bodies are looked at here and nowhere
// else, so that moving a site from one to the other changes no other room.
//
//   mode cookie   reads the cookies; a token in a header or body is refused and told so
//   mode both     reads the access cookie first, then Authorization; sets cookies and answers the tokens too
//   mode header   reads Authorization and bodies; sets no cookie
//
// From header_sunset on, every mode behaves like cookie.
#pragma once

#include <optional>
#include <variant>

#include "auth/grant.h"
#include "auth/presented.h"
#include "web/fields.h"
#include "web/http.h"

namespace cardea {

[[nodiscard]] TransportMode mode_at(Instant now, const TransportSettings& settings);

// The access tokens of a request. Nothing if it carries an unreasonable number of copies.
[[nodiscard]] std::optional<PresentedTokens> read_access(const Request& request, const Settings& settings);
// The refresh tokens and what stands beside them (cookies, Authorization, the fields refresh_token and
// access_token).
[[nodiscard]] std::optional<PresentedTokens> read_refresh(const Request& request, const Fields& fields,
                                                          const Settings& settings);
// The id in the device cookie, if there is one and it looks like one of ours.
[[nodiscard]] std::optional<std::string> read_device(const Request& request, const Settings& settings);

// The token answer: body and cookies.
[[nodiscard]] Response deliver(int status, const Grant& grant, Instant now, const Settings& settings);
// The grant's cookies alone, for answers that are redirects; none in mode header.
void set_token_cookies(Response& response, const Grant& grant, Instant now, const Settings& settings);
// Deletes the access and the refresh cookie, where the mode uses cookies. The device keeps its name.
void delete_cookies(Response& response, Instant now, const Settings& settings);

}  // namespace cardea
