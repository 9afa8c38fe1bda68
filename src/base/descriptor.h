// A file, a socket or whatever else has a number with the kernel, closed when it goes.
#pragma once

#include <exception>
#include <string>

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

// What failures of the machine are called: no memory, no descriptor, no room on the disk.

// True if the machine failed and not the program: the request may be tried again later.
[[nodiscard]] bool is_failure_of_machine(const std::exception& failure);

// What the exception says. Where that is only the system's word for a limit of the host, with the limit's
// name.
[[nodiscard]] std::string description_of(const std::exception& failure);

}  // namespace cardea
