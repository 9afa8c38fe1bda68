// One provider behind a client, and what may be said of its answers.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "provider/client.h"
#include "support/provider_house.h"
#include "support/temporary_directory.h"

namespace cardea::testing {

struct Scene {
  FakeHttp http;
  ProviderHouse house{http};
  ProviderSettings settings = house.settings();
  TemporaryDirectory directory{"provider"};
  Instant now = morning;

  [[nodiscard]] ProviderClient client() { return {settings, http, directory.path(), seconds{60}}; }
  [[nodiscard]] ProviderOutcome<Person> redeem(std::optional<std::string> issuer = std::nullopt) {
    return client().redeem({.code = "c0de",
                            .issuer = std::move(issuer),
                            .redirect_uri = "https://example.com/auth/oauth/house/callback",
                            .nonce = "n",
                            .code_verifier = Secret::copy_of("verifier")},
                           now);
  }
  [[nodiscard]] ProviderOutcome<Person> present(const std::string& token) {
    return client().person_of({.id_token = token, .nonce = "n"}, now);
  }
};

inline bool is_fault(const ProviderOutcome<Person>& outcome, ProviderFault fault) {
  const auto* refused = std::get_if<ProviderRefused>(&outcome);
  return refused != nullptr && refused->why == fault;
}

inline bool is_token_fault(const ProviderOutcome<Person>& outcome, IdTokenFault fault) {
  const auto* refused = std::get_if<ProviderRefused>(&outcome);
  return refused != nullptr && refused->token_fault == fault;
}

inline const Person& person_in(const ProviderOutcome<Person>& outcome) {
  const auto* refused = std::get_if<ProviderRefused>(&outcome);
  BOOST_REQUIRE_MESSAGE(refused == nullptr, (refused != nullptr ? refused->note : ""));
  return std::get<Person>(outcome);
}

inline std::string header_of(const HttpCall& call, std::string_view name) {
  for (const auto& [key, value] : call.headers)
    if (key == name) return std::string(value.reveal());
  return {};
}

}  // namespace cardea::testing
