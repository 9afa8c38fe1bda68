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

Application::Application(Settings settings)
    : settings_(std::move(settings)),
      store_(open_store(settings_.database)),
      hashing_slots_(settings_.tokens.keys + "/hashing.lock", settings_.password.concurrency,
                     hashing_patience) {}

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
          .outbox = outbox_,
          .http = application_.http_,
          .verified = verified_,
          .clock = &application_.clock_};
}

namespace {

std::string broken(bool is_health, std::string_view cause) {
  std::string answer =
      "Status: 503 Service Unavailable\r\n"
      "Content-Type: application/json\r\n"
      "Cache-Control: no-store\r\n"
      "Retry-After: 30\r\n\r\n"
      "{\"code\":503,\"error\":\"temporarily_unavailable\",";
  if (is_health) return answer.append("\"status\":\"broken\",\"cause\":\"").append(cause).append("\"}\n");
  return answer.append("\"error_description\":\"The server cannot answer; its log says why.\"}\n");
}

constexpr std::string_view health = "/health";

std::string refused_answer(Response refused) {
  log_message("warning", "refused a request that broke a limit: " + refused.refusal.value().error);
  add_common_headers(refused);
  return cgi_bytes(refused);
}

std::string answer(const Request& request, ThreadContext& thread) {
  thread.reload_keys(request.now);
  const auto deps = thread.deps();
  const auto response = request.role != Role::responder ? answer_gate(request, deps.settings.gate, deps)
                                                        : handle(request, deps);
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
    return broken(request.role == Role::responder && request.path.ends_with(health), "failed");
  }
}

std::string exchange(const Environment& environment, Secret body, ThreadContext& thread) {
  auto received = receive(environment, std::move(body), thread.settings());
  if (auto* refused = std::get_if<std::string>(&received)) return std::move(*refused);
  return respond(std::get<Request>(received), thread);
}

std::string broken_answer(const Environment& environment, std::string_view cause) {
  const auto uri = environment.value("REQUEST_URI");
  const bool is_health =
      environment.value("PATH_INFO").ends_with(health) || uri.substr(0, uri.find('?')).ends_with(health);
  return broken(is_health && !is_authorizer(environment), cause);
}

}  // namespace cardea
