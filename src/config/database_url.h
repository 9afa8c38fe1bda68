// database.url in its parts.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "config/settings.h"

namespace cardea {

// What is wrong and what is allowed. No part of the URL is in it: a password with a '/' or '@' that was not
// escaped lands in any of its parts.
struct BadDatabaseUrl {
  std::string problem;
};

// mysql://user:password@host[:port],host2[:port]/database?socket=/path&tls=required&ca=/path (no host with
// socket; %40 for '@' and so on, RFC 3986 section 2.1) or sqlite:/absolute/path. The parts of
// DatabaseSettings that have keys of their own keep their defaults; ca_file is as written. TLS takes a CA:
// without one libmariadb goes on in clear text if the server offers no TLS, and says nothing.
[[nodiscard]] std::variant<DatabaseSettings, BadDatabaseUrl> parse_database_url(std::string_view url);

}  // namespace cardea
