// What is written to standard error while an object of this class lives, by way of a file.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/descriptor.h"

namespace cardea::testing {

class ErrorOutput {
 public:
  explicit ErrorOutput(std::string path) : path_(std::move(path)), kept_(::dup(STDERR_FILENO)) {
    std::ofstream{path_};
    if (std::freopen(path_.c_str(), "a", stderr) == nullptr) std::abort();
  }
  ErrorOutput(const ErrorOutput&) = delete;
  ErrorOutput& operator=(const ErrorOutput&) = delete;
  ~ErrorOutput() { restore(); }
  // All of it; what is written from now on goes where it went before.
  std::string text() {
    restore();
    return written();
  }
  // What has come until now.
  [[nodiscard]] std::string written() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  void restore() { ::dup2(kept_.number(), STDERR_FILENO); }
  std::string path_;
  Descriptor kept_;
};

}  // namespace cardea::testing
