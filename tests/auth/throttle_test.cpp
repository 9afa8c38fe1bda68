// Slowing down guessing: the rule as tables, the buckets in the database, and many guesses at once.
#include "auth/throttle.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr milliseconds tick{1};
constexpr FailureLimit limit{.failures = 3, .window = std::chrono::minutes{15}};

Throttle counted(int failures, milliseconds began_ago, milliseconds blocked_for = milliseconds{0}) {
  return {.failures = failures,
          .window_began = noon - began_ago,
          .blocked_until = blocked_for == milliseconds{0} ? never : noon + blocked_for};
}

Digest some_bucket() {
  return account_bucket("ada@example.com");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(throttling)

BOOST_AUTO_TEST_CASE(each_failure_from_the_limit_on_doubles_the_delay_up_to_an_hour) {
  const seconds delays[] = {seconds{0},    seconds{0},    seconds{30},  seconds{60},
                            seconds{120},  seconds{240},  seconds{480}, seconds{960},
                            seconds{1920}, seconds{3600}, seconds{3600}};
  Throttle bucket;
  Instant now = noon;
  for (const auto delay : delays) {
    bucket = count_attempt(bucket, limit, now);
    const auto wait = closed_for(bucket, now);
    BOOST_TEST_CONTEXT("failure " << bucket.failures)
    BOOST_TEST(wait.value_or(seconds{0}).count() == delay.count());
    now += delay;
    BOOST_TEST(!closed_for(bucket, now).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_delay_stays_at_its_longest_for_any_number_of_failures) {
  for (const int failures : {20, 100, 100'000, 2'000'000'000}) {
    const auto next = count_attempt(counted(failures, seconds{1}), limit, noon);
    BOOST_TEST((next.blocked_until == noon + longest_delay));
  }
}

BOOST_AUTO_TEST_CASE(failures_are_forgotten_when_the_window_is_over) {
  struct Row {
    const char* name;
    Throttle before;
    int failures_after;
  };
  const Row rows[] = {
      {"the first failure", Throttle{}, 1},
      {"within the window", counted(2, seconds{1}), 3},
      {"exactly at the window's end", counted(2, limit.window), 3},
      {"a tick later", counted(2, limit.window + tick), 1},
      {"after a delay that ended a window ago",
       {9, noon - std::chrono::hours{3}, noon - limit.window - tick},
       1},
      {"after a delay that ended just within", {9, noon - std::chrono::hours{3}, noon - limit.window}, 10},
      {"another host's clock is ahead", {2, noon + seconds{30}, never}, 3},
  };
  for (const auto& row : rows) {
    const auto after = count_attempt(row.before, limit, noon);
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(after.failures == row.failures_after);
      BOOST_TEST((after.window_began == (row.failures_after == 1 ? noon : row.before.window_began)));
    }
  }
}

BOOST_AUTO_TEST_CASE(waits_are_whole_seconds_rounded_up) {
  const auto wait = [](milliseconds left) { return closed_for(counted(3, seconds{1}, left), noon); };
  BOOST_TEST(wait(tick).value().count() == 1);
  BOOST_TEST(wait(seconds{1}).value().count() == 1);
  BOOST_TEST(wait(seconds{1} + tick).value().count() == 2);
  BOOST_TEST(wait(seconds{3600}).value().count() == 3600);
  BOOST_TEST(!closed_for(counted(3, seconds{1}), noon).has_value());
  BOOST_TEST(!closed_for({3, noon, noon}, noon).has_value());
}

BOOST_AUTO_TEST_CASE(a_closed_bucket_counts_nothing) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  for (int i = 0; i < limit.failures; ++i)
    BOOST_TEST(!AttemptGuard(caller, deps).admit(some_bucket(), limit));
  const auto closed = house.store.throttle(some_bucket());
  const auto wait = AttemptGuard(caller, deps).admit(some_bucket(), limit);
  BOOST_TEST_REQUIRE(wait.has_value());
  BOOST_TEST(wait->count() == first_delay.count());
  BOOST_TEST((house.store.throttle(some_bucket()) == closed));
}

BOOST_AUTO_TEST_CASE(what_was_counted_for_a_good_attempt_is_given_back) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  AttemptGuard guard(caller, deps);
  BOOST_TEST(!guard.admit(some_bucket(), limit));
  BOOST_TEST(house.store.throttle(some_bucket()).failures == 1);
  guard.give_back();
  BOOST_TEST((house.store.throttle(some_bucket()) == Throttle{}));
}

BOOST_AUTO_TEST_CASE(giving_back_leaves_what_others_have_counted_since) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  AttemptGuard good(caller, deps);
  AttemptGuard wrong(caller, deps);
  BOOST_TEST(!good.admit(some_bucket(), limit));
  BOOST_TEST(!wrong.admit(some_bucket(), limit));
  good.give_back();
  BOOST_TEST(house.store.throttle(some_bucket()).failures == 1);
}

BOOST_AUTO_TEST_CASE(giving_back_the_attempt_that_closed_the_bucket_opens_it_again) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  for (int i = 1; i < limit.failures; ++i)
    BOOST_TEST(!AttemptGuard(caller, deps).admit(some_bucket(), limit));
  AttemptGuard good(caller, deps);
  BOOST_TEST(!good.admit(some_bucket(), limit));
  BOOST_TEST(AttemptGuard(caller, deps).admit(some_bucket(), limit).has_value());
  good.give_back();
  BOOST_TEST(house.store.throttle(some_bucket()).failures == limit.failures - 1);
  BOOST_TEST(!AttemptGuard(caller, deps).admit(some_bucket(), limit).has_value());
}

BOOST_AUTO_TEST_CASE(sixty_four_attempts_at_once_never_pass_more_than_the_limit) {
  House house;
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 64; ++i)
      crowd.emplace_back([&] {
        House::Thread own(house);
        const auto deps = own.deps();
        const auto caller = house.caller();
        if (!AttemptGuard(caller, deps).admit(some_bucket(), limit)) ++admitted;
      });
  }
  BOOST_TEST(admitted.load() >= 1);
  BOOST_TEST(admitted.load() <= limit.failures);
  BOOST_TEST(house.store.throttle(some_bucket()).failures == admitted.load());
}

BOOST_AUTO_TEST_CASE(buckets_of_different_things_are_different) {
  const auto user = UserId{};
  BOOST_TEST((account_bucket("a@b.example") != account_bucket("a@b.examplf")));
  BOOST_TEST((device_bucket(user, "phone") != device_bucket(user, "tablet")));
  BOOST_TEST((account_bucket("x") != address_bucket(*parse_address("192.0.2.1"))));
  BOOST_TEST((account_bucket("192.0.2.1") != address_bucket(*parse_address("192.0.2.1"))));
}

BOOST_AUTO_TEST_CASE(one_customer_has_one_bucket) {
  const auto bucket = [](const char* text) { return address_bucket(*parse_address(text)); };
  BOOST_TEST((bucket("2001:db8:1:2::1") == bucket("2001:db8:1:2:ffff::9")));
  BOOST_TEST((bucket("2001:db8:1:2::1") != bucket("2001:db8:1:3::1")));
  BOOST_TEST((bucket("192.0.2.1") == bucket("::ffff:192.0.2.1")));
  BOOST_TEST((bucket("192.0.2.1") != bucket("192.0.2.2")));
}

BOOST_AUTO_TEST_SUITE_END()
