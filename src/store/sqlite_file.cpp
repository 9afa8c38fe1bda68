#include "store/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace cardea {

namespace {

constexpr std::array<unsigned long, 10> network_file_systems{
    0x6969,      // NFS
    0x517b,      // SMB
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB 2
    0x65735546,  // FUSE
    0x47504653,  // GPFS
    0x0bd00bd0,  // Lustre
    0x01021997,  // 9P
    0x5346414f,  // AFS
    0x00c36400,  // Ceph
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_directory(const std::string& path) {
  const std::string directory = directory_of(path);
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) {
    throw StoreUnavailable("the database's directory " + directory + ": " + std::strerror(errno));
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    throw StoreUnavailable("the database's directory " + directory +
                           " is writable by everybody; use one of your own (chmod 700)");
  }
}

// The mode is set by creating the file ourselves: SQLite would leave it to the umask.
void create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) {
    close(descriptor);
  } else if (errno != EEXIST) {
    throw StoreUnavailable("cannot create the database " + path + ": " + std::strerror(errno));
  }
}

}  // namespace

bool is_network_file_system(unsigned long type) {
  return std::find(network_file_systems.begin(), network_file_systems.end(), type) !=
         network_file_systems.end();
}

bool on_network_file_system(const std::string& path) {
  struct statfs status {};
  if (statfs(directory_of(path).c_str(), &status) != 0) return false;
  // The kernel's magic numbers have 32 bits; f_type is signed on some machines.
  return is_network_file_system(static_cast<unsigned long>(status.f_type) & 0xffffffffUL);
}

void prepare_database_file(const std::string& path, MissingFile missing) {
  check_directory(path);
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return;
  if (errno != ENOENT) throw StoreUnavailable("the database " + path + ": " + std::strerror(errno));
  if (missing == MissingFile::refuse) {
    throw StoreUnavailable("the database " + path + " does not exist yet: run `cardea migrate`");
  }
  create(path);
}

std::vector<std::string> database_file_warnings(const std::string& path) {
  std::vector<std::string> warnings;
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    warnings.push_back("other users of this machine can read or write " + path + "; chmod 600 cures it");
  }
  if (on_network_file_system(path)) {
    warnings.push_back(path +
                       " is on a network file system: slow, and safe only while its locks work; "
                       "prefer a local disk or a MySQL database");
  }
  return warnings;
}

}  // namespace cardea
