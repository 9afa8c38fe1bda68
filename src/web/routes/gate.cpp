#include "web/routes/gate.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "auth/session/verify.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/refusal_page.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

// A word that is not known is a need that nobody meets.
bool meets(std::string_view need, const AccessClaims& claims) {
  return need.empty() || (need == need_proven && claims.proven);
}

// The rule of the gate, whichever way the server asks: the claims of a client that may pass, no claims if it may pass
// without a name, or the refusal.
std::variant<std::optional<AccessClaims>, Response> pass(const GateSettings& gate, const Call& call) {
  auto caller = caller_claims(call);
  auto* claims = std::get_if<AccessClaims>(&caller);
  const bool covered = claims != nullptr && scope_covers(claims->scope, gate.scope);
  if (covered && meets(gate.need, *claims)) return std::move(*claims);
  if (gate.mode == GateMode::optional) return std::nullopt;
  if (covered) return refuse_unverified();
  if (claims != nullptr) return refuse_scope(gate.scope);
  return std::get<Response>(std::move(caller));
}

// mod_fcgid joins the variables of all calls that it makes for one request ("42, 42"): so the second answer has none.
Response admit(const std::optional<AccessClaims>& claims, const Call& call) {
  if (!claims) return let_in(200);
  if (call.request.identified_before) return empty_answer(200);
  auto response = let_in(200);
  response.transport = transport_of_caller(claims->session, call);
  response.set("Variable-REMOTE_USER", claims->user.text());
  response.set("Variable-AUTH_USER_ID", claims->user.text());
  response.set("Variable-AUTH_SESSION_ID", claims->session.text());
  response.set("Variable-AUTH_SCOPE", claims->scope);
  return response;
}

// A page behind the gate that the gate leads to would send the browser to itself again and again.
bool wants_page_of_ours(const Request& request, const SiteSettings& site) {
  const auto path = std::string_view(request.original_uri).substr(0, request.original_uri.find('?'));
  return std::any_of(languages.begin(), languages.end(), [&](Language language) {
    return page_path("sign-in", language, site) == path || page_path("verify", language, site) == path;
  });
}

Language language_by_header(const Request& request) {
  return preferred_language(request.header("accept-language")).value_or(Language::en);
}

// Names of files may hold backslashes; no browser reads an encoded one as a slash.
std::string with_backslashes_encoded(std::string_view uri) {
  if (uri.starts_with("/\\")) return std::string(uri);
  std::string encoded;
  for (const char letter : uri) encoded.append(letter == '\\' ? "%5C" : std::string(1, letter));
  return encoded;
}

Response decide(const Request& request, const GateSettings& gate, const Deps& deps) {
  const Caller caller{.now = request.now, .address = request.client, .user_agent = {}};
  const Call call{.request = request, .captured = {}, .caller = caller, .deps = deps};
  auto passed = pass(gate, call);
  auto* refused = std::get_if<Response>(&passed);
  if (refused == nullptr) return admit(std::get<0>(passed), call);
  if (request.method == "OPTIONS" && is_allowed_preflight(request, deps.settings.site))
    return answer_preflight(request, deps.settings.site);
  return refuse_connection(std::move(*refused), request, deps.settings.site);
}

}  // namespace

Response answer_gate(const Request& request, const GateSettings& gate, const Deps& deps) {
  Response response;
  try {
    response = decide(request, gate, deps);
  } catch (const std::exception& failure) {
    response = refuse_unavailable(failure);
  }
  announce_sunset(response, deps.settings);
  if (response.status == 200) return response;
  response = page_of_refusal(std::move(response), request, deps.settings);
  response.set("Cache-Control", "no-store");
  allow_origin(response, request, deps.settings.site);
  // The server adds the headers of this refusal to those of /denied: each would be there twice, and browsers ignore an
  // Access-Control-Allow-Origin that is there twice.
  if (request.role == Role::access_checker) response.headers.clear();
  return response;
}

Response let_in(int status) {
  auto response = empty_answer(status);
  response.set("Cache-Control", "private, no-cache");
  response.set("Vary", "Cookie, Authorization");
  return response;
}

Response refuse_connection(Response refused, const Request& request, const SiteSettings& site) {
  const bool unverified = refused.refusal && refused.refusal->error == "email_unverified";
  if ((refused.status != 401 && !unverified) || !is_page_navigation(request)) return refused;
  if (wants_page_of_ours(request, site)) {
    if (refused.refusal) refused.refusal->in_circles = !unverified;
    return refused;
  }
  const auto wanted = own_path(with_backslashes_encoded(request.original_uri)).value_or("/");
  const auto page = page_path("verify", language_by_header(request), site);
  auto response = see_other(unverified ? page_saying(page, wanted, "email_unverified")
                                       : site.mount + "/continue?return_to=" + query_value(wanted),
                            site);
  response.refusal = std::move(refused.refusal);
  response.log = std::move(refused.log);
  return response;
}

namespace {

// [gate], unless the location that asks says otherwise by ?mode=, ?scope= and ?need=.
GateSettings gate_of(const Json& query, const GateSettings& configured) {
  auto gate = configured;
  if (const auto mode = string_member(query, "mode"))
    gate.mode = *mode == "optional" ? GateMode::optional : GateMode::required;
  gate.scope = string_member(query, "scope").value_or(configured.scope);
  gate.need = string_member(query, "need").value_or(configured.need);
  return gate;
}

}  // namespace

// For servers that have no authorizers: nginx's auth_request asks here. The method is the client's: nginx passes it on.
Response handle_verify(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const bool asked_for = is_asked_for(request);
  // If a server asks for a page, /denied answers the preflight: a 204 here would open that page.
  if (request.method == "OPTIONS" && asked_for && is_allowed_preflight(request, deps.settings.site))
    return answer_preflight(request, deps.settings.site);
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto passed = pass(gate_of(*query, deps.settings.gate), call);
  if (auto* refused = std::get_if<Response>(&passed)) return std::move(*refused);
  // A server gets the headers for the page that it will send; a client that asks for itself gets a usual answer.
  auto response = asked_for ? empty_answer(204) : let_in(204);
  const auto& claims = std::get<0>(passed);
  if (!claims) return response;
  response.transport = transport_of_caller(claims->session, call);
  response.set("X-Auth-User-Id", claims->user.text());
  response.set("X-Auth-Session-Id", claims->session.text());
  response.set("X-Auth-Scope", claims->scope);
  response.set("X-Auth-Expires", std::to_string(unix_seconds(claims->expires_at)));
  return response;
}

bool may_name_account(const Request& request) {
  return is_page_navigation(request) && !request.cookies.empty();
}

namespace {

// The e-mail of the user, for the page that a browser shows; empty if the database does not say it.
std::string email_of(const UserId& user, const Call& call) {
  try {
    const auto known = call.deps.store.user_by_id(user);
    return known ? known->email.typed : "";
  } catch (const std::runtime_error&) {
    return "";
  }
}

// The user is signed in, and the server refused all the same. Without ?scope= the gate did not say what it needs; with
// it the server may have refused for a reason of its own, such as a directory without an index page.
Response refuse_signed_in(const AccessClaims& claims, const std::optional<std::string>& needed,
                          std::string_view need, const Call& call) {
  if (needed && scope_covers(claims.scope, *needed)) {
    if (!meets(need, claims)) return refuse_unverified();
  } else {
    auto refused = refuse_scope(needed.value_or(""));
    if (may_name_account(call.request)) refused.refusal->account = email_of(claims.user, call);
    return !needed && !meets(need, claims) ? refuse_unverified() : refused;
  }
  return refuse({.status = 403,
                 .error = "access_denied",
                 .reason = {},
                 .description = "The web server does not show this page."});
}

}  // namespace

// The server shows this after its gate refused (Apache's ErrorDocument 401, nginx's error_page 401 403). It keeps the
// client's own URI, so the page that the client wants is known; ?scope= says which scope the gate needs.
Response handle_denied(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto& site = deps.settings.site;
  if (is_allowed_preflight(request, site)) return answer_preflight(request, site);
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto claims = caller_claims(call);
  const auto* known = std::get_if<AccessClaims>(&claims);
  auto refused = known == nullptr ? std::get<Response>(std::move(claims))
                                  : refuse_signed_in(*known, string_member(*query, "scope"),
                                                     string_member(*query, "need").value_or(""), call);
  const bool asked_directly = request.original_uri.starts_with(site.mount + "/");
  return asked_directly ? refused : refuse_connection(std::move(refused), request, site);
}

}  // namespace cardea
