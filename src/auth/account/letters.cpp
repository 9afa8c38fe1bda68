#include "auth/account/letters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "auth/watch/watch.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/network.h"
#include "text/events.h"
#include "text/text.h"

namespace cardea {
namespace {

using std::chrono::hours;

// What a letter allows, and how long it is tried. One row for each kind, in the order of LetterKind.
struct LetterRow {
  LetterKind kind;
  std::optional<LinkPurpose> purpose;  // of the link and the code
  std::string_view page;  // of the link, in the folder of the sign-in page; empty: the code alone
  hours life;             // of both
  hours tried;
};
constexpr hours day{24};
constexpr auto letter_rows = std::to_array<LetterRow>({
    {LetterKind::verify_address, LinkPurpose::verify_address, "verify", day, day},
    {LetterKind::address_known, {}, "", {}, day},
    {LetterKind::address_change_new, LinkPurpose::confirm_address, "verify", day, day},
    {LetterKind::address_change_old, LinkPurpose::undo_address, "undo", 7 * day, 3 * day},
    {LetterKind::reset, LinkPurpose::reset_password, "reset", hours{1}, hours{4}},
    {LetterKind::reset_done, {}, "", {}, 3 * day},
    {LetterKind::taken_over, {}, "", {}, 3 * day},
    {LetterKind::alert, LinkPurpose::sign_out_device, "alert", 7 * day, 3 * day},
    {LetterKind::alert_ended, {}, "", {}, 3 * day},
    {LetterKind::password_changed, {}, "", {}, 3 * day},
    {LetterKind::way_linked, {}, "", {}, 3 * day},
    {LetterKind::way_unlinked, {}, "", {}, 3 * day},
    {LetterKind::account_closed, LinkPurpose::reopen_account, "reopen", 7 * day, 3 * day},
    {LetterKind::account_reopened, {}, "", {}, 3 * day},
    {LetterKind::reauthenticate, LinkPurpose::reauthenticate, "", hours{1}, hours{1}},
    {LetterKind::invitation, LinkPurpose::invitation, "invite", 7 * day, 3 * day},
    {LetterKind::approved, {}, "", {}, 3 * day},
});
static_assert(
    letter_rows.size() == letter_kind_count &&
        [] {
          for (std::size_t i = 0; i < letter_rows.size(); ++i)
            if (letter_rows[i].kind != static_cast<LetterKind>(i)) return false;
          return true;
        }(),
    "one row for each kind of letter, in the order of LetterKind");

const LetterRow& row_of(LetterKind kind) {
  return letter_rows.at(static_cast<std::size_t>(kind));
}

// The other pages are in the folder of the sign-in page.
std::string page_url(std::string_view name, Language language, const SiteSettings& site) {
  constexpr std::string_view place = "{language}";
  std::string path = site.sign_in_page;
  if (const auto at = path.find(place); at != path.npos)
    path.replace(at, place.size(), language_tag(language));
  return site.url + path.substr(0, path.rfind('/') + 1).append(name).append(".html");
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
std::string device_in_words(const LetterFacts& facts, Language language) {
  const auto& texts = texts_of(language).devices;
  if (facts.system.empty()) return facts.browser.empty() ? std::string(texts.unknown) : facts.browser;
  if (facts.browser.empty()) return facts.system;
  return filled(texts.named, {{"browser", facts.browser}, {"system", facts.system}});
}

struct ThingWord {
  std::string_view name;
  Text LetterTexts::*text;
};
constexpr ThingWord thing_words[] = {
    {"password", &LetterTexts::password},           {"name", &LetterTexts::name},
    {"passkeys", &LetterTexts::passkeys},           {"factors", &LetterTexts::factors},
    {"app_passwords", &LetterTexts::app_passwords}, {"sessions", &LetterTexts::sessions},
};

// A provider by its label in cardea.ini, or by its name if the site does not offer it any more.
std::string thing_in_words(std::string_view thing, Language language, const Settings& settings) {
  constexpr std::string_view provider = "provider=";
  if (thing.starts_with(provider)) {
    thing.remove_prefix(provider.size());
    const auto found = std::find_if(settings.providers.begin(), settings.providers.end(),
                                    [thing](const auto& one) { return one.name == thing; });
    return found == settings.providers.end() ? std::string(thing) : found->label;
  }
  const auto* word = std::find_if(std::begin(thing_words), std::end(thing_words),
                                  [thing](const ThingWord& one) { return one.name == thing; });
  return std::string(word == std::end(thing_words) ? thing : texts_of(language).letters.*word->text);
}

// One line for each, indented like facts.
std::string lines_of_things(const LetterFacts& facts, Language language, const Settings& settings) {
  std::string lines;
  for (const auto& thing : facts.things)
    lines.append("    ").append(thing_in_words(thing, language, settings)).append("\n");
  return lines;
}

std::string what_happened(const OutboxLetter& letter, const Settings& settings) {
  if (!letter.facts.event) return "?";
  Event event;
  event.at = letter.facts.at;
  event.kind = *letter.facts.event;
  event.detail = letter.facts.detail;
  return event_words(event, letter.language, settings.providers);
}

std::string circumstances_of(const OutboxLetter& letter) {
  const auto& facts = letter.facts;
  return filled(texts_of(letter.language).letters.circumstances,
                {{"device", device_in_words(facts, letter.language)},
                 {"ip", parse_address(facts.ip) ? facts.ip : "?"},
                 {"time", time_in_words(facts.at, letter.language)}});
}

// What a letter allows; both are empty if it allows nothing.
struct LinkAndCode {
  Secret link;
  Secret code;
};

// Links count whole seconds. A link to reopen an account ends when there is nothing left to open.
Instant link_end(const OutboxLetter& letter, hours life, Instant now) {
  const auto end = letter.facts.until == never ? now + life : letter.facts.until;
  return std::chrono::floor<seconds>(end);
}

// Empty if there is nothing that they could open.
std::optional<LinkAndCode> link_and_code_of(const OutboxLetter& letter, const LetterParts& parts,
                                            Instant now) {
  const auto& row = row_of(letter.kind);
  if (!row.purpose) return LinkAndCode{};
  const LinkSubject subject{.purpose = *row.purpose,
                            .user = letter.user.value_or(UserId{}),
                            .session = letter.facts.session.value_or(SessionId{}),
                            .address = letter.address};
  const auto state = link_state(subject, parts.store);
  if (!state) return std::nullopt;
  LinkAndCode made{.link = {},
                   .code = make_link_code({*row.purpose, subject.user, subject.session, row.life}, *state,
                                          parts.keys, now)};
  if (row.page.empty()) return made;
  const auto token = make_link_token({.purpose = *row.purpose,
                                      .user = subject.user,
                                      .session = subject.session,
                                      .ends = link_end(letter, row.life, now)},
                                     *state, parts.keys, now);
  made.link =
      Secret(page_url(row.page, letter.language, parts.settings.site) + "#" + std::string(token.reveal()));
  return made;
}

Secret text_of(const OutboxLetter& letter, const LinkAndCode& made, const Settings& settings) {
  const auto language = letter.language;
  const auto& site = settings.site;
  const auto& texts = texts_of(language).letters;
  const auto things = lines_of_things(letter.facts, language, settings);
  const auto account = page_url("account", language, site);
  const auto removed =
      things.empty() ? std::string{} : filled(texts.removed, {{"things", things}, {"account", account}});
  const auto form = std::string(texts.wordings.of(letter.kind).text).append("\n").append(texts.foot);
  return Secret(filled(form, {{"site", site.name},
                              {"link", made.link.reveal()},
                              {"code", made.code.reveal()},
                              {"life", life_in_words(row_of(letter.kind).life, language)},
                              {"what", what_happened(letter, settings)},
                              {"circumstances", circumstances_of(letter)},
                              {"removed", removed},
                              {"things", things},
                              {"address", letter.facts.address},
                              {"date", date_in_words(letter.facts.until, language)},
                              {"sign_in", page_url("sign-in", language, site)},
                              {"account", account},
                              {"password", page_url("forgotten", language, site)}}));
}

std::string account_state(const User& user) {
  return std::to_string(user.epoch) + "\n" + user.email.key;
}

std::optional<std::string> state_by_session(const LinkSubject& subject, Store& store) {
  const auto state = store.session(subject.session, Freshness::causal);
  if (!state || state->user.id != subject.user) return std::nullopt;
  auto text = state_of_session(state->session);
  // A proof that was accepted spends the code that it was made with.
  if (subject.purpose == LinkPurpose::reauthenticate)
    text += "\n" + std::to_string(unix_milliseconds(state->session.authenticated_at));
  return text;
}

std::optional<std::string> state_of_user(const LinkSubject& subject, Store& store) {
  const auto user = store.user_by_id(subject.user);
  if (!user || user->status != UserStatus::active) return std::nullopt;
  switch (subject.purpose) {
    case LinkPurpose::reset_password:
      return std::to_string(user->epoch) + "\n" + user->password_hash;
    case LinkPurpose::confirm_address:
      return account_state(*user) + "\n" + subject.address;
    case LinkPurpose::sign_out_device:
    case LinkPurpose::verify_address:
    case LinkPurpose::undo_address:
    case LinkPurpose::reopen_account:
    case LinkPurpose::reauthenticate:
    case LinkPurpose::invitation:
      break;
  }
  return account_state(*user);
}

}  // namespace

Recipient recipient_of(const User& user) {
  return recipient_of(user, user.email.typed);
}

Recipient recipient_of(const User& user, const std::string& address) {
  return {.user = user.id, .address = address, .language = user.language};
}

LetterFacts facts_of_act(std::string_view user_agent, const Caller& caller) {
  LetterFacts facts{.at = caller.now, .ip = caller.address.text()};
  facts.browser = browser_of(user_agent);
  if (const auto platform = platform_of(user_agent); platform != Platform::other)
    facts.system = platform_name(platform);
  return facts;
}

OutboxLetters letter_to(const Recipient& recipient, LetterKind kind, LetterFacts facts, const Caller& caller,
                        const Deps& deps) {
  if (!deps.settings.mail.on() || recipient.address.empty()) return {};
  deps.letters.note();
  OutboxLetters letters(1);
  auto& letter = letters.front();
  letter.id = LetterId::make(caller.now, deps.entropy);
  letter.kind = kind;
  letter.user = recipient.user;
  letter.address = recipient.address;
  letter.facts = std::move(facts);
  letter.language = recipient.language.value_or(caller.language.value_or(Language::en));
  letter.created_at = caller.now;
  letter.next_try_at = caller.now;
  return letters;
}

OutboxLetters letter_to_nobody(LetterKind kind, const Caller& caller, const Deps& deps) {
  auto letters = letter_to({.user = {}, .address = "nobody", .language = {}}, kind,
                           facts_of_act(caller.user_agent, caller), caller, deps);
  for (auto& letter : letters) {
    letter.address.clear();
    letter.next_try_at = never;
    letter.outcome = LetterOutcome::given_up;
  }
  return letters;
}

void post(const OutboxLetters& letters, const Deps& deps) {
  for (const auto& letter : letters) deps.store.add_letter(letter);
}

std::optional<Letter> write_letter(const OutboxLetter& letter, const LetterParts& parts, Instant now) {
  const auto made = link_and_code_of(letter, parts, now);
  if (!made) return std::nullopt;
  const auto& wording = texts_of(letter.language).letters.wordings.of(letter.kind);
  const auto id = sha256("message\n" + letter.id.text());
  return Letter{.id = base64url_encode(view_of(id).substr(0, 16)),
                .at = letter.created_at,
                .to = letter.address,
                .subject = filled(wording.subject, {{"site", parts.settings.site.name}}),
                .text = text_of(letter, *made, parts.settings),
                .language = letter.language};
}

hours life_in_outbox(LetterKind kind) {
  return row_of(kind).tried;
}

hours life_of(LinkPurpose purpose) {
  const auto* row = std::find_if(letter_rows.begin(), letter_rows.end(),
                                 [purpose](const LetterRow& one) { return one.purpose == purpose; });
  return row == letter_rows.end() ? hours{0} : row->life;
}

std::optional<std::string> link_state(const LinkSubject& subject, Store& store) {
  const bool of_session =
      subject.purpose == LinkPurpose::sign_out_device || subject.purpose == LinkPurpose::reauthenticate;
  return of_session ? state_by_session(subject, store) : state_of_user(subject, store);
}

std::string state_of_session(const Session& session) {
  return std::string(view_of(session.nonce));
}

}  // namespace cardea
