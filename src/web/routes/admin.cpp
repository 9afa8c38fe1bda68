// The pages of administrators below /admin: Checks and Upgrade. They need no script; what they show is JSON for a program.
#include <algorithm>
#include <array>
#include <utility>

#include "auth/session/fresh.h"
#include "auth/watch/events.h"
#include "text/text.h"
#include "upkeep/checks.h"
#include "upkeep/upgrade.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/html.h"
#include "web/origin.h"
#include "web/routes/common.h"
#include "web/routes/gate.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

bool wants_page(const Request& request) {
  return is_page_navigation(request) || is_form_navigation(request);
}

// A browser is led to the page that asks who is there, and back.
Response ask_for_proof(const Call& call) {
  const auto& settings = call.deps.settings;
  auto refused = refuse_proof({}, settings.factors);
  if (!wants_page(call.request)) return refused;
  const auto page = page_path("reauthenticate", language_of(call.request, settings), settings.site);
  auto response = see_other(page_saying(page, call.request.path, ""), settings.site);
  response.refusal = std::move(refused.refusal);
  response.log = std::move(refused.log);
  return response;
}

// The caller, if it is an administrator who proved a moment ago who they are; else the refusal. The scope must be in the token
// and in the user's row: the one may be held back, the other taken away meanwhile.
std::variant<SessionState, Response> administrator(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto claims = caller_claims(call);
  auto session = caller_session(call);
  if (auto* refused = std::get_if<Response>(&session))
    return refuse_connection(std::move(*refused), request, deps.settings.site);
  const auto& state = std::get<SessionState>(session);
  const auto* claimed = std::get_if<AccessClaims>(&claims);
  if (claimed == nullptr || !scope_covers(claimed->scope, admin_scope) ||
      !scope_covers(state.user.scope, admin_scope)) {
    auto refused = refuse_scope(admin_scope);
    refused.refusal->account = state.user.email.typed;
    return refused;
  }
  if (!is_fresh(state.session, deps.settings, request.now)) return ask_for_proof(call);
  return session;
}

Language language_of_page(const Call& call) {
  const auto query = parse_form(call.request.query);
  const auto asked = query ? language_of_tag(string_member(*query, "language").value_or("")) : std::nullopt;
  return asked.value_or(language_of(call.request, call.deps.settings));
}

// What a page is made with.
struct Page {
  const Call& call;
  Language language;
  const AdminTexts& words;
};

Page page_of(const Call& call) {
  const auto language = language_of_page(call);
  return {call, language, texts_of(language).admin};
}

std::string address(std::string_view name, const Page& page) {
  return page.call.deps.settings.site.mount + "/admin/" + std::string(name) +
         "?language=" + std::string(language_tag(page.language));
}

std::string link(const std::string& to, std::string_view text) {
  return element("a", "href=\"" + html_text(to) + "\"", html_text(text));
}

std::string paragraph(std::string_view text) {
  return element("p", "", html_text(text));
}

std::string notice(std::string_view kind, std::string_view text) {
  return element("p", "class=\"message told " + std::string(kind) + "\" role=\"alert\"", html_text(text));
}

std::string sheet(std::string_view title, const std::string& contents) {
  return element("section", "class=\"sheet whole\"", element("h2", "", html_text(title)) + contents);
}

Response answer_page(const std::string& contents, const Page& page) {
  const auto& site = page.call.deps.settings.site;
  const auto account = page_path("account", page.language, site);
  const auto links = link(address("checks", page), page.words.checks) + " · " +
                     link(address("upgrade", page), page.words.upgrade) + " · " +
                     link(account, page.words.account);
  return html_answer(html_page(
      page.words.title, element("h1", "", html_text(page.words.title)) + element("nav", "", links) + contents,
      page.language, site));
}

Inspection inspection_of(const Call& call) {
  const auto& deps = call.deps;
  return {.settings = deps.settings,
          .now = call.request.now,
          .entropy = deps.entropy,
          .store = deps.store,
          .revoked = deps.revoked,
          .passwords = [&deps]() -> Passwords& { return deps.passwords; },
          .http = deps.http};
}

Response checks_page(Findings findings, const Page& page) {
  const auto troubles = std::count_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return is_trouble(finding.result()); });
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& one, const Finding& other) { return one.result() > other.result(); });
  const auto verdict = troubles == 0
                           ? notice("good", page.words.all_good)
                           : notice("bad", filled(page.words.trouble, {{"count", std::to_string(troubles)}}));
  const auto again = element("p", "", link(address("checks", page), page.words.look_again));
  return answer_page(verdict + sheet(page.words.checks, paragraph(page.words.checks_text) + again +
                                                            findings_list(findings, page.language) +
                                                            paragraph(page.words.outside)),
                     page);
}

}  // namespace

Response handle_admin(const Call& call) {
  auto admin = administrator(call);
  if (auto* refused = std::get_if<Response>(&admin)) return std::move(*refused);
  return see_other(call.deps.settings.site.mount + "/admin/checks", call.deps.settings.site);
}

Response handle_admin_checks(const Call& call) {
  auto admin = administrator(call);
  if (auto* refused = std::get_if<Response>(&admin)) return std::move(*refused);
  auto findings = look_at_all(inspection_of(call), Scope::all);
  if (!wants_page(call.request))
    return json_answer(200, {{"findings", json_of_findings(findings, language_of_page(call))}});
  return checks_page(std::move(findings), page_of(call));
}

// Upgrade

namespace {

constexpr std::string_view act_upgrade = "upgrade";
constexpr std::string_view act_back = "back";

struct FaultRow {
  ProgramFault fault;
  std::string_view name;  // in JSON
  Text AdminTexts::*text;
};
constexpr auto fault_rows = std::to_array<FaultRow>({
    {ProgramFault::none, "none", &AdminTexts::compared},
    {ProgramFault::absent, "absent", &AdminTexts::absent},
    {ProgramFault::not_a_file, "not_a_file", &AdminTexts::not_a_file},
    {ProgramFault::foreign, "foreign", &AdminTexts::foreign},
    {ProgramFault::writable, "writable", &AdminTexts::writable},
    {ProgramFault::too_large, "too_large", &AdminTexts::too_large},
    {ProgramFault::incomplete, "incomplete", &AdminTexts::incomplete},
    {ProgramFault::runs_not, "runs_not", &AdminTexts::runs_not},
});
static_assert(
    fault_rows.size() == static_cast<std::size_t>(ProgramFault::count) &&
        [] {
          for (std::size_t i = 0; i < fault_rows.size(); ++i)
            if (fault_rows[i].fault != static_cast<ProgramFault>(i)) return false;
          return true;
        }(),
    "one row for each fault of a program, in the order of ProgramFault");

struct StepRow {
  UpgradeStep step;
  std::string_view name;
  Text AdminTexts::*text;
};
constexpr auto step_rows = std::to_array<StepRow>({
    {UpgradeStep::done, "done", &AdminTexts::done},
    {UpgradeStep::changed, "changed", &AdminTexts::changed},
    {UpgradeStep::tables_failed, "tables_failed", &AdminTexts::tables_failed},
    {UpgradeStep::tables_go_on, "tables_go_on", &AdminTexts::tables_go_on},
    {UpgradeStep::not_placed, "not_placed", &AdminTexts::not_placed},
});
static_assert(step_rows.size() == static_cast<std::size_t>(UpgradeStep::not_placed) + 1,
              "one row for each step, in the order of UpgradeStep");

const FaultRow& row_of(ProgramFault fault) {
  return fault_rows.at(static_cast<std::size_t>(fault));
}

const StepRow& row_of(UpgradeStep step) {
  return step_rows.at(static_cast<std::size_t>(step));
}

ProgramFiles files_of(const Settings& settings) {
  return {running_program(), settings.file};
}

std::string act_form(std::string_view act, const LookedAt& looked, std::string_view text, const Page& page) {
  const auto version = filled(text, {{"version", looked.version}});
  return element("form", "method=\"post\" action=\"" + html_text(address("upgrade", page)) + "\"",
                 hidden_field("act", act) + hidden_field("sum", hex_encode(view_of(looked.digest))) +
                     element("button", "type=\"submit\" class=\"main\"", html_text(version)));
}

std::string candidate_part(const LookedAt& looked, const Page& page) {
  const auto& words = page.words;
  constexpr std::string_view file = "cardea.new";
  auto contents = paragraph(filled(words.running, {{"version", program_version()}})) +
                  paragraph(filled(words.upgrade_text, {{"file", file}}));
  if (looked.fault != ProgramFault::none) {
    const auto fault = filled(words.*row_of(looked.fault).text, {{"file", file}});
    contents += looked.fault == ProgramFault::absent ? paragraph(fault) : notice("bad", fault);
    return sheet(words.upgrade,
                 contents + element("p", "", link(address("upgrade", page), words.look_again)));
  }
  contents += paragraph(filled(words.waiting, {{"version", looked.version}})) +
              paragraph(looked.is_compared ? words.compared : words.not_compared) +
              act_form(act_upgrade, looked, words.upgrade_button, page);
  return sheet(words.upgrade, contents);
}

// Nothing if there is no program to go back to.
std::string former_part(const LookedAt& looked, const Page& page) {
  if (looked.fault != ProgramFault::none) return {};
  const auto title = filled(page.words.former, {{"version", looked.version}});
  return sheet(title,
               paragraph(page.words.back_text) + act_form(act_back, looked, page.words.back_button, page));
}

struct Programs {
  LookedAt candidate, former;
};

Programs look_at_programs(const ProgramFiles& files) {
  return {look_at_program(files.candidate(), files.sums()), look_at_program(files.former(), "")};
}

Json json_of(const LookedAt& looked) {
  return {{"fault", row_of(looked.fault).name},
          {"version", looked.version},
          {"compared", looked.is_compared},
          {"sum", hex_encode(view_of(looked.digest))}};
}

Response upgrade_answer(const Programs& programs, const std::string& told, const Page& page) {
  return answer_page(told + candidate_part(programs.candidate, page) + former_part(programs.former, page),
                     page);
}

struct Act {
  bool is_upgrade = true;
  LookedAt program;  // as it is now
};

// The program that the form names, if it is still the one that the administrator saw.
std::optional<Act> act_of(const Fields& fields, const ProgramFiles& files) {
  const auto act = fields.text("act").value_or("");
  if (act != act_upgrade && act != act_back) return std::nullopt;
  const bool is_upgrade = act == act_upgrade;
  Act wanted{is_upgrade, is_upgrade ? look_at_program(files.candidate(), files.sums())
                                    : look_at_program(files.former(), "")};
  const bool is_same = fields.text("sum").value_or("") == hex_encode(view_of(wanted.program.digest));
  if (wanted.program.fault == ProgramFault::none && !is_same) wanted.program.fault = ProgramFault::incomplete;
  return wanted;
}

// The tables may be newer than this process by now: then the event cannot be kept, and the log alone has it.
void record_upgrade(const Act& act, const SessionState& admin, const Call& call, Response& response) {
  const auto detail = "from=" + std::string(program_version()) + " to=" + act.program.version;
  response.log.note = std::string(act.is_upgrade ? "program_upgraded " : "program_restored ") + detail;
  response.log.user = admin.user.id.text();
  try {
    record({.kind = act.is_upgrade ? EventKind::program_upgraded : EventKind::program_restored,
            .user = admin.user.id,
            .session = admin.session.id,
            .detail = detail},
           call.caller, call.deps);
  } catch (const std::runtime_error& failure) {
    response.log.note.append("; not recorded: ").append(failure.what());
  }
}

UpgradeResult carry_out(const Act& act, const ProgramFiles& files) {
  if (act.program.fault != ProgramFault::none) return {UpgradeStep::changed};
  return act.is_upgrade ? upgrade_program(files, act.program.digest) : go_back(files, act.program.digest);
}

}  // namespace

Response handle_admin_upgrade(const Call& call) {
  auto admin = administrator(call);
  if (auto* refused = std::get_if<Response>(&admin)) return std::move(*refused);
  const auto programs = look_at_programs(files_of(call.deps.settings));
  if (wants_page(call.request)) return upgrade_answer(programs, "", page_of(call));
  return json_answer(200, {{"version", program_version()},
                           {"candidate", json_of(programs.candidate)},
                           {"former", json_of(programs.former)}});
}

Response handle_upgrade(const Call& call) {
  auto admin = administrator(call);
  if (auto* refused = std::get_if<Response>(&admin)) return std::move(*refused);
  auto read = read_fields(call.request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const auto files = files_of(call.deps.settings);
  const auto act = act_of(std::get<Fields>(read), files);
  if (!act) return refuse_field("act", "invalid", "act must be upgrade or back.");
  const auto result = carry_out(*act, files);
  const auto page = page_of(call);
  const auto told = notice(result.step == UpgradeStep::done ? "good" : "bad",
                           filled(page.words.*row_of(result.step).text,
                                  {{"version", act->program.version}, {"message", result.said}}));
  auto response = wants_page(call.request)
                      ? upgrade_answer(look_at_programs(files), told, page)
                      : json_answer(200, {{"step", row_of(result.step).name}, {"message", result.said}});
  if (result.step == UpgradeStep::done) record_upgrade(*act, std::get<SessionState>(admin), call, response);
  return response;
}

}  // namespace cardea
