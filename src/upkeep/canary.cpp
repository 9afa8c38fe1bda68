#include "upkeep/canary.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "auth/session/verify.h"
#include "base/descriptor.h"
#include "base/encoding.h"
#include "config/private_file.h"
#include "text/text.h"
#include "upkeep/outside.h"

namespace cardea {

using enum FindingKind;

namespace {

constexpr std::chrono::minutes before_first{10};
constexpr std::chrono::hours after_broken{1};  // if the process that looks does not come to its end
constexpr int max_administrators = 50;

std::string file_of(const Settings& settings) {
  return settings.tokens.keys + "/canary.json";
}

bool keep(const OutsideLook& look, const Settings& settings) {
  const Json json{{"at", unix_seconds(look.at)},
                  {"next", unix_seconds(look.next)},
                  {"found", json_of_findings(look.found)}};
  return replace_file(file_of(settings), json_text(json) + "\n", S_IRUSR | S_IWUSR);
}

// Of two processes at once one gets it.
class Turn {
 public:
  explicit Turn(const Settings& settings)
      : file_(::open((settings.tokens.keys + "/canary.lock").c_str(),
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)),
        is_ours_(file_.is_open() && ::flock(file_.number(), LOCK_EX | LOCK_NB) == 0) {}
  [[nodiscard]] bool is_ours() const { return is_ours_; }

 private:
  Descriptor file_;
  bool is_ours_;
};

// The moment of the next look is moved on before it begins: a process that dies in it does not make all others look.
bool take_turn(const Turn& turn, const CanaryTools& tools) {
  if (!turn.is_ours()) return false;
  auto look = last_look(tools.settings);
  const bool is_first = look.next == never;
  if (!is_first && tools.now < look.next) return false;
  look.next = tools.now + (is_first ? std::chrono::hours{0} + before_first : after_broken);
  return keep(look, tools.settings) && !is_first;
}

bool is_watched(const Finding& finding) {
  const auto area = finding.area();
  return area == "gates" || area == "secrets" || area == "certificate";
}

// Nothing if the site did not answer: then nothing was seen.
std::optional<Findings> ask(const CanaryTools& tools) {
  auto found = check_outside(tools.settings, tools.http, tools.now);
  if (std::none_of(found.begin(), found.end(), is_watched)) return std::nullopt;
  std::erase_if(found, [](const Finding& finding) {
    return !is_watched(finding) || !is_trouble(finding.result()) || finding.kind == gate_unclear;
  });
  return found;
}

// The date of the certificate's end stays, so a finding is the same as yesterday's if its words are.
bool is_news(const Findings& found, const Findings& before) {
  return std::any_of(found.begin(), found.end(), [&](const Finding& finding) {
    return std::none_of(before.begin(), before.end(), [&](const Finding& known) {
      return known.kind == finding.kind && known.facts.size() == finding.facts.size() &&
             std::is_permutation(known.facts.begin(), known.facts.end(), finding.facts.begin());
    });
  });
}

Letter letter_to(const User& user, const Findings& found, const CanaryTools& tools) {
  const auto& site = tools.settings.site;
  Letter letter;
  letter.id = base64url_encode(view_of(random_array<16>(tools.entropy)));
  letter.at = tools.now;
  letter.to = user.email.typed;
  letter.language = user.language.value_or(Language::en);
  const auto& words = texts_of(letter.language).admin;
  std::string list;
  for (const auto& finding : found) list += "    " + finding.text(letter.language) + "\n";
  letter.subject = filled(words.alarm_subject, {{"site", site.name}});
  letter.text = Secret(filled(
      words.alarm, {{"site", site.name}, {"list", list}, {"link", site.url + site.mount + "/admin/checks"}}));
  return letter;
}

}  // namespace

OutsideLook last_look(const Settings& settings) {
  const auto read = read_private_file(file_of(settings));
  const auto* text = std::get_if<std::string>(&read);
  const auto json = text != nullptr ? parse_json(*text) : std::nullopt;
  if (!json || !json->is_object()) return {};
  OutsideLook look;
  const auto at = integer_member(*json, "at").value_or(0);
  if (at > 0) look.at = from_unix_seconds(at);
  if (const auto next = integer_member(*json, "next")) look.next = from_unix_seconds(*next);
  if (json->contains("found")) look.found = findings_of_json((*json)["found"]);
  return look;
}

Findings judge_canary(const OutsideLook& look, Instant now) {
  if (look.at == never) return {{canary_new}};
  const auto time = rfc3339(look.at);
  Findings findings;
  if (!look.found.empty()) findings.push_back({canary_alarm, {{"time", time}}});
  append(findings, look.found);
  if (now - look.at > 2 * outside_interval) findings.push_back({canary_late, {{"time", time}}});
  if (findings.empty()) findings.push_back({canary_well, {{"time", time}}});
  return findings;
}

bool is_look_due(const Settings& settings, Instant now) {
  const auto look = last_look(settings);
  return look.next == never || now >= look.next;
}

std::vector<Letter> look_from_outside(const CanaryTools& tools) {
  if (!is_look_due(tools.settings, tools.now)) return {};
  const Turn turn(tools.settings);
  if (!take_turn(turn, tools)) return {};
  const auto before = last_look(tools.settings);
  auto found = ask(tools);
  if (!found) return {};
  const OutsideLook look{tools.now, tools.now + outside_interval, *std::move(found)};
  (void)keep(look, tools.settings);
  if (!tools.settings.mail.on() || !is_news(look.found, before.found)) return {};
  std::vector<Letter> letters;
  for (const auto& user : tools.store.users_with_scope(admin_scope, max_administrators))
    if (user.status == UserStatus::active) letters.push_back(letter_to(user, look.found, tools));
  return letters;
}

}  // namespace cardea
