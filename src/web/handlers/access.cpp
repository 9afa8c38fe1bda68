#include "web/handlers/access.h"

#include <algorithm>
#include <string>

#include "web/delivery.h"
#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response invalid_token(std::string_view reason, std::string_view description) {
  return refuse({.status = 401, .error = "invalid_token", .reason = reason, .description = description});
}

Response too_many_copies() {
  return refuse_request("The request carries too many copies of a cookie.");
}

// Apache alone keeps Authorization back unless it is told not to; a server that does not say its name may be
// Apache.
Response refuse_without_token(std::string_view server_software) {
  if (!server_software.empty() && server_software.find("Apache") == std::string_view::npos)
    return invalid_token("missing", "No access token reached this server.");
  return invalid_token(
      "missing",
      "No access token reached this server. If one was sent in the Authorization header, the web "
      "server keeps it back: Apache needs CGIPassAuth On.");
}

// Scopes that may stand in a sentence: the letters of RFC 6749 section 3.3, and no more than one can read.
bool is_readable_scope(std::string_view scope) {
  constexpr std::size_t limit = 200;
  return !scope.empty() && scope.size() <= limit && std::all_of(scope.begin(), scope.end(), [](char letter) {
    return letter >= 0x20 && letter <= 0x7E && letter != '"' && letter != '\\';
  });
}

}  // namespace

Response refuse_access(AccessRefusal why, std::string_view server_software) {
  switch (why) {
    case AccessRefusal::missing:
      return refuse_without_token(server_software);
    case AccessRefusal::wrong_transport:
      return invalid_token("wrong_transport",
                           "This site takes its access token by cookie only, not by header.");
    case AccessRefusal::malformed:
      return invalid_token("malformed", "The access token provided is malformed.");
    case AccessRefusal::unknown_key:
      return invalid_token("unknown_key", "The access token provided was signed by an unknown key.");
    case AccessRefusal::bad_signature:
      return invalid_token("bad_signature", "The access token provided has a bad signature.");
    case AccessRefusal::wrong_issuer:
      return invalid_token("wrong_issuer", "The access token provided was issued for another site.");
    case AccessRefusal::clock_skew:
      return invalid_token("clock_skew",
                           "The access token provided comes from the future; a clock is wrong.");
    case AccessRefusal::expired:
      return invalid_token("expired", "The access token provided has expired.");
    case AccessRefusal::revoked:
      return invalid_token("revoked", "The access token provided has been revoked.");
    case AccessRefusal::disabled:
      return refuse({.status = 403,
                     .error = "account_disabled",
                     .reason = "revoked",
                     .description = "This account has been disabled."});
  }
  return invalid_token("malformed", "The access token provided is malformed.");
}

Response refuse_scope(std::string_view needed) {
  std::string description = "The access token provided does not carry the scope that is needed here";
  if (is_readable_scope(needed)) description.append(": ").append(needed);
  description += '.';
  return refuse({.status = 403, .error = "insufficient_scope", .reason = {}, .description = description});
}

Response refuse_proof(const ProofRefused& refused) {
  switch (refused.why) {
    case ProofRefusal::wrong_password:
      return refuse({.status = 403,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The current password is wrong."});
    case ProofRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case ProofRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case ProofRefusal::stale:
      break;
  }
  return refuse(
      {.status = 401,
       .error = "insufficient_user_authentication",
       .reason = {},
       .description = "This needs a sign-in of the last ten minutes; sign in again, or send password.",
       .max_age = fresh_life});
}

std::variant<AccessClaims, Response> caller_claims(const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings);
  if (!tokens) return too_many_copies();
  auto verified = verify(*tokens, call.caller, call.deps);
  if (const auto* why = std::get_if<AccessRefusal>(&verified))
    return refuse_access(*why, call.request.server_software);
  return std::get<AccessClaims>(std::move(verified));
}

std::variant<SessionState, Response> caller_session(const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings);
  if (!tokens) return too_many_copies();
  auto verified = verify_live(*tokens, call.caller, call.deps);
  if (const auto* why = std::get_if<AccessRefusal>(&verified))
    return refuse_access(*why, call.request.server_software);
  return std::get<SessionState>(std::move(verified));
}

}  // namespace cardea
