// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace cardea::torture {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : source_(seed) {}
  // 0 to limit - 1.
  [[nodiscard]] std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(source_() % static_cast<std::uint64_t>(limit));
  }
  [[nodiscard]] bool one_in(std::int64_t count) { return below(count) == 0; }
  template <class Value>
  [[nodiscard]] Value one_of(std::initializer_list<Value> values) {
    return values.begin()[below(static_cast<std::int64_t>(values.size()))];
  }

 private:
  std::mt19937_64 source_;
};

}  // namespace cardea::torture
