#include "web/pages.h"

#include "base/json.h"
#include "web/cookies.h"
#include "web/fields.h"
#include "web/handlers/handlers.h"
#include "web/own_path.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response refuse_page() {
  return refuse({.status = 404, .error = "not_found", .reason = {}, .description = "There is no such page."});
}

// The address of the page, with what the page before was told, or what ?return_to= and ?problem= say.
std::string address_of(std::string_view path, const Json& query, const PageBefore& before) {
  const auto return_to = own_path(string_member(query, "return_to").value_or("")).value_or(before.return_to);
  const bool same_page =
      before.own_page && before.path.substr(before.path.rfind('/')) == path.substr(path.rfind('/'));
  const auto problem = string_member(query, "problem").value_or(same_page ? before.problem : "");
  if (return_to.empty() && problem.empty()) return std::string(path);
  return page_saying(path, return_to.empty() ? "/" : return_to, problem);
}

}  // namespace

// A link to a page that needs to know no language: leads to the one that the visitor reads. With ?language=
// that language is chosen, for this browser and from now on.
Response handle_page(const Call& call) {
  const auto& [request, name, caller, deps] = call;
  if (!is_page_name(name)) return refuse_page();
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  const auto& settings = deps.settings;
  const auto chosen = language_of_tag(string_member(*query, "language").value_or(""));
  const auto path = page_path(name, chosen.value_or(language_of(request, settings)), settings.site);
  auto response = see_other(address_of(path, *query, page_before(request, settings.site)), settings.site);
  if (chosen)
    response.cookies.push_back(
        make_cookie(CookieKind::language, std::string(language_tag(*chosen)), longest_cookie, settings));
  return response;
}

// The mount itself: the account page, by way of /continue, which leads to the sign-in page where nobody is signed in.
Response handle_front(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto account = page_path("account", language_of(call.request, settings), settings.site);
  return see_other(page_saying(settings.site.mount + "/continue", account, ""), settings.site);
}

}  // namespace cardea
