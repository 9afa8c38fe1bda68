#include "auth/account/letters.h"

#include <utility>

#include "auth/watch/watch.h"
#include "base/encoding.h"
#include "base/network.h"
#include "text/events.h"
#include "text/text.h"
#include "token/link_token.h"

namespace cardea {
namespace {

// The other pages are in the folder of the sign-in page.
std::string page_url(std::string_view name, Language language, const SiteSettings& site) {
  constexpr std::string_view place = "{language}";
  std::string path = site.sign_in_page;
  if (const auto at = path.find(place); at != path.npos)
    path.replace(at, place.size(), language_tag(language));
  return site.url + path.substr(0, path.rfind('/') + 1).append(name).append(".html");
}

Letter letter_to(const User& user, const Caller& caller, const Deps& deps) {
  Letter letter;
  letter.id = base64url_encode(view_of(random_array<16>(deps.entropy)));
  letter.at = caller.now;
  letter.to = user.email.typed;
  letter.language = user.language.value_or(caller.language.value_or(Language::en));
  return letter;
}

// The browser that a User-Agent names, as on the account page (nameOfDevice in htdocs/cardea/account.js); empty for
// another. The order counts: nearly all say Safari, and most of those Chrome.
std::string_view browser_of(std::string_view user_agent) {
  constexpr std::pair<std::string_view, std::string_view> browsers[] = {
      {"Edg/", "Edge"},      {"EdgA/", "Edge"},          {"EdgiOS/", "Edge"},
      {"Edge/", "Edge"},     {"OPR/", "Opera"},          {"SamsungBrowser/", "Samsung Internet"},
      {"Whale/", "Whale"},   {"KAKAOTALK", "KakaoTalk"}, {"NAVER(", "NAVER"},
      {"Line/", "LINE"},     {"Firefox/", "Firefox"},    {"FxiOS/", "Firefox"},
      {"Chrome/", "Chrome"}, {"Chromium/", "Chrome"},    {"CriOS/", "Chrome"},
      {"Safari/", "Safari"}, {"curl/", "curl"}};
  for (const auto& [part, name] : browsers)
    if (user_agent.find(part) != user_agent.npos) return name;
  return {};
}

// "Chrome on Android". Only words of ours: neither the device's own name nor any other part of its User-Agent.
std::string device_in_letter(std::string_view user_agent, Language language) {
  const auto& texts = texts_of(language).devices;
  const auto browser = browser_of(user_agent);
  const auto platform = platform_of(user_agent);
  if (platform == Platform::other) return std::string(browser.empty() ? texts.unknown : browser);
  const auto system = platform_name(platform);
  if (browser.empty()) return std::string(system);
  return filled(texts.named, {{"browser", browser}, {"system", system}});
}

// Links count whole seconds.
Instant link_end(Instant now, std::chrono::hours life) {
  return std::chrono::floor<seconds>(now + life);
}

Secret sign_out_url(const SessionState& state, Language language, Instant now, const Deps& deps) {
  const Link link{.purpose = LinkPurpose::sign_out_device,
                  .user = state.user.id,
                  .session = state.session.id,
                  .ends = link_end(now, alert_link_life)};
  const auto token = make_link_token(link, sign_out_state(state.session), deps.keys, now);
  return Secret(page_url("alert", language, deps.settings.site) + "#" + std::string(token.reveal()));
}

struct Wording {
  std::string_view subject, text;
};

// What a letter about an event says.
struct About {
  const Event& event;
  std::string_view user_agent;
  std::string_view link = {};  // signs the device out
  std::string_view ways = {};  // to sign in, that the event added or removed
};

void write(Letter& letter, const Wording& wording, const About& about, const Deps& deps) {
  const auto& [event, user_agent, link, ways] = about;
  const auto& site = deps.settings.site;
  const auto language = letter.language;
  letter.subject = filled(wording.subject, {{"site", site.name}});
  letter.text = Secret(filled(wording.text, {{"site", site.name},
                                             {"what", event_words(event, language, deps.settings.providers)},
                                             {"device", device_in_letter(user_agent, language)},
                                             {"ip", parse_address(event.ip) ? event.ip : "?"},
                                             {"time", time_in_words(event.at, language)},
                                             {"life", life_in_words(alert_link_life, language)},
                                             {"link", link},
                                             {"way", ways},
                                             {"ways", ways},
                                             {"account", page_url("account", language, site)},
                                             {"password", page_url("forgotten", language, site)}}));
}

}  // namespace

Letter alert_letter(const Event& event, const SessionState& state, AlertLink link, const Caller& caller,
                    const Deps& deps) {
  auto letter = letter_to(state.user, caller, deps);
  const auto& texts = texts_of(letter.language).letters;
  const bool signs_out = link == AlertLink::sign_out;
  const auto url = signs_out ? sign_out_url(state, letter.language, caller.now, deps) : Secret{};
  const auto text = std::string(texts.alert).append(signs_out ? texts.sign_out : texts.advice);
  write(letter, {texts.alert_subject, text},
        {.event = event, .user_agent = state.session.user_agent, .link = url.reveal()}, deps);
  return letter;
}

Letter way_letter(const Event& event, std::string_view way, const SessionState& state, const Caller& caller,
                  const Deps& deps) {
  auto letter = letter_to(state.user, caller, deps);
  const auto& texts = texts_of(letter.language).letters;
  const auto wording = event.kind == EventKind::identity_linked
                           ? Wording{texts.way_added_subject, texts.way_added}
                           : Wording{texts.way_removed_subject, texts.way_removed};
  write(letter, wording, {.event = event, .user_agent = state.session.user_agent, .ways = way}, deps);
  return letter;
}

Letter reset_done_letter(const Event& event, const User& user, const std::vector<std::string>& removed,
                         const Caller& caller, const Deps& deps) {
  auto letter = letter_to(user, caller, deps);
  const auto& texts = texts_of(letter.language).letters;
  std::string ways;
  for (const auto& way : removed) ways.append("    ").append(way).append("\n");
  auto text = std::string(texts.alert);
  if (!removed.empty()) text.append(texts.removed_ways);
  text.append(texts.advice);
  write(letter, {texts.alert_subject, text}, {.event = event, .user_agent = caller.user_agent, .ways = ways},
        deps);
  return letter;
}

Letter reset_letter(const User& user, const Caller& caller, const Deps& deps) {
  const auto& site = deps.settings.site;
  auto letter = letter_to(user, caller, deps);
  const auto& texts = texts_of(letter.language).letters;
  const auto token = make_link_token({.purpose = LinkPurpose::reset_password,
                                      .user = user.id,
                                      .session = {},
                                      .ends = link_end(caller.now, reset_link_life)},
                                     reset_state(user), deps.keys, caller.now);
  const Secret url(page_url("reset", letter.language, site) + "#" + std::string(token.reveal()));
  letter.subject = filled(texts.reset_subject, {{"site", site.name}});
  letter.text = Secret(filled(texts.reset, {{"site", site.name},
                                            {"link", url.reveal()},
                                            {"life", life_in_words(reset_link_life, letter.language)}}));
  return letter;
}

std::string sign_out_state(const Session& session) {
  return std::string(view_of(session.nonce));
}

std::string reset_state(const User& user) {
  return std::to_string(user.epoch) + "\n" + user.password_hash;
}

}  // namespace cardea
