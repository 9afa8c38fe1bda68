// A Cookie header as browsers, siblings and strangers write it: the first line is the cookie's name, the rest
// the header. Whatever is found stands in the header, and nothing is lost when another cookie comes after it.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "web/cookies.h"

namespace {

using namespace cardea;

void check(std::string_view header, std::string_view name) {
  const auto values = cookie_values(parse_cookies(header), name);
  if (!values) return;
  require(values->size() <= cookie_copies_limit);
  for (const auto& value : *values) {
    require(!value.empty() && value.find(';') == std::string::npos);
    require(header.find(value) != std::string_view::npos);
  }
  const bool can_be_named = !name.empty() && name.find_first_of("=; \t") == std::string_view::npos;
  if (!can_be_named || values->size() == cookie_copies_limit) return;
  auto longer = *values;
  longer.emplace_back("last");
  const auto more = std::string(header) + "; " + std::string(name) + "=last";
  require(cookie_values(parse_cookies(more), name) == longer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto name = text.substr(0, text.find('\n'));
  check(text.substr(std::min(text.size(), name.size() + 1)), name);
  return 0;
}
