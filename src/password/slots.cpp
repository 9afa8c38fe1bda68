#include "password/slots.h"

#include <fcntl.h>
#include <sys/file.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/entropy.h"

namespace cardea {
namespace {

using std::chrono::steady_clock;

constexpr int min_pause = 1;  // milliseconds between two rounds of attempts
constexpr int max_pause = 3;
constexpr unsigned favours = 4;  // each fourth slot is left to the first thread of any process

int random_below(int limit) {
  SystemEntropy entropy;
  const auto bytes = random_array<2>(entropy);
  return (bytes[0] << 8 | bytes[1]) % limit;
}

// Empty if another opening of the file holds the slot. The lock belongs to this opening, not to the process: two threads
// exclude each other as well. flock() and not F_OFD_SETLK of fcntl(), which Linux has since 3.15 only.
Descriptor try_slot(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) throw std::system_error(errno, std::generic_category(), path);
  while (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Descriptor();
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), path);
  }
  return file;
}

// Begins at a random slot, so that many processes do not all queue at the first one.
Descriptor try_any(const std::string& lock_file, int slots) {
  const int first = random_below(slots);
  for (int i = 0; i < slots; ++i) {
    auto slot = try_slot(lock_file + '.' + std::to_string((first + i) % slots));
    if (slot.is_open()) return slot;
  }
  return Descriptor();
}

}  // namespace

// The turn to look for a slot: one thread of this process has it at a time.
class HashingSlots::Turn {
 public:
  Turn(HashingSlots& gate, Deadline end) : gate_(gate) {
    std::unique_lock lock(gate_.mutex_);
    mine_ = gate_.turn_over_.wait_until(lock, end, [&] { return !gate_.taken_; });
    gate_.taken_ = gate_.taken_ || mine_;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!mine_) return;
    const std::lock_guard lock(gate_.mutex_);
    gate_.taken_ = false;
    gate_.turn_over_.notify_one();
  }
  [[nodiscard]] bool is_mine() const { return mine_; }

 private:
  HashingSlots& gate_;
  bool mine_ = false;
};

HashingSlots::Slot::~Slot() {
  if (!file_.is_open()) return;
  file_ = Descriptor();
  gate_->slot_is_free();
}

HashingSlots::HashingSlots(std::string lock_file, int slots, milliseconds patience)
    : lock_file_(std::move(lock_file)), slots_(std::max(slots, 1)), patience_(patience) {}

std::optional<HashingSlots::Slot> HashingSlots::enter() {
  const auto end = steady_clock::now() + patience_;
  const Turn turn(*this, end);
  if (!turn.is_mine()) return std::nullopt;
  Descriptor file = wait_for_slot(end);
  if (!file.is_open()) return std::nullopt;
  return Slot(*this, std::move(file));
}

unsigned HashingSlots::computations() {
  const std::lock_guard lock(mutex_);
  return releases_;
}

Descriptor HashingSlots::wait_for_slot(Deadline end) {
  while (true) {
    auto file = try_any(lock_file_, slots_);
    if (file.is_open()) return file;
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) return Descriptor();
    const milliseconds pause{min_pause + random_below(max_pause - min_pause + 1)};
    wait_for_release(std::min(pause, left));
  }
}

void HashingSlots::wait_for_release(milliseconds limit) {
  std::unique_lock lock(mutex_);
  released_.wait_for(lock, limit, [this] { return is_free_; });
  is_free_ = false;
}

void HashingSlots::slot_is_free() {
  const std::lock_guard lock(mutex_);
  if (++releases_ % favours == 0) return;
  is_free_ = true;
  released_.notify_one();
}

}  // namespace cardea
