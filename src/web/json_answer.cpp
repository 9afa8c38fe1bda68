#include "web/json_answer.h"

namespace cardea {

Response json_answer(int status, const Json& body) {
  Response response;
  response.status = status;
  response.set("Content-Type", "application/json");
  response.body = json_text(body) + "\n";
  return response;
}

Response empty_answer(int status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace cardea
