// A site with two providers, and a trip to one of them and back.
#pragma once

#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "support/provider_house.h"
#include "web/in.h"

namespace cardea::testing {

// A site with two providers and the persons whom they confirm.
struct Social : House {
  ProviderHouse google{http, "https://accounts.google.com"};
  ProviderHouse kakao{http, "https://kauth.kakao.com"};

  Social() {
    add("google", google, ProviderType::google);
    add("kakao", kakao, ProviderType::kakao);
  }
  void add(const std::string& name, const ProviderHouse& provider, ProviderType type) {
    auto described = provider.settings();
    described.name = name;
    described.label = name == "google" ? "Google" : "Kakao";
    described.type = type;
    settings.providers.push_back(described);
  }
};

struct Trip {
  Json sent;  // the parameters of the provider's address
  std::string state;
};

inline Trip begin(Browser& browser, const std::string& provider,
                  const std::string& return_to = "/members/?x=1") {
  const auto response = browser.get("/auth/oauth/" + provider + "/start?return_to=" +
                                    (return_to == "/members/?x=1" ? "%2Fmembers%2F%3Fx%3D1" : return_to));
  BOOST_REQUIRE(response.status == 303);
  const auto location = header_of(response, "Location");
  const auto sent = parse_form(location.substr(location.find('?') + 1)).value();
  return {sent, string_member(sent, "state").value()};
}

// The provider confirms that person, for the nonce of the trip.
inline void prove(ProviderHouse& provider, const Trip& trip, const Json& changes = Json::object()) {
  auto claims = provider.claims();
  claims["nonce"] = string_member(trip.sent, "nonce").value();
  claims.update(changes);
  provider.answer_codes_with(claims);
}

inline Response come_back(Browser& browser, const std::string& provider, const Trip& trip,
                          const std::string& more = "&code=c0de") {
  return browser.get("/auth/oauth/" + provider + "/callback?state=" + trip.state + more,
                     {{"sec-fetch-site", "cross-site"}});
}

inline std::string place(const Response& response) {
  return std::to_string(response.status) + " " + header_of(response, "Location");
}

inline const std::string welcome =
    "303 https://example.com/auth/continue?signed_in=1&return_to=/members/%3Fx%3D1";
inline const std::string refused = "303 https://example.com/login?return_to=/members/%3Fx%3D1&problem=";
inline const std::string expired = "303 https://example.com/login?return_to=/&problem=expired#expired";

// Led back to the sign-in page with that word, for scripts and for the stylesheet.
inline std::string refused_with(const std::string& word, const std::string& more = "") {
  return refused + word + more + "#" + word;
}

}  // namespace cardea::testing
