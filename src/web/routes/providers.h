// What the handlers of social sign-in share (providers.cpp, identities.cpp, activity.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/account/providers.h"
#include "provider/client.h"
#include "web/html.h"
#include "web/http.h"
#include "web/in.h"
#include "web/route.h"
#include "web/routes/provider_trip.h"

namespace cardea {

// The provider of that name, or nullptr.
[[nodiscard]] const ProviderSettings* find_provider(std::string_view name, const Settings& settings);
[[nodiscard]] ProviderClient client_for(const ProviderSettings& provider, const Deps& deps);
// The only address that the provider may send browsers back to.
[[nodiscard]] std::string redirect_uri(std::string_view provider, const SiteSettings& site);

// The providers of this site, and those that the user is still connected to although the site removed them.
[[nodiscard]] std::vector<Way> ways_of(const User& user, const Deps& deps);

// The person of an app's token. A token whose nonce is not compared ([provider.NAME] unknown_nonce) is accepted once.
[[nodiscard]] ProviderOutcome<Person> person_of_app(const AppToken& token, const ProviderSettings& provider,
                                                    const Call& call);

// 303 to the provider, with the trip's cookie; or why that is not possible.
[[nodiscard]] ProviderOutcome<Response> send_to_provider(const ProviderTrip& trip,
                                                         const ProviderSettings& provider, const Call& call);

// 404: no provider of that name.
[[nodiscard]] Response refuse_provider();
[[nodiscard]] Response refuse_fault(const ProviderRefused& refused);
[[nodiscard]] Response refuse_provider_sign_in(const ProviderSignInRefused& refused);
// 204 if the person is linked, 409 if it cannot be, 401 if the session has ended, 429 after too many changes.
[[nodiscard]] Response answer_link(const std::variant<LinkOutcome, seconds>& outcome);

// What apps send to sign in and to link: id_token and, if there is one, nonce. A refusal if they are not valid.
[[nodiscard]] std::variant<AppToken, Response> read_app_token(const Fields& fields);

}  // namespace cardea
