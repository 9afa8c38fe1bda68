#include "token/access_token.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/utf8.h"

namespace cardea {
namespace {

// Each of them changes what the signature covers or how the payload is to be read, and we write none. A
// reader that skips them reads something else than the writer meant (RFC 7515 section 4.1.11, RFC 7797).
bool has_extension(const Json& header) {
  return header.contains("crit") || header.contains("b64") || header.contains("zip");
}

}  // namespace

std::optional<Jws> parse_jws(std::string_view text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header_text = base64url_decode(text.substr(0, first));
  auto payload = base64url_decode(text.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(text.substr(second + 1));
  if (!header_text || !payload || !signature) return std::nullopt;
  auto header = parse_json(*header_text);
  if (!header || !header->is_object() || has_extension(*header)) return std::nullopt;
  return Jws{std::move(*header), std::move(*payload), std::move(*signature),
             std::string{text.substr(0, second)}};
}

bool jws_is_signed_by(const Jws& jws, const SigningKey& key) {
  if (string_member(jws.header, "alg") != jose_name(key.algorithm())) return false;
  return key.verify(jws.signed_part, jws.signature);
}

std::string write_jws(std::string_view type, std::string_view payload, const SigningKey& key) {
  Json header{{"alg", jose_name(key.algorithm())}, {"kid", key.kid()}};
  if (!type.empty()) header["typ"] = type;
  auto text = base64url_encode(json_text(header)) + '.' + base64url_encode(payload);
  const auto signature = base64url_encode(key.sign(text));
  return text.append(1, '.').append(signature);
}

namespace {

constexpr std::string_view token_type = "at+jwt";
constexpr std::string_view long_token_type = "application/at+jwt";

// The claims in the form that we write them, before anything is decided about them.
struct Reading {
  CheckedClaims checked;
  Json body;
};

bool is_access_token(const Json& header) {
  const auto type = string_member(header, "typ");
  if (!type) return false;
  const auto lower = ascii_lower(*type);  // RFC 7515 section 4.1.9: a media type, whose case does not count
  return lower == token_type || lower == long_token_type;
}

std::optional<Instant> date_of(const Json& body, std::string_view name) {
  const auto count = date_member(body, name);
  return count ? std::optional{from_unix_seconds(*count)} : std::nullopt;
}

template <class Thing>
std::optional<Thing> id_member(const Json& body, std::string_view name) {
  const auto text = string_member(body, name);
  return text ? Thing::of_text(*text) : std::nullopt;
}

// A member that may be missing, but if it is there, then as it should be.
template <class Value>
std::optional<Value> optional_member(const Json& body, std::string_view name, std::optional<Value> read) {
  return body.contains(std::string{name}) ? read : Value{};
}

// The words of amr, an array of strings; nothing if it is something else.
std::optional<std::string> amr_of(const Json& body) {
  const auto found = body.find("amr");
  if (found == body.end() || !found->is_array()) return std::nullopt;
  std::string words;
  for (const auto& word : *found) {
    if (!word.is_string()) return std::nullopt;
    words.append(words.empty() ? "" : " ").append(word.get_ref<const std::string&>());
  }
  return words;
}

Json amr_array(std::string_view words) {
  auto array = Json::array();
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    array.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return array;
}

std::optional<Reading> read_claims(std::string_view payload) {
  auto body = parse_json(payload);
  if (!body || !body->is_object()) return std::nullopt;
  const auto user = id_member<UserId>(*body, "sub");
  const auto session = id_member<SessionId>(*body, "sid");
  auto device = string_member(*body, "did");
  auto scope = optional_member(*body, "scope", string_member(*body, "scope"));
  auto token_id = string_member(*body, "jti");
  const auto issued_at = date_of(*body, "iat");
  const auto expires_at = date_of(*body, "exp");
  const auto not_before = optional_member(*body, "nbf", date_of(*body, "nbf"));
  if (!user || !session || !device || !is_device_id(*device) || !scope || !token_id) return std::nullopt;
  if (!issued_at || !expires_at || !not_before) return std::nullopt;
  const auto authenticated_at = optional_member(*body, "auth_time", date_of(*body, "auth_time"));
  auto amr = optional_member(*body, "amr", amr_of(*body));
  if (!authenticated_at || !amr) return std::nullopt;
  const auto proven = body->find("email_verified");
  AccessClaims claims{*user,
                      *session,
                      std::move(*device),
                      std::move(*scope),
                      *issued_at,
                      *expires_at,
                      std::move(*token_id),
                      *authenticated_at,
                      std::move(*amr),
                      proven != body->end() && *proven == Json(true)};
  return Reading{{std::move(claims), *not_before}, std::move(*body)};
}

// RFC 7519 section 4.1.3: a string, or an array of them.
bool is_for_audience(const Json& body, std::string_view audience) {
  const auto found = body.find("aud");
  if (found == body.end()) return false;
  const Json wanted(audience);
  if (!found->is_array()) return *found == wanted;
  return std::find(found->begin(), found->end(), wanted) != found->end();
}

bool is_between_us(const Json& body, const TokenPolicy& policy) {
  if (string_member(body, "iss") != policy.issuer) return false;
  return policy.audience.empty() || is_for_audience(body, policy.audience);
}

std::optional<TokenFault> signature_fault(const Jws& jws, KeyRing& keys, Instant now) {
  const auto kid = string_member(jws.header, "kid");
  const auto* key = kid ? keys.verifying(*kid, now) : nullptr;
  if (key == nullptr) return TokenFault::unknown_key;
  if (!jws_is_signed_by(jws, *key)) return TokenFault::bad_signature;
  return std::nullopt;
}

// All but the time.
std::variant<CheckedClaims, TokenFault> check_token(std::string_view token, const TokenPolicy& policy,
                                                    KeyRing& keys, Instant now) {
  if (token.size() > access_token_size_limit) return TokenFault::malformed;
  const auto jws = parse_jws(token);
  if (!jws || !is_access_token(jws->header)) return TokenFault::malformed;
  auto reading = read_claims(jws->payload);
  if (!reading) return TokenFault::malformed;
  if (const auto fault = signature_fault(*jws, keys, now)) return *fault;
  if (!is_between_us(reading->body, policy)) return TokenFault::wrong_issuer;
  return std::move(reading->checked);
}

// The same, from memory where it was checked before.
std::variant<CheckedClaims, TokenFault> read_token(std::string_view token, const TokenPolicy& policy,
                                                   KeyRing& keys, Instant now) {
  keys.refresh(now);
  const VerifiedTokens::Scope scope{policy.issuer, policy.audience, keys.generation()};
  if (const auto* checked = policy.remembered ? policy.remembered->find(token, scope) : nullptr)
    return *checked;
  auto read = check_token(token, policy, keys, now);
  if (const auto* checked = std::get_if<CheckedClaims>(&read); checked && policy.remembered)
    policy.remembered->keep(token, {policy.issuer, policy.audience, keys.generation()}, *checked);
  return read;
}

std::optional<TokenFault> time_fault(const CheckedClaims& checked, const TokenPolicy& policy, Instant now) {
  const Instant latest = now + policy.clock_skew;
  if (checked.claims.issued_at > latest || checked.not_before > latest) return TokenFault::clock_skew;
  if (now >= checked.claims.expires_at + policy.clock_skew) return TokenFault::expired;
  return std::nullopt;
}

constexpr std::size_t device_size_limit = 64;

// Only the end of a token is hashed: it belongs to the signature, which differs from token to token.
constexpr std::size_t hashed_size = 32;

template <class Table>
auto& slot_of(Table& table, std::string_view token) {
  const auto end = token.substr(token.size() - std::min(token.size(), hashed_size));
  return table[std::hash<std::string_view>{}(end) % table.size()];
}

}  // namespace

std::string issue_access_token(const AccessClaims& claims, const TokenPolicy& policy, KeyRing& keys,
                               Instant now) {
  keys.refresh(now);
  Json body{{"iss", policy.issuer},
            {"sub", claims.user.text()},
            {"sid", claims.session.text()},
            {"did", claims.device},
            {"iat", unix_seconds(claims.issued_at)},
            {"exp", unix_seconds(claims.expires_at)},
            {"jti", claims.token_id}};
  if (!policy.audience.empty()) body["aud"] = policy.audience;
  if (!claims.scope.empty()) body["scope"] = claims.scope;
  if (claims.authenticated_at != never) body["auth_time"] = unix_seconds(claims.authenticated_at);
  if (!claims.amr.empty()) body["amr"] = amr_array(claims.amr);
  if (claims.proven) body["email_verified"] = true;
  return write_jws(token_type, json_text(body), keys.signing(now));
}

std::variant<AccessClaims, TokenFault> verify_access_token(std::string_view token, const TokenPolicy& policy,
                                                           KeyRing& keys, Instant now) {
  auto read = read_token(token, policy, keys, now);
  if (const auto* fault = std::get_if<TokenFault>(&read)) return *fault;
  auto& checked = std::get<CheckedClaims>(read);
  if (const auto fault = time_fault(checked, policy, now)) return *fault;
  return std::move(checked.claims);
}

std::variant<AccessClaims, TokenFault> verify_companion_token(std::string_view token,
                                                              const TokenPolicy& policy, KeyRing& keys,
                                                              Instant now) {
  auto read = read_token(token, policy, keys, now);
  if (const auto* fault = std::get_if<TokenFault>(&read)) return *fault;
  return std::move(std::get<CheckedClaims>(read).claims);
}

bool is_device_id(std::string_view text) {
  const auto allowed = [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' || letter == '-';
  };
  // Browsers take these out of an address, so that no user could sign such a device out.
  if (text == "." || text == "..") return false;
  return !text.empty() && text.size() <= device_size_limit && std::all_of(text.begin(), text.end(), allowed);
}

bool VerifiedTokens::is_for(const Scope& scope) const {
  return scope.issuer == issuer_ && scope.audience == audience_ && scope.keys == keys_;
}

const CheckedClaims* VerifiedTokens::find(std::string_view token, const Scope& scope) const {
  if (entries_.empty() || token.empty() || !is_for(scope)) return nullptr;
  const auto& entry = slot_of(entries_, token);
  return equal_in_constant_time(entry.token, token) ? &entry.claims : nullptr;
}

void VerifiedTokens::keep(std::string_view token, const Scope& scope, CheckedClaims claims) {
  if (!is_for(scope)) {
    entries_.clear();
    issuer_ = scope.issuer;
    audience_ = scope.audience;
    keys_ = scope.keys;
  }
  entries_.resize(slots);
  auto& entry = slot_of(entries_, token);
  entry.token = token;
  entry.claims = std::move(claims);
}

namespace {

constexpr std::size_t subject_limit = 255;

std::optional<std::string> subject_of(const Json& claims, const std::string& claim) {
  auto text = string_member(claims, claim);
  if (const auto number = integer_member(claims, claim)) text = std::to_string(*number);
  if (!text || text->empty() || text->size() > subject_limit) return std::nullopt;
  return text;
}

std::optional<Jws> signed_jws(const LegacyKey& key, std::string_view token) {
  if (token.size() > access_token_size_limit) return std::nullopt;
  auto jws = parse_jws(token);
  if (!jws || string_member(jws->header, "alg") != "HS256") return std::nullopt;
  const auto expected = hmac_sha256(key.bytes.reveal(), jws->signed_part);
  if (!equal_in_constant_time(view_of(expected), jws->signature)) return std::nullopt;
  return jws;
}

}  // namespace

bool is_signed_with(const LegacyKey& key, std::string_view token) {
  return signed_jws(key, token).has_value();
}

std::optional<LegacyClaims> verify_legacy_token(std::string_view token, const LegacyKey& key, Instant now,
                                                seconds skew) {
  if (now >= key.until) return std::nullopt;
  const auto jws = signed_jws(key, token);
  if (!jws) return std::nullopt;
  const auto claims = parse_json(jws->payload);
  if (!claims || !claims->is_object()) return std::nullopt;
  auto subject = subject_of(*claims, key.subject_claim);
  const auto expires_at = date_of(*claims, "exp");
  const auto issued_at = claims->contains("iat") ? date_of(*claims, "iat") : std::optional{now};
  if (!subject || !expires_at || !issued_at) return std::nullopt;
  if (now >= *expires_at + skew || *issued_at > now + skew) return std::nullopt;
  return LegacyClaims{.subject = std::move(*subject),
                      .issued_at = *issued_at,
                      .expires_at = std::min(*expires_at, key.until)};
}

}  // namespace cardea
