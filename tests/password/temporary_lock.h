// A lock file of one test, in a directory of its own that goes away with it.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace cardea::testing {

class TemporaryLock {
 public:
  TemporaryLock() {
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  TemporaryLock(const TemporaryLock&) = delete;
  TemporaryLock& operator=(const TemporaryLock&) = delete;
  ~TemporaryLock() {
    unlink(path().c_str());
    rmdir(directory_.c_str());
  }
  [[nodiscard]] std::string path() const { return directory_ + "/hashing.lock"; }

 private:
  std::string directory_ = "/tmp/cardea-password-XXXXXX";
};

}  // namespace cardea::testing
