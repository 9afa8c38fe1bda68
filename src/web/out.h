// The transports: how tokens come in and go out. Cookies, headers and bodies are looked at here and nowhere
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

#include "auth/session/context.h"
#include "auth/session/grant.h"
#include "web/fields.h"
#include "web/http.h"

namespace cardea {

// The access tokens of a request. Nothing if it carries an unreasonable number of copies.
[[nodiscard]] std::optional<PresentedTokens> read_access(const Request& request, const Settings& settings);
// The refresh tokens and what stands beside them (cookies, Authorization, the fields refresh_token and
// access_token).
[[nodiscard]] std::optional<PresentedTokens> read_refresh(const Request& request, const Fields& fields,
                                                          const Settings& settings);
// The refresh token of an OAuth form, and its companion in the form or the Authorization header; no cookies.
[[nodiscard]] PresentedTokens read_form_tokens(const Request& request, const Fields& fields);
// What another server shows to be let in: the password of "Authorization: Basic …" (RFC 7617), whatever the
// name, or the token of "Bearer …". Whether it is right is the caller's to see.
[[nodiscard]] std::optional<Secret> read_caller_secret(const Request& request);
// By what a client that signs in now will come: told by the mode, or else by the client, in the field
// transport. Nothing if that is neither cookie nor header.
[[nodiscard]] std::optional<Transport> read_transport(const Request& request, const Fields& fields);

// The id in the device cookie, if there is one and it looks like one of ours.
[[nodiscard]] std::optional<std::string> read_device(const Request& request, const Settings& settings);

// Tells a client whose token came by header when that ends or has ended, once [transport] header_sunset is
// set: Sunset (RFC 8594), and Deprecation (RFC 9745) with the moment from which on a sign-in would outlive
// it.
void announce_sunset(Response& response, const Settings& settings);

// The token answer: cookies, and in modes both and header the tokens in the body. In mode both a body holds
// none for a client that has shown no more than cookies, or said that it uses them: a script of the page must
// not read there what HttpOnly keeps from it.
[[nodiscard]] Response deliver(int status, const Grant& grant, const Request& request,
                               const Settings& settings);
// The grant's cookies alone, for answers that are redirects; none in mode header.
void set_token_cookies(Response& response, const Grant& grant, const Request& request,
                       const Settings& settings);
// Tells the browser how it has signed in, for the sign-in page to say next time; not in mode header, nor where
// there is only one way.
void remember_method(Response& response, const Grant& grant, const Request& request,
                     const Settings& settings);
// Deletes the access and the refresh cookie, where the mode uses cookies. The device keeps its name.
void delete_cookies(Response& response, const Request& request, const Settings& settings);

}  // namespace cardea
