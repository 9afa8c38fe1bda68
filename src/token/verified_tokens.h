// Memory of tokens whose signature was found good a moment ago. A page asks the gate for each of its files
// with the same token, and an ES256 verification costs more than everything else that a verify does.
//
// Only the signature and the fixed claims are remembered, never the answer: time is looked at anew on every
// call. Belongs to one key ring, and is emptied whenever its keys change. Bounded: a table of `slots` places,
// in which a new token takes the place of an old one. What strangers send cannot fill it, because only good
// tokens are kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "token/access_claims.h"

namespace cardea {

class VerifiedTokens {
 public:
  static constexpr std::size_t slots = 512;  // about 400 KiB when full

  // The claims of exactly this token, verified for this issuer and audience; nothing if it is not remembered.
  // The pointer is good until the next call of keep or clear. Compares in constant time.
  [[nodiscard]] const CheckedClaims* find(std::string_view token, std::string_view issuer,
                                          std::string_view audience) const;
  void keep(std::string_view token, std::string_view issuer, std::string_view audience, CheckedClaims claims);
  void clear();

 private:
  struct Entry {
    std::string token;  // empty = free
    CheckedClaims claims;
  };
  std::string issuer_;  // for whom the entries were verified; another one empties the table
  std::string audience_;
  std::vector<Entry> entries_;
};

}  // namespace cardea
