// The key directory: who may read it, what its files are called, and how one is written so that no reader ever sees
// half of it; and files beside it that several processes of one user share. Nothing here reads what is inside a key
// file.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"

namespace cardea {

// The directory is missing, readable by others, holds a file that is no key, or has no key to sign with. The message
// names the file and the cure.
class KeyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "20261122T031500Z-es256.pem", "20261122T031500Z-refresh-1.pem" or "20261122T031500Z-legacy-1.pem". Ordered
// by time.
struct KeyFileName {
  Instant from{};                      // whole seconds
  std::optional<Algorithm> algorithm;  // empty: a key of refresh tokens, or a legacy key
  std::uint8_t number = 0;             // 1 to 255 with keys of refresh tokens and legacy keys, else 0
  bool legacy = false;                 // keys/ring.h

  [[nodiscard]] bool is_refresh() const { return !algorithm && !legacy; }
  [[nodiscard]] std::string text() const;
  // Exactly what text() writes.
  [[nodiscard]] static std::optional<KeyFileName> of_text(std::string_view text);
  auto operator<=>(const KeyFileName&) const = default;
};

// Which directory it is and when an entry was last added, renamed or removed.
struct DirectoryStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t changed_nanoseconds = 0;
  [[nodiscard]] Instant changed_at() const;
  bool operator==(const DirectoryStamp&) const = default;
};

// One stat(2). Nothing if there is no such directory or it cannot be reached.
[[nodiscard]] std::optional<DirectoryStamp> stamp_of_directory(const std::string& path);

class KeyDirectory {
 public:
  // Opens it. Throws KeyError if it is missing, a symbolic link, or open to others.
  explicit KeyDirectory(std::string path);

  // Makes it, mode 0700, and the directories above it, if there is none.
  static void create(const std::string& path);

  // The key files, oldest first. Throws KeyError for a file that ends in .pem and is called anything else.
  [[nodiscard]] std::vector<KeyFileName> names() const;
  // Throws KeyError if the file is gone, no regular file, open to others, or too long for a key.
  [[nodiscard]] Secret read(const KeyFileName& name) const;
  // Other writers wait until this object is destroyed; readers do not.
  void lock();
  // Atomically: temporary file, fsync, rename. Throws KeyError.
  void write(const KeyFileName& name, const Secret& text);
  void remove(const KeyFileName& name);

 private:
  [[nodiscard]] std::string path_of(std::string_view name) const;

  std::string path_;
  Descriptor handle_;
  uid_t owner_ = 0;  // of the directory, when it was opened
};

// Opens a file that several processes of one user share, for reading and writing. Makes it if there is none, for its
// owner alone, also if root makes it. -1 if that fails; errno says why.
[[nodiscard]] int open_shared(const std::string& path);

// If root made the open file in another user's directory, that user must be able to use it: gives it to the owner and
// the group of the directory that it lies in. Does nothing for other users than root. False if it fails; errno says
// why.
[[nodiscard]] bool give_to_directory_owner(int descriptor, const std::string& path);

}  // namespace cardea
