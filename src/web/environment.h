// From the CGI variables (RFC 3875 section 4.1) that a web server hands over to a Request. The same for
// FastCGI and plain CGI. All limits on what comes in, except those of the body's fields, are here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// Names and values, borrowed from the process's own variables or from the FastCGI request that brought them.
using Environment = std::vector<std::pair<std::string_view, std::string_view>>;

// Of "NAME=value" texts, the last one followed by a null pointer; null is the empty list. What has no equals
// sign is left out.
[[nodiscard]] Environment environment_of(const char* const* texts);

inline constexpr std::size_t environment_count_limit = 256;
inline constexpr std::size_t environment_size_limit = 96 * 1024;  // names and values together
inline constexpr std::size_t path_size_limit = 2048;
inline constexpr std::size_t header_size_limit = 16 * 1024;  // one header, cookies included

// The value, or an empty view. A name that was sent twice with different values makes a request malformed.
[[nodiscard]] std::string_view value_of(const Environment& environment, std::string_view name);

// CONTENT_LENGTH as a strict number. Nothing if it is absent or empty (a chunked body), -1 if it is no
// number.
[[nodiscard]] std::optional<std::int64_t> declared_length(const Environment& environment);

// A Request, or the 400/413 that answers it. body is what was read, at most limits.body + 1 bytes.
[[nodiscard]] std::variant<Request, Response> request_of(const Environment& environment, Secret body,
                                                         Instant now, const Settings& settings);

}  // namespace cardea
