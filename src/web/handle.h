// The core of the program is this function.
#pragma once

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

// Answers a request: finds the route, keeps other sites and plain http out, calls the handler, adds the
// headers that every answer carries. Never throws: a machine that failed is 503, our own mistake 500, and
// both say nothing of the inside. Uses no clock and nothing global.
[[nodiscard]] Response handle(const Request& request, const Deps& deps);

// What handle adds to each of its answers: nothing is cached, framed or guessed at. For refusals that are
// made before there is a Request.
void add_common_headers(Response& response);

}  // namespace cardea
