#include "config/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "base/descriptor.h"
#include "base/secret.h"

namespace cardea {
namespace {

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

Unreadable not_opened(int error) {
  if (error == ELOOP) return {"it is a symbolic link; name the file itself"};
  if (error == ENOENT || error == ENOTDIR)
    return {"it cannot be opened: " + reason_of(error), FileFault::missing};
  if (error == EACCES)
    return {"the user that the program runs as (number " + std::to_string(::geteuid()) +
            ") may not read it, or not enter its directory"};
  return {"it cannot be opened: " + reason_of(error)};
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777U);
  return text;
}

std::optional<Unreadable> refusal_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return Unreadable{"it is not a regular file"};
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return Unreadable{"it belongs to user " + std::to_string(status.st_uid) +
                          "; it must belong to root or to the user the program runs as, which is " +
                          std::to_string(::geteuid()),
                      FileFault::exposed};
  const mode_t group_may = status.st_uid == 0 ? S_IRGRP : 0;
  const mode_t foreign = (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) & ~group_may;
  if ((status.st_mode & foreign) != 0)
    return Unreadable{"others can read or change it (mode " + octal(status.st_mode) +
                          "); allowed are 0600, or 0640 if it belongs to root: chmod 600",
                      FileFault::exposed};
  if (static_cast<std::size_t>(status.st_size) > private_file_limit)
    return Unreadable{"it is larger than " + std::to_string(private_file_limit) + " bytes"};
  return std::nullopt;
}

}  // namespace

std::variant<std::string, Unreadable> read_private_file(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file.is_open()) return not_opened(errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return not_opened(errno);
  if (auto refusal = refusal_of(status)) return *std::move(refusal);
  // One byte more than there is: a file that grows meanwhile is read as far as it went.
  std::string contents(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t size = 0;
  while (size < contents.size()) {
    const auto got = ::read(file.number(), contents.data() + size, contents.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      wipe(contents);
      return Unreadable{"it cannot be read: " + reason_of(error)};
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  contents.resize(size);
  if (size > static_cast<std::size_t>(status.st_size)) return Unreadable{"it grows while it is read"};
  return contents;
}

bool replace_file(const std::string& path, std::string_view text, mode_t mode) {
  const auto temporary = path + ".new";
  ::unlink(temporary.c_str());  // left over from a crash
  const Descriptor file{
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file.is_open()) return false;
  const bool replaced = write_all(file.number(), text) && ::fchmod(file.number(), mode) == 0 &&
                        ::fsync(file.number()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (replaced) return true;
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  return false;
}

}  // namespace cardea
