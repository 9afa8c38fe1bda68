#include "upkeep/host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/descriptor.h"
#include "config/load.h"
#include "upkeep/upgrade.h"

namespace cardea {

using enum FindingKind;

namespace {

constexpr std::int64_t low_bytes = std::int64_t{50} << 20;
constexpr std::int64_t low_files = 1000;

std::string in_megabytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

// A directory that is not ours to write to says nothing about the disk.
std::string reason_of(int error) {
  const bool is_about_room = error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
  return is_about_room ? std::generic_category().message(error) : std::string{};
}

// Why there is no room for 64 KiB more; empty if there is.
std::string try_to_write(const std::string& directory) {
  const auto path = directory + "/room-" + std::to_string(::getpid()) + ".tmp";
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return reason_of(errno);
  const bool is_written =
      write_all(file.number(), std::string(64 * 1024, 'x')) && ::fsync(file.number()) == 0;
  const int error = errno;
  ::unlink(path.c_str());
  return is_written ? std::string{} : reason_of(error);
}

Room room_at(const std::string& directory) {
  Room room{.path = directory};
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) == 0) {
    room.bytes = static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
    room.files = static_cast<std::int64_t>(status.f_favail);
    room.all_files = static_cast<std::int64_t>(status.f_files);
  }
  room.refused = try_to_write(directory);
  return room;
}

bool is_clock_kept() {
  timex clock{};
  const int state = ::adjtimex(&clock);
  return state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

// "cardea.ini.bak", "cardea.ini~", "cardea.ini.old": not the draft of set-up, which is at work.
bool is_copy(std::string_view name, std::string_view config) {
  return name.size() > config.size() && name.starts_with(config) && name != std::string(config) + ".new";
}

void find_in(const std::string& directory, bool (*wanted)(std::string_view, std::string_view),
             std::string_view argument, Findings& findings) {
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(directory, trouble), end; !trouble && entry != end;
       entry.increment(trouble))
    if (wanted(entry->path().filename().string(), argument))
      findings.push_back({secret_left, {{"path", entry->path().string()}}});
}

}  // namespace

Finding judge_program(const std::string& path, unsigned mode) {
  if ((mode & S_IWOTH) == 0) return {program_closed, {{"path", path}}};
  char text[8];
  std::snprintf(text, sizeof text, "%o", mode & 07777U);
  return {program_writable, {{"path", path}, {"mode", text}}};
}

Finding judge_user(unsigned user) {
  if (user == 0) return {program_root};
  return {program_user, {{"user", std::to_string(user)}}};
}

Findings judge_room(const Room& room) {
  Findings findings;
  if (!room.refused.empty())
    findings.push_back({disk_full, {{"path", room.path}, {"message", room.refused}}});
  if (room.all_files > 0 && room.files < low_files)
    findings.push_back({disk_files_low, {{"path", room.path}, {"count", std::to_string(room.files)}}});
  const auto kind = room.bytes < low_bytes ? disk_low : disk_room;
  findings.push_back({kind, {{"path", room.path}, {"free", in_megabytes(room.bytes)}}});
  return findings;
}

Finding judge_clock(bool kept) {
  return {kept ? clock_set : clock_free};
}

Findings look_for_leftovers(const std::string& config, const std::string& program_directory) {
  const std::filesystem::path file(config);
  Findings findings;
  find_in(file.parent_path().string(), is_copy, file.filename().string(), findings);
  find_in(
      program_directory,
      [](std::string_view name, std::string_view begin) {
        return name.starts_with(begin) && name.ends_with(".txt") && name != "cardea-setup-done.txt";
      },
      "cardea-setup-", findings);
  if (findings.empty()) findings.push_back({secrets_tidy});
  return findings;
}

Findings check_host(const Settings& settings) {
  Findings findings;
  const auto program = running_program();
  struct stat status {};
  if (::stat(program.c_str(), &status) == 0) findings.push_back(judge_program(program, status.st_mode));
  findings.push_back(judge_user(::geteuid()));
  append(findings, look_for_leftovers(settings.file, program_directory()));
  if (::access(settings.tokens.keys.c_str(), F_OK) == 0)
    append(findings, judge_room(room_at(settings.tokens.keys)));
  findings.push_back(judge_clock(is_clock_kept()));
  return findings;
}

}  // namespace cardea
