#include "web/forms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "web/cookies.h"
#include "web/in.h"
#include "web/origin.h"

namespace cardea {
namespace {

Response as_redirect(Response answer, std::string_view path, const SiteSettings& site) {
  auto response = see_other(path, site);
  response.cookies = std::move(answer.cookies);
  response.refusal = std::move(answer.refusal);
  response.log = std::move(answer.log);
  return response;
}

seconds retry_after(const Response& answer) {
  return seconds{whole_number(answer.header("Retry-After"), 86400).value_or(0)};
}

std::string with_parameter(std::string_view path, std::string_view name, std::string_view value) {
  const auto fragment = std::min(path.find('#'), path.size());
  std::string page(path.substr(0, fragment));
  page += page.find('?') == page.npos ? '?' : '&';
  return page.append(name).append("=").append(query_value(value)).append(path.substr(fragment));
}

// The word for the page: the error, or the reason if the page has a sentence for that.
std::string problem_of(const RefusalFacts& refusal) {
  const bool has_sentence = refusal.reason == "same_as_before" || refusal.reason == "too_common";
  return has_sentence ? refusal.reason : refusal.error;
}

// Adds the field to the address of a page if the error alone does not say what was wrong.
std::string with_field(std::string page, const RefusalFacts& refusal) {
  const bool tells = refusal.error == "invalid_request" && !refusal.field.empty();
  return tells ? with_parameter(page, "field", refusal.field) : page;
}

// Every answer from status 400 on has them.
RefusalFacts facts_of(const Response& answer) {
  return answer.refusal.value_or(RefusalFacts{});
}

Response lead_back(Response answer, std::string_view return_to, const Request& request,
                   const Settings& settings) {
  const auto before = page_before(request, settings.site);
  const auto path =
      before.own_page.value_or(page_path("sign-in", language_of(request, settings), settings.site));
  const auto refusal = facts_of(answer);
  auto page = with_field(page_saying(path, return_to, problem_of(refusal), retry_after(answer)), refusal);
  if (!refusal.strategy.empty()) page = with_parameter(page, "strategy", refusal.strategy);
  return as_redirect(std::move(answer), page, settings.site);
}

std::string via_continue(std::string_view return_to, std::string_view more, const SiteSettings& site) {
  return std::string(site.mount).append("/continue?").append(more).append("return_to=") +
         query_value(return_to);
}

// The page of ours that sent the form, with where it leads afterwards; or return_to.
std::string page_again(const Request& request, std::string_view return_to, const SiteSettings& site) {
  const auto before = page_before(request, site);
  if (!before.own_page) return std::string(return_to);
  return before.return_to.empty() ? *before.own_page : page_saying(*before.own_page, before.return_to, "");
}

}  // namespace

std::optional<std::string> way_back(const Request& request, const Fields& fields, const SiteSettings& site) {
  if (!request.content_type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  const auto written = fields.text("return_to");
  if (!written) return std::nullopt;
  const auto return_to = written->empty() ? page_before(request, site).return_to : *written;
  return own_path(return_to).value_or("/");
}

Response redirect_after_sign_in(Response answer, std::string_view return_to, const Request& request,
                                const Settings& settings) {
  if (answer.status >= 400) return lead_back(std::move(answer), return_to, request, settings);
  if (answer.status == 202) {  // registered, but the address must be proven first
    const auto page = page_path("verify", language_of(request, settings), settings.site);
    return as_redirect(std::move(answer), page_saying(page, return_to, ""), settings.site);
  }
  return as_redirect(std::move(answer), via_continue(return_to, "signed_in=1&", settings.site),
                     settings.site);
}

Response redirect_to_account(Response answer, std::string_view return_to, const Request& request,
                             const Settings& settings) {
  const auto& site = settings.site;
  const auto refusal = facts_of(answer);
  if (answer.status == 401 && refusal.error == "invalid_token") {
    return as_redirect(std::move(answer), via_continue(page_again(request, return_to, site), "", site), site);
  }
  if (refusal.error == "insufficient_user_authentication") {
    const auto asks = page_path("reauthenticate", language_of(request, settings), site);
    const auto page = page_saying(asks, page_again(request, return_to, site), "");
    return as_redirect(std::move(answer), page, site);
  }
  if (answer.status < 400) return as_redirect(std::move(answer), return_to, site);
  if (page_before(request, site).own_page) return lead_back(std::move(answer), return_to, request, settings);
  const auto page = with_field(with_parameter(return_to, "problem", problem_of(refusal)), refusal);
  return as_redirect(std::move(answer), page, site);
}

Response redirect_after_sign_out(Response answer, std::string_view return_to, const SiteSettings& site) {
  return as_redirect(std::move(answer), return_to, site);
}

namespace {

constexpr std::array<std::string_view, 15> page_names{
    "sign-in",        "sign-up", "account", "signed-out", "forgotten", "reset",   "alert", "problems",
    "reauthenticate", "close",   "reopen",  "verify",     "email",     "confirm", "undo"};

// The words that the pages have a message for; for any other word the part after the # is "other".
constexpr std::array<std::string_view, 21> known_problems{"invalid_credentials",
                                                          "invalid_request",
                                                          "same_as_before",
                                                          "too_common",
                                                          "email_in_use",
                                                          "challenge_required",
                                                          "username_in_use",
                                                          "too_many_attempts",
                                                          "account_disabled",
                                                          "temporarily_unavailable",
                                                          "expired",
                                                          "signed_out",
                                                          "reused",
                                                          "cookies_refused",
                                                          "going_in_circles",
                                                          "provider_refused",
                                                          "identity_in_use",
                                                          "already_linked",
                                                          "invalid_link",
                                                          "invalid_code",
                                                          "email_unverified"};

template <std::size_t Count>
bool has(const std::array<std::string_view, Count>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Without a script a page cannot count minutes: it has one message for each of these times.
std::string wait_message(seconds retry_after) {
  for (const int minutes : {1, 5, 15, 60})
    if (retry_after <= std::chrono::minutes{minutes}) return "wait_" + std::to_string(minutes);
  return "too_many_attempts";
}

std::string message_of(std::string_view problem, seconds retry_after) {
  if (problem == "revoked") return "signed_out";         // htdocs/cardea.js sends the reason of the API
  if (problem == "invalid_link") return "invalid_link";  // only pages that links in mails lead to can show it
  if (!has(known_problems, problem)) return "other";
  if (problem == "too_many_attempts" && retry_after > seconds{0}) return wait_message(retry_after);
  return std::string(problem);
}

void recognize(PageBefore& page, const SiteSettings& site) {
  const bool speaks_many = site.sign_in_page.find(language_place) != std::string::npos;
  for (const auto language : languages) {
    for (const auto name : page_names) {
      if (page_path(name, language, site) != page.path) continue;
      page.own_page = page.path;
      if (speaks_many) page.language = language;
      return;
    }
  }
}

std::optional<Language> chosen_language(const Request& request, const Settings& settings) {
  const auto values = read_cookie(CookieKind::language, request, settings);
  return values && !values->empty() ? language_of_tag(values->front()) : std::nullopt;
}

}  // namespace

std::string page_path(std::string_view name, Language language, const SiteSettings& site) {
  std::string path = site.sign_in_page;
  const auto place = path.find(language_place);
  if (place != std::string::npos) path.replace(place, language_place.size(), language_tag(language));
  if (name == "sign-in") return path;
  return path.substr(0, path.rfind('/') + 1).append(name).append(".html");
}

bool is_page_name(std::string_view name) {
  return has(page_names, name);
}

PageBefore page_before(const Request& request, const SiteSettings& site) {
  PageBefore page;
  auto referer = request.header("referer");
  if (!referer.starts_with(site.url + "/")) return page;
  referer = referer.substr(site.url.size(), referer.find('#') - site.url.size());
  const auto question = std::min(referer.find('?'), referer.size());
  const auto path = own_path(referer.substr(0, question));
  if (!path) return page;
  page.path = *path;
  recognize(page, site);
  const auto query = parse_form(referer.substr(std::min(question + 1, referer.size())));
  if (!query) return page;
  page.return_to = own_path(string_member(*query, "return_to").value_or("")).value_or("");
  const auto problem = string_member(*query, "problem").value_or("");
  if (has(known_problems, problem)) page.problem = problem;
  return page;
}

Language language_of(const Request& request, const Settings& settings) {
  if (const auto read = page_before(request, settings.site).language) return *read;
  if (const auto chosen = chosen_language(request, settings)) return *chosen;
  return preferred_language(request.header("accept-language")).value_or(Language::en);
}

std::string page_saying(std::string_view path, std::string_view return_to, std::string_view problem,
                        seconds retry_after) {
  auto page = std::string(path) + "?return_to=" + query_value(return_to);
  if (problem.empty()) return page;
  page += "&problem=" + query_value(problem);
  if (retry_after > seconds{0}) page += "&retry_after=" + std::to_string(retry_after.count());
  return page + "#" + message_of(problem, retry_after);
}

std::string sign_in_page(std::string_view return_to, std::string_view problem, const Request& request,
                         const Settings& settings) {
  const auto path = page_path("sign-in", language_of(request, settings), settings.site);
  return page_saying(path, return_to, problem);
}

}  // namespace cardea
