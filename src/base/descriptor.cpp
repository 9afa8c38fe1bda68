#include "base/descriptor.h"

#include <unistd.h>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace cardea {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

int Descriptor::release() {
  return std::exchange(number_, -1);
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

namespace {

std::string_view limit_behind(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
      return "no file descriptor is left (ulimit -n)";
    case EAGAIN:
      return "the host allows no further process or thread (ulimit -u)";
    case ENOSPC:
      return "the disk is full";
    case EDQUOT:
    case EFBIG:
      return "a quota or a limit of file sizes is reached (ulimit -f)";
    case ENOMEM:
      return "no memory is left (ulimit -v)";
    default:
      return "";
  }
}

}  // namespace

bool is_failure_of_machine(const std::exception& failure) {
  return dynamic_cast<const std::bad_alloc*>(&failure) != nullptr ||
         dynamic_cast<const std::system_error*>(&failure) != nullptr;
}

std::string description_of(const std::exception& failure) {
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) return std::string(limit_behind(ENOMEM));
  std::string text = failure.what();
  if (const auto* of_system = dynamic_cast<const std::system_error*>(&failure)) {
    const auto limit = limit_behind(of_system->code().value());
    if (!limit.empty()) text.append("; ").append(limit);
  }
  return text;
}

}  // namespace cardea
