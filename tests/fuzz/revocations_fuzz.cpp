// Any bytes in the place of the file of revoked sessions. Whatever they are, who was added to it is never
// taken for somebody who stands, and the file is in order again once the database has been asked. The samples
// are made by tests/fuzz/revocations_corpus.py.
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <string>

#include "ended/sessions.h"
#include "fuzz/require.h"

namespace {

using namespace cardea;

constexpr Instant now{milliseconds{1795317300000}};
constexpr std::chrono::minutes kept{33};

const std::string& path() {
  static const std::string made = [] {
    std::string directory = "/tmp/cardea-fuzz-XXXXXX";
    require(::mkdtemp(directory.data()) != nullptr);
    return directory + "/revoked";
  }();
  return made;
}

constexpr std::array<std::uint8_t, 3> ended_ids{1, 2, 3};

SessionId session(std::uint8_t last) {
  SessionId id;
  id.uuid[15] = last;
  return id;
}

bool may_pass(RevokedSessions& revoked, std::uint8_t last) {
  try {
    return !revoked.contains(session(last), now);
  } catch (const RevocationsUnreadable&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ofstream(path(), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  RevokedSessions reader(path(), kept);
  RevokedSessions writer(path(), kept);
  (void)may_pass(reader, 1);
  const std::array<EndedSession, 3> ended{{{session(1), now}, {session(2), now}, {session(3), now}}};
  require(writer.add(ended, now));
  for (const auto last : ended_ids) require(!may_pass(reader, last));
  // As often as another spoilt part comes to light.
  for (int round = 0; round < 3; ++round) {
    const auto since = writer.claim_look(now + round * seconds{1000}, seconds{5});
    require(writer.add(ended, now));
    if (since) writer.note_look(now);
    for (const auto last : ended_ids) require(!may_pass(reader, last));
  }
  require(may_pass(reader, 200) || size >= 64);
  return 0;
}
