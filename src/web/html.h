// Pages that are made at the moment they are asked for, in the dress of those in htdocs: their stylesheet, and
// no script at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "config/settings.h"
#include "store/records.h"
#include "web/http.h"

namespace cardea {

// The text as HTML, fit for an element's contents and for a value in double quotes.
[[nodiscard]] std::string html_text(std::string_view text);

// <NAME ATTRIBUTES>CONTENTS</NAME>; attributes and contents are HTML already.
[[nodiscard]] std::string element(std::string_view name, std::string_view attributes,
                                  std::string_view contents);

// The folder of the pages in that language: "/cardea/ko/".
[[nodiscard]] std::string folder_of_pages(Language language, const SiteSettings& site);

// The whole document, with the site's name and logo above. title: text. contents: HTML, of the main part.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view contents, Language language,
                                    const SiteSettings& site);

// 200 with a document, and a policy that allows what html_page needs.
[[nodiscard]] Response html_answer(std::string document);

// The devices, the ways to sign in and the latest events of an account as one page of HTML, for browsers
// without JavaScript. With JavaScript, the account page shows the same.

// A service that the account signs in by, or could.
struct Way {
  std::string provider;  // as the API calls it
  std::string label;     // as people call it
  std::optional<Instant> connected_at = {};
};

// What the page asks for before it changes the ways to sign in.
enum class Proof { none, password, new_sign_in };

struct Activity {
  Language language = Language::en;
  SessionId current;
  std::string problem;           // the word for what went wrong before; empty = nothing did
  std::vector<Session> devices;  // in the order in which they are shown
  std::vector<Way> ways;
  Proof proof = Proof::none;
  std::vector<Event> events;
  const std::vector<ProviderSettings>& providers;  // whose labels events show
  std::vector<Session> sessions;                   // by which events name their devices
};

// The address of the page below the mount, in that language: "/activity?language=ko".
[[nodiscard]] std::string activity_path(Language language);

// The whole document. Each device but the current one has a form that signs it out and leads back here, and
// each way one that connects or disconnects it, with the password where that is asked for. Everything that is
// not ours to write is escaped.
[[nodiscard]] std::string activity_page(const Activity& activity, const SiteSettings& site);

// The page that leads from here to a provider. It is a page, with a link, because browsers let no form of a
// page whose policy says form-action 'self' end at another site, not even by a redirect.
[[nodiscard]] std::string onwards_page(std::string_view url, std::string_view label, Language language,
                                       const SiteSettings& site);

}  // namespace cardea
