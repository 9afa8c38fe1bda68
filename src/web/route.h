// What a route is, and what its handler is given.
#pragma once

#include <string_view>

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

// What a handler gets beside the request.
struct Call {
  const Request& request;
  std::string_view captured;  // what {id} stood for; may be empty
  Caller caller;
  const Deps& deps;
};

using Handler = Response (*)(const Call&);

// changes: refused when another site makes it, or over plain http on an https site.
enum class Effect { reads, changes };

// For those that a server asks on the way to another page, with the method of that: the question is who the
// client is.
inline constexpr std::string_view every_method = "*";

struct Route {
  std::string_view method;  // GET routes answer HEAD too; every_method answers all
  std::string_view path;
  Effect effect;
  Handler handler;
  std::size_t brace = path.find('{');
};

}  // namespace cardea
