#include "web/html.h"

#include <utility>

#include "auth/session/sign_out.h"
#include "text/events.h"
#include "text/text.h"
#include "web/forms.h"

namespace cardea {
namespace {

// Only the pages' own stylesheet and pictures; no script at all.
constexpr auto page_policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

std::string head(std::string_view title, std::string_view assets) {
  return element(
      "head", "",
      "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light dark\">\n" +
          element("title", "", title) + "<link rel=\"icon\" href=\"" + std::string(assets) +
          "mark.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"" + std::string(assets) +
          "style.css\">\n");
}

std::string bar(std::string_view assets, const SiteSettings& site) {
  const auto picture = site.logo.empty() ? std::string(assets) + "mark.svg" : html_text(site.logo);
  const auto brand = "<img src=\"" + picture + "\" alt=\"\" width=\"32\" height=\"32\">" +
                     element("span", "", html_text(site.name));
  return element("header", "class=\"bar\"",
                 element("div", "", element("a", "class=\"brand\" href=\"/\"", brand)));
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string element(std::string_view name, std::string_view attributes, std::string_view contents) {
  std::string made = "<" + std::string(name);
  if (!attributes.empty()) made.append(" ").append(attributes);
  return made.append(">").append(contents).append("</").append(name).append(">\n");
}

std::string folder_of_pages(Language language, const SiteSettings& site) {
  const auto page = page_path("account", language, site);
  return page.substr(0, page.rfind('/') + 1);
}

std::string html_page(std::string_view title, std::string_view contents, Language language,
                      const SiteSettings& site) {
  const auto assets = html_text(folder_of_pages(language, site)) + "../";
  return "<!doctype html>\n" +
         element("html", "lang=\"" + std::string(language_tag(language)) + "\"",
                 head(html_text(title) + " · " + html_text(site.name), assets) +
                     element("body", "class=\"account\"", bar(assets, site) + element("main", "", contents)));
}

std::string hidden_field(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + html_text(value) + "\">";
}

namespace {

std::string_view result_in_words(Result result, const SetupTexts& words) {
  switch (result) {
    case Result::ok:
      return words.result_ok;
    case Result::skip:
      return words.result_skip;
    case Result::warn:
      return words.result_warn;
    case Result::fail:
      break;
  }
  return words.result_fail;
}

std::string finding_row(const Finding& finding, Language language) {
  const auto heading = std::string(result_in_words(finding.result(), texts_of(language).setup)) + ": " +
                       std::string(finding.area());
  const auto cure = finding.cure(language);
  const auto what = element("strong", "", html_text(heading)) +
                    element("small", "", html_text(finding.text(language))) +
                    (cure.empty() ? "" : element("small", "", html_text("→ " + cure)));
  return element("li", "", element("div", "class=\"what\"", what));
}

}  // namespace

std::string findings_list(const Findings& findings, Language language) {
  std::string rows;
  for (const auto& finding : findings) rows += finding_row(finding, language);
  return element("ul", "class=\"rows\"", rows);
}

Response html_answer(std::string document) {
  Response response;
  response.set("Content-Type", "text/html; charset=utf-8");
  response.set("Content-Security-Policy", page_policy);
  // Its forms send the Referer to our own site, as those of the other pages do.
  response.set("Referrer-Policy", "same-origin");
  response.body = std::move(document);
  return response;
}

namespace {

// A form with one button, which leads back to this page.
struct Button {
  std::string action;         // below the mount
  std::string_view word;      // on the button
  std::string_view about;     // the device or provider, for users of a screen reader
  std::string password = {};  // the label of the field for the password; empty = there is no such field
};

// "Sign out: Chrome on Android"
std::string about_in_words(std::string_view what, const Button& button, Language language) {
  return html_text(filled(texts_of(language).pages.about, {{"what", what}, {"name", button.about}}));
}

std::string password_field(const Button& button, Language language) {
  if (button.password.empty()) return {};
  return element(
      "label", "",
      about_in_words(button.password, button, language) +
          "<input type=\"password\" name=\"password\" autocomplete=\"current-password\" required>");
}

std::string form_of(const Button& button, Language language, const SiteSettings& site) {
  const auto label = "type=\"submit\" aria-label=\"" + about_in_words(button.word, button, language) + "\"";
  return element("form", "method=\"post\" action=\"" + html_text(site.mount + button.action) + "\"",
                 hidden_field("return_to", site.mount + activity_path(language)) +
                     hidden_field("language", language_tag(language)) + password_field(button, language) +
                     element("button", label, html_text(button.word)));
}

std::string device_row(const Session& device, const Activity& activity, const SiteSettings& site) {
  const auto& words = texts_of(activity.language).pages;
  const auto name = device_words(device).value_or(std::string(texts_of(activity.language).devices.unknown));
  const bool is_current = device.id == activity.current;
  const auto badge = is_current ? element("span", "class=\"badge\"", words.this_device) : std::string{};
  auto details = filled(words.seen, {{"time", time_in_words(device.last_seen_at(), activity.language)}});
  if (!device.ip.empty()) details += " · " + device.ip;
  const auto what = element("strong", "", html_text(name) + badge) + element("small", "", html_text(details));
  const auto act = is_current ? std::string{}
                              : form_of({"/devices/" + device.device_id + "/revoke", words.sign_out, name},
                                        activity.language, site);
  return element("li", "", element("div", "class=\"what\"", what) + act);
}

std::string way_row(const Way& way, const Activity& activity, const SiteSettings& site) {
  const auto& words = texts_of(activity.language).pages;
  const bool connected = way.connected_at.has_value();
  const auto badge = connected ? element("span", "class=\"badge\"", words.connected) : std::string{};
  const auto details = connected ? time_in_words(*way.connected_at, activity.language) : std::string{};
  const auto what =
      element("strong", "", html_text(way.label) + badge) + element("small", "", html_text(details));
  const Button button{"/oauth/" + way.provider + (connected ? "/unlink" : "/link"),
                      connected ? words.disconnect : words.connect, way.label,
                      activity.proof == Proof::password ? std::string(words.password) : std::string{}};
  return element("li", "", element("div", "class=\"what\"", what) + form_of(button, activity.language, site));
}

std::string event_row(const Event& event, const Activity& activity) {
  const auto language = activity.language;
  auto details = time_in_words(event.at, language);
  if (const auto* session = session_of(event, activity.sessions))
    details += " · " + device_words(*session).value_or(std::string(texts_of(language).devices.unknown));
  if (!event.ip.empty()) details += " · " + event.ip;
  return element("li", "",
                 element("div", "class=\"what\"",
                         element("strong", "", html_text(event_words(event, language, activity.providers))) +
                             element("small", "", html_text(details))));
}

struct Part {
  std::string_view id, title, text;
};

std::string section(const Part& part, std::string_view list) {
  const auto heading = "id=\"" + std::string(part.id) + "\"";
  const auto about = element("h2", heading, part.title) + element("p", "", part.text);
  return element("section", "class=\"sheet\" aria-labelledby=\"" + std::string(part.id) + "\"",
                 element("div", "class=\"about\"", about) + std::string(list));
}

std::string devices_section(const Activity& activity, const SiteSettings& site) {
  const auto& words = texts_of(activity.language).pages;
  std::string rows;
  for (const auto& device : activity.devices) rows += device_row(device, activity, site);
  return section({.id = "devices", .title = words.devices, .text = words.devices_text},
                 element("ul", "class=\"rows\"", rows));
}

// Empty if the site has no providers.
std::string ways_section(const Activity& activity, const SiteSettings& site) {
  if (activity.ways.empty()) return {};
  const auto& words = texts_of(activity.language).pages;
  std::string rows;
  for (const auto& way : activity.ways) rows += way_row(way, activity, site);
  return section({.id = "methods", .title = words.ways, .text = words.ways_text},
                 element("ul", "class=\"rows\"", rows));
}

std::string events_section(const Activity& activity) {
  const auto& words = texts_of(activity.language).pages;
  std::string rows;
  for (const auto& event : activity.events) rows += event_row(event, activity);
  if (rows.empty()) rows = element("li", "class=\"empty\"", words.no_events);
  return section({.id = "events", .title = words.events, .text = words.events_text},
                 element("ol", "class=\"rows events\"", rows));
}

}  // namespace

std::string activity_path(Language language) {
  return "/activity?language=" + std::string(language_tag(language));
}

std::string activity_page(const Activity& activity, const SiteSettings& site) {
  const auto language = activity.language;
  const auto& words = texts_of(language).pages;
  const auto account = html_text(folder_of_pages(language, site)) + "account.html";
  auto contents = element("h1", "", words.title) +
                  element("p", "", element("a", "href=\"" + account + "\"", words.account));
  if (!activity.problem.empty())
    contents += element("p", "class=\"message told bad\" role=\"alert\"",
                        problem_in_words(activity.problem, language));
  contents += devices_section(activity, site) + ways_section(activity, site) + events_section(activity);
  return html_page(words.title, contents, language, site);
}

std::string reopening_page(std::string_view token, Instant erased_at, Language language,
                           const SiteSettings& site) {
  const auto& words = texts_of(language).pages;
  const auto text = filled(words.reopen_text, {{"date", date_in_words(erased_at, language)}});
  const auto form =
      element("form", "method=\"post\" action=\"" + html_text(site.mount) + "/me/reopen\"",
              hidden_field("token", token) +
                  hidden_field("return_to", page_path("sign-in", language, site) + "#reopened_done") +
                  element("button", "type=\"submit\"", html_text(words.reopen_button)));
  return html_page(
      words.reopen_title,
      element("h1", "", html_text(words.reopen_title)) + element("p", "", html_text(text)) + form, language,
      site);
}

std::string onwards_page(std::string_view url, std::string_view label, Language language,
                         const SiteSettings& site) {
  const auto title = filled(texts_of(language).pages.onwards, {{"label", label}});
  const auto link = element("a", "href=\"" + html_text(url) + "\"", html_text(title));
  return html_page(title, element("h1", "", html_text(label)) + element("p", "", link), language, site);
}

}  // namespace cardea
