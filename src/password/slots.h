// The hashing slots: at most N password computations at a time on this host, counted over all processes that
// use the same lock files, so that a storm of sign-ins cannot use up the memory of a small host. A slot is a lock
// (flock) on a file of its own, LOCK_FILE.0 up to LOCK_FILE.N-1: the kernel frees it when a process dies. The files stay,
// empty; a process that is killed leaves nothing to repair, and a file that a process deletes is created again.
//
// Programs of before November 2026 lock bytes of the file LOCK_FILE instead. While both run, during an upgrade, each of them
// has N slots of its own: at most 2 N computations run at a time.
//
// Of the threads of one process, one at a time looks for a free slot, again and again. A slot that a thread of the
// same process leaves is taken at once, but not every time, so that other processes get slots, too.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/descriptor.h"
#include "base/time.h"

namespace cardea {

class HashingSlots {
 public:
  // Holds one slot until it is destroyed, which must be before the HashingSlots are.
  class Slot {
   public:
    Slot(Slot&& other) noexcept = default;
    Slot& operator=(Slot&& other) noexcept = default;
    ~Slot();

   private:
    friend class HashingSlots;
    Slot(HashingSlots& gate, Descriptor file) : gate_(&gate), file_(std::move(file)) {}
    HashingSlots* gate_;
    Descriptor file_;
  };

  // The files are created with mode 0600 on first use. Two HashingSlots share their slots if both name the same lock file;
  // if their numbers of slots differ, the larger number is the limit.
  HashingSlots(std::string lock_file, int slots, milliseconds patience);

  // Waits at most patience; nothing if no slot became free. Safe from many threads.
  // Throws std::system_error if a lock file cannot be used.
  [[nodiscard]] std::optional<Slot> enter();

  // How many slots were given back so far: one for each computation of this process.
  [[nodiscard]] unsigned computations();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  class Turn;
  [[nodiscard]] Descriptor wait_for_slot(Deadline end);  // not open if no slot became free
  void wait_for_release(milliseconds limit);
  void slot_is_free();

  std::string lock_file_;
  int slots_;
  milliseconds patience_;

  std::mutex mutex_;
  std::condition_variable turn_over_;
  std::condition_variable released_;
  bool taken_ = false;    // a thread has the turn
  bool is_free_ = false;  // a thread of this process left a slot a moment ago
  unsigned releases_ = 0;
};

}  // namespace cardea
