// Randomness as an interface, so that a test can replay a run. The product uses SystemEntropy only.
#pragma once

#include <cstddef>
#include <span>

#include "base/encoding.h"

namespace cardea {

class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills all of out with unpredictable bytes. Throws std::runtime_error if the machine gives none.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

// getrandom(2), or /dev/urandom on kernels before 3.17. Safe after fork, and to use from many threads.
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// Size fresh random bytes.
template <std::size_t Size>
[[nodiscard]] std::array<std::uint8_t, Size> random_array(Entropy& entropy) {
  std::array<std::uint8_t, Size> bytes{};
  entropy.fill(bytes);
  return bytes;
}

}  // namespace cardea
