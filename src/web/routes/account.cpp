// The account of a user: POST /register, GET and POST /me, POST /password and /password/check, GET /work, /devices, GET /events.
#include "auth/account/password.h"
#include "auth/account/registration.h"
#include "auth/account/throttle.h"
#include "auth/session/sign_out.h"
#include "auth/session/verify.h"
#include "base/utf8.h"
#include "text/events.h"
#include "web/answer.h"
#include "web/in.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

Response answer_me(const SessionState& state) {
  const auto& [session, user] = state;
  const Json language = user.language ? Json(language_tag(*user.language)) : Json(nullptr);
  return json_answer(200,
                     {{"id", user.id.text()},
                      {"email", user.email.typed},
                      {"email_verified", user.email_proven_at != never && !user.email.key.empty()},
                      {"name", user.name},
                      {"username", user.username.typed.empty() ? Json(nullptr) : Json(user.username.typed)},
                      {"language", language},
                      {"scope", user.scope},
                      {"created_at", unix_seconds(user.created_at)},
                      {"has_password", !user.password_hash.empty()},
                      {"last_method", user.last_method},
                      {"device", {{"id", session.device_id}, {"name", session.device_name}}}});
}

// A field that is not known is refused: the client would believe that it was changed.
Response refuse_member(std::string_view name) {
  constexpr std::size_t shown = 64;
  return refuse_field(name.substr(0, shown), "invalid",
                      "Only name, username and language can be changed here.");
}

// The changed profile; or the 400 that names the field which is not valid. An empty name removes the name.
std::variant<Profile, Response> changed_profile(const Fields& fields, const User& user) {
  Profile profile{.name = user.name, .language = user.language};
  if (const auto name = fields.name_besides({"name", "username", "language", "return_to"}))
    return refuse_member(*name);
  if (!fields.is_text_or_absent("name")) return refuse_field("name", "invalid", "name must be a string.");
  if (const auto typed = fields.text("name")) {
    profile.name = display_name(*typed);
    if (profile.name.empty() && !typed->empty())
      return refuse_field("name", "invalid", "name must hold a letter or another visible character.");
  }
  const auto tag = fields.text("language");
  if (tag) profile.language = language_of_tag(*tag);
  if (!fields.is_text_or_absent("language") || (tag && !profile.language))
    return refuse_field("language", "invalid", "language must be en, ko or ja.");
  return profile;
}

Response refuse_username_in_use() {
  return refuse({.status = 409,
                 .error = "username_in_use",
                 .reason = {},
                 .description = "Another user has this user name.",
                 .field = "username"});
}

Response refuse_username(std::string_view reason) {
  return refuse_field("username", reason,
                      reason == "missing"
                          ? "username is required."
                          : "A user name has letters of one script, digits, dots, _ and -, at most 60.");
}

// The user's new name; the old one if the request has none; or the refusal.
std::variant<Username, Response> changed_username(const Fields& fields, const User& user,
                                                  Usernames usernames) {
  if (!fields.is_text_or_absent("username")) return refuse_username("invalid");
  const auto typed = fields.text("username");
  if (!typed || *typed == user.username.typed) return user.username;
  if (typed->empty() && usernames == Usernames::required) return refuse_username("missing");
  if (typed->empty()) return Username{};
  const auto name = parse_username(*typed);
  if (!name || usernames == Usernames::no) return refuse_username("invalid");
  return *name;
}

// Whether a name is in use is told as often as whether a password is wrong.
std::optional<Response> set_username(const Username& name, User& user, const Call& call) {
  if (name == user.username) return std::nullopt;
  if (!call.deps.store.set_username(user.id, name)) {
    const auto wait = count_failure(failures_of_address(call.caller, call.deps), call.caller, call.deps);
    return wait ? refuse_attempts(*wait) : refuse_username_in_use();
  }
  user.username = name;
  return std::nullopt;
}

Response answer_profile_change(Fields& fields, const Call& call) {
  auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  auto& state = std::get<SessionState>(caller);
  auto changed = changed_profile(fields, state.user);
  if (auto* refused = std::get_if<Response>(&changed)) return std::move(*refused);
  auto& profile = std::get<Profile>(changed);
  const auto name = changed_username(fields, state.user, call.deps.settings.usernames);
  if (const auto* refused = std::get_if<Response>(&name)) return *refused;
  if (auto refused = set_username(std::get<Username>(name), state.user, call)) return *std::move(refused);
  if (!call.deps.store.set_profile(state.user.id, profile)) return refuse_access(TokenFault::revoked);
  state.user.name = std::move(profile.name);
  state.user.language = profile.language;
  return answer_me(state);
}

}  // namespace

Response handle_me(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& state = std::get<SessionState>(caller);
  auto response = answer_me(state);
  response.transport = transport_of_caller(state.session.id, call);
  return response;
}

Response handle_change_profile(const Call& call) {
  return answer_account_form(call, answer_profile_change);
}

namespace {

Response refuse_registration(const RegistrationRefused& refused, const Call& call) {
  const auto& settings = call.deps.settings.password;
  switch (refused.why) {
    case RegistrationRefusal::closed:
      return refuse_closed();
    case RegistrationRefusal::bad_email:
      return refuse_field("email", "invalid", "This is not an e-mail address we can use.");
    case RegistrationRefusal::bad_username:
      return refuse_username("invalid");
    case RegistrationRefusal::username_missing:
      return refuse_username("missing");
    case RegistrationRefusal::username_in_use:
      return refuse_username_in_use();
    case RegistrationRefusal::password_too_short:
      return refuse_password("password", PasswordProblem::too_short, settings);
    case RegistrationRefusal::password_too_long:
      return refuse_password("password", PasswordProblem::too_long, settings);
    case RegistrationRefusal::password_not_text:
      return refuse_password("password", PasswordProblem::not_text, settings);
    case RegistrationRefusal::password_too_common:
      return refuse_password("password", PasswordProblem::too_common, settings);
    case RegistrationRefusal::email_in_use:
      return refuse_email_in_use(refused.strategy);
    case RegistrationRefusal::challenge_required:
      return refuse_without_work(refused.challenge.value(), call.caller.now);
    case RegistrationRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case RegistrationRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case RegistrationRefusal::ended_by_watch:
      return refuse_ended_by_watch();
  }
  return refuse_request("The request cannot be answered.");
}

Response answer_register(Fields& fields, const Call& call) {
  auto read = read_credentials(fields, call);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  if (!fields.is_text_or_absent("name")) return refuse_field("name", "invalid", "name must be a string.");
  if (!fields.is_text_or_absent("username")) return refuse_username("invalid");
  auto& [email, password, device, work] = std::get<SignInRequest>(read);
  const auto outcome = register_user({.email = std::move(email),
                                      .password = std::move(password),
                                      .name = display_name(fields.text("name").value_or("")),
                                      .username = fields.text("username").value_or(""),
                                      .device = std::move(device),
                                      .work = std::move(work)},
                                     call.caller, call.deps);
  if (const auto* refused = std::get_if<RegistrationRefused>(&outcome))
    return refuse_registration(*refused, call);
  if (const auto* sent = std::get_if<VerificationSent>(&outcome)) {
    auto response = json_answer(202, {{"verification", "sent"}});
    remember_registration(response, sent->mark, call.request, call.deps.settings);
    return response;
  }
  return deliver_sign_in(201, std::get<Grant>(outcome), call);
}

}  // namespace

Response handle_register(const Call& call) {
  return answer_sign_in_form(call, answer_register);
}

namespace {

constexpr std::string_view new_password = "new_password";

Response refuse_change(const PasswordChangeRefused& refused, const PasswordSettings& settings) {
  switch (refused.why) {
    case PasswordChangeRefusal::wrong_password:
      return refuse({.status = 403,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The current password is wrong.",
                     .field = "current_password"});
    case PasswordChangeRefusal::too_short:
      return refuse_password(new_password, PasswordProblem::too_short, settings);
    case PasswordChangeRefusal::too_long:
      return refuse_password(new_password, PasswordProblem::too_long, settings);
    case PasswordChangeRefusal::not_text:
      return refuse_password(new_password, PasswordProblem::not_text, settings);
    case PasswordChangeRefusal::too_common:
      return refuse_password(new_password, PasswordProblem::too_common, settings);
    case PasswordChangeRefusal::same_as_before:
      return refuse_same_password();
    case PasswordChangeRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case PasswordChangeRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case PasswordChangeRefusal::ended_by_watch:
      return refuse_ended_by_watch();
  }
  return refuse_request("The request cannot be answered.");
}

Response answer_password_change(Fields& fields, const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const PasswordChangeRequest request{.current = fields.take_secret("current_password"),
                                      .chosen = fields.take_secret("new_password")};
  if (request.current.empty()) return refuse_missing("current_password", fields);
  if (request.chosen.empty()) return refuse_missing(new_password, fields);
  // Asked before the change, which ends the session and with it the token.
  const auto came_by = transport_of_caller(std::get<SessionState>(caller).session.id, call);
  auto outcome = change_password(request, std::get<SessionState>(caller), call.caller, call.deps);
  if (const auto* refused = std::get_if<PasswordChangeRefused>(&outcome))
    return refuse_change(*refused, call.deps.settings.password);
  auto grant = std::get<Grant>(std::move(outcome));
  grant.came_by = came_by;
  return deliver(200, grant, call.request, call.deps.settings);
}

}  // namespace

Response handle_change_password(const Call& call) {
  return answer_account_form(call, answer_password_change);
}

namespace {

constexpr std::string_view reason_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return "too_short";
    case PasswordProblem::too_long:
      return "too_long";
    case PasswordProblem::not_text:
      return "invalid";
    case PasswordProblem::too_common:
      return "too_common";
  }
  return "invalid";
}

Json verdict_on(const std::variant<ChosenPassword, PasswordProblem>& chosen) {
  if (const auto* problem = std::get_if<PasswordProblem>(&chosen))
    return {{"accepted", false}, {"reason", reason_of(*problem)}};
  if (std::get<ChosenPassword>(chosen).is_common)
    return {{"accepted", true}, {"reason", reason_of(PasswordProblem::too_common)}};
  return {{"accepted", true}};
}

}  // namespace

// What the pages ask while a user types a new password: the rules of registration and change. Reads no database and
// stores nothing.
Response handle_check_password(const Call& call) {
  auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  auto& fields = std::get<Fields>(read);
  for (const auto* name : {"email", "name", "username"})
    if (!fields.is_text_or_absent(name))
      return refuse_field(name, "invalid", "email, name and username must be strings.");
  const auto password = fields.take_secret("password");
  if (password.empty()) return refuse_missing("password", fields);
  const auto email = fields.text("email").value_or(""), name = fields.text("name").value_or("");
  const auto username = fields.text("username").value_or("");
  const auto chosen =
      call.deps.passwords.choose(password, names_of_account(email, name, username, call.deps.settings.site));
  auto response = json_answer(200, verdict_on(chosen));
  response.log.changed_nothing = true;
  return response;
}

// What the pages ask when they open, so that the browser works while its user types: the challenge of ?for=register or
// ?for=login, or {"bits":0} if the act is free. Spends and counts nothing.
Response handle_work(const Call& call) {
  const auto query = parse_form(call.request.query);
  const auto act = query ? string_member(*query, "for").value_or("") : "";
  if (act != "register" && act != "login")
    return refuse_field("for", "invalid", "for must be register or login.");
  const auto limits =
      act == "login" ? sign_in_limits(call.caller, call.deps) : registration_limits(call.caller, call.deps);
  const auto challenge = price(limits, call.caller, call.deps);
  return json_answer(200, challenge ? work_members(*challenge, call.caller.now) : Json{{"bits", 0}});
}

namespace {

Json device_json(const Session& session, const SessionId& current) {
  return {{"id", session.device_id},
          {"name", session.device_name},
          {"created_at", unix_seconds(session.created_at)},
          {"last_seen_at", unix_seconds(session.last_seen_at())},
          {"ip", session.ip},
          {"user_agent", session.user_agent},
          {"current", session.id == current}};
}

Response revoke_device(Fields&, const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& user = std::get<SessionState>(caller).user;
  if (!sign_out_device(user, call.captured, call.caller, call.deps))
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "No device of that id is signed in to this account."});
  return empty_answer(204);
}

}  // namespace

Response handle_devices(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& [current, user] = std::get<SessionState>(caller);
  auto devices = Json::array();
  for (const auto& session : devices_of(user, call.caller, call.deps))
    devices.push_back(device_json(session, current.id));
  auto response = json_answer(200, {{"devices", std::move(devices)}});
  response.transport = transport_of_caller(current.id, call);
  return response;
}

Response handle_revoke_device(const Call& call) {
  return answer_account_form(call, revoke_device);
}

namespace {

constexpr int named_sessions = 200;  // whose events come with the name of their device
constexpr int shown_events = 50;

// The device of an event, if its session is still known.
Json device_json(const Event& event, const std::vector<Session>& sessions) {
  const auto* found = session_of(event, sessions);
  if (found == nullptr) return nullptr;
  return {{"id", found->device_id}, {"name", found->device_name}, {"user_agent", found->user_agent}};
}

// The language of the page, else that of the user, else the browser's preference.
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
                      {"text", event_words(event, language, call.deps.settings.providers)},
                      {"ip", event.ip},
                      {"device", device_json(event, sessions)},
                      {"current", event.session == current.id}});
  return json_answer(200, {{"events", std::move(events)}});
}

}  // namespace cardea
