#include "password/slots.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

#include "password/temporary_lock.h"
#include "support/threads.h"

namespace cardea::testing {
namespace {

using std::chrono::steady_clock;

// What processes and threads count together.
struct Tally {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> entries{0};
};

class SharedTally {
 public:
  SharedTally()
      : memory_(mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    tally_ = new (memory_) Tally;
  }
  SharedTally(const SharedTally&) = delete;
  SharedTally& operator=(const SharedTally&) = delete;
  ~SharedTally() { munmap(memory_, sizeof(Tally)); }
  Tally& operator*() { return *tally_; }
  Tally* operator->() { return tally_; }

 private:
  void* memory_;
  Tally* tally_;
};

void enter_often(HashingSlots& gate, Tally& tally, int times) {
  for (int i = 0; i < times; ++i) {
    const auto slot = gate.enter();
    if (!slot) continue;
    const int inside = ++tally.inside;
    int most = tally.most;
    while (inside > most && !tally.most.compare_exchange_weak(most, inside)) {
    }
    ++tally.entries;
    std::this_thread::sleep_for(milliseconds{3});
    --tally.inside;
  }
}

template <class Work>
pid_t in_child(Work work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    work();
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

bool ended_well(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A process that took a slot and sits on it.
pid_t start_holder(const std::string& lock_file, int slots) {
  std::array<int, 2> pipe_ends{};
  BOOST_REQUIRE_EQUAL(pipe(pipe_ends.data()), 0);
  const pid_t child = in_child([&] {
    HashingSlots gate(lock_file, slots, milliseconds{0});
    const auto slot = gate.enter();
    const char answer = slot ? 'y' : 'n';
    if (write(pipe_ends[1], &answer, 1) == 1) pause();
  });
  char answer = 0;
  BOOST_REQUIRE_EQUAL(read(pipe_ends[0], &answer, 1), 1);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  BOOST_REQUIRE_EQUAL(answer, 'y');
  return child;
}

void kill_and_wait(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hashing_slots)

BOOST_AUTO_TEST_CASE(several_processes_never_exceed_the_slots) {
  for (const int slots : {1, 2, 3}) {
    TemporaryLock lock;
    SharedTally tally;
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      children.push_back(in_child([&] {
        HashingSlots gate(lock.path(), slots, milliseconds{30'000});
        enter_often(gate, *tally, 8);
      }));
    }
    for (const pid_t child : children) BOOST_TEST(ended_well(child));
    BOOST_TEST(tally->most == slots);
    BOOST_TEST(tally->entries == 6 * 8);
  }
}

BOOST_AUTO_TEST_CASE(threads_of_one_process_exclude_each_other_too) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 2, milliseconds{30'000});
  Tally tally;
  testing::Threads threads;
  for (int i = 0; i < 6; ++i) threads.start([&] { enter_often(gate, tally, 5); });
  threads.join();
  BOOST_TEST(tally.most == 2);
  BOOST_TEST(tally.entries == 6 * 5);
}

BOOST_AUTO_TEST_CASE(a_killed_holder_frees_its_slot) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 1, milliseconds{0});
  const pid_t holder = start_holder(lock.path(), 1);
  BOOST_TEST(!gate.enter().has_value());
  kill_and_wait(holder);
  BOOST_TEST(gate.enter().has_value());
}

BOOST_AUTO_TEST_CASE(a_taken_slot_does_not_hide_a_free_one) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 2, milliseconds{0});
  for (int i = 0; i < 30; ++i) {
    const auto first = gate.enter();
    const auto second = gate.enter();
    BOOST_TEST((first && second));
    BOOST_TEST(!gate.enter().has_value());
  }
}

BOOST_AUTO_TEST_CASE(patience_ends) {
  TemporaryLock lock;
  HashingSlots patient(lock.path(), 1, milliseconds{120});
  const auto held = patient.enter();
  BOOST_REQUIRE(held.has_value());
  const auto begin = steady_clock::now();
  BOOST_TEST(!patient.enter().has_value());
  const auto waited = steady_clock::now() - begin;
  BOOST_TEST((waited >= milliseconds{119}));
  BOOST_TEST((waited < milliseconds{5'000}));
}

BOOST_AUTO_TEST_CASE(whoever_waits_gets_the_slot_that_becomes_free) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 1, milliseconds{30'000});
  auto held = gate.enter();
  BOOST_REQUIRE(held.has_value());
  testing::Threads leaver;
  leaver.start([&] {
    std::this_thread::sleep_for(milliseconds{50});
    held.reset();
  });
  BOOST_TEST(gate.enter().has_value());
  leaver.join();
}

BOOST_AUTO_TEST_CASE(a_busy_process_leaves_slots_to_others) {
  TemporaryLock lock;
  const pid_t busy = in_child([&] {
    HashingSlots gate(lock.path(), 1, milliseconds{30'000});
    testing::Threads threads;
    Tally tally;
    for (int i = 0; i < 4; ++i) threads.start([&] { enter_often(gate, tally, 100'000); });
    threads.join();
  });
  HashingSlots gate(lock.path(), 1, milliseconds{20'000});
  for (int time = 0; time < 10; ++time) BOOST_TEST(gate.enter().has_value());
  kill_and_wait(busy);
}

BOOST_AUTO_TEST_CASE(a_moved_slot_is_held_until_its_last_owner_goes) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 1, milliseconds{0});
  {
    auto first = gate.enter();
    BOOST_REQUIRE(first.has_value());
    const auto second = std::move(*first);
    first.reset();
    BOOST_TEST(!gate.enter().has_value());
  }
  BOOST_TEST(gate.enter().has_value());
}

BOOST_AUTO_TEST_CASE(each_slot_is_a_private_file_that_flock_locks) {
  TemporaryLock lock;
  HashingSlots gate(lock.path(), 2, milliseconds{0});
  const auto first = gate.enter();
  const auto second = gate.enter();
  BOOST_REQUIRE((first && second));
  for (const auto* slot : {".0", ".1"}) {
    struct stat status {};
    BOOST_REQUIRE_EQUAL(stat((lock.path() + slot).c_str(), &status), 0);
    BOOST_TEST((status.st_mode & 0777) == 0600);
    const Descriptor file(open((lock.path() + slot).c_str(), O_RDWR | O_CLOEXEC));
    BOOST_TEST(flock(file.number(), LOCK_EX | LOCK_NB) == -1);
  }
  BOOST_TEST(!std::filesystem::exists(lock.path() + ".2"));
}

BOOST_AUTO_TEST_CASE(a_larger_number_of_slots_beside_a_smaller_one_is_the_limit) {
  TemporaryLock lock;
  HashingSlots small(lock.path(), 1, milliseconds{0});
  HashingSlots large(lock.path(), 2, milliseconds{0});
  const auto first = small.enter();
  const auto second = large.enter();
  BOOST_TEST((first && second));
  BOOST_TEST(!small.enter().has_value());
  BOOST_TEST(!large.enter().has_value());
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_or_a_missing_directory_is_an_error) {
  TemporaryLock lock;
  BOOST_REQUIRE_EQUAL(symlink("/dev/null", (lock.path() + ".0").c_str()), 0);
  BOOST_CHECK_THROW((void)HashingSlots(lock.path(), 1, milliseconds{0}).enter(), std::system_error);
  BOOST_CHECK_THROW((void)HashingSlots(lock.path() + "/no/such", 1, milliseconds{0}).enter(),
                    std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace cardea::testing
