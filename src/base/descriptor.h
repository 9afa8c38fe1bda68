// A file, a socket or whatever else has a number with the kernel, closed when it goes.
#pragma once

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

}  // namespace cardea
