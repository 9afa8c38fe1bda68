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

std::string answer(const Environment& environment, Secret body, ThreadContext& thread) {
  const auto now = system_now();
  thread.reload_keys(now);
  const auto deps = thread.deps();
  auto read = request_of(environment, std::move(body), now, deps.settings);
  if (auto* refused = std::get_if<Response>(&read)) {
    log_message("warning", "refused a request that broke a limit: " + refused->refusal.value().error);
    add_common_headers(*refused);
    return cgi_bytes(*refused);
  }
  const auto& request = std::get<Request>(read);
  const auto response = request.role != Role::responder ? answer_gate(request, deps.settings.gate, deps)
                                                        : handle(request, deps);
  auto bytes = cgi_bytes(response);
  thread.count(response, now);
  log_request(request, response);
  if (const auto trouble = thread.take_trouble(); !trouble.empty()) log_message("error", trouble);
  return bytes;
}

bool asks_for_health(const Environment& environment) {
  if (is_authorizer(environment)) return false;
  const auto uri = environment.value("REQUEST_URI");
  return environment.value("PATH_INFO").ends_with("/health") ||
         uri.substr(0, uri.find('?')).ends_with("/health");
}

}  // namespace

std::string exchange(const Environment& environment, Secret body, ThreadContext& thread) {
  try {
    return answer(environment, std::move(body), thread);
  } catch (const std::exception& failure) {
    log_message("error", description_of(failure));
    return broken_answer(environment, "failed");
  }
}

std::string broken_answer(const Environment& environment, std::string_view cause) {
  std::string answer =
      "Status: 503 Service Unavailable\r\n"
      "Content-Type: application/json\r\n"
      "Cache-Control: no-store\r\n"
      "Retry-After: 30\r\n\r\n"
      "{\"code\":503,\"error\":\"temporarily_unavailable\",";
  if (asks_for_health(environment))
    return answer.append("\"status\":\"broken\",\"cause\":\"").append(cause).append("\"}\n");
  return answer.append("\"error_description\":\"The server cannot answer; its log says why.\"}\n");
}

}  // namespace cardea
