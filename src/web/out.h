// Transports: how tokens come in and go out. Only this file reads tokens from cookies, headers and bodies, so that
// moving a site from one transport to the other changes nothing else.
//
//   mode cookie   reads the cookies; a token in a header or body is refused, and the answer says so
//   mode both     reads the access cookie first, then Authorization; sets cookies and answers the tokens too
//   mode header   reads Authorization and bodies; sets no cookie
//
// The mode at the time of a request is request.transport_mode: from header_sunset on it is cookie.
#pragma once

#include <optional>
#include <variant>

#include "auth/session/context.h"
#include "auth/session/grant.h"
#include "web/http.h"
#include "web/in.h"

namespace cardea {

// The access tokens of a request. Nothing if it has more copies of a cookie than cookie_copies_limit.
[[nodiscard]] std::optional<PresentedTokens> read_access(const Request& request, const Settings& settings);
// The refresh tokens and the access tokens beside them (from cookies, Authorization, and the fields refresh_token and
// access_token).
[[nodiscard]] std::optional<PresentedTokens> read_refresh(const Request& request, const Fields& fields,
                                                          const Settings& settings);
// The refresh token of an OAuth form, and its companion in the form or the Authorization header; no cookies.
[[nodiscard]] PresentedTokens read_form_tokens(const Request& request, const Fields& fields);
// The secret of another server (introspection): the password of "Authorization: Basic …" (RFC 7617), whatever the name,
// or the token of "Bearer …". The caller must check it.
[[nodiscard]] std::optional<Secret> read_caller_secret(const Request& request);
// How a client that signs in now will send its tokens: by the mode, or in mode both by the field transport of the
// client. Nothing if that field is neither cookie nor header.
[[nodiscard]] std::optional<Transport> read_transport(const Request& request, const Fields& fields);

// The id in the device cookie, if there is one and it is a valid id.
[[nodiscard]] std::optional<std::string> read_device(const Request& request, const Settings& settings);

// Tells a client whose token came in a header when that transport ends or has ended, if [transport] header_sunset is
// set: Sunset (RFC 8594), and Deprecation (RFC 9745) with the moment from which a new sign-in would last beyond it.
void announce_sunset(Response& response, const Settings& settings);

// The answer with the tokens: in cookies, and in modes both and header in the body. In mode both the body holds no
// tokens for a client that sent only cookies, or said that it uses cookies: a script of the page must not read in the
// body what HttpOnly hides from it.
[[nodiscard]] Response deliver(int status, const Grant& grant, const Request& request,
                               const Settings& settings);
// The grant's cookies alone, for answers that are redirects; none in mode header.
void set_token_cookies(Response& response, const Grant& grant, const Request& request,
                       const Settings& settings);
// Sets the cookie with the method of this sign-in, which the sign-in page shows next time; not in mode header, nor on a
// site without providers.
void remember_method(Response& response, const Grant& grant, const Request& request,
                     const Settings& settings);
// Sets the cookie by which POST /email/verify knows the browser that registered the account; deletes it. Not in mode header.
void remember_registration(Response& response, const Secret& mark, const Request& request,
                           const Settings& settings);
void forget_registration(Response& response, const Settings& settings);

// Deletes the access and the refresh cookie, if the mode uses cookies. The device cookie stays.
void delete_cookies(Response& response, const Request& request, const Settings& settings);

}  // namespace cardea
