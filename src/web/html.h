// Pages that are made when a browser asks for them, for browsers without JavaScript. They use the stylesheet of the
// pages in htdocs, and no script.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "config/settings.h"
#include "store/records.h"
#include "upkeep/finding.h"
#include "web/http.h"

namespace cardea {

// Escapes the text for an element's contents and for a value in double quotes.
[[nodiscard]] std::string html_text(std::string_view text);

// <NAME ATTRIBUTES>CONTENTS</NAME>; attributes and contents are HTML already.
[[nodiscard]] std::string element(std::string_view name, std::string_view attributes,
                                  std::string_view contents);

// The folder of the pages in that language: "/cardea/ko/".
[[nodiscard]] std::string folder_of_pages(Language language, const SiteSettings& site);

// The whole document, with the site's name and logo above. title is text; contents is the HTML of the main part.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view contents, Language language,
                                    const SiteSettings& site);

// 200 with a document, and a policy that allows what html_page needs.
[[nodiscard]] Response html_answer(std::string document);

// What a look at the installation found, as a list: the result, what was found, what to do.
[[nodiscard]] std::string findings_list(const Findings& findings, Language language);

// <input type="hidden" NAME VALUE>; the value is text.
[[nodiscard]] std::string hidden_field(std::string_view name, std::string_view value);

// A provider that the account signs in with, or could.
struct Way {
  std::string provider;  // as the API calls it
  std::string label;     // its name for users
  std::optional<Instant> connected_at = {};
};

// What the page asks for before it changes the ways to sign in.
enum class Proof { none, password };

struct Activity {
  Language language = Language::en;
  SessionId current;
  std::string problem;           // the word for what went wrong before; may be empty
  std::vector<Session> devices;  // in the order in which they are shown
  std::vector<Way> ways;
  Proof proof = Proof::none;
  std::vector<Event> events;
  const std::vector<ProviderSettings>& providers;  // whose labels events show
  std::vector<Session> sessions;                   // by which events name their devices
};

// The activity page shows the devices, the ways to sign in and the latest events of an account. (With JavaScript, the
// account page shows the same.) Its address below the mount, in that language: "/activity?language=ko".
[[nodiscard]] std::string activity_path(Language language);

// The whole document. Each device except the current one has a form that signs it out, and each provider one that
// connects or disconnects it, with a field for the password where it is needed; the forms lead back to this page. Text
// that users or providers wrote is escaped.
[[nodiscard]] std::string activity_page(const Activity& activity, const SiteSettings& site);

// The page of a closed account whose user has just signed in: when everything will be removed, and a form that reopens the
// account with the token and leads to the sign-in page.
[[nodiscard]] std::string reopening_page(std::string_view token, Instant erased_at, Language language,
                                         const SiteSettings& site);

// The page with the link to a provider. A redirect would not do: on a page whose policy says form-action 'self',
// browsers let no form end at another site, not even by a redirect.
[[nodiscard]] std::string onwards_page(std::string_view url, std::string_view label, Language language,
                                       const SiteSettings& site);

}  // namespace cardea
