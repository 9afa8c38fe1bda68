// The core of the program: a Request in, a Response out.
#pragma once

#include "auth/session/context.h"
#include "web/http.h"
#include "web/route.h"

namespace cardea {

// Finds the route, refuses calls of other sites and over plain http, calls the handler, and adds the headers that
// every answer carries. What a handler throws becomes an answer: 503 if the machine failed, 500 for a mistake of ours,
// both without details. What is thrown after that (memory ran out while headers were added) reaches the caller. The
// time is request.now; a rule that waits for the database also asks deps.clock.
[[nodiscard]] Response handle(const Request& request, const Deps& deps);

// The lane of the request's route; memory if it has none, and for a gate's question.
[[nodiscard]] Lane lane_of(const Request& request, const SiteSettings& site);

// The headers that handle adds to each answer: no cache keeps it, no page frames it, no browser guesses its type.
// For refusals that are made before there is a Request.
void add_common_headers(Response& response);

}  // namespace cardea
