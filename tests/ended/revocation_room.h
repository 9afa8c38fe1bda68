// A place for a file of revoked sessions, and readers and writers of it as other processes would be.
#pragma once

#include <string>
#include <vector>

#include "ended/sessions.h"
#include "support/key_room.h"

namespace cardea {

inline constexpr std::chrono::minutes kept_for{33};

class RevocationRoom {
 public:
  [[nodiscard]] std::string path() const { return room_.path_of("revoked"); }
  [[nodiscard]] const std::string& directory() const { return room_.path(); }
  [[nodiscard]] RevokedSessions process() const { return {path(), kept_for}; }
  [[nodiscard]] std::string bytes() const { return room_.text_of("revoked"); }
  void overwrite(const std::string& bytes) const { room_.write("revoked", bytes); }
  void remove() const;

 private:
  KeyRoom room_;
};

[[nodiscard]] SessionId some_session(int number);
[[nodiscard]] std::vector<EndedSession> some_ended(int first, int count, Instant at);
// "yes", "no", or "refused".
[[nodiscard]] std::string says(RevokedSessions& revoked, int number, Instant now);

}  // namespace cardea
