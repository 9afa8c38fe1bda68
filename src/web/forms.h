// Forms without JavaScript, and the pages that have them.
//
// A submitted form that says where to go afterwards (return_to) gets a redirect instead of JSON; the call and its rules
// are the same. The pages are files ([site] sign_in_page and its neighbours), so without JavaScript they can store nothing
// themselves. But their address can, and browsers send it with forms and links (Referer; the pages' referrer policy
// sends it to our own site only).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "config/settings.h"
#include "web/http.h"
#include "web/in.h"

namespace cardea {

// Where to go afterwards, if this request is such a form: a path of our own, "/" instead of any other. An empty
// return_to means the one in the page's own address: a page without a script cannot copy it into its form.
[[nodiscard]] std::optional<std::string> way_back(const Request& request, const Fields& fields,
                                                  const SiteSettings& site);

// 303: after a registration that waits for the proof of its address (202) to the page where the code is typed; after another
// success to return_to, via /continue, which checks that the browser kept the cookies. After a refusal
// back to the page of ours that sent the form, or else to the sign-in page, with the error's word. Keeps the cookies, the
// refusal and the log record of the answer.
[[nodiscard]] Response redirect_after_sign_in(Response answer, std::string_view return_to,
                                              const Request& request, const Settings& settings);
// The same for forms of users who are signed in, or need not be: after a success directly to return_to; after a 401
// because there was no valid token, via /continue, which renews it; where a fresh sign-in is needed, to the page that asks
// for a proof, which leads back; after another refusal of a form that came from a page
// which is not one of ours, to return_to with problem=WORD.
[[nodiscard]] Response redirect_to_account(Response answer, std::string_view return_to,
                                           const Request& request, const Settings& settings);
// 303 to return_to; the answer's cookies delete those of the session.
[[nodiscard]] Response redirect_after_sign_out(Response answer, std::string_view return_to,
                                               const SiteSettings& site);

// The word that stands for the language in [site] sign_in_page.
inline constexpr std::string_view language_place = "{language}";

// "sign-in" is [site] sign_in_page, any other name a file beside it: "account" -> "/cardea/ko/account.html".
[[nodiscard]] std::string page_path(std::string_view name, Language language, const SiteSettings& site);

// True for the names that page_path knows.
[[nodiscard]] bool is_page_name(std::string_view name);

// What the Referer says about the page that a request comes from, if that is a page of our site.
struct PageBefore {
  std::string path;                     // without its query
  std::optional<std::string> own_page;  // the same, if it is one of the pages of page_path
  std::optional<Language> language;     // of own_page, if its path has one
  std::string return_to;                // a path of ours; may be empty
  std::string problem;                  // the word of the problem that it shows; may be empty
};

[[nodiscard]] PageBefore page_before(const Request& request, const SiteSettings& site);

// The language of the page before, else the one that was chosen in this browser, else the browser's preference, else
// English.
[[nodiscard]] Language language_of(const Request& request, const Settings& settings);

// The address of a page with return_to and, if problem is not empty, that word: in ?problem= for scripts, and after the #
// for the stylesheet (:target), which needs no script. retry_after is added if it is not 0.
[[nodiscard]] std::string page_saying(std::string_view path, std::string_view return_to,
                                      std::string_view problem, seconds retry_after = seconds{0});

// The address of the sign-in page in the visitor's language, with that.
[[nodiscard]] std::string sign_in_page(std::string_view return_to, std::string_view problem,
                                       const Request& request, const Settings& settings);

}  // namespace cardea
