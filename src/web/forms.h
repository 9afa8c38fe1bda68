// Forms without JavaScript: a submitted form that says where to go afterwards (return_to) is answered by a
// redirect instead of JSON. The same call, the same rules, another dress.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "config/settings.h"
#include "web/fields.h"
#include "web/http.h"

namespace cardea {

// The way back, if this request is such a form. Only form posts count, and only paths of our own. An empty
// return_to, which is all that a page without a script can write, means the one in the page's own address.
[[nodiscard]] std::optional<std::string> way_back(const Request& request, const Fields& fields,
                                                  const SiteSettings& site);

// 303: onwards when the answer was good (by way of /continue, which sees whether the cookies were kept); when
// not, back to the page of ours that sent the form, or to the sign-in page, with the error's word. Cookies
// and log facts stay.
[[nodiscard]] Response redirect_after_sign_in(Response answer, std::string_view return_to,
                                              const Request& request, const Settings& settings);
// The same for the forms of people who are signed in, or need not be: straight to return_to when the answer
// was good; by way of /continue, which renews, when it was a 401 for want of a good token; and to return_to
// with problem=WORD when the form came from a page of the site's own.
[[nodiscard]] Response redirect_to_account(Response answer, std::string_view return_to,
                                           const Request& request, const Settings& settings);
// 303 to return_to, with the cookies' deletion.
[[nodiscard]] Response redirect_after_sign_out(Response answer, std::string_view return_to,
                                               const SiteSettings& site);

// Where the pages that people see are ([site] sign_in_page and its neighbours), which language somebody reads
// them in, and what a browser still knows of the page that it comes from. A page is a file: it can keep
// nothing without JavaScript. Its address can, and browsers send that along with forms and links (Referer;
// only to our own site, by the pages' referrer policy).

// The word that stands for the language in [site] sign_in_page.
inline constexpr std::string_view language_place = "{language}";

// "sign-in" is [site] sign_in_page, any other name a file beside it: "account" -> "/cardea/ko/account.html".
[[nodiscard]] std::string page_path(std::string_view name, Language language, const SiteSettings& site);

// True for the names that page_path may be asked for.
[[nodiscard]] bool is_page_name(std::string_view name);

// What is known of the page that a request comes from, if that is one of our site.
struct PageBefore {
  std::string path;                     // without its query
  std::optional<std::string> own_page;  // the same, if it is one of the pages of page_path
  std::optional<Language> language;     // of own_page, if its path has one
  std::string return_to;                // a path of ours; empty = it was not told
  std::string problem;                  // the word it had to say; empty = none
};

[[nodiscard]] PageBefore page_before(const Request& request, const SiteSettings& site);

// The language of the page before, else the one chosen once in this browser, else what it asks for, else
// English.
[[nodiscard]] Language language_of(const Request& request, const Settings& settings);

// A page with the way back and, if it is to say something, the word for it: by ?problem= for programs, and
// behind the # for a stylesheet (:target), which needs no script. retry_after is told when it is not 0.
[[nodiscard]] std::string page_saying(std::string_view path, std::string_view return_to,
                                      std::string_view problem, seconds retry_after = seconds{0});

// The sign-in page in the visitor's language, saying that.
[[nodiscard]] std::string sign_in_page(std::string_view return_to, std::string_view problem,
                                       const Request& request, const Settings& settings);

}  // namespace cardea
