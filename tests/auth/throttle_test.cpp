// Slowing down guesses: the rule as tables, the buckets in the database, and many guesses at once.
#include "auth/account/throttle.h"

#include <boost/test/unit_test.hpp>

#include "support/house.h"
#include "support/threads.h"

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

Buckets some_buckets() {
  return {{some_bucket(), limit}};
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
    bucket = add_failure(bucket, limit, now);
    const auto wait = closed_for(bucket, now);
    BOOST_TEST_CONTEXT("failure " << bucket.failures)
    BOOST_TEST(wait.value_or(seconds{0}).count() == delay.count());
    now += delay;
    BOOST_TEST(!closed_for(bucket, now).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_delay_stays_at_its_longest_for_any_number_of_failures) {
  for (const int failures : {20, 100, 100'000, 2'000'000'000}) {
    const auto next = add_failure(counted(failures, seconds{1}), limit, noon);
    BOOST_TEST((next.blocked_until == noon + max_delay));
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
    const auto after = add_failure(row.before, limit, noon);
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

BOOST_AUTO_TEST_CASE(uses_are_counted_in_windows_that_begin_with_the_first) {
  struct Row {
    const char* name;
    Throttle before;
    Throttle after;
  };
  const auto ends = [](milliseconds began_ago) { return noon - began_ago + limit.window; };
  const Row rows[] = {
      {"the first", Throttle{}, {1, noon, never}},
      {"within the window", counted(1, seconds{60}), {2, noon - seconds{60}, never}},
      {"the last one", counted(2, seconds{60}), {3, noon - seconds{60}, ends(seconds{60})}},
      {"when the window is over", {3, noon - limit.window, noon}, {1, noon, never}},
      {"another host's clock is ahead", {1, noon + seconds{30}, never}, {2, noon + seconds{30}, never}},
  };
  for (const auto& row : rows)
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST((add_use(row.before, limit, noon) == row.after));
}

BOOST_AUTO_TEST_CASE(a_closed_bucket_counts_nothing) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  for (int i = 0; i < limit.failures; ++i) BOOST_TEST(!count_failure(some_buckets(), caller, deps));
  const auto closed = house.store.throttle(some_bucket());
  const auto wait = count_failure(some_buckets(), caller, deps);
  BOOST_TEST_REQUIRE(wait.has_value());
  BOOST_TEST(wait->count() == first_delay.count());
  BOOST_TEST((closed_for(some_buckets(), caller, deps) == wait));
  BOOST_TEST((house.store.throttle(some_bucket()) == closed));
}

BOOST_AUTO_TEST_CASE(of_several_buckets_all_count_a_use_or_none_does) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  const Buckets both{{some_bucket(), {.failures = 5, .window = limit.window}},
                     {account_bucket("bob@example.com"), {.failures = 2, .window = limit.window}}};
  for (int i = 0; i < 2; ++i) BOOST_TEST(!count_use(both, caller, deps));
  const auto wait = count_use(both, caller, deps);
  BOOST_TEST_REQUIRE(wait.has_value());
  BOOST_TEST((*wait == limit.window));
  BOOST_TEST(house.store.throttle(some_bucket()).failures == 2);
}

BOOST_AUTO_TEST_CASE(giving_back_the_use_that_closed_the_bucket_opens_it_again) {
  House house;
  const auto caller = house.caller();
  const auto deps = house.deps();
  for (int i = 0; i < limit.failures; ++i) BOOST_TEST(!count_use(some_buckets(), caller, deps));
  BOOST_TEST(count_use(some_buckets(), caller, deps).has_value());
  give_back(some_buckets(), deps);
  BOOST_TEST(house.store.throttle(some_bucket()).failures == limit.failures - 1);
  BOOST_TEST(!count_use(some_buckets(), caller, deps).has_value());
  for (int i = 0; i < limit.failures + 1; ++i) give_back(some_buckets(), deps);
  BOOST_TEST((house.store.throttle(some_bucket()) == Throttle{}));
}

BOOST_AUTO_TEST_CASE(sixty_four_at_once_are_exactly_as_many_as_the_limit_allows) {
  for (const auto count : {count_failure, count_use}) {
    House house;
    std::atomic<int> admitted{0};
    {
      Threads crowd;
      for (int i = 0; i < 64; ++i)
        crowd.start([&] {
          House::Thread own(house);
          const auto deps = own.deps();
          if (!count(some_buckets(), house.caller(), deps)) ++admitted;
        });
    }
    BOOST_TEST(admitted.load() == limit.failures);
    BOOST_TEST(house.store.throttle(some_bucket()).failures == limit.failures);
  }
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

BOOST_AUTO_TEST_CASE(an_ipv6_address_has_a_bucket_for_its_network_too) {
  House house;
  const auto caller_at = [&house](const char* text) {
    auto caller = house.caller();
    caller.address = *parse_address(text);
    return caller;
  };
  const auto deps = house.deps();
  const auto here = failures_of_address(caller_at("2001:db8:1:2::1"), deps);
  const auto near = failures_of_address(caller_at("2001:db8:1:3::1"), deps);
  const auto elsewhere = failures_of_address(caller_at("2001:db8:2:3::1"), deps);
  BOOST_TEST_REQUIRE(here.size() == 2U);
  BOOST_TEST((here[0].id != near[0].id));
  BOOST_TEST((here[1].id == near[1].id));
  BOOST_TEST((here[1].id != elsewhere[1].id));
  BOOST_TEST(here[1].limit.failures > here[0].limit.failures);
  BOOST_TEST(failures_of_address(caller_at("192.0.2.1"), deps).size() == 1U);
  BOOST_TEST(registrations_of_address(caller_at("2001:db8:1:2::1"), deps).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
