// The settings that name files, and the database, which may.
#include <filesystem>
#include <system_error>

#include "config/apply.h"
#include "config/database_url.h"
#include "config/private_file.h"
#include "config/secret_files.h"

namespace cardea {
namespace {

constexpr std::size_t shortest_caller_secret = 32;

// The one line of the file; nothing if it holds none or more.
std::optional<Secret> only_line(std::string&& contents) {
  if (contents.ends_with('\n')) contents.pop_back();
  if (contents.ends_with('\r')) contents.pop_back();
  const bool one_line =
      !contents.empty() && contents.find_first_of(std::string_view{"\n\r\0", 3}) == contents.npos;
  Secret line{std::move(contents)};
  return one_line ? std::optional{std::move(line)} : std::nullopt;
}

}  // namespace

std::string path_beside(const std::string& configuration, std::string_view path) {
  std::error_code ignored;
  const auto directory = std::filesystem::absolute(configuration, ignored).parent_path();
  return (directory / path).lexically_normal().string();
}

Problem read_one_line_secret(const std::string& configuration, std::string_view path, Secret& secret) {
  auto read = read_private_file(path_beside(configuration, path));
  if (auto* unreadable = std::get_if<Unreadable>(&read)) return "the file is refused: " + unreadable->reason;
  auto line = only_line(std::get<std::string>(std::move(read)));
  if (!line) return "the file must hold the secret, in one line, and nothing else";
  secret = *std::move(line);
  return std::nullopt;
}

Problem apply_database_url(std::string_view value, Settings& settings) {
  auto parsed = parse_database_url(value);
  if (auto* bad = std::get_if<BadDatabaseUrl>(&parsed)) return std::move(bad->problem);
  settings.database = std::get<DatabaseSettings>(std::move(parsed));
  return std::nullopt;
}

Problem apply_password_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  if (!settings.database.password.empty()) return "url has a password already; keep one of the two";
  return read_one_line_secret(settings.file, value, settings.database.password);
}

Problem apply_introspection_secret(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  auto read = read_private_file(path_beside(settings.file, value));
  if (auto* unreadable = std::get_if<Unreadable>(&read)) return "the file is refused: " + unreadable->reason;
  auto secret = only_line(std::get<std::string>(std::move(read)));
  if (!secret || secret->size() < shortest_caller_secret)
    return "the file must hold a secret of 32 characters or more, in one line, and nothing else; "
           "make one with: openssl rand -hex 32";
  settings.tokens.introspection_secret = *std::move(secret);
  return std::nullopt;
}

Problem apply_keys(std::string_view value, Settings& settings) {
  if (value.empty()) return "the directory of the signing keys is missing; write keys, or an absolute path";
  settings.tokens.keys = path_beside(settings.file, value);
  return std::nullopt;
}

Problem apply_revocations(std::string_view value, Settings& settings) {
  if (!value.empty()) settings.tokens.revocations = path_beside(settings.file, value);
  return std::nullopt;
}

}  // namespace cardea
