// What every process of a host knows of sessions that have ended.
#include "ended/sessions.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "ended/revocation_room.h"

using namespace cardea;

namespace {

constexpr std::chrono::minutes minute{1};
constexpr seconds poll{5};

}  // namespace

BOOST_AUTO_TEST_SUITE(revoked_sessions)

BOOST_AUTO_TEST_CASE(where_there_is_no_file_nobody_has_been_signed_out) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(says(here, 1, morning) == "no");
  BOOST_TEST(here.take_trouble() == "");
}

BOOST_AUTO_TEST_CASE(what_one_process_adds_every_other_knows_at_once) {
  const RevocationRoom room;
  auto here = room.process();
  auto there = room.process();
  BOOST_TEST(says(there, 1, morning) == "no");  // it has looked before
  BOOST_TEST(here.add(some_ended(1, 1, morning), morning));
  BOOST_TEST(says(there, 1, morning) == "yes");
  BOOST_TEST(says(here, 1, morning) == "yes");
  BOOST_TEST(says(there, 2, morning) == "no");
}

BOOST_AUTO_TEST_CASE(what_a_writer_left_behind_when_it_died_is_known_at_once) {
  const RevocationRoom room;
  auto reader = room.process();
  BOOST_TEST(reader.make_ready(morning));
  BOOST_TEST(says(reader, 1, morning) == "no");
  {
    // The entry, without the header that counts it.
    auto opened = RevocationFile::open(room.path());
    const auto& file = std::get<RevocationFile>(opened);
    const auto one = some_ended(1, 1, morning).front();
    BOOST_TEST(file.put(*file.find(one.session), {one.session, morning + kept_for}));
  }
  BOOST_TEST(says(reader, 1, morning) == "yes");
}

BOOST_AUTO_TEST_CASE(a_session_that_was_looked_for_in_vain_is_found_in_the_file_that_takes_its_place) {
  const RevocationRoom room;
  auto reader = room.process();
  BOOST_TEST(reader.make_ready(morning));
  BOOST_TEST(says(reader, 1, morning) == "no");
  {
    auto here = room.process();
    std::filesystem::remove(room.path());
    BOOST_TEST(here.make_ready(morning));
    BOOST_TEST(here.add(some_ended(1, 1, morning), morning));
  }
  BOOST_TEST(says(reader, 1, morning + seconds{1}) == "yes");
}

BOOST_AUTO_TEST_CASE(adding_again_changes_nothing) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.add(some_ended(1, 3, morning), morning));
  const auto before = room.bytes();
  auto there = room.process();
  BOOST_TEST(there.add(some_ended(1, 3, morning + minute), morning + minute));
  BOOST_TEST((room.bytes() == before));
}

BOOST_AUTO_TEST_CASE(the_file_is_the_owners_and_its_group_may_read_it) {
  const RevocationRoom room;
  ::umask(0);
  auto here = room.process();
  BOOST_TEST(here.add(some_ended(1, 1, morning), morning));
  struct stat status {};
  BOOST_TEST_REQUIRE(::stat(room.path().c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0640U);
  BOOST_TEST_REQUIRE(::stat((room.path() + ".lock").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_table_that_grows_forgets_nobody_and_readers_of_the_old_file_follow) {
  const RevocationRoom room;
  auto here = room.process();
  auto reader = room.process();
  constexpr int many = 5000;
  for (int number = 0; number < many; number += 10) {
    BOOST_TEST_REQUIRE(here.add(some_ended(number, 10, morning), morning));
    BOOST_TEST_REQUIRE(says(reader, number + 9, morning) == "yes");
    BOOST_TEST_REQUIRE(says(reader, number + 10, morning) == "no");
  }
  for (int number = 0; number < many; ++number) BOOST_TEST_REQUIRE(says(reader, number, morning) == "yes");
  BOOST_TEST(here.state()->used == std::uint64_t{many});
  BOOST_TEST(here.state()->capacity >= std::uint64_t{2 * many});
}

BOOST_AUTO_TEST_CASE(entries_go_once_no_token_of_theirs_can_be_alive) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.add(some_ended(0, 500, morning), morning));
  const Instant later = morning + kept_for;
  BOOST_TEST(here.add(some_ended(1000, 500, later), later));  // makes the table half full
  BOOST_TEST(says(here, 0, later) == "no");
  for (int number = 1000; number < 1500; ++number) BOOST_TEST_REQUIRE(says(here, number, later) == "yes");
  BOOST_TEST(here.state()->used < 600U);
}

BOOST_AUTO_TEST_CASE(a_session_whose_tokens_are_all_over_is_not_added) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.add(some_ended(1, 1, morning - kept_for), morning));
  BOOST_TEST(says(here, 1, morning) == "no");
}

BOOST_AUTO_TEST_CASE(a_file_that_somebody_took_away_is_missed_within_a_second) {
  const RevocationRoom room;
  auto reader = room.process();
  auto here = room.process();
  BOOST_TEST(here.add(some_ended(1, 1, morning), morning));
  BOOST_TEST(says(reader, 1, morning) == "yes");
  room.remove();
  auto writer = room.process();
  BOOST_TEST(writer.add(some_ended(2, 1, morning), morning));
  BOOST_TEST(says(reader, 2, morning + seconds{1}) == "yes");
  BOOST_TEST(here.add(some_ended(3, 1, morning), morning));  // into the file that counts, not into its own
  BOOST_TEST(says(reader, 3, morning + seconds{1}) == "yes");
}

BOOST_AUTO_TEST_CASE(where_the_file_cannot_be_written_that_is_said_and_nobody_is_kept_out) {
  RevokedSessions nowhere("/proc/no/such/place/revoked", kept_for);
  BOOST_TEST(!nowhere.add(some_ended(1, 1, morning), morning));
  BOOST_TEST(nowhere.take_trouble().find("/proc/no/such/place/revoked: ") == 0U);
  BOOST_TEST(nowhere.take_trouble() == "");
  BOOST_TEST(says(nowhere, 1, morning) == "no");
  BOOST_TEST(!nowhere.claim_look(morning, poll));
  BOOST_TEST(nowhere.take_trouble() != "");
}

BOOST_AUTO_TEST_CASE(one_process_of_the_host_looks_in_each_interval) {
  const RevocationRoom room;
  auto here = room.process();
  auto there = room.process();
  BOOST_TEST(here.is_work_due(morning, poll));
  BOOST_TEST((here.claim_look(morning, poll) == morning - kept_for));  // a new file: everything
  BOOST_TEST(!there.claim_look(morning, poll));
  BOOST_TEST(!there.claim_look(morning + milliseconds{4999}, poll));
  BOOST_TEST((there.claim_look(morning + poll, poll) == morning + poll - kept_for));  // nobody has finished
  there.note_look(morning + poll);
  BOOST_TEST((here.claim_look(morning + 2 * poll, poll) == morning + poll - 5 * minute));
}

BOOST_AUTO_TEST_CASE(what_was_missed_while_the_database_was_away_is_asked_for_afterwards) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.claim_look(morning, poll).has_value());
  here.note_look(morning);
  for (int outage = 1; outage < 20; ++outage)
    BOOST_TEST((here.claim_look(morning + outage * minute, poll) ==
                std::max(morning - 5 * minute, morning + outage * minute - kept_for)));
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_ahead_and_is_set_right_hides_nothing) {
  const RevocationRoom room;
  auto here = room.process();
  const Instant ahead = morning + std::chrono::hours{24};
  BOOST_TEST(here.claim_look(ahead, poll).has_value());
  here.note_look(ahead);
  BOOST_TEST((here.claim_look(morning, poll) == morning - kept_for));
}

BOOST_AUTO_TEST_CASE(a_look_does_not_count_for_a_file_that_was_made_in_the_meantime) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.claim_look(morning, poll).has_value());
  here.note_look(morning);
  const Instant later = morning + 20 * minute;
  BOOST_TEST((here.claim_look(later, poll) == morning - 5 * minute));
  room.remove();
  here.note_look(later);
  BOOST_TEST((here.claim_look(later + poll, poll) == later + poll - kept_for));
}

BOOST_AUTO_TEST_CASE(one_process_of_the_host_purges_in_each_interval) {
  const RevocationRoom room;
  auto here = room.process();
  auto there = room.process();
  BOOST_TEST(here.claim_purge(morning, 10 * minute));
  BOOST_TEST(!there.claim_purge(morning + 9 * minute, 10 * minute));
  BOOST_TEST(there.claim_purge(morning + 10 * minute, 10 * minute));
}

BOOST_AUTO_TEST_CASE(looks_and_purges_survive_that_the_table_grows) {
  const RevocationRoom room;
  auto here = room.process();
  BOOST_TEST(here.claim_look(morning, poll).has_value());
  here.note_look(morning);
  BOOST_TEST(here.claim_purge(morning, minute));
  BOOST_TEST(here.add(some_ended(0, 3000, morning), morning));
  BOOST_TEST(!here.is_work_due(morning + seconds{1}, poll));
  BOOST_TEST((here.state()->looked_at == morning));
}

BOOST_AUTO_TEST_SUITE_END()
