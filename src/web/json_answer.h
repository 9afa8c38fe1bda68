// Answers with a JSON body.
#pragma once

#include "base/json.h"
#include "base/json_writer.h"
#include "web/http.h"

namespace cardea {

[[nodiscard]] Response json_answer(int status, const Json& body);
[[nodiscard]] Response json_answer(int status, JsonWriter body);
[[nodiscard]] Response empty_answer(int status);  // 204

}  // namespace cardea
