#include "provider/client.h"

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "http/client.h"
#include "keys/signing_key.h"
#include "token/access_token.h"

namespace cardea {
namespace {

ProviderRefused refuse(ProviderFault why, std::string note) {
  return {.why = why, .token_fault = std::nullopt, .note = std::move(note)};
}

ProviderRefused unreachable(std::string note) {
  return refuse(ProviderFault::unreachable, std::move(note));
}

// The provider's error word for our log, if it looks like one.
std::string error_word(const Json& answer) {
  const auto word = string_member(answer, "error").value_or("");
  const bool plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == word.npos;
  return !word.empty() && plain && word.size() <= 40 ? word : "no known error";
}

// Of a token that is not verified, only the name of a known algorithm goes into our log.
std::string note_on(IdTokenFault fault, std::string_view id_token) {
  const std::string note = "its ID token does not hold: " + std::string(word_of(fault));
  if (fault != IdTokenFault::unsupported_algorithm) return note;
  const auto jws = parse_jws(id_token);
  const auto algorithm = jws ? string_member(jws->header, "alg").value_or("") : "";
  const bool is_known = is_verifiable(algorithm, true);
  return note + (is_known ? ", " + algorithm : "") +
         "; see id_token_algorithms and client_secret_file, and what `cardea check` says of this provider";
}

std::string joined(const std::string& first, const std::string& second) {
  return first + ":" + second;
}

}  // namespace

ProviderClient::ProviderClient(const ProviderSettings& settings, Http& http,
                               const std::string& cache_directory, seconds clock_skew)
    : settings_(settings), http_(http), cache_(cache_directory, http), clock_skew_(clock_skew) {}

HttpTrust ProviderClient::trust() const {
  return {.ca_file = settings_.ca_file, .allow_private_addresses = settings_.allow_private_addresses};
}

ProviderOutcome<ProviderMetadata> ProviderClient::metadata(Instant now) {
  if (!speaks_openid(settings_)) return configured_metadata(settings_);
  const auto problem = [this](std::string_view body) -> std::optional<std::string> {
    const auto parsed = parse_metadata(body, settings_.issuer);
    const auto* bad = std::get_if<BadMetadata>(&parsed);
    return bad != nullptr ? std::optional{bad->why} : std::nullopt;
  };
  const auto document = cache_.get({.name = settings_.name + ".metadata",
                                    .url = discovery_url(settings_.issuer),
                                    .trust = trust(),
                                    .problem = problem},
                                   now);
  if (const auto* failure = std::get_if<HttpFailure>(&document)) return unreachable(failure->why);
  auto parsed = parse_metadata(std::get<std::string>(document), settings_.issuer);
  if (const auto* bad = std::get_if<BadMetadata>(&parsed)) return unreachable(bad->why);
  prefer_configured(std::get<ProviderMetadata>(parsed), settings_);
  return std::get<ProviderMetadata>(std::move(parsed));
}

DocumentWanted ProviderClient::keys_wanted(const ProviderMetadata& metadata) const {
  const auto problem = [](std::string_view body) -> std::optional<std::string> {
    const auto keys = parse_provider_keys(body);
    if (!keys) return "is no set of keys, or one of too many";
    return keys->empty() ? std::optional<std::string>("holds no key that can be used") : std::nullopt;
  };
  return {.name = settings_.name + ".keys", .url = metadata.keys_url, .trust = trust(), .problem = problem};
}

ProviderOutcome<std::vector<ProviderKey>> ProviderClient::keys(Instant now) {
  auto known = metadata(now);
  if (auto* refused = std::get_if<ProviderRefused>(&known)) return std::move(*refused);
  const auto& wanted = keys_wanted(std::get<ProviderMetadata>(known));
  const auto document = cache_.get(wanted, now);
  if (const auto* failure = std::get_if<HttpFailure>(&document)) return unreachable(failure->why);
  auto keys = parse_provider_keys(std::get<std::string>(document));
  if (!keys) return unreachable("the keys that were kept cannot be read");
  return std::move(*keys);
}

ProviderOutcome<std::string> ProviderClient::authorization_url(const AuthorizationRequest& request,
                                                               Instant now) {
  auto known = metadata(now);
  if (auto* refused = std::get_if<ProviderRefused>(&known)) return std::move(*refused);
  Parameters parameters{{"response_type", "code"},
                        {"client_id", settings_.client_id},
                        {"redirect_uri", request.redirect_uri},
                        {"state", request.state},
                        {"code_challenge", base64url_encode(view_of(sha256(request.code_verifier)))},
                        {"code_challenge_method", "S256"}};
  if (!settings_.scopes.empty()) parameters.emplace_back("scope", settings_.scopes);
  if (speaks_openid(settings_)) parameters.emplace_back("nonce", request.nonce);
  if (answers_by_form()) parameters.emplace_back("response_mode", "form_post");
  if (request.asks_again && speaks_openid(settings_)) {
    parameters.emplace_back("prompt", "login");
    parameters.emplace_back("max_age", "0");
  }
  return with_parameters(std::get<ProviderMetadata>(known).authorization_endpoint, parameters);
}

bool ProviderClient::says_when() const {
  return speaks_openid(settings_);
}

bool ProviderClient::comes_from(const ProviderMetadata& metadata, const std::optional<std::string>& issuer) {
  return issuer ? *issuer == metadata.issuer : !metadata.names_itself;
}

bool has_mac_key(const ProviderSettings& provider) {
  return provider.client_secret.size() >= min_mac_key_size;
}

IdTokenPolicy ProviderClient::policy(const ProviderMetadata& metadata) const {
  IdTokenPolicy policy{.issuers = {settings_.issuer},
                       .audiences = {settings_.client_id},
                       .algorithms = metadata.id_token_algorithms,
                       .mac_key = {},
                       .nonce = std::nullopt,
                       .unknown_nonce = false,
                       .nonce_form = NonceForm::plain,
                       .authorized_party = std::nullopt,
                       .clock_skew = clock_skew_};
  if (has_mac_key(settings_)) policy.mac_key = Secret::copy_of(settings_.client_secret.reveal());
  // Google writes its name in two ways.
  if (settings_.type == ProviderType::google && settings_.issuer.starts_with("https://"))
    policy.issuers.push_back(settings_.issuer.substr(8));
  return policy;
}

// A token that needs no published key is judged without fetching them. An unknown key may be a new one: then the keys
// are fetched once more.
ProviderOutcome<Json> ProviderClient::verified_claims(std::string_view id_token, const IdTokenPolicy& policy,
                                                      const ProviderMetadata& metadata, Instant now) {
  auto verified = verify_id_token(id_token, {}, policy, now);
  const auto* fault = std::get_if<IdTokenFault>(&verified);
  if (fault != nullptr && *fault == IdTokenFault::unknown_key) {
    auto known = keys(now);
    if (auto* refused = std::get_if<ProviderRefused>(&known)) return std::move(*refused);
    verified = verify_id_token(id_token, std::get<std::vector<ProviderKey>>(known), policy, now);
    fault = std::get_if<IdTokenFault>(&verified);
  }
  if (fault != nullptr && *fault == IdTokenFault::unknown_key) {
    const auto newer = cache_.get_newer(keys_wanted(metadata), now);
    const auto keys = newer ? parse_provider_keys(*newer) : std::nullopt;
    if (keys) verified = verify_id_token(id_token, *keys, policy, now);
    fault = std::get_if<IdTokenFault>(&verified);
  }
  if (fault != nullptr)
    return ProviderRefused{
        .why = ProviderFault::bad_token, .token_fault = *fault, .note = note_on(*fault, id_token)};
  return std::get<Json>(std::move(verified));
}

ProviderOutcome<Json> ProviderClient::exchange(const AuthorizationResponse& response,
                                               const ProviderMetadata& metadata, Instant now) {
  Parameters form{{"grant_type", "authorization_code"},
                  {"code", response.code},
                  {"redirect_uri", response.redirect_uri},
                  {"code_verifier", std::string(response.code_verifier.reveal())}};
  auto secret = settings_.client_secret;
  if (!settings_.private_key.empty()) {
    auto made = make_client_secret(settings_, now);
    if (!made) return refuse(ProviderFault::refused, "private_key_file holds no P-256 key");
    secret = std::move(*made);
  }
  HttpCall call{
      .method = "POST", .url = metadata.token_endpoint, .headers = {}, .body = {}, .trust = trust()};
  if (secret.empty() || metadata.secret_in_body) {
    form.emplace_back("client_id", settings_.client_id);
    if (!secret.empty()) form.emplace_back("client_secret", std::string(secret.reveal()));
  } else {
    const auto pair = joined(percent_encode(settings_.client_id), percent_encode(secret.reveal()));
    call.headers.emplace_back("Authorization", Secret("Basic " + base64_encode(pair)));
  }
  call.headers.emplace_back("Content-Type", Secret::copy_of("application/x-www-form-urlencoded"));
  call.body = Secret(form_text(form));
  for (auto& parameter : form) wipe(parameter.second);

  const auto came = http_.call(call);
  if (const auto* failure = std::get_if<HttpFailure>(&came)) return unreachable(failure->why);
  const auto& answer = std::get<HttpAnswer>(came);
  auto json = parse_json(answer.body);
  if (!json || !json->is_object() || answer.status >= 500)
    return unreachable("the token endpoint answers " + std::to_string(answer.status));
  // GitHub answers 200 with an error inside.
  if (answer.status != 200 || json->contains("error"))
    return refuse(ProviderFault::refused,
                  "the token endpoint answers " + std::to_string(answer.status) + ": " + error_word(*json));
  return std::move(*json);
}

ProviderOutcome<Json> ProviderClient::ask(const std::string& url, const Secret& access_token) {
  HttpCall call{.method = "GET", .url = url, .headers = {}, .body = {}, .trust = trust()};
  call.headers.emplace_back("Authorization", Secret("Bearer " + std::string(access_token.reveal())));
  const auto came = http_.call(call);
  if (const auto* failure = std::get_if<HttpFailure>(&came)) return unreachable(failure->why);
  const auto& answer = std::get<HttpAnswer>(came);
  auto json = parse_json(answer.body);
  if (!json || answer.status != 200)
    return unreachable("the user endpoint answers " + std::to_string(answer.status));
  return std::move(*json);
}

ProviderOutcome<Person> ProviderClient::person_at_user_endpoint(const Secret& access_token,
                                                                const ProviderMetadata& metadata) {
  const auto user = ask(metadata.user_endpoint, access_token);
  if (const auto* refused = std::get_if<ProviderRefused>(&user)) return *refused;
  std::optional<Person> person;
  if (settings_.type == ProviderType::naver) {
    person = person_of_naver(std::get<Json>(user), settings_);
  } else {
    const auto emails = ask(metadata.user_endpoint + "/emails", access_token);
    if (const auto* refused = std::get_if<ProviderRefused>(&emails)) return *refused;
    person = person_of_github(std::get<Json>(user), std::get<Json>(emails), settings_);
  }
  if (!person) return unreachable("the user endpoint does not say who it is");
  return std::move(*person);
}

// The ID token proves the identity. Claims that it lacks (Kakao: whether the address is verified) are fetched, and
// accepted only for the same subject (OpenID Connect Core 1.0 section 5.3.2).
ProviderOutcome<Person> ProviderClient::person_of_answer(const Json& answer,
                                                         const AuthorizationResponse& response,
                                                         const ProviderMetadata& metadata, Instant now) {
  const Secret access_token{string_member(answer, "access_token").value_or("")};
  if (!speaks_openid(settings_)) return person_at_user_endpoint(access_token, metadata);
  auto wanted = policy(metadata);
  wanted.nonce = response.nonce;
  wanted.authorized_party = settings_.client_id;
  const auto verified =
      verified_claims(string_member(answer, "id_token").value_or(""), wanted, metadata, now);
  if (const auto* refused = std::get_if<ProviderRefused>(&verified)) return *refused;
  const auto& claims = std::get<Json>(verified);
  auto person = cardea::person_of_claims(claims, settings_);
  if (const auto signed_in = date_member(claims, "auth_time"))
    person.authenticated_at = from_unix_seconds(*signed_in);
  const bool complete = claims.contains("email") && claims.contains("email_verified");
  if (complete || metadata.user_endpoint.empty() || access_token.empty()) return person;

  const auto user = ask(metadata.user_endpoint, access_token);
  if (const auto* refused = std::get_if<ProviderRefused>(&user)) return *refused;
  const auto& more = std::get<Json>(user);
  if (!more.is_object() || string_member(more, "sub") != person.subject)
    return refuse(ProviderFault::bad_token, "the user endpoint speaks of somebody else");
  auto asked = cardea::person_of_claims(more, settings_);
  if (asked.name.empty()) asked.name = std::move(person.name);
  asked.authenticated_at = person.authenticated_at;
  return asked;
}

ProviderOutcome<Person> ProviderClient::redeem(const AuthorizationResponse& response, Instant now) {
  auto known = metadata(now);
  if (auto* refused = std::get_if<ProviderRefused>(&known)) return std::move(*refused);
  const auto& found = std::get<ProviderMetadata>(known);
  if (!comes_from(found, response.issuer))
    return refuse(ProviderFault::foreign, "the response names another issuer, or none");
  const auto answer = exchange(response, found, now);
  if (const auto* refused = std::get_if<ProviderRefused>(&answer)) return *refused;
  return person_of_answer(std::get<Json>(answer), response, found, now);
}

ProviderOutcome<Person> ProviderClient::person_of(const AppToken& token, Instant now) {
  if (!speaks_openid(settings_)) return refuse(ProviderFault::takes_no_tokens, "it issues no ID tokens");
  auto known = metadata(now);
  if (auto* refused = std::get_if<ProviderRefused>(&known)) return std::move(*refused);
  const auto& metadata = std::get<ProviderMetadata>(known);
  auto wanted = policy(metadata);
  wanted.audiences.insert(wanted.audiences.end(), settings_.audiences.begin(), settings_.audiences.end());
  wanted.nonce = token.nonce;
  wanted.unknown_nonce = settings_.unknown_nonce;
  wanted.nonce_form = NonceForm::plain_or_hashed;
  const auto verified = verified_claims(token.id_token, wanted, metadata, now);
  if (const auto* refused = std::get_if<ProviderRefused>(&verified)) return *refused;
  const auto& claims = std::get<Json>(verified);
  auto person = cardea::person_of_claims(claims, settings_);
  person.proven_until = from_unix_seconds(static_cast<std::int64_t>(claims.at("exp").get<double>()));
  return person;
}

namespace {

constexpr seconds secret_life{300};

}  // namespace

std::optional<Secret> make_client_secret(const ProviderSettings& provider, Instant now) {
  const auto key = SigningKey::of_pem(provider.private_key);
  if (!key || key->algorithm() != Algorithm::es256) return std::nullopt;
  const Json header{{"alg", "ES256"}, {"kid", provider.key_id}};
  const Json claims{{"iss", provider.team_id},
                    {"sub", provider.client_id},
                    {"aud", provider.issuer},
                    {"iat", unix_seconds(now)},
                    {"exp", unix_seconds(now + secret_life)}};
  auto text = base64url_encode(json_text(header)) + '.' + base64url_encode(json_text(claims));
  const auto signature = base64url_encode(key->sign(text));
  return Secret(text + '.' + signature);
}

}  // namespace cardea
