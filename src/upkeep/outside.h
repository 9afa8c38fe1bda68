// The site as a stranger sees it: the program asks its own site over the network, without any sign-in.
#pragma once

#include "config/settings.h"
#include "http/client.h"
#include "upkeep/finding.h"

namespace cardea {

// Everything below that makes sense, once the site answers. Takes half a minute at most: a site that does not answer is
// asked no more.
[[nodiscard]] Findings check_outside(const Settings& settings, Http& http, Instant now);

// The mount answers, by this program, and the Authorization header arrives.
[[nodiscard]] Findings check_web(const SiteSettings& site, TransportMode mode, Http& http);
// A cache in front that keeps answers, headers that are lost on the way, and the web server's clock.
[[nodiscard]] Findings check_way(const SiteSettings& site, Http& http, Instant now);
// The certificate, which the first answer brought. Nothing for a site without https.
[[nodiscard]] Findings judge_certificate(const std::optional<Instant>& until, Instant now);
// www, the bare name and http: where they lead. Nothing for a site that is named by an address or by one word.
[[nodiscard]] Findings check_names(const SiteSettings& site, Http& http);
// The directories of [gate] paths: an index, a page, a picture, a sub-directory and another spelling of each must be refused.
[[nodiscard]] Findings check_gates(const Settings& settings, Http& http);
// cardea.ini, a key and the file of SQLite, at the addresses that their paths suggest.
[[nodiscard]] Findings check_secrets(const Settings& settings, Http& http);

}  // namespace cardea
