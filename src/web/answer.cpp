#include "web/answer.h"

#include "base/descriptor.h"

namespace cardea {
Response json_answer(int status, const Json& body) {
  auto response = empty_answer(status);
  response.set("Content-Type", "application/json");
  response.body = json_text(body) + '\n';
  return response;
}

Response empty_answer(int status) {
  Response response;
  response.status = status;
  return response;
}

namespace {

std::string challenge(const Refusal& refusal) {
  std::string text = "Bearer realm=\"cardea\"";
  if (refusal.reason == "missing") return text;
  text.append(", error=\"").append(refusal.error).append("\"");
  text.append(", error_description=\"").append(refusal.description).append("\"");
  if (refusal.max_age > seconds{0})
    text.append(", max_age=\"").append(std::to_string(refusal.max_age.count())).append("\"");
  return text;
}

}  // namespace

Response refuse(const Refusal& refusal) {
  Json body{{"code", refusal.status}, {"error", refusal.error}, {"error_description", refusal.description}};
  if (!refusal.reason.empty()) body["reason"] = refusal.reason;
  if (!refusal.field.empty()) body["field"] = refusal.field;
  body.update(refusal.members.is_object() ? refusal.members : Json::object());
  auto response = json_answer(refusal.status, body);
  if (refusal.status == 401) response.set("WWW-Authenticate", challenge(refusal));
  if (refusal.retry_after > seconds{0})
    response.set("Retry-After", std::to_string(refusal.retry_after.count()));
  response.refusal = {.error = std::string(refusal.error),
                      .reason = std::string(refusal.reason),
                      .field = std::string(refusal.field),
                      .strategy = {}};
  response.log.error = refusal.error;
  response.log.reason = refusal.reason;
  response.log.field = refusal.field;
  return response;
}

Response refuse_request(std::string_view description) {
  return refuse(
      {.status = 400, .error = "invalid_request", .reason = "malformed", .description = description});
}

Response refuse_unavailable(const std::exception& failure) {
  constexpr seconds outage_wait{2};
  auto response = refuse({.status = 503,
                          .error = "temporarily_unavailable",
                          .reason = {},
                          .description = "The server cannot decide this at the moment; try again.",
                          .retry_after = outage_wait});
  response.log.note = description_of(failure);
  return response;
}

Response refuse_field(std::string_view field, std::string_view reason, std::string_view description) {
  return refuse({.status = 400,
                 .error = "invalid_request",
                 .reason = reason,
                 .description = description,
                 .field = field});
}

}  // namespace cardea
