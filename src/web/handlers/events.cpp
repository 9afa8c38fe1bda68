#include "auth/devices.h"
#include "auth/event_words.h"
#include "web/fields.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr int named_sessions = 200;  // whose events come with the name of their device
constexpr int shown_events = 50;

// The device of an event, as far as its session is still known.
Json device_json(const Event& event, const std::vector<Session>& sessions) {
  const auto* found = session_of(event, sessions);
  if (found == nullptr) return nullptr;
  return {{"id", found->device_id}, {"name", found->device_name}, {"user_agent", found->user_agent}};
}

// What the page says it speaks, else what the user said, else what the browser likes.
Language language_for(const Call& call, const Json& query, const User& user) {
  if (const auto asked = language_of_tag(string_member(query, "language").value_or(""))) return *asked;
  if (user.language) return *user.language;
  return call.caller.language.value_or(Language::en);
}

}  // namespace

Response handle_events(const Call& call) {
  const auto query = parse_form(call.request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& [current, user] = std::get<SessionState>(caller);
  const auto language = language_for(call, *query, user);
  const auto sessions = call.deps.store.latest_sessions_of(user.id, named_sessions);
  auto events = Json::array();
  for (const auto& event : call.deps.store.events({.user = user.id, .since = never, .limit = shown_events}))
    events.push_back({{"at", unix_seconds(event.at)},
                      {"kind", event_name(event.kind)},
                      {"text", event_words(event, language)},
                      {"ip", event.ip},
                      {"device", device_json(event, sessions)},
                      {"current", event.session == current.id}});
  return json_answer(200, {{"events", std::move(events)}});
}

}  // namespace cardea
