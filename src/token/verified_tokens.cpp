#include "token/verified_tokens.h"

#include <functional>
#include <utility>

#include "base/secret.h"

namespace cardea {
namespace {

std::size_t slot_of(std::string_view token) {
  return std::hash<std::string_view>{}(token) % VerifiedTokens::slots;
}

}  // namespace

const CheckedClaims* VerifiedTokens::find(std::string_view token, std::string_view issuer,
                                          std::string_view audience) const {
  if (entries_.empty() || token.empty() || issuer != issuer_ || audience != audience_) return nullptr;
  const auto& entry = entries_[slot_of(token)];
  return equal_in_constant_time(entry.token, token) ? &entry.claims : nullptr;
}

void VerifiedTokens::keep(std::string_view token, std::string_view issuer, std::string_view audience,
                          CheckedClaims claims) {
  if (issuer != issuer_ || audience != audience_) {
    clear();
    issuer_ = issuer;
    audience_ = audience;
  }
  entries_.resize(slots);
  auto& entry = entries_[slot_of(token)];
  entry.token = token;
  entry.claims = std::move(claims);
}

void VerifiedTokens::clear() {
  entries_.clear();
}

}  // namespace cardea
