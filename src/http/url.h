// Web addresses in the parts that a call needs, and their queries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cardea {

struct Url {
  bool secure = false;    // https
  std::string authority;  // for the Host header
  std::string host;       // without the brackets of IPv6
  std::string port;
  std::string target;  // path and query; "/" at least
};

// http or https, a lower-case host as is_origin wants it, visible ASCII, no fragment, no user, at most 2048
// bytes. Nothing otherwise.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

// "a=1&b=x%20y" (application/x-www-form-urlencoded, everything but unreserved characters encoded).
[[nodiscard]] std::string form_text(const Parameters& parameters);
// The address with the parameters behind the query that it may have already.
[[nodiscard]] std::string with_parameters(const std::string& url, const Parameters& parameters);
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace cardea
