// The file behind ended/sessions.h, as bytes: a header and a table with open addressing.
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
// it. Nothing here decides or locks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "keys/directory.h"

namespace cardea {

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

}  // namespace cardea
