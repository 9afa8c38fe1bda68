#include "support/temporary_directory.h"

#include <stdlib.h>

#include <stdexcept>

namespace cardea::testing {

TemporaryDirectory::TemporaryDirectory(const std::string& name) {
  const std::filesystem::path build = std::filesystem::absolute(CARDEA_TESTS).parent_path() / "build";
  std::filesystem::create_directories(build);
  path_ = (build / (name + "-XXXXXX")).string();
  if (mkdtemp(path_.data()) == nullptr)
    throw std::runtime_error("cannot make a directory below " + build.string());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace cardea::testing
