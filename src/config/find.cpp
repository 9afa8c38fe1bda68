#include "config/find.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace cardea {

namespace {

std::optional<std::string> beside_the_binary() {
  std::error_code problem;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem) return std::nullopt;
  const std::filesystem::path file = binary.parent_path() / "cardea.ini";
  // A dangling link is there too: better refused by name than passed over in silence.
  const auto status = std::filesystem::symlink_status(file, problem);
  if (!std::filesystem::exists(status)) return std::nullopt;
  return file.string();
}

}  // namespace

std::string find_config(const std::optional<std::string>& argument) {
  if (argument) return *argument;
  if (const char* named = std::getenv("CARDEA_CONFIG"); named != nullptr && *named != '\0') return named;
  return beside_the_binary().value_or("/etc/cardea/cardea.ini");
}

}  // namespace cardea
