#include "base/entropy.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>

#include "base/descriptor.h"

namespace cardea {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

ssize_t read_device(std::span<std::uint8_t> out) {
  const Descriptor device(::open("/dev/urandom", O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!device.is_open()) fail("/dev/urandom");
  const auto got = ::read(device.number(), out.data(), out.size());
  if (got == 0) throw std::runtime_error("/dev/urandom is empty");
  return got;
}

ssize_t draw(std::span<std::uint8_t> out) {
  const auto got = ::getrandom(out.data(), out.size(), 0);
  return got < 0 && errno == ENOSYS ? read_device(out) : got;
}

}  // namespace

void SystemEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto got = draw(out);
    if (got < 0) {
      if (errno == EINTR) continue;
      fail("getrandom");
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace cardea
