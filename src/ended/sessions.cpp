#include "ended/sessions.h"

#include <sys/file.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include "keys/directory.h"

namespace cardea {
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
