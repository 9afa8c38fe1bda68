// What the kernel gives a number to (a file, a socket …), closed when it goes; and how failures of the machine are told from
// those of the program.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace cardea {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }  // below 0: none
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  // For a function that closes it by itself.
  [[nodiscard]] int release();

 private:
  int number_;
};

// Writes all of it, also where the kernel takes it in parts. False, with errno, if that fails.
[[nodiscard]] bool write_all(int descriptor, std::string_view bytes);

// True if the machine failed and not the program: the request may be tried again later.
[[nodiscard]] bool is_failure_of_machine(const std::exception& failure);

// What the exception says. Where that is only the system's word for a limit of the host, with the limit's
// name.
[[nodiscard]] std::string description_of(const std::exception& failure);

}  // namespace cardea
