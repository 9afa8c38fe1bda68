#include "web/form_flow.h"

#include <algorithm>
#include <utility>

#include "web/own_path.h"

namespace cardea {
namespace {

Response redress(Response answer, std::string_view path, const SiteSettings& site) {
  auto response = see_other(path, site);
  response.cookies = std::move(answer.cookies);
  response.log = std::move(answer.log);
  return response;
}

std::string with_problem(std::string_view path, std::string_view problem) {
  const auto fragment = std::min(path.find('#'), path.size());
  std::string page(path.substr(0, fragment));
  page += page.find('?') == page.npos ? '?' : '&';
  return page.append("problem=").append(query_value(problem)).append(path.substr(fragment));
}

}  // namespace

std::optional<std::string> way_back(const Request& request, const Fields& fields) {
  if (!request.content_type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  const auto return_to = fields.text("return_to");
  return return_to ? std::optional{own_path(*return_to).value_or("/")} : std::nullopt;
}

Response dress_sign_in(Response answer, std::string_view return_to, const SiteSettings& site) {
  if (answer.status >= 400) {
    auto page = sign_in_page(return_to, answer.log.error, site);
    // The way in which that account signs in.
    if (answer.log.error == "email_in_use") page += "&strategy=" + query_value(answer.log.reason);
    return redress(std::move(answer), page, site);
  }
  return redress(std::move(answer), site.mount + "/continue?signed_in=1&return_to=" + query_value(return_to),
                 site);
}

Response dress_account(Response answer, std::string_view return_to, const SiteSettings& site) {
  if (answer.status < 400) return redress(std::move(answer), return_to, site);
  const auto problem = answer.log.error;
  const auto page =
      problem == "invalid_token" ? sign_in_page(return_to, "", site) : with_problem(return_to, problem);
  return redress(std::move(answer), page, site);
}

Response dress_sign_out(Response answer, std::string_view return_to, const SiteSettings& site) {
  return redress(std::move(answer), return_to, site);
}

}  // namespace cardea
