// A secret: bytes that are wiped when they are no longer needed, and that cannot reach a stream, a log or a format
// call by accident. Reading them takes a visible call to reveal().
#pragma once

#include <string>
#include <string_view>

namespace cardea {

class Secret {
 public:
  Secret() = default;
  // Takes the bytes over; the argument is left empty and wiped.
  explicit Secret(std::string&& bytes);
  [[nodiscard]] static Secret copy_of(std::string_view bytes);

  Secret(const Secret& other);
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] std::string_view reveal() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

// Overwrites the bytes (also the spare capacity) in a way the compiler may not remove, then empties them.
void wipe(std::string& bytes);

// Compares in a time that does not depend on where the two differ. Texts of different lengths are unequal; the length
// is not a secret. The only comparison of secrets in the program.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace cardea
