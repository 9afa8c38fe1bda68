#include "web/routes/provider_trip.h"

#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "web/cookies.h"
#include "web/origin.h"

namespace cardea {
namespace {

constexpr std::string_view base_name = "cardea_oauth_";
constexpr std::size_t tag_size = 8;
constexpr std::size_t state_size = 43;
constexpr std::size_t return_to_limit = 1024;  // a cookie holds 4 KB
constexpr std::size_t payload_limit = 2560;

std::string cookie_prefix(const SiteSettings& site) {
  return (site.https() ? "__Host-" : "") + std::string(base_name);
}

std::string derived(const Secret& secret, std::string_view purpose) {
  return base64url_encode(view_of(hmac_sha256(secret.reveal(), purpose)));
}

std::string seal_of(const RefreshKey& key, std::string_view payload) {
  const auto own_key = hmac_sha256(key.bytes.reveal(), "cardea-oauth-transaction-1");
  return base64url_encode(view_of(hmac_sha256(view_of(own_key), payload)));
}

// "1.payload.seal": 1 is the number of the key.
std::string sealed(const ProviderTrip& trip, const Deps& deps, Instant now) {
  const Json json{{"provider", trip.provider},
                  {"return_to", trip.return_to},
                  {"link", trip.link ? trip.link->text() : ""},
                  {"proves", trip.proves ? "yes" : ""},
                  {"began", unix_milliseconds(trip.began)},
                  {"secret", base64url_encode(trip.secret.reveal())}};
  const auto payload = base64url_encode(json_text(json));
  const auto& key = deps.keys.refresh_signing(now);
  return std::to_string(key.number) + '.' + payload + '.' + seal_of(key, payload);
}

std::optional<ProviderTrip> read_payload(std::string_view payload) {
  const auto text = base64url_decode(payload);
  const auto json = text ? parse_json(*text) : std::nullopt;
  if (!json || !json->is_object()) return std::nullopt;
  auto secret = base64url_decode(string_member(*json, "secret").value_or("?"));
  const auto return_to = own_path(string_member(*json, "return_to").value_or(""));
  if (!secret || !return_to) return std::nullopt;
  const auto link = string_member(*json, "link").value_or("");
  return ProviderTrip{.provider = string_member(*json, "provider").value_or(""),
                      .return_to = *return_to,
                      .link = SessionId::of_text(link),
                      .proves = string_member(*json, "proves") == "yes",
                      .began = from_unix_milliseconds(integer_member(*json, "began").value_or(0)),
                      .secret = Secret(std::move(*secret))};
}

// Nothing unless the seal is valid.
std::optional<ProviderTrip> unsealed(std::string_view value, const Deps& deps, Instant now) {
  const auto first = value.find('.');
  const auto second = value.find('.', first == value.npos ? first : first + 1);
  if (second == value.npos || value.size() > payload_limit) return std::nullopt;
  const auto number = whole_number(value.substr(0, first), 255);
  const auto payload = value.substr(first + 1, second - first - 1);
  const auto* key = number ? deps.keys.refresh_verifying(static_cast<std::uint8_t>(*number), now) : nullptr;
  if (key == nullptr || !equal_in_constant_time(seal_of(*key, payload), value.substr(second + 1)))
    return std::nullopt;
  return read_payload(payload);
}

Cookie cookie_named(std::string name, std::string value, seconds max_age, const SiteSettings& site) {
  return {.name = std::move(name),
          .value = std::move(value),
          .path = "/",
          .domain = {},
          .max_age = max_age,
          .secure = site.https(),
          .same_site = "Lax"};
}

std::string cookie_name_of(std::string_view state, const SiteSettings& site) {
  return cookie_prefix(site).append(state.substr(0, tag_size));
}

// The names of the trips' cookies, the oldest first, in the order of browsers (RFC 6265 section 5.4).
std::vector<std::string> names_in(const ReceivedCookies& cookies, const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& [name, value] : cookies)
    if (name.starts_with(prefix) && name.size() == prefix.size() + tag_size) names.push_back(name);
  return names;
}

}  // namespace

std::string ProviderTrip::state() const {
  return derived(secret, "state");
}

std::string ProviderTrip::nonce() const {
  return derived(secret, "nonce");
}

Secret ProviderTrip::code_verifier() const {
  return Secret(derived(secret, "code_verifier"));
}

ProviderTrip begin_trip(std::string_view provider, std::string_view return_to, const Caller& caller,
                        const Deps& deps) {
  return {.provider = std::string(provider),
          .return_to = std::string(return_to.size() <= return_to_limit ? return_to : "/"),
          .link = std::nullopt,
          .proves = false,
          .began = caller.now,
          .secret = Secret::copy_of(view_of(random_array<32>(deps.entropy)))};
}

void remember_trip(Response& response, const ProviderTrip& trip, bool comes_back_by_form,
                   const Request& request, const Deps& deps) {
  const auto& site = deps.settings.site;
  const auto held = names_in(request.cookies, cookie_prefix(site));
  for (std::size_t oldest = 0; oldest + max_trips <= held.size(); ++oldest)
    response.cookies.push_back(cookie_named(held[oldest], "", seconds{0}, site));
  auto cookie =
      cookie_named(cookie_name_of(trip.state(), site), sealed(trip, deps, request.now), trip_life, site);
  if (comes_back_by_form && site.https()) cookie.same_site = "None";
  response.cookies.push_back(std::move(cookie));
}

void forget_trip(Response& response, const ProviderTrip& trip, const Deps& deps) {
  const auto& site = deps.settings.site;
  response.cookies.push_back(cookie_named(cookie_name_of(trip.state(), site), "", seconds{0}, site));
}

std::optional<ProviderTrip> find_trip(std::string_view state, std::string_view provider,
                                      const Request& request, const Deps& deps) {
  if (state.size() != state_size) return std::nullopt;
  const auto values = cookie_values(request.cookies, cookie_name_of(state, deps.settings.site));
  if (!values) return std::nullopt;
  for (const auto& value : *values) {
    auto found = unsealed(value, deps, request.now);
    if (!found || !equal_in_constant_time(found->state(), state) || found->provider != provider) continue;
    const bool fresh = request.now < found->began + trip_life &&
                       found->began <= request.now + deps.settings.tokens.clock_skew;
    if (fresh) return found;
  }
  return std::nullopt;
}

}  // namespace cardea
