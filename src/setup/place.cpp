#include "setup/place.h"

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "config/load.h"

namespace cardea {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

fs::path resolved(const std::string& path) {
  std::error_code problem;
  auto whole = fs::weakly_canonical(path, problem);
  return problem ? fs::path(path).lexically_normal() : whole;
}

Place place_at(const std::string& config, const HostPaths& paths) {
  Place place;
  place.config = config;
  place.home = fs::path(config).parent_path().string();
  place.config_exists = exists(config);
  place.is_usable = !place.config_exists && may_create(config) && !is_public(config, paths.document_root);
  return place;
}

// With a pointer beside the program, which must be writable for that.
Place place_beside_root(const HostPaths& paths) {
  const auto above = resolved(paths.document_root).parent_path();
  auto place = place_at((above / "cardea" / "cardea.ini").string(), paths);
  place.pointer = paths.program + '/' + std::string(config_pointer);
  place.is_usable = place.is_usable && may_create(place.pointer);
  return place;
}

}  // namespace

Place choose_place(const HostPaths& paths) {
  constexpr auto last = "/etc/cardea/cardea.ini";
  if (paths.config_is_named || paths.config != last) return place_at(paths.config, paths);
  if (lies_in(paths.program, paths.document_root)) return place_beside_root(paths);
  auto beside = place_at(paths.program + "/cardea.ini", paths);
  if (beside.was_used()) return beside;
  auto folder = place_at((resolved(paths.program).parent_path() / "cardea" / "cardea.ini").string(), paths);
  std::error_code problem;
  if (fs::is_directory(folder.home, problem) && (folder.is_usable || folder.was_used())) return folder;
  if (beside.is_usable) return beside;
  auto system = place_at(last, paths);
  return system.is_usable || system.was_used() ? system : beside;
}

std::string web_root(const std::string& path, const std::string& told) {
  if (lies_in(path, told)) return told;
  constexpr std::array<std::string_view, 5> names{"public_html", "httpdocs", "htdocs", "wwwroot", "public"};
  fs::path directory;
  for (const auto& part : resolved(path)) {
    directory /= part;
    if (std::find(names.begin(), names.end(), part.string()) != names.end()) return directory.string();
  }
  return told;
}

bool is_public(const std::string& path, const std::string& told) {
  return lies_in(path, web_root(path, told));
}

bool Place::is_begun() const {
  return exists(draft());
}

bool Place::was_used() const {
  return config_exists || exists(marker());
}

bool is_closed(const Place& place) {
  return exists(place.marker()) && !place.is_begun();
}

bool lies_in(const std::string& path, const std::string& directory) {
  if (directory.empty()) return false;
  const auto inner = resolved(path);
  const auto outer = resolved(directory);
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  // A slash at the end of a path is an empty last part.
  return end == outer.end() || (end->empty() && std::next(end) == outer.end());
}

std::string existing_directory(const std::string& path) {
  auto directory = fs::path(path).parent_path();
  std::error_code problem;
  while (directory.has_relative_path() && !fs::is_directory(directory, problem))
    directory = directory.parent_path();
  return directory.string();
}

bool may_create(const std::string& path) {
  const auto directory = existing_directory(path);
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0 || (status.st_mode & S_IWOTH) != 0) return false;
  return ::access(directory.c_str(), W_OK | X_OK) == 0;
}

}  // namespace cardea
