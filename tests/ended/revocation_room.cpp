#include "ended/revocation_room.h"

#include <filesystem>

#include "base/digest.h"

namespace cardea {

void RevocationRoom::remove() const {
  std::filesystem::remove(path());
}

SessionId some_session(int number) {
  const auto digest = sha256("session " + std::to_string(number));
  return SessionId::of_bytes(view_of(digest).substr(0, 16));
}

std::vector<EndedSession> some_ended(int first, int count, Instant at) {
  std::vector<EndedSession> ended;
  for (int number = first; number < first + count; ++number) ended.push_back({some_session(number), at});
  return ended;
}

std::string says(RevokedSessions& revoked, int number, Instant now) {
  try {
    return revoked.contains(some_session(number), now) ? "yes" : "no";
  } catch (const RevocationsUnreadable&) {
    return "refused";
  }
}

}  // namespace cardea
