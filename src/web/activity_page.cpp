#include "web/activity_page.h"

#include <utility>

#include "auth/devices.h"
#include "auth/event_words.h"
#include "web/activity_words.h"
#include "web/html.h"

namespace cardea {
namespace {

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + html_text(value) + "\">";
}

// A form of one button, which leads back here.
struct Button {
  std::string action;         // below the mount
  std::string_view word;      // on the button
  std::string_view about;     // whom or what it is about, for those who only hear it
  std::string password = {};  // the label of the password that is asked for; empty = none is
};

std::string password_field(const Button& button) {
  if (button.password.empty()) return {};
  const auto label = html_text(button.password) + " (" + html_text(button.about) + ")";
  return element(
      "label", "",
      label + "<input type=\"password\" name=\"password\" autocomplete=\"current-password\" required>");
}

std::string form_of(const Button& button, Language language, const SiteSettings& site) {
  const auto label =
      "type=\"submit\" aria-label=\"" + html_text(button.word) + ": " + html_text(button.about) + "\"";
  return element("form", "method=\"post\" action=\"" + html_text(site.mount + button.action) + "\"",
                 hidden("return_to", site.mount + activity_path(language)) +
                     hidden("language", language_tag(language)) + password_field(button) +
                     element("button", label, html_text(button.word)));
}

std::string device_row(const Session& device, const Activity& activity, const SiteSettings& site) {
  const auto& words = activity_words(activity.language);
  const auto name = device_words(device).value_or(std::string(words.unknown));
  const bool is_current = device.id == activity.current;
  const auto badge = is_current ? element("span", "class=\"badge\"", words.this_device) : std::string{};
  auto details = std::string(words.seen) + time_in_words(device.last_seen_at(), activity.language);
  if (!device.ip.empty()) details += " · " + device.ip;
  const auto what = element("strong", "", html_text(name) + badge) + element("small", "", html_text(details));
  const auto act = is_current ? std::string{}
                              : form_of({"/devices/" + device.device_id + "/revoke", words.sign_out, name},
                                        activity.language, site);
  return element("li", "", element("div", "class=\"what\"", what) + act);
}

std::string way_row(const Way& way, const Activity& activity, const SiteSettings& site) {
  const auto& words = activity_words(activity.language);
  const bool connected = way.connected_at.has_value();
  const auto badge = connected ? element("span", "class=\"badge\"", words.connected) : std::string{};
  const auto details = connected ? time_in_words(*way.connected_at, activity.language) : std::string{};
  const auto what =
      element("strong", "", html_text(way.label) + badge) + element("small", "", html_text(details));
  const Button button{"/oauth/" + way.provider + (connected ? "/unlink" : "/link"),
                      connected ? words.disconnect : words.connect, way.label,
                      activity.proof == Proof::password ? std::string(words.password) : std::string{}};
  if (activity.proof == Proof::new_sign_in) return element("li", "", element("div", "class=\"what\"", what));
  return element("li", "", element("div", "class=\"what\"", what) + form_of(button, activity.language, site));
}

std::string event_row(const Event& event, const Activity& activity) {
  const auto language = activity.language;
  auto details = time_in_words(event.at, language);
  if (const auto* session = session_of(event, activity.sessions))
    details += " · " + device_words(*session).value_or(std::string(activity_words(language).unknown));
  if (!event.ip.empty()) details += " · " + event.ip;
  return element("li", "",
                 element("div", "class=\"what\"",
                         element("strong", "", html_text(event_words(event, language))) +
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
  const auto& words = activity_words(activity.language);
  std::string rows;
  for (const auto& device : activity.devices) rows += device_row(device, activity, site);
  return section({.id = "devices", .title = words.devices, .text = words.devices_text},
                 element("ul", "class=\"rows\"", rows));
}

// Not where there is nothing to choose from.
std::string ways_section(const Activity& activity, const SiteSettings& site) {
  if (activity.ways.empty()) return {};
  const auto& words = activity_words(activity.language);
  std::string rows;
  for (const auto& way : activity.ways) rows += way_row(way, activity, site);
  const auto text = activity.proof == Proof::new_sign_in ? words.sign_in_again : words.ways_text;
  return section({.id = "methods", .title = words.ways, .text = text}, element("ul", "class=\"rows\"", rows));
}

std::string events_section(const Activity& activity) {
  const auto& words = activity_words(activity.language);
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
  const auto& words = activity_words(language);
  const auto account = html_text(folder_of_pages(language, site)) + "account.html";
  auto contents = element("h1", "", words.title) +
                  element("p", "", element("a", "href=\"" + account + "\"", words.account));
  if (!activity.problem.empty())
    contents += element("p", "class=\"message told bad\" role=\"alert\"",
                        problem_in_words(activity.problem, language));
  contents += devices_section(activity, site) + ways_section(activity, site) + events_section(activity);
  return html_page(words.title, contents, language, site);
}

std::string onwards_page(std::string_view url, std::string_view label, Language language,
                         const SiteSettings& site) {
  const auto title = onwards_in_words(label, language);
  const auto link = element("a", "href=\"" + html_text(url) + "\"", html_text(title));
  return html_page(title, element("h1", "", html_text(label)) + element("p", "", link), language, site);
}

}  // namespace cardea
