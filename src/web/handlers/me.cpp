#include "base/display_name.h"
#include "web/delivery.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response answer_me(const SessionState& state) {
  const auto& [session, user] = state;
  const Json language = user.language ? Json(language_tag(*user.language)) : Json(nullptr);
  return json_answer(200, {{"id", user.id.text()},
                           {"email", user.email.typed},
                           {"name", user.name},
                           {"language", language},
                           {"scope", user.scope},
                           {"created_at", unix_seconds(user.created_at)},
                           {"has_password", !user.password_hash.empty()},
                           {"last_method", user.last_method},
                           {"device", {{"id", session.device_id}, {"name", session.device_name}}}});
}

// A client that sends what nothing is done with would take it for changed.
Response refuse_member(std::string_view name) {
  constexpr std::size_t shown = 64;
  return refuse_field(name.substr(0, shown), "invalid", "Only name and language can be changed here.");
}

// The profile as it would be; or the 400 that names the field which will not do. An empty name takes it away.
std::variant<Profile, Response> changed_profile(const Fields& fields, const User& user) {
  Profile profile{.name = user.name, .language = user.language};
  if (const auto name = fields.name_besides({"name", "language", "return_to"})) return refuse_member(*name);
  if (!fields.is_text_or_absent("name")) return refuse_field("name", "invalid", "name must be a string.");
  if (const auto typed = fields.text("name")) {
    profile.name = display_name(*typed);
    if (profile.name.empty() && !typed->empty())
      return refuse_field("name", "invalid", "name must hold a letter or another sign that is seen.");
  }
  const auto tag = fields.text("language");
  if (tag) profile.language = language_of_tag(*tag);
  if (!fields.is_text_or_absent("language") || (tag && !profile.language))
    return refuse_field("language", "invalid", "language must be en, ko or ja.");
  return profile;
}

Response answer_change(Fields& fields, const Call& call) {
  auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  auto& state = std::get<SessionState>(caller);
  auto changed = changed_profile(fields, state.user);
  if (auto* refused = std::get_if<Response>(&changed)) return std::move(*refused);
  auto& profile = std::get<Profile>(changed);
  if (!call.deps.store.set_profile(state.user.id, profile)) return refuse_access(AccessRefusal::revoked);
  state.user.name = std::move(profile.name);
  state.user.language = profile.language;
  return answer_me(state);
}

}  // namespace

Response handle_me(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  auto response = answer_me(std::get<SessionState>(caller));
  response.keyhole = keyhole_of(call.request);
  return response;
}

Response handle_change_profile(const Call& call) {
  return answer_account_form(call, answer_change);
}

}  // namespace cardea
