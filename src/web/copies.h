// Cookies of ours that came more than once: an older Path or Domain left them in the browser. We read them
// all and take the good one, so they do no harm; here they are cleaned up, because nobody else ever would.
#pragma once

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// Adds the deletion of what has a former name (cookies.h) to an answer that sets the cookie under today's, and
// the deletion of the other copies to an answer that sets our cookies, and to one that refused because
// there were too many to read. A browser does not tell which Path and Domain a copy has, so each that would
// have reached us is deleted, for one cookie at a time: answers must fit into the buffers of web servers.
void clean_up_copies(Response& response, const Request& request, const Settings& settings);

}  // namespace cardea
