// The thread of the due jobs.
#include "server/background.h"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "server/error_output.h"
#include "support/temporary_directory.h"

using namespace cardea;
using cardea::testing::ErrorOutput;
using cardea::testing::TemporaryDirectory;

namespace {

constexpr std::chrono::hours an_hour{1};

// A job that counts how often it was run, and says every time that something went wrong.
DueJob counting(std::atomic<int>& runs, milliseconds interval, std::string trouble = "") {
  return {interval, [&runs, trouble] {
            ++runs;
            return trouble;
          }};
}

bool soon(const std::function<bool()>& happens) {
  const auto end = std::chrono::steady_clock::now() + seconds{10};
  while (!happens() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(milliseconds{1});
  return happens();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(background)

BOOST_AUTO_TEST_CASE(each_job_runs_at_once_and_then_at_its_own_interval) {
  std::atomic<int> often{0};
  std::atomic<int> seldom{0};
  Background background({counting(seldom, an_hour), counting(often, milliseconds{1})});
  background.start();
  BOOST_TEST(soon([&] { return often >= 20; }));
  BOOST_TEST(background.stop());
  BOOST_TEST(seldom == 1);
}

BOOST_AUTO_TEST_CASE(nothing_runs_before_the_start_and_a_second_start_changes_nothing) {
  std::atomic<int> runs{0};
  {
    Background never_started({counting(runs, milliseconds{1})});
    BOOST_TEST(never_started.stop());
  }
  BOOST_TEST(runs == 0);
  Background background({counting(runs, an_hour)});
  background.start();
  background.start();
  BOOST_TEST(soon([&] { return runs == 1; }));
  BOOST_TEST(background.stop());
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(it_stops_at_once_although_the_next_job_is_due_much_later) {
  std::atomic<int> runs{0};
  Background background({counting(runs, an_hour)});
  background.start();
  BOOST_TEST(soon([&] { return runs == 1; }));
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST(background.stop());
  BOOST_TEST((std::chrono::steady_clock::now() - began < milliseconds{500}));
}

BOOST_AUTO_TEST_CASE(it_does_not_wait_for_ever_for_a_job_that_hangs) {
  std::atomic<bool> begun{false};
  std::atomic<bool> released{false};
  Background background({{milliseconds{1}, [&] {
                            begun = true;
                            while (!released) std::this_thread::sleep_for(milliseconds{1});
                            return std::string{};
                          }}});
  background.start();
  BOOST_TEST(soon([&] { return begun.load(); }));
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST(!background.stop());
  const auto took = std::chrono::steady_clock::now() - began;
  released = true;
  BOOST_TEST((took >= milliseconds{900} && took < seconds{5}));
  BOOST_TEST(background.stop());  // now it has returned: the thread must not outlive the test
}

BOOST_AUTO_TEST_CASE(a_job_that_throws_is_logged_and_neither_it_nor_the_others_end) {
  TemporaryDirectory directory("background");
  std::atomic<int> throws{0};
  std::atomic<int> others{0};
  ErrorOutput output(directory.file("log"));
  Background background({{milliseconds{1},
                          [&]() -> std::string {
                            ++throws;
                            throw std::runtime_error("out of order");
                          }},
                         counting(others, milliseconds{1})});
  background.start();
  const bool both = soon([&] { return throws >= 3 && others >= 3; });
  const bool stopped = background.stop();
  const auto logged = output.text();
  BOOST_TEST(both);
  BOOST_TEST(stopped);
  BOOST_TEST(logged.find("out of order") != std::string::npos, logged);
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_again_and_again_is_logged_once) {
  TemporaryDirectory directory("background");
  std::atomic<int> runs{0};
  ErrorOutput output(directory.file("log"));
  Background background({counting(runs, milliseconds{1}, "the disk is full")});
  background.start();
  const bool repeated = soon([&] { return runs >= 5; });
  const bool stopped = background.stop();
  const auto logged = output.text();
  BOOST_TEST(repeated);
  BOOST_TEST(stopped);
  BOOST_TEST(logged.find("the disk is full") != std::string::npos, logged);
  BOOST_TEST(std::count(logged.begin(), logged.end(), '\n') == 1, logged);
}

BOOST_AUTO_TEST_CASE(a_job_that_is_woken_runs_now_and_later_at_its_interval_again) {
  std::atomic<int> runs{0};
  Background background({counting(runs, an_hour)});
  background.start();
  BOOST_TEST(soon([&] { return runs == 1; }));
  background.wake();
  BOOST_TEST(soon([&] { return runs == 2; }));
  BOOST_TEST(background.stop());
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(what_was_woken_right_before_the_end_still_runs) {
  for (int i = 0; i < 20; ++i) {
    std::atomic<int> runs{0};
    Background background({counting(runs, an_hour)});
    background.start();
    BOOST_TEST(soon([&] { return runs == 1; }));
    background.wake();
    BOOST_TEST(background.stop());
    BOOST_TEST(runs == 2);
  }
}

BOOST_AUTO_TEST_CASE(without_a_job_there_is_no_thread) {
  Background background(std::vector<DueJob>{});
  background.start();
  background.wake();
  BOOST_TEST(background.stop());
}

BOOST_AUTO_TEST_SUITE_END()
