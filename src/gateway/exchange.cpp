#include "gateway/exchange.h"

#include <exception>
#include <utility>

#include "gateway/access_log.h"
#include "gateway/clock.h"
#include "web/gate.h"
#include "web/handle.h"

namespace cardea {
namespace {

std::string answer(const Environment& environment, Secret body, Worker& worker) {
  const auto now = system_now();
  worker.refresh_keys(now);
  const auto deps = worker.deps();
  auto read = request_of(environment, std::move(body), now, deps.settings);
  if (auto* refused = std::get_if<Response>(&read)) {
    log_message("warning", "refused a request that broke a limit: " + refused->log.error);
    add_common_headers(*refused);
    return cgi_bytes(*refused);
  }
  const auto& request = std::get<Request>(read);
  const auto response =
      request.authorizer ? answer_gate(request, deps.settings.gate, deps) : handle(request, deps);
  auto bytes = cgi_bytes(response);
  worker.count(response, now);
  log_request(request, response);
  if (const auto trouble = worker.take_trouble(); !trouble.empty()) log_message("error", trouble);
  return bytes;
}

}  // namespace

std::string exchange(const Environment& environment, Secret body, Worker& worker) {
  try {
    return answer(environment, std::move(body), worker);
  } catch (const std::exception& failure) {
    log_message("error", failure.what());
    return broken_answer();
  }
}

std::string broken_answer() {
  return "Status: 500 Internal Server Error\r\n"
         "Content-Type: application/json\r\n"
         "Cache-Control: no-store\r\n\r\n"
         "{\"code\":500,\"error\":\"server_error\","
         "\"error_description\":\"The server cannot answer; its log says why.\"}\n";
}

std::string unconfigured_answer() {
  return "Status: 503 Service Unavailable\r\n"
         "Content-Type: application/json\r\n"
         "Retry-After: 10\r\n"
         "Cache-Control: no-store\r\n\r\n"
         "{\"code\":503,\"error\":\"temporarily_unavailable\","
         "\"error_description\":\"The server is not configured; its log says why.\"}\n";
}

}  // namespace cardea
