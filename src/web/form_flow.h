// Forms without JavaScript: a submitted form that says where to go afterwards (return_to) is answered by a
// redirect instead of JSON. The same call, the same rules, another dress.
#pragma once

#include <optional>
#include <string>

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
[[nodiscard]] Response dress_sign_in(Response answer, std::string_view return_to, const Request& request,
                                     const Settings& settings);
// The same for the forms of people who are signed in, or need not be: straight to return_to when the answer
// was good; by way of /continue, which renews, when it was a 401 for want of a good token; and to return_to
// with problem=WORD when the form came from a page of the site's own.
[[nodiscard]] Response dress_account(Response answer, std::string_view return_to, const Request& request,
                                     const Settings& settings);
// 303 to return_to, with the cookies' deletion.
[[nodiscard]] Response dress_sign_out(Response answer, std::string_view return_to, const SiteSettings& site);

}  // namespace cardea
