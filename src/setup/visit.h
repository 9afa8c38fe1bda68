// A request while there is no configuration that it could be read by. The mount, the site and the language are guessed
// from the request itself; limits are those of the default settings.
#pragma once

#include <variant>

#include "base/language.h"
#include "config/settings.h"
#include "web/in.h"

namespace cardea {

// The two addresses below the mount that answer without a configuration.
enum class Door { none, setup, repair };

struct Visit {
  Request request;
  Settings settings;  // the defaults, with the guessed site: url, mount, name
  Door door = Door::none;
  Language language = Language::en;
  // Nobody on the way can read along: https, or a browser on this machine that names it by a loopback address.
  bool is_private = false;
};

// Bytes of a body that are read.
inline constexpr std::size_t visit_body_limit = 64 * 1024;

// Any path that ends in /setup or /repair is that door, and what stands before it is the mount. (The path is the client's
// own, or, if a server asks for something else, SCRIPT_NAME with PATH_INFO.) Elsewhere the mount is SCRIPT_NAME if the
// path lies below it, else the first part of the path. The Response is the 400 or 413 that answers a request over a limit.
[[nodiscard]] std::variant<Visit, Response> visit_of(const Environment& environment, Secret body,
                                                     Instant now);

// The same for a request that was read by a valid configuration.
[[nodiscard]] Visit visit_of(const Request& request, const Settings& settings);

// Where a door is: "https://example.com/auth/setup".
[[nodiscard]] std::string address_of_door(Door door, const Visit& visit);

}  // namespace cardea
