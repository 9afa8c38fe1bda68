#include "text/events.h"

#include <algorithm>
#include <optional>

#include "base/encoding.h"
#include "text/text.h"

namespace cardea {
namespace {

// The value of "name=value" among the words of the detail; empty if it is not there.
std::string_view fact(std::string_view detail, std::string_view name) {
  while (!detail.empty()) {
    const auto word = detail.substr(0, detail.find(' '));
    detail.remove_prefix(std::min(detail.size(), word.size() + 1));
    if (word.starts_with(name) && word.substr(name.size()).starts_with('='))
      return word.substr(name.size() + 1);
  }
  return {};
}

// Reads what rfc3339 of base/time.h writes.
std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    return static_cast<int>(whole_number(text.substr(at, size), 9999).value_or(0));
  };
  const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{part(11, 2)} +
         std::chrono::minutes{part(14, 2)} + seconds{part(17, 2)};
}

// " on March 3, 2026, 10:02 UTC"; empty if the detail has no such time.
std::string replaced_words(std::string_view detail, Language language) {
  const auto at = parse_rfc3339(fact(detail, "replaced"));
  if (!at) return "";
  return filled(texts_of(language).events.replaced, {{"time", time_in_words(*at, language)}});
}

std::string_view known(std::string_view value) {
  return value.empty() ? "?" : value;
}

std::string_view system_words(std::string_view platform, Language language) {
  return platform == "other" ? texts_of(language).events.other_system : known(platform);
}

std::string_view label_of(std::string_view name, const std::vector<ProviderSettings>& providers) {
  const auto found = std::find_if(providers.begin(), providers.end(),
                                  [name](const auto& provider) { return provider.name == name; });
  return found == providers.end() ? known(name) : found->label;
}

std::string_view consequence_of(std::string_view action, const EventTexts& texts) {
  if (action == "revoke_device") return texts.device_ended;
  if (action == "revoke_all") return texts.all_ended;
  return "";
}

}  // namespace

std::string event_words(const Event& event, Language language,
                        const std::vector<ProviderSettings>& providers) {
  const auto& texts = texts_of(language).events;
  const auto of = [&event](std::string_view name) { return fact(event.detail, name); };
  auto text = filled(texts.sentences.of(event.kind), {{"replaced", replaced_words(event.detail, language)},
                                                      {"from", system_words(of("from"), language)},
                                                      {"to", system_words(of("to"), language)},
                                                      {"count", known(of("count"))},
                                                      {"provider", label_of(of("provider"), providers)}});
  return text.append(consequence_of(of("action"), texts)).append(texts.full_stop);
}

}  // namespace cardea
