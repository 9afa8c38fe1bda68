#include "password/slots.h"

#include <fcntl.h>
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

// The lock belongs to this opening of the file, not to the process: two threads exclude each other as well.
Descriptor open_lock_file(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) throw std::system_error(errno, std::generic_category(), path);
  return file;
}

// False if another opening of the file holds this slot.
bool try_lock(int file, int slot, const std::string& path) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = slot;
  lock.l_len = 1;
  while (fcntl(file, F_OFD_SETLK, &lock) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), path);
  }
  return true;
}

// Begins at a random slot, so that many processes do not all queue at the first one.
bool lock_any(int file, int slots, const std::string& path) {
  const int first = random_below(slots);
  for (int i = 0; i < slots; ++i) {
    if (try_lock(file, (first + i) % slots, path)) return true;
  }
  return false;
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
  Descriptor file = open_lock_file(lock_file_);
  if (!wait_for_slot(file.number(), end)) return std::nullopt;
  return Slot(*this, std::move(file));
}

bool HashingSlots::wait_for_slot(int file, Deadline end) {
  while (!lock_any(file, slots_, lock_file_)) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) return false;
    const milliseconds pause{min_pause + random_below(max_pause - min_pause + 1)};
    wait_for_release(std::min(pause, left));
  }
  return true;
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
