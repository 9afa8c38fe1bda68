#include "auth/signed_in.h"

namespace cardea::testing {

SignedIn::SignedIn() : ada(add_user("ada@example.com")), first(start(ada)) {
  now += std::chrono::hours{1};
}

RefreshAnswer SignedIn::refresh(const PresentedTokens& tokens, std::optional<std::string> key) {
  return cardea::refresh({.tokens = tokens, .idempotency_key = std::move(key)}, caller(), deps());
}

RefreshAnswer SignedIn::refresh(const Grant& grant, std::optional<std::string> key) {
  return refresh(by_cookie(grant), std::move(key));
}

Grant SignedIn::renew(const Grant& grant, std::optional<std::string> key) {
  return std::get<Grant>(refresh(grant, std::move(key)));
}

std::string word(const RefreshAnswer& answer) {
  const auto* refusal = std::get_if<RefreshRefusal>(&answer);
  if (refusal == nullptr) return "granted";
  switch (*refusal) {
    case RefreshRefusal::missing:
      return "missing";
    case RefreshRefusal::wrong_transport:
      return "wrong_transport";
    case RefreshRefusal::malformed:
      return "malformed";
    case RefreshRefusal::companion_missing:
      return "companion_missing";
    case RefreshRefusal::companion_invalid:
      return "companion_invalid";
    case RefreshRefusal::other_session:
      return "other_session";
    case RefreshRefusal::expired:
      return "expired";
    case RefreshRefusal::revoked:
      return "revoked";
    case RefreshRefusal::disabled:
      return "disabled";
    case RefreshRefusal::reused:
      return "reused";
  }
  return "?";
}

std::string word(RevokeReason reason) {
  switch (reason) {
    case RevokeReason::none:
      return "none";
    case RevokeReason::signed_out:
      return "signed_out";
    case RevokeReason::signed_out_by_owner:
      return "signed_out_by_owner";
    case RevokeReason::replaced:
      return "replaced";
    case RevokeReason::reuse:
      return "reuse";
    case RevokeReason::administrator:
      return "administrator";
    case RevokeReason::evicted:
      return "evicted";
    case RevokeReason::disowned:
      return "disowned";
    case RevokeReason::watch:
      return "watch";
  }
  return "?";
}

std::string refresh_token_of(const RefreshAnswer& answer) {
  return std::string(std::get<Grant>(answer).refresh_token.reveal());
}

std::string access_token_of(const RefreshAnswer& answer) {
  return std::string(std::get<Grant>(answer).access_token.reveal());
}

std::string forge(House& house, const Session& session, Generation generation) {
  const auto& key = house.deps().keys.refresh_signing(house.now);
  return std::string(derive_refresh_token(session.id, generation, session.nonce, key).reveal());
}

}  // namespace cardea::testing
