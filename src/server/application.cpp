#include "server/application.h"

#include <exception>
#include <utility>

#include "auth/session/end.h"
#include "base/descriptor.h"
#include "server/log.h"
#include "web/handle.h"
#include "web/routes/gate.h"

namespace cardea {
namespace {

// A sign-in waits this long for its turn to be hashed before its client is told to try again later.
constexpr milliseconds hashing_patience{5000};

}  // namespace

Application::Application(Settings settings, DoorContext doors)
    : settings_(std::move(settings)),
      doors_(std::move(doors)),
      store_(open_store(settings_.database)),
      hashing_slots_(settings_.tokens.keys + "/hashing.lock", settings_.password.concurrency,
                     hashing_patience),
      letters_(letter_jobs(settings_, letter_job_)) {}

bool Application::stop_letters() {
  constexpr milliseconds last_letter{2000};  // is begun by then
  constexpr milliseconds patience{5000};
  letter_job_.end_within(last_letter);
  return letters_.stop(patience);
}

ThreadContext::ThreadContext(Application& application, Instant now, VerifiedTokens* verified)
    : application_(application),
      keys_(settings().tokens.keys, settings().tokens.algorithm, now),
      verified_(verified),
      revoked_(settings().tokens.revocations, revocations_kept(settings().tokens)),
      passwords_(settings().password, application.hashing_slots_) {}

Deps ThreadContext::deps() {
  return {.settings = application_.settings_,
          .store = *application_.store_,
          .keys = keys_,
          .revoked = revoked_,
          .passwords = passwords_,
          .entropy = application_.entropy_,
          .letters = letters_,
          .http = application_.http_,
          .verified = verified_,
          .clock = &application_.clock_};
}

namespace {

std::string refused_answer(Response refused) {
  log_message("warning", "refused a request that broke a limit: " + refused.refusal.value().error);
  add_common_headers(refused);
  return cgi_bytes(refused);
}

Response response_to(const Request& request, const Deps& deps, const DoorContext& doors) {
  if (request.role != Role::responder) return answer_gate(request, deps.settings.gate, deps);
  if (auto repaired = repair_answer(request, deps.settings, doors)) return *std::move(repaired);
  return handle(request, deps);
}

std::string answer(const Request& request, ThreadContext& thread) {
  thread.reload_keys(request.now);
  const auto response = response_to(request, thread.deps(), thread.doors());
  auto bytes = cgi_bytes(response);
  thread.count(response, request.now);
  log_request(request, response);
  if (const auto trouble = thread.take_trouble(); !trouble.empty()) log_message("error", trouble);
  return bytes;
}

}  // namespace

std::variant<Request, std::string> receive(const Environment& environment, Secret body,
                                           const Settings& settings) {
  try {
    auto read = request_of(environment, std::move(body), system_now(), settings);
    if (auto* refused = std::get_if<Response>(&read)) return refused_answer(std::move(*refused));
    return std::get<Request>(std::move(read));
  } catch (const std::exception& failure) {
    log_message("error", description_of(failure));
    return broken_answer(environment, "failed");
  }
}

std::string respond(const Request& request, ThreadContext& thread) {
  try {
    return answer(request, thread);
  } catch (const std::exception& failure) {
    log_message("error", description_of(failure));
    return broken_answer(Environment{{"REQUEST_URI", request.path}}, "failed");
  }
}

std::string exchange(const Environment& environment, Secret body, ThreadContext& thread) {
  auto received = receive(environment, std::move(body), thread.settings());
  if (auto* refused = std::get_if<std::string>(&received)) return std::move(*refused);
  return respond(std::get<Request>(received), thread);
}

}  // namespace cardea
