// A route, and what its handler gets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

// The request and what a handler needs with it.
struct Call {
  const Request& request;
  std::string_view captured;  // what {id} stood for; may be empty
  Caller caller;
  const Deps& deps;
};

using Handler = Response (*)(const Call&);

// changes: the call is refused if another site makes it, or over plain http on an https site. shows: it reads, and answers
// with a page: a browser that calls the site by another name is led to [site] url first.
enum class Effect { reads, shows, changes };

// What the answer may have to wait for; FastCGI requests of one lane never wait behind those of another
// (server/lanes.h).
enum class Lane : std::uint8_t {
  memory,    // nothing
  database,  // a few statements
  hashing,   // a password hash, and statements
  provider,  // another site
  health,    // the database, whatever state it is in
  count
};
inline constexpr auto lane_count = static_cast<std::size_t>(Lane::count);

// For routes that a server asks while it serves another page, with the method of that page's request.
inline constexpr std::string_view every_method = "*";

struct Route {
  std::string_view method;  // GET routes answer HEAD too; every_method answers all
  std::string_view path;
  Effect effect;
  Lane lane;
  Handler handler;
  std::size_t brace = path.find('{');
};

}  // namespace cardea
