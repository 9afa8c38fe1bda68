#include "keys/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <tuple>

#include "base/encoding.h"
#include "base/utf8.h"
#include "keys/signing_key.h"

namespace cardea {
namespace {

constexpr std::string_view ending = ".pem";
constexpr std::size_t file_size_limit = 16384;  // an RSA key of 8192 bits takes 6400 bytes
constexpr mode_t group_bits = 070;
constexpr mode_t group_reads = 040;
constexpr mode_t group_writes = 020;
constexpr mode_t others_bits = 07;

[[noreturn]] void fail(const std::string& path, const std::string& trouble) {
  throw KeyError(path + ": " + trouble);
}

[[noreturn]] void fail_with_errno(const std::string& path, const char* action) {
  fail(path, std::string{action} + ": " + std::strerror(errno));
}

struct ListingCloser {
  void operator()(DIR* listing) const { ::closedir(listing); }
};
using Listing = std::unique_ptr<DIR, ListingCloser>;

struct stat status_of(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail_with_errno(path, "cannot be examined");
  return status;
}

// Root can read every file, but in another user's directory it takes only that user's files and its own for keys.
bool is_owner_trusted(const struct stat& status, uid_t directory_owner) {
  const auto self = ::geteuid();
  return status.st_uid == self || status.st_uid == 0 || (self == 0 && status.st_uid == directory_owner);
}

void require_private(const struct stat& status, uid_t directory_owner, const std::string& path) {
  if (!is_owner_trusted(status, directory_owner))
    fail(path, "belongs to another user; give it to the user that the program runs as, or to root (chown)");
  if ((status.st_mode & others_bits) != 0)
    fail(path, "is open to other users; close it with: chmod o= " + path);
  if ((status.st_mode & group_writes) != 0)
    fail(path, "its group may write to it; close it with: chmod g-w " + path);
  if ((status.st_mode & group_bits) != 0 && status.st_uid != 0)
    fail(path, "is open to its group, which only root's files may be; close it with: chmod g= " + path);
}

// The whole file; one byte more if it has grown meanwhile. The string has its full size from the start, so that no
// copy of a secret is left in memory.
Secret read_all(int descriptor, std::size_t expected, const std::string& path) {
  std::string text(expected + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_with_errno(path, "cannot be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return Secret{std::move(text)};
}

// The users of the directory must be able to read a file that root makes there.
bool hand_over(int descriptor, const struct stat& directory) {
  if (::geteuid() != 0) return true;
  const bool shared_with_group = directory.st_uid == 0 && (directory.st_mode & group_reads) != 0;
  if (directory.st_uid == 0 && !shared_with_group) return true;
  if (::fchown(descriptor, directory.st_uid, directory.st_gid) != 0) return false;
  return !shared_with_group || ::fchmod(descriptor, S_IRUSR | S_IWUSR | S_IRGRP) == 0;
}

}  // namespace

Instant DirectoryStamp::changed_at() const {
  return Instant{std::chrono::floor<milliseconds>(std::chrono::nanoseconds{changed_nanoseconds})};
}

std::optional<DirectoryStamp> stamp_of_directory(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return std::nullopt;
  const auto changed =
      std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
  return DirectoryStamp{status.st_dev, status.st_ino, changed.count()};
}

KeyDirectory::KeyDirectory(std::string path)
    : path_(std::move(path)),
      handle_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
  if (!handle_.is_open()) {
    if (errno == ENOENT) fail(path_, "there is no such directory; make keys with: cardea key new");
    if (errno == ENOTDIR) fail(path_, "is no directory (a symbolic link to one is not accepted)");
    fail_with_errno(path_, "cannot be opened");
  }
  const auto status = status_of(handle_.number(), path_);
  owner_ = status.st_uid;
  require_private(status, owner_, path_);
}

void KeyDirectory::create(const std::string& path) {
  std::error_code trouble;
  std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), trouble);
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail_with_errno(path, "cannot be created");
}

std::string KeyDirectory::path_of(std::string_view name) const {
  return path_ + '/' + std::string{name};
}

std::vector<KeyFileName> KeyDirectory::names() const {
  Descriptor again{::openat(handle_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const Listing listing{again.is_open() ? ::fdopendir(again.number()) : nullptr};
  if (!listing) fail_with_errno(path_, "cannot be listed");
  std::ignore = again.release();
  std::vector<KeyFileName> names;
  for (const auto* entry = ::readdir(listing.get()); entry != nullptr; entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    if (!name.ends_with(ending)) continue;
    const auto parsed = KeyFileName::of_text(name);
    if (!parsed)
      fail(path_of(name), "is not called like a key (20261122T031500Z-es256.pem, …-refresh-1.pem)");
    names.push_back(*parsed);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Secret KeyDirectory::read(const KeyFileName& name) const {
  const auto path = path_of(name.text());
  const Descriptor file{
      ::openat(handle_.number(), name.text().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!file.is_open() && errno == ELOOP) fail(path, "is a symbolic link; put the key itself there");
  if (!file.is_open()) fail_with_errno(path, "cannot be opened");
  const auto status = status_of(file.number(), path);
  if (!S_ISREG(status.st_mode)) fail(path, "is no regular file");
  require_private(status, owner_, path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > file_size_limit) fail(path, "is too long for a key");
  return read_all(file.number(), size, path);
}

// Not every network filesystem can lock a directory. There, two `key new` at the same moment could take the same
// number, which the next process that reads the directory reports; that is no reason to refuse.
void KeyDirectory::lock() {
  while (::flock(handle_.number(), LOCK_EX) != 0 && errno == EINTR) continue;
}

void KeyDirectory::write(const KeyFileName& name, const Secret& text) {
  const auto final_name = name.text();
  const auto temporary_name = '.' + final_name + ".new";
  ::unlinkat(handle_.number(), temporary_name.c_str(), 0);  // left over from a crash
  const Descriptor file{::openat(handle_.number(), temporary_name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file.is_open()) fail_with_errno(path_of(temporary_name), "cannot be created");
  const bool written =
      write_all(file.number(), text.reveal()) &&
      hand_over(file.number(), status_of(handle_.number(), path_)) && ::fsync(file.number()) == 0 &&
      ::renameat(handle_.number(), temporary_name.c_str(), handle_.number(), final_name.c_str()) == 0;
  if (written) {
    ::fsync(handle_.number());
    return;
  }
  const int reason = errno;
  ::unlinkat(handle_.number(), temporary_name.c_str(), 0);
  errno = reason;
  fail_with_errno(path_of(final_name), "cannot be written");
}

void KeyDirectory::remove(const KeyFileName& name) {
  if (::unlinkat(handle_.number(), name.text().c_str(), 0) != 0)
    fail_with_errno(path_of(name.text()), "cannot be removed");
}

namespace {

constexpr std::string_view refresh_mark = "refresh-";
constexpr std::string_view legacy_mark = "legacy-";
constexpr std::size_t time_size = 16;  // 20261122T031500Z

std::string compact_time(Instant at) {
  auto text = rfc3339(at);
  std::erase_if(text, [](char letter) { return letter == '-' || letter == ':'; });
  return text;
}

std::optional<int> digits(std::string_view text, std::size_t offset, std::size_t count) {
  const auto value = whole_number(text.substr(offset, count), 9999);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<Instant> time_of(std::string_view text) {
  using namespace std::chrono;
  const auto year_number = digits(text, 0, 4);
  const auto month_number = digits(text, 4, 2);
  const auto day_number = digits(text, 6, 2);
  const auto hour = digits(text, 9, 2);
  const auto minute = digits(text, 11, 2);
  const auto second = digits(text, 13, 2);
  if (!year_number || !month_number || !day_number || !hour || !minute || !second) return std::nullopt;
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!date.ok()) return std::nullopt;
  return Instant{sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second}};
}

std::string algorithm_in_names(Algorithm algorithm) {
  return ascii_lower(jose_name(algorithm));
}

std::optional<Algorithm> algorithm_of(std::string_view kind) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256})
    if (kind == algorithm_in_names(algorithm)) return algorithm;
  return std::nullopt;
}

std::uint8_t number_behind(std::string_view mark, std::string_view kind) {
  if (!kind.starts_with(mark)) return 0;
  return static_cast<std::uint8_t>(whole_number(kind.substr(mark.size()), 255).value_or(0));
}

}  // namespace

std::string KeyFileName::text() const {
  const auto kind = algorithm ? algorithm_in_names(*algorithm)
                              : std::string{legacy ? legacy_mark : refresh_mark} + std::to_string(number);
  return compact_time(from) + '-' + kind + std::string{ending};
}

std::optional<KeyFileName> KeyFileName::of_text(std::string_view text) {
  if (text.size() <= time_size + 1 + ending.size() || !text.ends_with(ending)) return std::nullopt;
  const auto from = time_of(text.substr(0, time_size));
  if (!from) return std::nullopt;
  const auto kind = text.substr(time_size + 1, text.size() - time_size - 1 - ending.size());
  const bool legacy = kind.starts_with(legacy_mark);
  const KeyFileName name{*from, algorithm_of(kind), number_behind(legacy ? legacy_mark : refresh_mark, kind),
                         legacy};
  if (!name.algorithm && name.number == 0) return std::nullopt;
  return name.text() == text ? std::optional{name} : std::nullopt;
}

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
