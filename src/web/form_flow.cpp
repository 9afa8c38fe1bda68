#include "web/form_flow.h"

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "web/own_path.h"
#include "web/pages.h"

namespace cardea {
namespace {

Response redress(Response answer, std::string_view path, const SiteSettings& site) {
  auto response = see_other(path, site);
  response.cookies = std::move(answer.cookies);
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

// The word of the page for it: the error's, but for what the page says something of its own about.
std::string_view problem_of(const Response& answer) {
  constexpr std::string_view same_password = "same_as_before";
  return answer.log.reason == same_password ? same_password : std::string_view(answer.log.error);
}

// The address of a page that says what was wrong, and with which field where the word alone does not tell.
std::string with_field(std::string page, const Response& answer) {
  const bool tells = answer.log.error == "invalid_request" && !answer.log.field.empty();
  return tells ? with_parameter(page, "field", answer.log.field) : page;
}

Response lead_back(Response answer, std::string_view return_to, const Request& request,
                   const Settings& settings) {
  const auto before = page_before(request, settings.site);
  const auto path =
      before.own_page.value_or(page_path("sign-in", language_of(request, settings), settings.site));
  auto page = with_field(page_saying(path, return_to, problem_of(answer), retry_after(answer)), answer);
  // The way in which that account signs in.
  if (answer.log.error == "email_in_use") page = with_parameter(page, "strategy", answer.log.reason);
  return redress(std::move(answer), page, settings.site);
}

std::string by_way_of_continue(std::string_view return_to, std::string_view more, const SiteSettings& site) {
  return std::string(site.mount).append("/continue?").append(more).append("return_to=") +
         query_value(return_to);
}

}  // namespace

std::optional<std::string> way_back(const Request& request, const Fields& fields, const SiteSettings& site) {
  if (!request.content_type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  const auto written = fields.text("return_to");
  if (!written) return std::nullopt;
  const auto return_to = written->empty() ? page_before(request, site).return_to : *written;
  return own_path(return_to).value_or("/");
}

Response dress_sign_in(Response answer, std::string_view return_to, const Request& request,
                       const Settings& settings) {
  if (answer.status >= 400) return lead_back(std::move(answer), return_to, request, settings);
  return redress(std::move(answer), by_way_of_continue(return_to, "signed_in=1&", settings.site),
                 settings.site);
}

Response dress_account(Response answer, std::string_view return_to, const Request& request,
                       const Settings& settings) {
  const auto& site = settings.site;
  if (answer.status == 401 && answer.log.error == "invalid_token") {
    const auto page = page_before(request, site).own_page.value_or(std::string(return_to));
    return redress(std::move(answer), by_way_of_continue(page, "", site), site);
  }
  if (answer.status < 400) return redress(std::move(answer), return_to, site);
  if (page_before(request, site).own_page) return lead_back(std::move(answer), return_to, request, settings);
  const auto page = with_field(with_parameter(return_to, "problem", problem_of(answer)), answer);
  return redress(std::move(answer), page, site);
}

Response dress_sign_out(Response answer, std::string_view return_to, const SiteSettings& site) {
  return redress(std::move(answer), return_to, site);
}

}  // namespace cardea
