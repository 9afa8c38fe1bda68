// A directory of its own for one test, removed with all that is in it.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cardea {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cardea-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + '/' + name; }
  // Writes a file with that mode and returns its path.
  std::string write(const std::string& name, const std::string& contents, mode_t mode = 0600) const {
    std::ofstream{path(name), std::ios::binary} << contents;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }

 private:
  std::string path_;
};

}  // namespace cardea
