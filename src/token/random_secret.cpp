#include "token/random_secret.h"

namespace cardea {

Secret random_secret(std::size_t size, Entropy& entropy) {
  std::string bytes(size, '\0');
  entropy.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return Secret{std::move(bytes)};
}

}  // namespace cardea
