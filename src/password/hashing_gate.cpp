#include "password/hashing_gate.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "base/entropy.h"

namespace cardea {
namespace {

using std::chrono::steady_clock;

constexpr int shortest_pause = 2;  // milliseconds between two rounds of attempts
constexpr int longest_pause = 20;

int random_below(int limit) {
  SystemEntropy entropy;
  const auto bytes = random_array<2>(entropy);
  return (bytes[0] << 8 | bytes[1]) % limit;
}

// The lock belongs to this opening of the file, not to the process: two threads exclude each other as well.
int open_lock_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error(errno, std::generic_category(), path);
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

HashingGate::Slot::Slot(int file) : file_(file) {}

HashingGate::Slot::Slot(Slot&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

HashingGate::Slot& HashingGate::Slot::operator=(Slot&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

HashingGate::Slot::~Slot() {
  if (file_ >= 0) close(file_);
}

HashingGate::HashingGate(std::string lock_file, int slots, milliseconds patience)
    : lock_file_(std::move(lock_file)), slots_(std::max(slots, 1)), patience_(patience) {}

std::optional<HashingGate::Slot> HashingGate::enter() {
  const auto end = steady_clock::now() + patience_;
  Slot slot(open_lock_file(lock_file_));
  while (!lock_any(slot.file_, slots_, lock_file_)) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    const milliseconds pause{shortest_pause + random_below(longest_pause - shortest_pause + 1)};
    std::this_thread::sleep_for(std::min(pause, left));
  }
  return slot;
}

}  // namespace cardea
