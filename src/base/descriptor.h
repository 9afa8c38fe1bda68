// File descriptors, and what failures of the machine are called: no memory, no descriptor, no room on the disk.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace cardea {

// A file, a socket or another descriptor of the kernel. Closed by the destructor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }  // negative if there is none
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  // Gives the descriptor to a function that closes it itself.
  [[nodiscard]] int release();

 private:
  int number_;
};

// Writes all bytes, in several steps if need be. False if that fails; errno says why.
[[nodiscard]] bool write_all(int descriptor, std::string_view bytes);

// True if the machine failed and not the program: the request may be tried again later.
[[nodiscard]] bool is_failure_of_machine(const std::exception& failure);

// What the exception says; with the name of the limit if it only repeats the system's message for a limit of the
// host.
[[nodiscard]] std::string description_of(const std::exception& failure);

}  // namespace cardea
