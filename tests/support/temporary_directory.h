// A directory of one test, for its owner only; it goes away with the object and all that is in it.
#pragma once

#include <filesystem>
#include <string>

namespace cardea::testing {

class TemporaryDirectory {
 public:
  // Below build/, which is on a disk where the sources are.
  explicit TemporaryDirectory(const std::string& name);
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace cardea::testing
