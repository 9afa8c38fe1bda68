#include "token/owned_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace cardea {

int open_shared(const std::string& path) {
  const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  const int descriptor = ::open(path.c_str(), flags);
  if (descriptor >= 0 || errno != ENOENT) return descriptor;
  const int made = ::open(path.c_str(), flags | O_CREAT, S_IRUSR | S_IWUSR);
  if (made < 0 || give_to_directory_owner(made, path)) return made;
  const int reason = errno;
  ::close(made);
  errno = reason;
  return -1;
}

bool give_to_directory_owner(int descriptor, const std::string& path) {
  if (::geteuid() != 0) return true;
  struct stat directory {};
  const auto slash = path.rfind('/');
  const auto parent = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
  return ::stat(parent.c_str(), &directory) == 0 &&
         ::fchown(descriptor, directory.st_uid, directory.st_gid) == 0;
}

}  // namespace cardea
