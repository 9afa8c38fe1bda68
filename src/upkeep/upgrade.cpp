#include "upkeep/upgrade.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <system_error>
#include <utility>
#include <variant>

#include "base/child.h"
#include "base/digest.h"
#include "base/utf8.h"

namespace cardea {
namespace {

constexpr milliseconds version_patience{5'000};
constexpr milliseconds tables_patience{25'000};
constexpr std::string_view old_name = "cardea.old";

std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string reason() {
  return std::generic_category().message(errno);
}

// "/srv/cardea (deleted)": what the system says of a process whose file was replaced.
std::string link_of_process() {
  std::array<char, 4096> target{};
  const auto size = ::readlink("/proc/self/exe", target.data(), target.size());
  std::string path(target.data(), static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  constexpr std::string_view gone = " (deleted)";
  if (path.ends_with(gone)) path.resize(path.size() - gone.size());
  return path;
}

// The bytes of a program in memory, which nobody can change any more, ready to be run.
struct Image {
  Descriptor file;
  Digest digest{};
};

ProgramFault fault_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return ProgramFault::not_a_file;
  if (status.st_uid != ::geteuid() && status.st_uid != 0) return ProgramFault::foreign;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return ProgramFault::writable;
  if (status.st_size > static_cast<off_t>(program_limit)) return ProgramFault::too_large;
  return ProgramFault::none;
}

// At most `limit` bytes of a file; nothing if it has more or cannot be read.
std::optional<std::string> read_file(int file, std::size_t limit) {
  std::string bytes;
  std::array<char, 65536> piece{};
  for (;;) {
    const auto got = ::read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (bytes.size() > limit) return std::nullopt;
  }
}

// No file that is open for writing can be run: the second descriptor reads only.
Descriptor in_memory(std::string_view bytes) {
  const auto memory = open_memory("cardea");
  if (!memory.is_open() || !write_all(memory.number(), bytes)) return Descriptor{};
  if (::fchmod(memory.number(), S_IRWXU) != 0) return Descriptor{};
  const auto path = "/proc/self/fd/" + std::to_string(memory.number());
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

struct Told {
  ChildReport report;
  std::string said;  // on both streams, the first 64 KiB
};

// Nothing started if there is no memory for what it says.
Told run_image(const Image& image, std::vector<std::string> words, milliseconds patience,
               WhenLate when_late) {
  constexpr std::size_t output_limit = std::size_t{64} * 1024;
  const auto output = open_memory("output");
  if (!image.file.is_open() || !output.is_open()) return {};
  Told told{
      .report = run_child({.words = std::move(words), .file = image.file.number(), .output = output.number()},
                          patience, when_late),
      .said = std::string(output_limit, '\0')};
  const auto size = ::pread(output.number(), told.said.data(), output_limit, 0);
  told.said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  return told;
}

std::variant<Image, ProgramFault> image_of(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return errno == ELOOP ? ProgramFault::not_a_file : ProgramFault::absent;
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return ProgramFault::absent;
  if (const auto fault = fault_of(status); fault != ProgramFault::none) return fault;
  const auto bytes = read_file(file.number(), program_limit);
  if (!bytes) return ProgramFault::too_large;
  return Image{in_memory(*bytes), sha256(*bytes)};
}

// Whether SHA256SUMS names this program with another sum (false) or this one (true); nothing if it does not name it.
std::optional<bool> agrees(const std::string& sums, const std::string& name, const Digest& digest) {
  constexpr std::size_t max_sums = 64 * 1024;
  const Descriptor file(::open(sums.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const auto read = file.is_open() ? read_file(file.number(), max_sums) : std::nullopt;
  if (!read) return std::nullopt;
  std::optional<bool> verdict;
  for (std::string_view text = *read; !text.empty();) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto blank = line.find_first_of(" \t");
    if (blank == line.npos) continue;
    auto named = line.substr(std::max(line.find_last_of(" \t*/"), blank) + 1);
    if (named.ends_with('\r')) named.remove_suffix(1);
    if (named != "cardea" && named != "cardea.cgi" && named != name) continue;
    const bool is_same = ascii_lower(line.substr(0, blank)) == hex_encode(view_of(digest));
    verdict = verdict.value_or(false) || is_same;
  }
  return verdict;
}

// "cardea 0.1.0\n…" -> "0.1.0"; empty if that is not what it printed.
std::string version_in(std::string_view output) {
  constexpr std::string_view begin = "cardea ";
  constexpr std::size_t max_size = 40;
  if (!output.starts_with(begin)) return {};
  const auto version = output.substr(begin.size(), output.find('\n') - begin.size());
  const bool is_plain = std::all_of(version.begin(), version.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '.' || letter == '-' || letter == '+';
  });
  return is_plain && !version.empty() && version.size() <= max_size ? std::string(version) : std::string{};
}

// Links the program under another name, and renames the new one over it.
UpgradeResult place(const std::string& from, const std::string& program, const std::string& kept) {
  const auto spare = directory_of(program) + "cardea.swap";
  ::unlink(spare.c_str());
  if (::link(program.c_str(), spare.c_str()) != 0) return {UpgradeStep::not_placed, reason()};
  if (::rename(from.c_str(), program.c_str()) != 0) {
    const auto why = reason();
    ::unlink(spare.c_str());
    return {UpgradeStep::not_placed, why};
  }
  if (::rename(spare.c_str(), kept.c_str()) != 0) return {UpgradeStep::not_placed, reason()};
  return {};
}

// The mode of the program that it takes the place of. By the open file, so that it is the one that was looked at.
bool give_mode(const std::string& path, const std::string& program) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!file.is_open() || ::stat(program.c_str(), &status) != 0) return false;
  const auto mode = (status.st_mode & 0755U) | S_IRUSR | S_IWUSR | S_IXUSR;
  return ::fchmod(file.number(), mode) == 0;
}

UpgradeResult replace_program(const std::string& from, const ProgramFiles& files, const Digest& looked_at) {
  auto read = image_of(from);
  const auto* image = std::get_if<Image>(&read);
  if (image == nullptr || image->digest != looked_at) return {UpgradeStep::changed};
  const auto [tables, said] =
      run_image(*image, {"cardea", "migrate", "--config", files.config}, tables_patience, WhenLate::let_go);
  if (tables.end == ChildEnd::late) return {UpgradeStep::tables_go_on};
  if (tables.end != ChildEnd::ended || tables.exit_code != 0) return {UpgradeStep::tables_failed, said};
  auto again = image_of(from);
  const auto* same = std::get_if<Image>(&again);
  if (same == nullptr || same->digest != looked_at) return {UpgradeStep::changed};
  if (!give_mode(from, files.program)) return {UpgradeStep::not_placed, reason()};
  return place(from, files.program, files.former());
}

}  // namespace

std::string running_program() {
  static const std::string path = link_of_process();
  return path;
}

std::string ProgramFiles::candidate() const {
  return directory_of(program) + "cardea.new";
}

std::string ProgramFiles::former() const {
  return directory_of(program).append(old_name);
}

std::string ProgramFiles::sums() const {
  return directory_of(program) + "SHA256SUMS";
}

LookedAt look_at_program(const std::string& path, const std::string& sums) {
  LookedAt looked;
  auto read = image_of(path);
  if (const auto* fault = std::get_if<ProgramFault>(&read)) {
    looked.fault = *fault;
    return looked;
  }
  const auto& image = std::get<Image>(read);
  looked.digest = image.digest;
  const auto verdict = agrees(sums, name_of(path), image.digest);
  if (verdict && !*verdict) {
    looked.fault = ProgramFault::incomplete;
    return looked;
  }
  looked.is_compared = verdict.has_value();
  const auto [report, said] = run_image(image, {"cardea", "--version"}, version_patience, WhenLate::kill);
  if (report.end == ChildEnd::ended && report.exit_code == 0) looked.version = version_in(said);
  looked.fault = looked.version.empty() ? ProgramFault::runs_not : ProgramFault::none;
  return looked;
}

UpgradeResult upgrade_program(const ProgramFiles& files, const Digest& looked_at) {
  return replace_program(files.candidate(), files, looked_at);
}

UpgradeResult go_back(const ProgramFiles& files, const Digest& looked_at) {
  return replace_program(files.former(), files, looked_at);
}

}  // namespace cardea
