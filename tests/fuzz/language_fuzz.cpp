// An Accept-Language header as browsers and strangers write it. What is preferred stands in the header, and a
// language with full weight in front of everything wins.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/utf8.h"
#include "fuzz/require.h"

using namespace cardea;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header{reinterpret_cast<const char*>(data), size};
  if (const auto language = preferred_language(header))
    require(ascii_lower(header).find(language_tag(*language)) != std::string::npos);
  require(preferred_language("ja;q=1," + std::string(header)) == Language::ja);
  if (const auto language = language_of_tag(header))
    require(ascii_lower(header).starts_with(language_tag(*language)));
  return 0;
}
