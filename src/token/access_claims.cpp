#include "token/access_claims.h"

#include <algorithm>

namespace cardea {
namespace {

constexpr std::size_t device_size_limit = 64;

}  // namespace

bool is_device_id(std::string_view text) {
  const auto allowed = [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' || letter == '-';
  };
  // Browsers take these out of an address: nobody could sign such a device out.
  if (text == "." || text == "..") return false;
  return !text.empty() && text.size() <= device_size_limit && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace cardea
