// What each kind of step does.
#include "base/json.h"
#include "support/browser.h"
#include "torture/run.h"
#include "web/cookies.h"

namespace cardea::torture {

Request Run::request(const Step& step, std::string_view method, const std::string& path) const {
  Request made;
  made.now = clockwork_.true_now + clockwork_.errors.at(static_cast<std::size_t>(step.host));
  made.method = method;
  made.path = "/auth" + path;
  made.original_uri = made.path;
  made.secure = true;
  made.client = *parse_address("192.0.2.7");
  made.headers = {{"sec-fetch-site", "same-origin"}, {"origin", settings_.site.url}};
  const auto cookies = jars_.at(static_cast<std::size_t>(step.who)).cookie_header();
  if (!cookies.empty()) made.headers.emplace_back("cookie", cookies);
  made.cookies = parse_cookies(cookies);
  return made;
}

Exchange Run::send_ending(const User& user, const Step& step, const Request& request) {
  const auto ending = ending_.insert(user.id);
  auto exchange = send(step, request);
  ending_.erase(ending);
  return exchange;
}

void Run::sign_in(const Step& step) {
  if (is_thief(step.who)) return;
  auto& own = jar(step.who);
  // The device's old session is replaced, whether the answer arrives or not.
  if (own.pair()) checker_.excuse(own.pair()->session);
  const auto device = "device-" + std::to_string(step.who);
  for (const auto& session : truth_.sessions_started(user_of(step.who).id)) {
    const auto& state = truth_.versions(session).back().state;
    if (state && state->session.device_id == device) checker_.excuse(session);
  }
  auto login = request(step, "POST", "/login");
  login.content_type = "application/json";
  login.body = Secret(json_text({{"email", user_of(step.who).email.typed},
                                 {"password", testing::valid_password},
                                 {"device_id", device}}));
  const auto& user = user_of(step.who);
  const bool overtaken = ending_.contains(user.id);
  const auto exchange = send_ending(user, step, login);
  checker_.judge_sign_in(exchange);
  if (!exchange.is(200)) return;
  const auto pair = pair_of(*exchange.response);
  if (!pair) return;
  own.begin(*pair);
  if (overtaken || !checker_.stands(pair->session)) checker_.excuse(pair->session);  // ended while it began
}

void Run::refresh(const Step& step) {
  auto& own = jar(step.who);
  if (!own.pair()) return;
  const bool has_key = !is_thief(step.who) && (history_.conditions.with_keys >> step.who & 1U) != 0;
  if (has_key && own.key().empty()) own.make_key("key-" + std::to_string(++keys_made_));
  const std::string key = has_key ? own.key() : "";
  const auto presented = checker_.present(*own.pair(), key, !is_thief(step.who));
  auto asked = request(step, "POST", "/refresh");
  if (has_key) asked.headers.emplace_back("idempotency-key", key);
  next_key_ = presented.key;
  const auto exchange = send(step, asked);
  checker_.judge_refresh(presented, exchange);
  if (exchange.is(200)) ++granted_;
  if (!exchange.response || exchange.is(503)) return;
  const auto pair = pair_of(*exchange.response);
  if (!exchange.is(200) || !pair) return own.lose(presented.session);
  const Answer answer{*pair, key};
  if (step.held) return own.hold(answer);
  own.arrive(answer);
}

void Run::visit(const Step& step) {
  if (!jar(step.who).pair()) return;
  const auto presented = checker_.present(*jar(step.who).pair(), "", !is_thief(step.who));
  checker_.judge_visit(presented, send(step, request(step, "GET", "/me")));
}

void Run::excuse_all(const User& user) {
  for (const auto& session : truth_.sessions_started(user.id)) checker_.excuse(session);
}

void Run::sign_out(const Step& step, bool everywhere) {
  auto& own = jar(step.who);
  if (!own.pair()) return;
  const auto session = own.pair()->session;
  const auto owner = truth_.versions(session).back().state;
  checker_.excuse(session);
  if (everywhere && owner) excuse_all(owner->user);
  const auto before = owner ? truth_.sessions_started(owner->user.id) : std::vector<SessionId>{};
  const bool stood = checker_.stands(session);
  auto asked = request(step, "POST", "/logout");
  if (everywhere) {
    asked.content_type = "application/json";
    asked.body = Secret(json_text({{"all", true}}));
  }
  const auto exchange = owner ? send_ending(owner->user, step, asked) : send(step, asked);
  if (!exchange.is(204)) return;
  own.lose(session);
  if (!stood) return;  // nothing was there to end
  checker_.ended(session);
  if (everywhere && exchange.writes > 0)
    for (const auto& other : before) checker_.ended(other);
}

void Run::sign_out_device(const Step& step) {
  if (!jar(step.who).pair() || is_thief(step.who) || step.who % user_count != step.other % user_count) return;
  const auto device = "device-" + std::to_string(step.other);
  std::vector<SessionId> of_device;
  for (const auto& session : truth_.sessions_started(user_of(step.who).id)) {
    const auto& state = truth_.versions(session).back().state;
    if (!state || state->session.device_id != device) continue;
    checker_.excuse(session);
    if (checker_.stands(session)) of_device.push_back(session);
  }
  const auto exchange = send_ending(user_of(step.who), step, request(step, "DELETE", "/devices/" + device));
  if (!exchange.is(204)) return;
  for (const auto& session : of_device) checker_.ended(session);
}

// As the command line does it.
void Run::administer(const Step& step) {
  const auto& user = user_of(step.who);
  if (step.action != Action::enable) excuse_all(user);
  const auto before = truth_.sessions_started(user.id);
  bool done = false;
  Exchange exchange;
  const auto now = clockwork_.at_host();
  const auto ending = ending_.insert(user.id);
  in_frame(step, exchange, [&] {
    try {
      if (step.action == Action::change_password)
        done = front_.set_password(user.id, user.password_hash, now);
      if (step.action == Action::end_all) done = front_.end_all_sessions(user.id, now);
      if (step.action == Action::disable) done = front_.set_status(user.id, UserStatus::disabled, now);
      if (step.action == Action::enable) done = front_.set_status(user.id, UserStatus::active, now);
    } catch (const StoreUnavailable&) {
      done = false;
    }
  });
  ending_.erase(ending);
  if (step.action == Action::enable) return;
  for (const auto& session : truth_.sessions_started(user.id))
    if (!checker_.stands(session)) checker_.excuse(session);  // of a sign-in that began meanwhile
  if (!done) return;
  for (const auto& session : before) checker_.ended(session);
}

// A backup, or a node that had not heard of the last moves: they are gone, nothing else is.
void Run::restore(const Step& step) {
  if (!jar(step.who).pair()) return;
  const auto& versions = truth_.versions(jar(step.who).pair()->session);
  const auto& now = versions.back().state;
  if (!now || now->session.revoked_at != never) return;
  const auto lost = static_cast<Generation>(step.amount.count());
  if (now->session.generation < lost) return;
  for (const auto& version : versions) {
    if (!version.state || version.state->session.generation != now->session.generation - lost) continue;
    const auto older = version.state->session;
    installation_.overwrite(older);
    truth_.restored(older.id);
    ++restored_;
    return;
  }
}

// As the command does it: sessions a day after their end.
void Run::purge() {
  constexpr std::chrono::hours day{24};
  (void)truth_.purge({.sessions_ended_before = clockwork_.true_now - day,
                      .events_before = clockwork_.true_now - 90 * day,
                      .throttles_before = clockwork_.true_now - day});
}

// What a stranger may send: a token with a bit changed, one without its companion, one beside another's.
void Run::stray(const Step& step) {
  const auto& pair = jar(step.who).pair();
  const auto& other = jar(step.other).pair();
  if (!pair) return;
  auto refresh = pair->refresh;
  std::string access = pair->access;
  const auto kind = step.other % 3;
  const bool other_session = other && other->session != pair->session;
  if (kind == 0 || (kind == 2 && !other_session)) refresh[step.host == 0 ? 40 : 65] ^= 1;
  if (kind == 1) access.clear();
  if (kind == 2 && other_session) access = other->access;
  auto asked = request(step, "POST", "/refresh");
  asked.headers.back().second = std::string(testing::refresh_cookie) + "=" + refresh;
  if (!access.empty())
    asked.headers.back().second += "; " + std::string(testing::access_cookie) + "=" + access;
  asked.cookies = parse_cookies(asked.headers.back().second);
  checker_.judge_stray(send(step, asked));
}

}  // namespace cardea::torture
