// The lock files of one test, in a directory of its own that goes away with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace cardea::testing {

class TemporaryLock {
 public:
  TemporaryLock() {
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  TemporaryLock(const TemporaryLock&) = delete;
  TemporaryLock& operator=(const TemporaryLock&) = delete;
  ~TemporaryLock() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  [[nodiscard]] std::string path() const { return directory_ + "/hashing.lock"; }

 private:
  std::string directory_ = "/tmp/cardea-password-XXXXXX";
};

}  // namespace cardea::testing
