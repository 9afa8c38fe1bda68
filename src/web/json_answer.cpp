#include "web/json_answer.h"

namespace cardea {
namespace {

Response answer_of(int status, std::string json) {
  auto response = empty_answer(status);
  response.set("Content-Type", "application/json");
  response.body = std::move(json);
  response.body += '\n';
  return response;
}

}  // namespace

Response json_answer(int status, const Json& body) {
  return answer_of(status, json_text(body));
}

Response json_answer(int status, JsonWriter body) {
  return answer_of(status, body.take());
}

Response empty_answer(int status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace cardea
