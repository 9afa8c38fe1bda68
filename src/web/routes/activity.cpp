// GET /activity: devices, ways to sign in and events as a page, for browsers without JavaScript.
#include "auth/session/fresh.h"
#include "auth/session/sign_out.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/html.h"
#include "web/in.h"
#include "web/routes/common.h"
#include "web/routes/gate.h"
#include "web/routes/handlers.h"
#include "web/routes/providers.h"

namespace cardea {
namespace {

constexpr int named_sessions = 200;  // whose events come with the name of their device
constexpr int shown_events = 50;

Proof proof_of(const SessionState& state, const Settings& settings, Instant now) {
  // A user without a password is led to the page that asks for another proof.
  const bool asks = !is_fresh(state.session, settings, now) && !state.user.password_hash.empty();
  return asks ? Proof::password : Proof::none;
}

}  // namespace

// A browser whose access token has expired is sent to renew it, as by the gate.
Response handle_activity(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto signed_in = caller_session(call);
  if (auto* refused = std::get_if<Response>(&signed_in))
    return refuse_connection(std::move(*refused), request, deps.settings.site);
  const auto& [current, user] = std::get<SessionState>(signed_in);
  const auto asked = language_of_tag(string_member(*query, "language").value_or(""));
  const Activity activity{
      .language = asked.value_or(language_of(request, deps.settings)),
      .current = current.id,
      .problem = string_member(*query, "problem").value_or(""),
      .devices = devices_of(user, caller, deps),
      .ways = ways_of(user, deps),
      .proof = proof_of(std::get<SessionState>(signed_in), deps.settings, request.now),
      .events = deps.store.events({.user = user.id, .since = never, .limit = shown_events}),
      .providers = deps.settings.providers,
      .sessions = deps.store.latest_sessions_of(user.id, named_sessions)};
  return html_answer(activity_page(activity, deps.settings.site));
}

}  // namespace cardea
