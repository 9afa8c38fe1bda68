// The hashing gate: at most N password computations at a time on this host, counted over all processes that
// use the same lock file, so that a storm of sign-ins cannot use up the memory of a small host. A slot is a
// lock on one byte of the file (fcntl open-file-description locks): the kernel frees it when a process dies.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"

namespace cardea {

class HashingGate {
 public:
  // Holds one slot until destroyed.
  class Slot {
   public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot();

   private:
    friend class HashingGate;
    explicit Slot(int file);
    int file_ = -1;
  };

  // The file is created with mode 0600 on first use. Two gates agree only if they name the same file and
  // slots.
  HashingGate(std::string lock_file, int slots, milliseconds patience);

  // Waits at most the gate's patience; nothing if no slot became free. Safe from many threads.
  // Throws std::system_error if the lock file cannot be used.
  [[nodiscard]] std::optional<Slot> enter();

 private:
  std::string lock_file_;
  int slots_;
  milliseconds patience_;
};

}  // namespace cardea
