#include "ended/sessions.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

#include "keys/directory.h"

namespace cardea {
namespace {

constexpr std::string_view magic = "CARDEAR1";
constexpr std::size_t header_size = 64;
constexpr std::size_t slot_size = 32;
constexpr std::size_t marked_size = 24;                         // what the mark covers
constexpr std::uint64_t max_capacity = std::uint64_t{1} << 28;  // 8 GiB
constexpr std::uint64_t slots_at_a_time = 16;
// A slot that is being written is whole after nanoseconds, unless the kernel has stopped the writer meanwhile.
constexpr int patient_readings = 50;
constexpr milliseconds between_readings{2};

constexpr std::int64_t latest_time = std::int64_t{1} << 53;

using SlotBytes = std::array<char, slot_size>;
using HeaderBytes = std::array<char, header_size>;

void put_number(char* at, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) *at++ = static_cast<char>(number >> shift);
}

std::uint64_t number_at(const char* at) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<std::uint8_t>(at[i]);
  return number;
}

void put_time(char* at, Instant time) {
  put_number(at, static_cast<std::uint64_t>(unix_milliseconds(time)));
}

// A number that is no time is taken for the nearest one that is.
Instant time_at(const char* at) {
  const auto number = static_cast<std::int64_t>(number_at(at));
  return from_unix_milliseconds(std::clamp(number, std::int64_t{0}, latest_time));
}

std::uint64_t mark_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a, 64 bits
  for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 1099511628211U;
  return std::max<std::uint64_t>(hash, 1);
}

std::uint64_t first_slot(const SessionId& session, std::uint64_t capacity) {
  return number_at(session.bytes().data() + 8) % capacity;
}

SlotBytes slot_bytes(const RevocationEntry& entry) {
  SlotBytes bytes{};
  put_time(bytes.data(), entry.until);
  std::copy_n(entry.session.bytes().data(), 16, bytes.data() + 8);
  put_number(bytes.data() + marked_size, mark_of({bytes.data(), marked_size}));
  return bytes;
}

RevocationEntry entry_of(const char* slot) {
  return {SessionId::of_bytes({slot + 8, 16}), time_at(slot)};
}

bool is_free(const char* slot) {
  return number_at(slot + marked_size) == 0;
}

bool is_whole(const char* slot) {
  return is_free(slot) || number_at(slot + marked_size) == mark_of({slot, marked_size});
}

HeaderBytes header_bytes(const RevocationHeader& header) {
  HeaderBytes bytes{};
  std::copy(magic.begin(), magic.end(), bytes.begin());
  put_number(bytes.data() + 8, header.capacity);
  put_number(bytes.data() + 16, header.used);
  put_number(bytes.data() + 24, header.superseded ? 1 : 0);
  put_time(bytes.data() + 32, header.closed_until);
  put_time(bytes.data() + 40, header.next_look);
  put_time(bytes.data() + 48, header.looked_at);
  put_time(bytes.data() + 56, header.next_purge);
  return bytes;
}

RevocationHeader header_of(const HeaderBytes& bytes) {
  return {.capacity = number_at(bytes.data() + 8),
          .used = number_at(bytes.data() + 16),
          .superseded = number_at(bytes.data() + 24) != 0,
          .closed_until = time_at(bytes.data() + 32),
          .next_look = time_at(bytes.data() + 40),
          .looked_at = time_at(bytes.data() + 48),
          .next_purge = time_at(bytes.data() + 56)};
}

std::optional<RevocationHeader> read_header(int file) {
  HeaderBytes bytes{};
  const auto got = ::pread(file, bytes.data(), bytes.size(), 0);
  if (got != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  if (!std::equal(magic.begin(), magic.end(), bytes.begin())) return std::nullopt;
  return header_of(bytes);
}

std::uint64_t size_for(std::uint64_t capacity) {
  return header_size + capacity * slot_size;
}

off_t offset_of(std::uint64_t slot) {
  return static_cast<off_t>(size_for(slot));
}

bool read_exactly(int file, char* into, std::size_t size, off_t offset) {
  return ::pread(file, into, size, offset) == static_cast<ssize_t>(size);
}

// Reads slots until each is whole.
bool read_slots(int file, char* into, std::uint64_t first, std::uint64_t count) {
  for (int reading = 0; reading < patient_readings; ++reading) {
    if (reading > 0) std::this_thread::sleep_for(between_readings);
    if (!read_exactly(file, into, count * slot_size, offset_of(first))) return false;
    bool whole = true;
    for (std::uint64_t i = 0; i < count; ++i) whole = whole && is_whole(into + i * slot_size);
    if (whole) return true;
  }
  return false;
}

bool is_ours(const struct stat& status) {
  const auto self = ::geteuid();
  const bool owned = status.st_uid == self || status.st_uid == 0 || self == 0;
  return S_ISREG(status.st_mode) && owned && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int open_for_as_much_as_possible(const std::string& path) {
  const int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const int writable = ::open(path.c_str(), O_RDWR | flags);
  if (writable >= 0 || (errno != EACCES && errno != EROFS && errno != EPERM)) return writable;
  return ::open(path.c_str(), O_RDONLY | flags);
}

// The whole file. Each entry is put where find() looks for it.
std::string image_of(RevocationHeader header, std::span<const RevocationEntry> entries) {
  header.capacity = std::max(RevocationFile::min_capacity, std::bit_ceil(4 * entries.size()));
  header.used = entries.size();
  header.superseded = false;
  std::string image(size_for(header.capacity), '\0');
  const auto head = header_bytes(header);
  std::copy(head.begin(), head.end(), image.begin());
  for (const auto& entry : entries) {
    auto index = first_slot(entry.session, header.capacity);
    while (!is_free(image.data() + offset_of(index))) index = (index + 1) % header.capacity;
    const auto bytes = slot_bytes(entry);
    std::copy(bytes.begin(), bytes.end(), image.begin() + offset_of(index));
  }
  return image;
}

bool write_at(int file, std::string_view bytes, off_t offset) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
  return true;
}

// Readable for the group too: the mode of the directory decides who gets there.
bool hand_over(int file, const std::string& path) {
  return give_to_directory_owner(file, path) && ::fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP) == 0;
}

}  // namespace

std::variant<RevocationFile, RevocationFault> RevocationFile::open(const std::string& path) {
  Descriptor file{open_for_as_much_as_possible(path)};
  if (!file.is_open()) return errno == ENOENT ? RevocationFault::missing : RevocationFault::unreadable;
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !is_ours(status))
    return errno = EPERM, RevocationFault::unreadable;
  const auto header = read_header(file.number());
  const bool sound = header && std::has_single_bit(header->capacity) && header->capacity <= max_capacity &&
                     size_for(header->capacity) == static_cast<std::uint64_t>(status.st_size);
  if (!sound) return RevocationFault::damaged;
  return RevocationFile{std::move(file), header->capacity};
}

std::optional<RevocationFile> RevocationFile::create(const std::string& path, RevocationHeader header,
                                                     std::span<const RevocationEntry> entries) {
  ::unlink(path.c_str());
  Descriptor file{
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file.is_open()) return std::nullopt;
  const auto image = image_of(header, entries);
  if (!write_at(file.number(), image, 0) || !hand_over(file.number(), path) ||
      ::fdatasync(file.number()) != 0)
    return std::nullopt;
  return RevocationFile{std::move(file), (image.size() - header_size) / slot_size};
}

std::optional<RevocationHeader> RevocationFile::header() const {
  auto header = read_header(file_.number());
  return header && header->capacity == capacity_ ? header : std::nullopt;
}

std::optional<RevocationSlot> RevocationFile::find(const SessionId& session) const {
  std::array<char, slots_at_a_time * slot_size> slots{};
  std::uint64_t index = first_slot(session, capacity_);
  for (std::uint64_t seen = 0; seen < capacity_;) {
    const auto count = std::min({slots_at_a_time, capacity_ - index, capacity_ - seen});
    if (!read_slots(file_.number(), slots.data(), index, count)) return std::nullopt;
    for (std::uint64_t i = 0; i < count; ++i) {
      const char* slot = slots.data() + i * slot_size;
      if (is_free(slot)) return RevocationSlot{.taken = false, .index = index + i};
      if (entry_of(slot).session == session) return RevocationSlot{.taken = true, .index = index + i};
    }
    seen += count;
    index = (index + count) % capacity_;
  }
  return std::nullopt;  // no free slot: we leave room
}

std::optional<std::vector<RevocationEntry>> RevocationFile::entries() const {
  std::vector<RevocationEntry> found;
  std::vector<char> slots(min_capacity * slot_size);
  for (std::uint64_t first = 0; first < capacity_; first += min_capacity) {
    const auto count = std::min(min_capacity, capacity_ - first);
    if (!read_slots(file_.number(), slots.data(), first, count)) return std::nullopt;
    for (std::uint64_t i = 0; i < count; ++i)
      if (const char* slot = slots.data() + i * slot_size; !is_free(slot)) found.push_back(entry_of(slot));
  }
  return found;
}

bool RevocationFile::write(const RevocationHeader& header) const {
  const auto bytes = header_bytes(header);
  return write_at(file_.number(), {bytes.data(), bytes.size()}, 0);
}

bool RevocationFile::put(const RevocationSlot& slot, const RevocationEntry& entry) const {
  const auto bytes = slot_bytes(entry);
  return write_at(file_.number(), {bytes.data(), bytes.size()}, offset_of(slot.index));
}

bool RevocationFile::give_to_disk() const {
  return ::fdatasync(file_.number()) == 0;
}

bool RevocationFile::is_at(const std::string& path) const {
  struct stat here {};
  struct stat there {};
  return ::fstat(file_.number(), &here) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

namespace {

// Rows of a statement that was slow to commit, or of a host whose clock is behind, become visible late: each look at
// the database begins this much before the last one.
constexpr std::chrono::minutes overlap{5};
constexpr std::chrono::steady_clock::duration patience = std::chrono::seconds{2};
constexpr milliseconds between_attempts{2};

// A moment far in the future counts as due, too: the clock has been set back since it was written.
bool is_due(Instant next, Instant now, milliseconds interval) {
  return next <= now || next > now + 2 * interval;
}

}  // namespace

// Keeps other writers out, in this process and in others, until it is destroyed or the process dies.
class RevokedSessions::Lock {
 public:
  explicit Lock(const std::string& path) : file_(open_shared(path + ".lock")) {}

  [[nodiscard]] bool try_once() {
    if (!file_.is_open()) return false;
    while (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0)
      if (errno != EINTR) return false;
    return true;
  }

  [[nodiscard]] bool wait() {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!try_once()) {
      if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(between_attempts);
    }
    return true;
  }

 private:
  Descriptor file_;
};

RevokedSessions::RevokedSessions(std::string path, milliseconds kept) : path_(std::move(path)), kept_(kept) {}

bool RevokedSessions::contains(const SessionId& session, Instant now) {
  look_at_path(now);
  const auto header = current_header();
  if (!header) {
    if (fault_ == RevocationFault::missing) return false;
    refuse_damaged(now);
  }
  if (header->closed_until > now)
    throw RevocationsUnreadable(path_ + ": was damaged; it is filled again from the database");
  const auto slot = file_->find(session);
  if (!slot) {
    fault_ = RevocationFault::damaged;
    refuse_damaged(now);
  }
  return slot->taken;
}

bool RevokedSessions::add(std::span<const EndedSession> ended, Instant now) {
  look_at_path(now);
  const auto is_known = [this](const EndedSession& one) { return knows(one.session); };
  if (std::all_of(ended.begin(), ended.end(), is_known)) return true;
  {
    Lock lock(path_);
    if (!lock.wait()) return fail_with_errno("cannot be locked");
    auto header = prepare(now);
    if (!header) return false;
    // Damage that comes to light on the way empties the file: then from the start again.
    do {
      begun_again_ = false;
      for (const auto& one : ended)
        if (!put(one, *header, now)) return false;
    } while (begun_again_);
    if (!file_->write(*header)) return fail_with_errno("cannot be written");
  }
  return file_->give_to_disk() || fail_with_errno("cannot be written");
}

bool RevokedSessions::make_ready(Instant now) {
  Lock lock(path_);
  if (!lock.wait()) return fail_with_errno("cannot be locked");
  const auto header = prepare(now);
  return header && (file_->write(*header) || fail_with_errno("cannot be written"));
}

std::optional<Instant> RevokedSessions::claim_look(Instant now, milliseconds interval) {
  look_at_path(now);
  auto header = current_header();
  if (header && !is_due(header->next_look, now, interval)) return std::nullopt;
  Lock lock(path_);
  if (!lock.try_once()) {
    if (errno != EWOULDBLOCK) fail_with_errno("cannot be locked");
    return std::nullopt;
  }
  header = prepare(now);
  if (!header || !is_due(header->next_look, now, interval)) return std::nullopt;
  header->next_look = now + interval;
  if (!file_->write(*header)) {
    fail_with_errno("cannot be written");
    return std::nullopt;
  }
  claimed_look_ = header->looked_at;
  const Instant all = now - kept_;
  return claimed_look_ > now ? all : std::max(all, claimed_look_ - overlap);
}

void RevokedSessions::note_look(Instant began) {
  Lock lock(path_);
  if (!lock.wait()) return;
  auto header = prepare(began);
  // Another file than the one that was to be filled up: it needs more than was asked for.
  if (!header || header->looked_at != claimed_look_) return;
  header->looked_at = began;
  header->closed_until = never;
  if (!file_->write(*header)) fail_with_errno("cannot be written");
}

bool RevokedSessions::claim_purge(Instant now, milliseconds interval) {
  auto header = current_header();
  if (header && !is_due(header->next_purge, now, interval)) return false;
  Lock lock(path_);
  if (!lock.try_once()) return false;
  header = prepare(now);
  if (!header || !is_due(header->next_purge, now, interval)) return false;
  header->next_purge = now + interval;
  return file_->write(*header) || fail_with_errno("cannot be written");
}

bool RevokedSessions::is_work_due(Instant now, milliseconds look_interval) {
  const auto header = current_header();
  return !header || is_due(header->next_look, now, look_interval) || header->next_purge <= now;
}

std::string RevokedSessions::take_trouble() {
  return std::exchange(trouble_, {});
}

std::optional<RevocationHeader> RevokedSessions::state() {
  read_file();
  return current_header();
}

// False if there is no file that can be read; fault_ says why.
bool RevokedSessions::read_file() {
  auto opened = RevocationFile::open(path_);
  if (auto* file = std::get_if<RevocationFile>(&opened)) {
    file_.emplace(std::move(*file));
    return true;
  }
  file_.reset();
  fault_ = std::get<RevocationFault>(opened);
  return false;
}

// A user may have removed the file, or put another in its place, without marking ours as superseded.
void RevokedSessions::look_at_path(Instant now) {
  if (now >= looked_at_path_ && now - looked_at_path_ < seconds{1}) return;
  looked_at_path_ = now;
  if (file_ && !file_->is_at(path_)) file_.reset();
}

// The header of the file that counts at this moment; nothing if there is none, fault_ says why.
std::optional<RevocationHeader> RevokedSessions::current_header() {
  if (!file_ && !read_file()) return std::nullopt;
  auto header = file_->header();
  if (header && header->superseded && !file_->is_at(path_)) {
    if (!read_file()) return std::nullopt;
    header = file_->header();
  }
  if (!header) fault_ = RevocationFault::damaged;
  return header;
}

bool RevokedSessions::knows(const SessionId& session) {
  const auto header = current_header();
  if (!header) return false;
  const auto slot = file_->find(session);
  return slot && slot->taken;
}

void RevokedSessions::refuse_damaged(Instant now) {
  const bool unreadable = fault_ == RevocationFault::unreadable;
  const std::string why = unreadable ? std::string("cannot be read: ") + std::strerror(errno) : "is damaged";
  Lock lock(path_);
  if (lock.try_once()) {
    const bool still = file_ ? file_->is_at(path_) : !read_file() && fault_ != RevocationFault::missing;
    if (still) (void)begin_again(now);
  }
  file_.reset();
  throw RevocationsUnreadable(path_ + ": " + why);
}

std::optional<RevocationHeader> RevokedSessions::prepare(Instant now) {
  if (file_ && !file_->is_at(path_)) file_.reset();
  if (!file_ && !read_file()) return fault_ == RevocationFault::missing ? replace({}, {}) : begin_again(now);
  const auto header = file_->header();
  if (!header) return begin_again(now);
  // Superseded, but still in its place: the process that was about to replace it has died.
  return header->superseded ? rebuild(*header, now) : header;
}

std::optional<RevocationHeader> RevokedSessions::replace(RevocationHeader header,
                                                         std::span<const RevocationEntry> entries) {
  const auto temporary = path_ + ".new";
  auto made = RevocationFile::create(temporary, header, entries);
  if (!made) {
    fail_with_errno("cannot be written");
    return std::nullopt;
  }
  // First the mark, then the rename: no process goes on reading the old file without knowing.
  if (auto old = file_ ? file_->header() : std::nullopt) {
    old->superseded = true;
    (void)file_->write(*old);
  }
  if (std::rename(temporary.c_str(), path_.c_str()) != 0) {
    fail_with_errno("cannot be replaced");
    return std::nullopt;
  }
  file_ = std::move(made);
  return file_->header();
}

std::optional<RevocationHeader> RevokedSessions::rebuild(const RevocationHeader& header, Instant now) {
  auto entries = file_->entries();
  if (!entries) return begin_again(now);
  std::erase_if(*entries, [now](const RevocationEntry& entry) { return entry.until <= now; });
  return replace(header, *entries);
}

// The lost entries are in the database. Until they have been read from there, no session can be told from one that
// has ended; after kept_, no access token from before can be alive, and nothing is missing any more.
std::optional<RevocationHeader> RevokedSessions::begin_again(Instant now) {
  fail("was damaged and is filled again from the database");
  begun_again_ = true;
  return replace({.closed_until = now + kept_}, {});
}

bool RevokedSessions::put(const EndedSession& ended, RevocationHeader& header, Instant now) {
  const RevocationEntry entry{ended.session, ended.at + kept_};
  if (entry.until <= now) return true;
  auto slot = file_->find(ended.session);
  if (slot && slot->taken) return true;
  if (!slot || 2 * (header.used + 1) > header.capacity) {
    if (slot && !file_->write(header)) return fail_with_errno("cannot be written");
    const auto fresh = slot ? rebuild(header, now) : begin_again(now);
    if (!fresh) return false;
    header = *fresh;
    slot = file_->find(ended.session);
  }
  if (!slot || !file_->put(*slot, entry)) return fail_with_errno("cannot be written");
  ++header.used;
  return true;
}

bool RevokedSessions::fail(const std::string& what) {
  trouble_ = path_ + ": " + what;
  return false;
}

bool RevokedSessions::fail_with_errno(const std::string& what) {
  return fail(what + ": " + std::strerror(errno));
}

}  // namespace cardea
