#include "web/html.h"

#include <utility>

#include "web/pages.h"

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

Response html_answer(std::string document) {
  Response response;
  response.set("Content-Type", "text/html; charset=utf-8");
  response.set("Content-Security-Policy", page_policy);
  // Its forms say where they come from, as those of the other pages do.
  response.set("Referrer-Policy", "same-origin");
  response.body = std::move(document);
  return response;
}

}  // namespace cardea
