// Refusals that a user sees. A program reads a refusal as JSON; a browser that navigates shows what it gets as the next
// page, so there it is a page: what happened, and where to go from here.
#pragma once

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// A refusal as a page in the visitor's language if the request is a browser's navigation, or a form that it submitted. Status,
// headers, cookies, refusal and log record stay. Any other answer is returned as it is. Asks no database.
[[nodiscard]] Response page_of_refusal(Response answer, const Request& request, const Settings& settings);

}  // namespace cardea
