// The sessions that have ended while access tokens of theirs may still be alive: a small file that every
// process of this host looks at, so that a sign-out counts at once wherever a token is verified, without a
// database. An entry stays until the last access token of its session has ended.
//
// Many processes read, one writes at a time (a lock file beside it, which the kernel releases when its holder dies).
// The file is valid at every moment: entries are added in place, and when the table is half full a new file takes
// its place by rename, after the old one has been marked as superseded, so that a reader of the old one looks for
// the new one. A reader pays for neither with more than a flag in the header that it reads anyway.
//
// A missing file counts as empty: every host begins like that. With a file that is damaged, foreign or cut short,
// contains() throws, and every request is refused. The next writer, or the next look at the database, replaces it
// within seconds. The new file stays closed until the database has said what belongs in it, but at most until no
// access token from before can be alive: no user is locked out for ever.
//
// The header also says when to ask the database next for sessions that ended on other hosts, and when to remove old
// rows: one process of the host does it, the first that comes after that moment.
//
// A RevokedSessions belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "keys/directory.h"

namespace cardea {

// The file, as bytes: a header and a table with open addressing.
//
//   header   64 bytes: "CARDEAR1", capacity, used, superseded, closed until, next look, looked at, next purge
//   slot     32 bytes: refused until, session id (16), mark
//
// Numbers are big-endian and 8 bytes long, times Unix milliseconds. The capacity is a power of two, the file
// has exactly that many slots, and a session's first slot is the last 8 bytes of its id modulo the capacity;
// the search goes on from slot to slot, around the end, and stops at one whose mark is 0. The mark is the
// 64-bit FNV-1a hash of the 24 bytes before it (1 where that were 0): a slot of which only a part has arrived
// does not pass for an entry. htdocs/php/cardea.php reads the same bytes.
//
// A slot is written once and never changed: entries disappear only when a new file takes the old one's place.
// Read with pread(2), not by a mapping: a file that is cut short under a mapping kills every process that reads
// it. A RevocationFile decides and locks nothing.

// What is told to every process that verifies access tokens.
struct EndedSession {
  SessionId session;
  Instant at{};
  bool operator==(const EndedSession&) const = default;
};

struct RevocationHeader {
  std::uint64_t capacity = 0;
  std::uint64_t used = 0;        // slots; may be a few short after a crash
  bool superseded = false;       // a new file is about to take this one's place, or has
  Instant closed_until = never;  // entries may be missing: nothing is verified before that
  Instant next_look = never;     // when the database is to be asked again for sessions that ended
  Instant looked_at = never;     // what ended before that, as this host's clock says, is in the file
  Instant next_purge = never;    // when old rows are to be removed again
};

struct RevocationEntry {
  SessionId session;
  Instant until{};  // no token of the session can be alive after that
};

enum class RevocationFault {
  missing,
  unreadable,  // errno says why; or it belongs to another user, or is no regular file
  damaged,     // not a file of ours, or not all of it
};

// Where a session is, or where it would be put.
struct RevocationSlot {
  bool taken = false;
  std::uint64_t index = 0;
};

class RevocationFile {
 public:
  static constexpr std::uint64_t min_capacity = 1024;

  [[nodiscard]] static std::variant<RevocationFile, RevocationFault> open(const std::string& path);
  // Writes a file with these entries and a capacity that leaves room for as many again, and gives it to the
  // disk; header.capacity and used are filled in. Replaces what is at that path. Nothing if it cannot be
  // written; errno says why.
  [[nodiscard]] static std::optional<RevocationFile> create(const std::string& path, RevocationHeader header,
                                                            std::span<const RevocationEntry> entries);

  [[nodiscard]] std::optional<RevocationHeader> header() const;                      // nothing: damaged
  [[nodiscard]] std::optional<RevocationSlot> find(const SessionId& session) const;  // nothing: damaged
  [[nodiscard]] std::optional<std::vector<RevocationEntry>> entries() const;         // nothing: damaged
  // False if it cannot be written; errno says why.
  [[nodiscard]] bool write(const RevocationHeader& header) const;
  [[nodiscard]] bool put(const RevocationSlot& slot, const RevocationEntry& entry) const;
  [[nodiscard]] bool give_to_disk() const;
  // True if this very file is at that path.
  [[nodiscard]] bool is_at(const std::string& path) const;

 private:
  RevocationFile(Descriptor file, std::uint64_t capacity) : file_(std::move(file)), capacity_(capacity) {}

  Descriptor file_;
  std::uint64_t capacity_;
};

// It cannot be told which sessions have ended: every request is refused (503). The message names the file.
class RevocationsUnreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class RevokedSessions {
 public:
  // Opens nothing yet. kept: how long after its end a token of a session may be accepted somewhere.
  RevokedSessions(std::string path, milliseconds kept);

  // True if the session is known to have ended. Two reads of a few hundred bytes; once a second also a look whether
  // another file stands at the path. Throws RevocationsUnreadable.
  [[nodiscard]] bool contains(const SessionId& session, Instant now);

  // Makes them known to all processes of this host; entries that are there already stay as they are. On the disk when
  // it returns. False if it could not be done (take_trouble() says why): another process adds them from the database.
  bool add(std::span<const EndedSession> ended, Instant now);

  // Makes the file if it is missing or damaged. False if it cannot be written (take_trouble()).
  bool make_ready(Instant now);

  // If it is time to ask the database: the moment since which ended sessions are asked for; no other process of this
  // host is told so for `interval`. Nothing if it is not time, or if the file cannot be written (take_trouble()).
  [[nodiscard]] std::optional<Instant> claim_look(Instant now, milliseconds interval);
  // Says that all sessions that had ended before `began` have been added. Opens a file that was closed.
  void note_look(Instant began);
  // True if it is time to remove old rows; no other process of this host is told so for `interval`.
  [[nodiscard]] bool claim_purge(Instant now, milliseconds interval);

  // Whether claim_look or claim_purge may answer; looks without a lock.
  [[nodiscard]] bool is_work_due(Instant now, milliseconds look_interval);

  // What failed since the last call; empty if nothing did.
  [[nodiscard]] std::string take_trouble();

  // For `cardea check`. Nothing if there is no file that can be read.
  [[nodiscard]] std::optional<RevocationHeader> state();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  class Lock;

  bool read_file();
  void look_at_path(Instant now);
  [[nodiscard]] std::optional<RevocationHeader> current_header();
  [[nodiscard]] bool knows(const SessionId& session);
  [[noreturn]] void refuse_damaged(Instant now);

  // Precondition: the lock is held. The header is that of file_.
  [[nodiscard]] std::optional<RevocationHeader> prepare(Instant now);
  [[nodiscard]] std::optional<RevocationHeader> replace(RevocationHeader header,
                                                        std::span<const RevocationEntry> entries);
  [[nodiscard]] std::optional<RevocationHeader> rebuild(const RevocationHeader& header, Instant now);
  [[nodiscard]] std::optional<RevocationHeader> begin_again(Instant now);
  [[nodiscard]] bool put(const EndedSession& ended, RevocationHeader& header, Instant now);

  // Both set trouble_ and return false.
  bool fail(const std::string& what);
  bool fail_with_errno(const std::string& what);

  std::string path_;
  milliseconds kept_;
  std::optional<RevocationFile> file_;
  RevocationFault fault_ = RevocationFault::missing;  // why there is no file_
  Instant looked_at_path_ = never;
  Instant claimed_look_ = never;  // header.looked_at when this process was told to look
  bool begun_again_ = false;
  std::string trouble_;
};

}  // namespace cardea
