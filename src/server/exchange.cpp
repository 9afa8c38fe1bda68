#include "server/exchange.h"

#include <exception>
#include <utility>

#include "base/descriptor.h"
#include "server/log.h"
#include "server/runtime.h"
#include "web/handle.h"
#include "web/routes/gate.h"

namespace cardea {
namespace {

std::string answer(const Environment& environment, Secret body, Worker& worker) {
  const auto now = system_now();
  worker.reload_keys(now);
  const auto deps = worker.deps();
  auto read = request_of(environment, std::move(body), now, deps.settings);
  if (auto* refused = std::get_if<Response>(&read)) {
    log_message("warning", "refused a request that broke a limit: " + refused->log.error);
    add_common_headers(*refused);
    return cgi_bytes(*refused);
  }
  const auto& request = std::get<Request>(read);
  const auto response = request.role != Role::responder ? answer_gate(request, deps.settings.gate, deps)
                                                        : handle(request, deps);
  auto bytes = cgi_bytes(response);
  worker.count(response, now);
  log_request(request, response);
  if (const auto trouble = worker.take_trouble(); !trouble.empty()) log_message("error", trouble);
  return bytes;
}

bool asks_for_health(const Environment& environment) {
  if (is_authorizer(environment)) return false;
  const auto uri = environment.value("REQUEST_URI");
  return environment.value("PATH_INFO").ends_with("/health") ||
         uri.substr(0, uri.find('?')).ends_with("/health");
}

}  // namespace

std::string exchange(const Environment& environment, Secret body, Worker& worker) {
  try {
    return answer(environment, std::move(body), worker);
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
