#include "token/verified_tokens.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/secret.h"

namespace cardea {
namespace {

// A program that answers one request and ends should not pay for a table.
constexpr std::size_t fewest_slots = 8;
constexpr std::size_t growth = 8;

// By its end, which is of the signature.
constexpr std::size_t hashed_size = 32;

template <class Table>
auto& slot_of(Table& table, std::string_view token) {
  const auto end = token.substr(token.size() - std::min(token.size(), hashed_size));
  return table[std::hash<std::string_view>{}(end) % table.size()];
}

}  // namespace

const CheckedClaims* VerifiedTokens::find(std::string_view token, std::string_view issuer,
                                          std::string_view audience) const {
  if (entries_.empty() || token.empty() || issuer != issuer_ || audience != audience_) return nullptr;
  const auto& entry = slot_of(entries_, token);
  return equal_in_constant_time(entry.token, token) ? &entry.claims : nullptr;
}

void VerifiedTokens::keep(std::string_view token, std::string_view issuer, std::string_view audience,
                          CheckedClaims claims) {
  if (issuer != issuer_ || audience != audience_) {
    clear();
    issuer_ = issuer;
    audience_ = audience;
  }
  if (entries_.empty()) entries_.resize(fewest_slots);
  if (!slot_of(entries_, token).token.empty() && entries_.size() < slots) {
    std::vector<Entry> wider(entries_.size() * growth);
    for (auto& entry : entries_)
      if (!entry.token.empty()) slot_of(wider, entry.token) = std::move(entry);
    entries_ = std::move(wider);
  }
  auto& entry = slot_of(entries_, token);
  entry.token = token;
  entry.claims = std::move(claims);
}

void VerifiedTokens::clear() {
  entries_.clear();
}

}  // namespace cardea
