#include "web/refusal_page.h"

#include <string>
#include <utility>

#include "config/values.h"
#include "text/text.h"
#include "web/forms.h"
#include "web/html.h"
#include "web/origin.h"

namespace cardea {
namespace {

struct Onwards {
  std::string address;
  std::string label;
};

struct Words {
  std::string_view title;
  std::string sentence;
  Onwards onwards;
};

// What the page is made from.
struct Shown {
  const Request& request;
  const Settings& settings;
  const RefusalFacts& facts;
  const RefusalTexts& texts;
};

// Where the browser wanted to go: the page that a server guards, or this one if the browser asked for it.
std::string wanted_page(const Request& request) {
  return request.method == "POST" ? "/" : own_path(request.original_uri).value_or("/");
}

Onwards to_sign_in(std::string_view label, const Shown& shown) {
  return {sign_in_page(wanted_page(shown.request), "", shown.request, shown.settings), std::string(label)};
}

Onwards to_proof(const Shown& shown) {
  const auto page =
      page_path("reauthenticate", language_of(shown.request, shown.settings), shown.settings.site);
  return {page_saying(page, wanted_page(shown.request), ""), std::string(shown.texts.sign_in)};
}

Onwards to_site(const Shown& shown) {
  return {"/", std::string(shown.texts.to_site)};
}

Onwards to_address(const std::string& path, const Shown& shown) {
  const auto address = shown.settings.site.url + path;
  return {address, filled(shown.texts.open_there, {{"address", address}})};
}

Words about_scope(const Shown& shown) {
  const auto& [request, settings, facts, texts] = shown;
  const std::string_view sentence = facts.scope.empty()     ? texts.no_permission
                                    : facts.account.empty() ? texts.scope
                                                            : texts.scope_of_account;
  return {texts.title, filled(sentence, {{"email", facts.account}, {"scope", facts.scope}}),
          to_sign_in(texts.switch_account, shown)};
}

// The page with the form, at the address that the site has; the sign-in page if it is not known.
std::string page_of_form(const Shown& shown) {
  const auto referer = shown.request.header("referer");
  const auto host = referer.find("://");
  const auto slash = host == referer.npos ? host : referer.find('/', host + 3);
  const auto path = slash == referer.npos ? std::nullopt : own_path(referer.substr(slash));
  return path ? *path : sign_in_page("/", "", shown.request, shown.settings);
}

Words about_foreign(const Shown& shown) {
  const auto& texts = shown.texts;
  if (is_from_other_name(shown.request, shown.settings.site))
    return {texts.title, std::string(texts.other_name), to_address(page_of_form(shown), shown)};
  return {texts.title, std::string(texts.foreign), to_site(shown)};
}

Words about_token(const Shown& shown) {
  const auto& texts = shown.texts;
  if (shown.facts.in_circles) return {texts.title, std::string(texts.in_circles), to_site(shown)};
  return {texts.sign_in, std::string(texts.sign_in_first), to_sign_in(texts.sign_in, shown)};
}

Words words_of(const Shown& shown) {
  const auto& texts = shown.texts;
  const auto& error = shown.facts.error;
  if (error == "not_found") return {texts.not_found_title, std::string(texts.not_found), to_site(shown)};
  if (error == "insufficient_scope") return about_scope(shown);
  if (error == "csrf_refused") return about_foreign(shown);
  if (error == "invalid_token") return about_token(shown);
  if (error == "insufficient_user_authentication")
    return {texts.sign_in, std::string(texts.fresh), to_proof(shown)};
  if (error == "too_many_attempts") return {texts.title, std::string(texts.attempts), to_site(shown)};
  if (error == "https_required")
    return {texts.title, std::string(texts.not_private), to_address(page_of_form(shown), shown)};
  const auto& sentence = error == "temporarily_unavailable" ? texts.unavailable : texts.unanswerable;
  return {texts.title, std::string(sentence), to_site(shown)};
}

std::string document(const Words& words, Language language, const SiteSettings& site) {
  const auto link = element("a", "class=\"button main\" href=\"" + html_text(words.onwards.address) + "\"",
                            html_text(words.onwards.label));
  const auto sheet = element("p", "", html_text(words.sentence)) + element("p", "", link);
  return html_page(
      words.title,
      element("h1", "", html_text(words.title)) + element("section", "class=\"sheet whole\"", sheet),
      language, site);
}

bool is_shown(const Response& answer, const Request& request) {
  return answer.status >= 400 && answer.refusal && answer.header("Content-Type") == "application/json" &&
         (is_page_navigation(request) || is_form_navigation(request));
}

}  // namespace

Response page_of_refusal(Response answer, const Request& request, const Settings& settings) {
  if (!is_shown(answer, request)) return answer;
  const auto language = language_of(request, settings);
  const auto words = words_of({request, settings, *answer.refusal, texts_of(language).refusals});
  auto page = html_answer(document(words, language, settings.site));
  for (auto& [name, value] : page.headers) answer.set(name, std::move(value));
  answer.body = std::move(page.body);
  return answer;
}

}  // namespace cardea
