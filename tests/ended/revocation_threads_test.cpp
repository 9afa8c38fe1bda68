// Many processes at once, as threads: each has its own opening of the file, as a process has.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "ended/revocation_room.h"
#include "support/threads.h"

using namespace cardea;

BOOST_AUTO_TEST_SUITE(revocation_threads)

BOOST_AUTO_TEST_CASE(what_has_been_added_is_never_missing_while_others_write_and_the_table_grows) {
  const RevocationRoom room;
  constexpr int writers = 4;
  constexpr int each = 150;
  std::array<std::atomic<int>, writers> added{};
  std::atomic<int> missing{0};
  std::atomic<int> refused{0};
  std::atomic<bool> done{false};
  const auto write = [&](int writer) {
    auto process = room.process();
    for (int number = 0; number < each; ++number) {
      if (!process.add(some_ended(writer * 10'000 + number, 1, morning), morning)) ++refused;
      added[static_cast<std::size_t>(writer)] = number + 1;
    }
  };
  const auto read = [&](int seed) {
    auto process = room.process();
    for (int i = seed; !done; ++i) {
      const int writer = i % writers;
      const int known = added[static_cast<std::size_t>(writer)];
      if (known == 0) continue;
      const auto answer = says(process, writer * 10'000 + (i % 1000) * 7919 % known, morning);
      if (answer == "no") ++missing;
      if (answer == "refused") ++refused;
      std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
  };
  testing::Threads readers(done);
  for (int seed = 0; seed < 2; ++seed) readers.start([&read, seed] { read(seed); });
  testing::Threads threads;
  for (int writer = 0; writer < writers; ++writer) threads.start([&write, writer] { write(writer); });
  threads.join();
  readers.join();
  BOOST_TEST(missing == 0);
  BOOST_TEST(refused == 0);
  auto process = room.process();
  for (int writer = 0; writer < writers; ++writer)
    for (int number = 0; number < each; ++number)
      BOOST_TEST_REQUIRE(says(process, writer * 10'000 + number, morning) == "yes");
  BOOST_TEST(process.state()->used == std::uint64_t{writers * each});
}

BOOST_AUTO_TEST_CASE(of_many_that_want_to_look_one_is_told_to) {
  const RevocationRoom room;
  std::atomic<int> told{0};
  testing::Threads threads;
  for (int i = 0; i < 8; ++i)
    threads.start([&] {
      auto process = room.process();
      for (int round = 0; round < 50; ++round)
        if (process.claim_look(morning, seconds{5})) ++told;
    });
  threads.join();
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_SUITE_END()
