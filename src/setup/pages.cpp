#include "setup/pages.h"

#include <algorithm>
#include <array>

#include "web/forms.h"
#include "web/html.h"

namespace cardea {
namespace {

// How a language calls itself, in the order of Language.
constexpr std::array<std::string_view, language_count> own_names{"English", "한국어", "日本語"};
static_assert(!own_names.back().empty(), "each language has a name");

const SetupTexts& words_of(const Visit& visit) {
  return texts_of(visit.language).setup;
}

// This page again, in that language.
std::string own_address(const Visit& visit, Language language) {
  return visit.request.path + "?language=" + std::string(language_tag(language));
}

std::string language_links(const Visit& visit) {
  std::string links;
  for (const auto language : languages) {
    const auto tag = std::string(language_tag(language));
    auto attributes = "href=\"" + html_text(own_address(visit, language)) + "\" lang=\"" + tag +
                      "\" hreflang=\"" + tag + "\"";
    if (language == visit.language) attributes += " aria-current=\"true\"";
    links += element("a", attributes, own_names.at(static_cast<std::size_t>(language)));
  }
  return element("footer", "class=\"foot\"", element("nav", "lang=\"en\" aria-label=\"Language\"", links));
}

std::string page(std::string_view title, const std::string& contents, const Visit& visit) {
  return html_page(title, element("h1", "", html_text(title)) + contents + language_links(visit),
                   visit.language, visit.settings.site);
}

std::string paragraph(std::string_view text) {
  return element("p", "", html_text(text));
}

std::string notice(std::string_view kind, std::string_view text) {
  return element("p", "class=\"message told " + std::string(kind) + "\" role=\"alert\"", html_text(text));
}

std::string link_paragraph(const Link& link) {
  return element("p", "", element("a", "href=\"" + html_text(link.address) + "\"", html_text(link.text)));
}

std::string sheet(const std::string& contents) {
  return element("section", "class=\"sheet whole\"", contents);
}

std::string button(std::string_view text) {
  return element("button", "type=\"submit\" class=\"main\"", html_text(text));
}

std::string post_form(const std::string& contents, const Visit& visit) {
  const auto action = html_text(own_address(visit, visit.language));
  return element("form", "method=\"post\" action=\"" + action + "\" autocomplete=\"off\"", contents);
}

struct Input {
  std::string_view name;
  std::string_view label;
  std::string_view value = {};
  std::string_view type = "text";
  std::string_view more = {};  // further attributes
  std::vector<std::string> problems = {};
};

// The label with its field, and below them what is wrong with the answer, which a screen reader reads with the field.
std::string input(const Input& field) {
  const std::string name(field.name);
  auto attributes = "<input id=\"" + name + "\" name=\"" + name + "\" type=\"" + std::string(field.type) +
                    "\" value=\"" + html_text(field.value) + "\"";
  if (!field.more.empty()) attributes.append(" ").append(field.more);
  std::string wrong;
  for (const auto& problem : field.problems) wrong += html_text(problem) + " ";
  if (!wrong.empty()) attributes += " aria-invalid=\"true\" aria-describedby=\"" + name + "_problem\"";
  auto html = element("label", "for=\"" + name + "\"", html_text(field.label)) + attributes + ">\n";
  if (!wrong.empty()) html += element("p", "class=\"message told bad\" id=\"" + name + "_problem\"", wrong);
  return html;
}

std::vector<std::string> problems_of(std::string_view field, const AnswerProblems& problems) {
  std::vector<std::string> texts;
  for (const auto& problem : problems)
    if (problem.field == field) texts.push_back(problem.text);
  return texts;
}

std::string text_input(std::string_view name, const SetupForm& form, const Visit& visit) {
  for (const auto& field : answer_fields()) {
    if (field.name != name) continue;
    const auto type = name == "email" ? "email" : "text";
    return input(
        {name, words_of(visit).*field.label, form.answers.*field.value, type,
         name == "email" ? "autocomplete=\"username\" autocapitalize=\"none\"" : "autocapitalize=\"none\"",
         problems_of(name, form.problems)});
  }
  return {};
}

std::string secret_input(std::string_view name, std::string_view label, std::string_view autocomplete,
                         const AnswerProblems& problems) {
  return input({name,
                label,
                {},
                "password",
                "autocomplete=\"" + std::string(autocomplete) + "\"",
                problems_of(name, problems)});
}

std::string option(std::string_view value, std::string_view label, bool is_chosen) {
  return element("option", "value=\"" + std::string(value) + "\"" + (is_chosen ? " selected" : ""),
                 html_text(label));
}

std::string database_part(const SetupForm& form, const Visit& visit) {
  const auto& words = words_of(visit);
  const bool is_file = form.answers.database == DatabaseKind::sqlite;
  const auto kinds = option("mysql", words.mysql, !is_file) + option("sqlite", words.sqlite, is_file);
  return element("h2", "", html_text(words.database)) + paragraph(words.database_text) +
         element("label", "for=\"database\"", html_text(words.database)) +
         element("select", "id=\"database\" name=\"database\"", kinds) + text_input("host", form, visit) +
         text_input("schema", form, visit) + text_input("user", form, visit) +
         secret_input("database_password", words.database_password, "off", form.problems) +
         text_input("path", form, visit);
}

std::string questions(const SetupForm& form, const Visit& visit) {
  const auto& words = words_of(visit);
  return element("h2", "", html_text(words.site)) + text_input("url", form, visit) +
         text_input("site_name", form, visit) + database_part(form, visit) +
         element("h2", "", html_text(words.mail)) + paragraph(words.mail_text) +
         text_input("mail_from", form, visit) + element("h2", "", html_text(words.administrator)) +
         paragraph(words.administrator_text) + text_input("email", form, visit) +
         secret_input("admin_password", words.admin_password, "new-password", form.problems) +
         button(words.submit);
}

std::string found_part(const SetupForm& form, const Visit& visit) {
  const auto& words = words_of(visit);
  const auto& found = form.found;
  const auto row = [](std::string_view text) { return element("li", "", html_text(text)); };
  auto rows = row(filled(words.found_server,
                         {{"server", found.server}, {"way", found.per_request ? "CGI" : "FastCGI"}})) +
              row(filled(words.found_user, {{"user", found.user}})) +
              row(visit.request.secure ? words.found_tls : words.found_no_tls) +
              row(found.authorization ? words.found_authorization : words.found_no_authorization);
  if (form.place.is_usable) {
    rows += row(filled(words.found_directory, {{"path", form.place.home}}));
    rows += row(found.sqlite ? std::string(words.found_databases)
                             : filled(words.found_no_sqlite, {{"path", form.place.home}}));
  }
  return sheet(element("h2", "", html_text(words.found)) + element("ul", "", rows));
}

std::string failure_notice(const InstallFailure& failure, const Visit& visit) {
  const auto& words = words_of(visit);
  if (failure.is_busy) return notice("bad", words.busy);
  const auto is_database = failure.step == InstallStep::tables ||
                           failure.step == InstallStep::administrator || failure.step == InstallStep::note;
  const auto why = is_database ? database_problem_in_words(failure.why, visit.language)
                               : filled(words.said, {{"message", failure.why}});
  return notice(
      "bad", filled(words.step_failed, {{"step", step_in_words(failure.step, visit.language)}}) + " " + why);
}

}  // namespace

std::string message_page(std::string_view title, std::string_view sentence, const std::optional<Link>& link,
                         const Visit& visit) {
  return page(title, sheet(paragraph(sentence) + (link ? link_paragraph(*link) : std::string{})), visit);
}

std::string proof_page(std::string_view file, bool is_missing, const Visit& visit) {
  const auto& words = words_of(visit);
  const auto title = visit.door == Door::repair ? words.repair_title : words.title;
  const auto path = html_text(visit.request.path);
  const auto language =
      "<input type=\"hidden\" name=\"language\" value=\"" + std::string(language_tag(visit.language)) + "\">";
  const auto link = element("a", "href=\"" + path + "?file=1\" download=\"" + html_text(file) + "\"",
                            html_text(words.proof_download));
  const auto again =
      element("form", "method=\"get\" action=\"" + path + "\"",
              language + "<input type=\"hidden\" name=\"check\" value=\"1\">" + button(words.proof_check));
  const auto told = is_missing ? notice("bad", filled(words.proof_missing, {{"file", file}})) : std::string{};
  return page(title,
              told + sheet(paragraph(words.proof) + element("p", "", element("code", "", html_text(file))) +
                           element("p", "", link) + again),
              visit);
}

std::string setup_page(const SetupForm& form, const Visit& visit) {
  const auto& words = words_of(visit);
  std::string contents;
  if (form.failure) contents += failure_notice(*form.failure, visit);
  if (!form.problems.empty()) contents += notice("bad", words.check_fields);
  contents += found_part(form, visit);
  if (form.place.config_exists) {
    contents += notice("bad", filled(words.config_exists, {{"path", form.place.config}}));
  } else if (!form.place.is_usable) {
    contents += notice("bad", words.no_place);
  } else {
    contents += sheet(post_form(questions(form, visit), visit));
  }
  return page(words.title, contents, visit);
}

namespace {

std::string lines_part(const HtaccessLines& lines, const SetupTexts& words) {
  const auto told = [](Lines state, std::string_view written, std::string_view refused) {
    return state == Lines::untried ? std::string{} : paragraph(state == Lines::written ? written : refused);
  };
  return told(lines.fastcgi, words.fastcgi_works, words.fastcgi_refused) +
         told(lines.gate, words.gate_works, lines.gate == Lines::open ? words.gate_open : words.gate_refused);
}

}  // namespace

std::string done_page(std::string_view proof_left, const HtaccessLines& lines, const Visit& visit) {
  const auto& words = words_of(visit);
  const auto address = page_path("sign-in", visit.language, visit.settings.site);
  auto contents = paragraph(words.done) + lines_part(lines, words);
  if (!proof_left.empty()) contents += paragraph(filled(words.delete_proof, {{"file", proof_left}}));
  contents += element(
      "p", "",
      element("a", "class=\"button main\" href=\"" + html_text(address) + "\"", html_text(words.sign_in)));
  return page(words.done_title, sheet(contents), visit);
}

namespace {

std::string act_form(std::string_view act, const std::string& fields, std::string_view text,
                     const Visit& visit) {
  return post_form("<input type=\"hidden\" name=\"act\" value=\"" + std::string(act) + "\">" + fields +
                       element("button", "type=\"submit\"", html_text(text)),
                   visit);
}

std::string state_part(const RepairView& view, const Visit& visit) {
  const auto& words = words_of(visit);
  if (view.is_lost)
    return sheet(paragraph(filled(words.lost, {{"path", view.config}})) +
                 act_form(act_reopen, {}, words.reopen, visit));
  if (view.is_open)
    return sheet(paragraph(words.not_ready) +
                 link_paragraph({address_of_door(Door::setup, visit), words.title}));
  if (view.reasons.empty()) return sheet(paragraph(filled(words.starts, {{"path", view.config}})));
  std::string rows;
  for (const auto& reason : view.reasons) rows += element("li", "", html_text(reason));
  auto contents = paragraph(words.starts_not) + element("ul", "", rows);
  if (!view.open_file.empty())
    contents += paragraph(filled(words.close_file, {{"path", view.open_file}})) +
                act_form(act_close_file, {}, words.close_file_button, visit);
  return sheet(contents);
}

std::string checks_part(const RepairView& view, const Visit& visit) {
  const auto& words = words_of(visit);
  if (view.findings.empty()) return {};
  const bool is_good = std::none_of(view.findings.begin(), view.findings.end(),
                                    [](const Finding& finding) { return is_trouble(finding.result()); });
  return sheet(element("h2", "", html_text(words.checks)) + (is_good ? paragraph(words.all_good) : "") +
               findings_list(view.findings, visit.language));
}

std::string acts_part(const Visit& visit) {
  const auto& words = words_of(visit);
  const auto fields =
      input({"email", words.email, {}, "email", "autocomplete=\"off\" required"}) +
      input({"new_password", words.new_password, {}, "password", "autocomplete=\"new-password\" required"});
  return sheet(element("h2", "", html_text(words.tables)) + paragraph(words.tables_text) +
               act_form(act_tables, {}, words.tables_button, visit)) +
         sheet(element("h2", "", html_text(words.way_in)) + paragraph(words.way_in_text) +
               act_form(act_password, fields, words.way_in_button, visit));
}

}  // namespace

std::string repair_page(const RepairView& view, const Visit& visit) {
  auto contents = view.told.empty() ? std::string{} : notice(view.told_is_good ? "good" : "bad", view.told);
  contents += state_part(view, visit);
  if (view.has_settings) contents += checks_part(view, visit) + acts_part(visit);
  return page(words_of(visit).repair_title, contents, visit);
}

}  // namespace cardea
