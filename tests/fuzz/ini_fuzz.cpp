// cardea.ini as anybody might write it. Whatever it holds, reading ends in settings or in errors that can be
// shown: one line of UTF-8 each, and within the limits that the settings promise to the rest of the program.
#include <cstdint>
#include <string>
#include <variant>

#include "base/utf8.h"
#include "config/load.h"
#include "fuzz/require.h"

namespace {

using namespace cardea;

void check(const Settings& settings) {
  require(settings.site.url.starts_with("http") && settings.site.mount.starts_with('/'));
  require(settings.tokens.access_ttl > seconds{0} &&
          settings.tokens.access_ttl <= settings.tokens.refresh_ttl);
  require(settings.tokens.rotation_grace <= seconds{60});
  require(settings.password.concurrency > 0 && settings.password.memory >= 7 << 20);
  require(!settings.database.tls_required || !settings.database.ca_file.empty());
  require(settings.tokens.keys.starts_with('/'));
}

void check(const std::vector<ConfigError>& errors) {
  require(!errors.empty());
  for (const auto& error : errors) require(is_utf8(error.text()) && !has_invisible(error.text()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  std::visit([](const auto& outcome) { check(outcome); }, parse_settings(text, "/nonexistent/cardea.ini"));
  return 0;
}
