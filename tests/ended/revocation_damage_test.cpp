// Files of revoked sessions that somebody spoilt, and writers that died at the worst moment.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "base/descriptor.h"
#include "ended/revocation_room.h"
#include "keys/directory.h"

using namespace cardea;

namespace {

constexpr seconds poll{5};
constexpr int longer = 3;

// Where an entry lies in the bytes of the file; npos: nowhere.
std::size_t slot_of(const std::string& bytes, int number) {
  const auto found = bytes.find(some_session(number).bytes());
  return found == std::string::npos ? found : found - 8;
}

// What the gateway does a moment later: the database tells who has ended.
void fill_again(const RevocationRoom& room, const std::vector<EndedSession>& ended, Instant now) {
  auto keeper = room.process();
  BOOST_TEST_REQUIRE((keeper.claim_look(now, poll) == now - kept_for));
  BOOST_TEST_REQUIRE(keeper.add(ended, now));
  keeper.note_look(now);
}

void check_it_is_refused_and_heals(const RevocationRoom& room, RevokedSessions& reader) {
  BOOST_TEST(says(reader, 1, morning) == "refused");
  BOOST_TEST(says(reader, 1, morning) == "refused");  // also the new one, which is not filled yet
  fill_again(room, some_ended(1, 1, morning), morning);
  BOOST_TEST(says(reader, 1, morning) == "yes");
  BOOST_TEST(says(reader, 2, morning) == "no");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(revocation_damage)

BOOST_AUTO_TEST_CASE(whatever_was_done_to_the_file_nobody_is_let_in_until_the_database_has_filled_it) {
  const auto spoil = [](const std::string& bytes, int way) -> std::string {
    auto spoilt = bytes;
    switch (way) {
      case 0:
        return "";
      case 1:
        return bytes.substr(0, 63);
      case 2:
        return bytes.substr(0, bytes.size() / 2);
      case longer:
        return bytes + "x";
      case 4:
        return std::string(bytes.size(), '\0');
      case 5:
        return std::string(bytes.size(), 'x');
      case 6:
        spoilt[0] = 'c';
        return spoilt;
      case 7:
        spoilt[15] = static_cast<char>(spoilt[15] + 1);  // the capacity
        return spoilt;
      default:
        spoilt[8] = '\x7f';  // more slots than any disk has bytes
        return spoilt;
    }
  };
  for (int way = 0; way <= 8; ++way)
    for (const bool opened_before : {true, false}) {
      if (way == longer && opened_before) continue;  // what it knows is still all there
      const RevocationRoom room;
      auto reader = room.process();
      auto writer = room.process();
      BOOST_TEST_REQUIRE(writer.add(some_ended(1, 1, morning), morning));
      if (opened_before) BOOST_TEST_REQUIRE(says(reader, 1, morning) == "yes");
      // In place, as cp does it: who has the file open sees it.
      room.overwrite(spoil(room.bytes(), way));
      BOOST_TEST_CONTEXT("way " << way << (opened_before ? ", opened before" : ""))
      check_it_is_refused_and_heals(room, reader);
    }
}

BOOST_AUTO_TEST_CASE(a_slot_that_was_spoilt_is_noticed_by_who_comes_across_it) {
  // Of the time, of the session (what decides on the slot, and what does not), and of the mark.
  for (const std::size_t byte : {7, 9, 23, 24, 31}) {
    const RevocationRoom room;
    auto reader = room.process();
    auto writer = room.process();
    BOOST_TEST_REQUIRE(writer.add(some_ended(1, 1, morning), morning));
    auto bytes = room.bytes();
    bytes[slot_of(bytes, 1) + byte] ^= 0x10;
    room.overwrite(bytes);
    BOOST_TEST_CONTEXT("byte " << byte) check_it_is_refused_and_heals(room, reader);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_replaced_by_who_adds_to_it_too) {
  const RevocationRoom room;
  room.overwrite("no file of ours");
  auto writer = room.process();
  BOOST_TEST(writer.add(some_ended(7, 1, morning), morning));
  BOOST_TEST(writer.take_trouble().find("damaged") != std::string::npos);
  auto reader = room.process();
  BOOST_TEST(says(reader, 7, morning) == "refused");  // others may be missing
  fill_again(room, some_ended(1, 1, morning), morning);
  BOOST_TEST(says(reader, 7, morning) == "yes");
}

BOOST_AUTO_TEST_CASE(without_any_database_the_site_opens_once_no_token_from_before_can_be_alive) {
  const RevocationRoom room;
  room.overwrite("no file of ours");
  auto reader = room.process();
  BOOST_TEST(says(reader, 1, morning) == "refused");
  BOOST_TEST(says(reader, 1, morning + kept_for - milliseconds{1}) == "refused");
  BOOST_TEST(says(reader, 1, morning + kept_for) == "no");
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_write_counts_for_nothing) {
  const RevocationRoom room;
  auto writer = room.process();
  BOOST_TEST(writer.add(some_ended(1, 1, morning), morning));
  ::chmod(room.path().c_str(), 0666);
  auto reader = room.process();
  BOOST_TEST(says(reader, 2, morning) == "refused");
}

BOOST_AUTO_TEST_CASE(a_link_and_a_directory_in_the_files_place_are_refused) {
  const RevocationRoom room;
  std::filesystem::create_symlink("/dev/zero", room.path());
  auto reader = room.process();
  BOOST_TEST(says(reader, 1, morning) == "refused");
  fill_again(room, {}, morning);  // a link can be replaced
  BOOST_TEST(says(reader, 1, morning) == "no");
  room.remove();
  std::filesystem::create_directory(room.path());
  auto other = room.process();
  BOOST_TEST(says(other, 1, morning) == "refused");
}

// A writer dies between marking the old file and renaming the new one: the old one still says everything.
BOOST_AUTO_TEST_CASE(a_writer_that_died_while_it_replaced_the_file_loses_nothing) {
  const RevocationRoom room;
  auto writer = room.process();
  BOOST_TEST(writer.add(some_ended(0, 100, morning), morning));
  auto bytes = room.bytes();
  bytes[31] = 1;  // superseded
  room.overwrite(bytes);
  std::filesystem::copy(room.path(), room.path() + ".new");
  auto reader = room.process();
  for (int number = 0; number < 100; ++number) BOOST_TEST_REQUIRE(says(reader, number, morning) == "yes");
  auto next = room.process();
  BOOST_TEST(next.add(some_ended(100, 1, morning), morning));
  for (int number = 0; number <= 100; ++number) BOOST_TEST_REQUIRE(says(reader, number, morning) == "yes");
  BOOST_TEST(room.bytes()[31] == 0);
}

// It dies after it has written the slot and before it has counted it.
BOOST_AUTO_TEST_CASE(slots_that_were_not_counted_are_found_and_counted_when_the_table_grows) {
  const RevocationRoom room;
  auto writer = room.process();
  BOOST_TEST(writer.add(some_ended(0, 400, morning), morning));
  auto bytes = room.bytes();
  std::fill(bytes.begin() + 16, bytes.begin() + 24, '\0');
  room.overwrite(bytes);
  auto next = room.process();
  BOOST_TEST(next.add(some_ended(400, 1000, morning), morning));
  auto reader = room.process();
  for (int number = 0; number < 1400; ++number) BOOST_TEST_REQUIRE(says(reader, number, morning) == "yes");
}

BOOST_AUTO_TEST_CASE(writers_killed_at_any_moment_leave_a_file_that_is_whole) {
  const RevocationRoom room;
  for (int round = 0; round < 30; ++round) {
    const auto child = ::fork();
    if (child == 0) {
      auto writer = room.process();
      for (int number = round * 1'000'000;; ++number)
        (void)writer.add(some_ended(number, 7, morning), morning);
    }
    std::this_thread::sleep_for(milliseconds{1 + round * 3});
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    auto reader = room.process();
    BOOST_TEST_REQUIRE(says(reader, -1, morning) == "no");
    auto writer = room.process();
    BOOST_TEST_REQUIRE(writer.add(some_ended(-2 - round, 1, morning), morning));
    BOOST_TEST_REQUIRE(says(reader, -2 - round, morning) == "yes");
  }
}

BOOST_AUTO_TEST_CASE(a_writer_that_is_stopped_holds_nobody_up_for_long) {
  const RevocationRoom room;
  const Descriptor lock{open_shared(room.path() + ".lock")};
  BOOST_TEST_REQUIRE(::flock(lock.number(), LOCK_EX) == 0);
  auto writer = room.process();
  BOOST_TEST(!writer.add(some_ended(1, 1, morning), morning));
  BOOST_TEST(writer.take_trouble().find("locked") != std::string::npos);
  BOOST_TEST(says(writer, 1, morning) == "no");
}

BOOST_AUTO_TEST_SUITE_END()
