#include "web/activity_page.h"

#include <utility>

#include "auth/devices.h"
#include "auth/event_words.h"
#include "web/pages.h"

namespace cardea {
namespace {

struct Words {
  std::string_view account, devices, devices_text, events, events_text, this_device, seen, sign_out, unknown,
      no_events;
};

// In the order of Language; src/pages/strings has the same words.
constexpr Words words_of_languages[]{
    {.account = "My account",
     .devices = "Signed-in devices",
     .devices_text = "Where your account is open at present. Sign out what you do not know.",
     .events = "What happened lately",
     .events_text = "Sign-ins and changes to your account.",
     .this_device = "This device",
     .seen = "Last seen ",
     .sign_out = "Sign out",
     .unknown = "Unknown device",
     .no_events = "Nothing has happened yet."},
    {.account = "내 계정",
     .devices = "로그인된 기기",
     .devices_text = "지금 회원님의 계정으로 로그인된 기기입니다. 모르는 기기는 로그아웃해 주세요.",
     .events = "최근 활동",
     .events_text = "로그인과 계정 변경 내역입니다.",
     .this_device = "이 기기",
     .seen = "마지막 접속 ",
     .sign_out = "로그아웃",
     .unknown = "알 수 없는 기기",
     .no_events = "아직 활동 내역이 없습니다."},
    {.account = "アカウント",
     .devices = "ログイン中の端末",
     .devices_text =
         "現在このアカウントにログインしている端末です。見覚えのない端末はログアウトしてください。",
     .events = "最近のアクティビティ",
     .events_text = "ログインとアカウントの変更の記録です。",
     .this_device = "この端末",
     .seen = "最終利用：",
     .sign_out = "ログアウト",
     .unknown = "不明な端末",
     .no_events = "まだ記録はありません。"}};

const Words& words_in(Language language) {
  return words_of_languages[static_cast<std::size_t>(language)];
}

// <NAME ATTRIBUTES>CONTENTS</NAME>; the contents are HTML already.
std::string element(std::string_view name, std::string_view attributes, std::string_view contents) {
  std::string made = "<" + std::string(name);
  if (!attributes.empty()) made.append(" ").append(attributes);
  return made.append(">").append(contents).append("</").append(name).append(">\n");
}

std::string sign_out_form(const Session& device, std::string_view name, Language language,
                          const SiteSettings& site) {
  const auto& word = words_in(language).sign_out;
  const auto return_to = site.mount + activity_path(language);
  const auto label = "type=\"submit\" aria-label=\"" + html_text(word) + ": " + html_text(name) + "\"";
  return element(
      "form",
      "method=\"post\" action=\"" + html_text(site.mount + "/devices/" + device.device_id) + "/revoke\"",
      "<input type=\"hidden\" name=\"return_to\" value=\"" + html_text(return_to) + "\">" +
          element("button", label, html_text(word)));
}

std::string device_row(const Session& device, const Activity& activity, const SiteSettings& site) {
  const auto& words = words_in(activity.language);
  const auto name = device_words(device).value_or(std::string(words.unknown));
  const bool is_current = device.id == activity.current;
  const auto badge = is_current ? element("span", "class=\"badge\"", words.this_device) : std::string{};
  auto details = std::string(words.seen) + time_in_words(device.last_seen_at(), activity.language);
  if (!device.ip.empty()) details += " · " + device.ip;
  const auto what = element("strong", "", html_text(name) + badge) + element("small", "", html_text(details));
  const auto act = is_current ? std::string{} : sign_out_form(device, name, activity.language, site);
  return element("li", "", element("div", "class=\"what\"", what) + act);
}

std::string event_row(const Event& event, Language language) {
  auto details = time_in_words(event.at, language);
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

std::string folder_of_pages(Language language, const SiteSettings& site) {
  const auto page = page_path("account", language, site);
  return page.substr(0, page.rfind('/') + 1);
}

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

std::string activity_path(Language language) {
  return "/activity?language=" + std::string(language_tag(language));
}

std::string activity_page(const Activity& activity, const SiteSettings& site) {
  const auto& words = words_in(activity.language);
  const auto folder = html_text(folder_of_pages(activity.language, site));
  std::string devices;
  for (const auto& device : activity.devices) devices += device_row(device, activity, site);
  std::string events;
  for (const auto& event : activity.events) events += event_row(event, activity.language);
  if (events.empty()) events = element("li", "class=\"empty\"", words.no_events);
  const auto back = element("p", "", element("a", "href=\"" + folder + "account.html\"", words.account));
  const auto contents = element("h1", "", words.devices) + back +
                        section({.id = "devices", .title = words.devices, .text = words.devices_text},
                                element("ul", "class=\"rows\"", devices)) +
                        section({.id = "events", .title = words.events, .text = words.events_text},
                                element("ol", "class=\"rows events\"", events));
  const auto title = std::string(words.devices) + " · " + html_text(site.name);
  return "<!doctype html>\n" +
         element("html", "lang=\"" + std::string(language_tag(activity.language)) + "\"",
                 head(title, folder + "../") +
                     element("body", "class=\"account\"",
                             bar(folder + "../", site) + element("main", "", contents)));
}

}  // namespace cardea
