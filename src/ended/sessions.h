// The sessions that have ended while access tokens of theirs may still be alive: a small file that every
// process of this host looks at, so that a sign-out counts at once wherever a token is verified, without a
// database. An entry stays until the last access token of its session has ended.
//
// Many read, one writes at a time (a lock file beside it, let go by the kernel when its holder dies). What is
// in the file is valid at every moment: entries are added in place, and when the table is half full a new
// file takes its place by rename, after the old one has been marked as superseded, so that whoever reads the
// old one looks for the new one. Neither costs a reader more than a flag in the header that it reads anyway.
//
// A file that is missing is an empty one: so begins every host. A file that is damaged, foreign or cut short
// lets nobody in: contains() throws. The next writer, and the next look at the database, which is never far
// away, puts a new file in its place, and that one stays closed until the database has told what belongs in
// it, but at most until no token from before can be alive: nobody is locked out for ever.
//
// The same header holds when the database is to be asked next for sessions that ended on other hosts, and
// when old rows are to be removed: one process of the host does it, whichever comes first.
//
// A RevokedSessions belongs to one thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "ended/file.h"

namespace cardea {

// Nobody can tell which sessions have ended: nobody is to be let in (503). The message names the file.
class RevocationsUnreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class RevokedSessions {
 public:
  // Opens nothing yet. kept: how long after its end a token of a session may be accepted somewhere.
  RevokedSessions(std::string path, milliseconds kept);

  // True if the session is known to have ended. A read of a few bytes, and another one for a session that was
  // not asked about in the last second, or if the file has changed since; once a second also a look whether
  // somebody took the file away. Throws RevocationsUnreadable.
  [[nodiscard]] bool contains(const SessionId& session, Instant now);

  // Makes them known to all processes of this host; what is known already is left alone. On the disk when it
  // returns. False if it could not be done, take_trouble() says why then: another process will do it from the
  // database.
  bool add(std::span<const EndedSession> ended, Instant now);

  // Makes the file where it is missing or damaged; false if it cannot be written (take_trouble()).
  bool make_ready(Instant now);

  // The moment since when sessions that ended are to be asked for, if it is time: then nobody else of this
  // host is told so for `interval`. Nothing if it is not, or if the file cannot be written (take_trouble()).
  [[nodiscard]] std::optional<Instant> claim_look(Instant now, milliseconds interval);
  // What had ended before `began` has been added. Opens a file that was closed.
  void note_look(Instant began);
  // True if it is time to remove old rows; nobody else of this host is told so for `interval`.
  [[nodiscard]] bool claim_purge(Instant now, milliseconds interval);

  // A look without a lock: whether claim_look or claim_purge may have something to say.
  [[nodiscard]] bool is_work_due(Instant now, milliseconds look_interval);

  // What went wrong since it was last asked, with the cure; empty: nothing.
  [[nodiscard]] std::string take_trouble();

  // For `cardea check`. Nothing while there is no file.
  [[nodiscard]] std::optional<RevocationHeader> state();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  class Lock;

  // Sessions that were looked for in vain since the file last changed, a second ago at most.
  struct Absent {
    std::array<SessionId, 256> sessions{};  // each by the last byte of its id, which is random
    std::uint64_t used = 0;                 // of the header then
    [[nodiscard]] SessionId& place_of(const SessionId& session) {
      return sessions[static_cast<unsigned char>(session.bytes().back())];
    }
  };
  [[nodiscard]] bool is_absent(const SessionId& session, const RevocationHeader& header);
  bool read_file();
  void look_at_path(Instant now);
  [[nodiscard]] std::optional<RevocationHeader> current_header();
  [[nodiscard]] bool knows(const SessionId& session);
  [[noreturn]] void refuse_damaged(Instant now);

  // These want the lock to be held. The header is that of file_ and goes with it.
  [[nodiscard]] std::optional<RevocationHeader> prepare(Instant now);
  [[nodiscard]] std::optional<RevocationHeader> replace(RevocationHeader header,
                                                        std::span<const RevocationEntry> entries);
  [[nodiscard]] std::optional<RevocationHeader> rebuild(const RevocationHeader& header, Instant now);
  [[nodiscard]] std::optional<RevocationHeader> begin_again(Instant now);
  [[nodiscard]] bool put(const EndedSession& ended, RevocationHeader& header, Instant now);

  // Both remember the trouble and return false.
  bool fail(const std::string& what);
  bool fail_with_errno(const std::string& what);

  std::string path_;
  milliseconds kept_;
  std::optional<RevocationFile> file_;
  RevocationFault fault_ = RevocationFault::missing;  // why there is no file_
  Absent absent_;
  Instant looked_at_path_ = never;
  Instant claimed_look_ = never;  // header.looked_at when this process was told to look
  bool begun_again_ = false;
  std::string trouble_;
};

}  // namespace cardea
