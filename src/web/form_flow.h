// Forms without JavaScript: a submitted form that says where to go afterwards (return_to) is answered by a
// redirect instead of JSON. The same call, the same rules, another dress.
#pragma once

#include <optional>
#include <string>

#include "config/settings.h"
#include "web/fields.h"
#include "web/http.h"

namespace cardea {

// The way back, if this request is such a form. Only form posts count, and only paths of our own.
[[nodiscard]] std::optional<std::string> way_back(const Request& request, const Fields& fields);

// 303: onwards when the answer was good (by way of /continue, which sees whether the cookies were kept), back
// to the sign-in page with the error's word when not. Cookies and log facts stay.
[[nodiscard]] Response dress_sign_in(Response answer, std::string_view return_to, const SiteSettings& site);
// 303 back to the page of the form: as it is when the answer was good, with problem=WORD when not, and to the
// sign-in page when nobody is signed in.
[[nodiscard]] Response dress_account(Response answer, std::string_view return_to, const SiteSettings& site);
// 303 to return_to, with the cookies' deletion.
[[nodiscard]] Response dress_sign_out(Response answer, std::string_view return_to, const SiteSettings& site);

}  // namespace cardea
