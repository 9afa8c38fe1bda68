// The contract of store/store.h, for events, throttles and housekeeping.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "compare.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

std::vector<int> numbers_of(const std::vector<Event>& events) {
  std::vector<int> numbers;
  for (const Event& event : events) numbers.push_back(event.id.uuid[15]);
  return numbers;
}

PurgeLimits limits_at(int seconds, int rows) {
  return {.sessions_ended_before = at(seconds),
          .events_before = at(seconds),
          .throttles_before = at(seconds),
          .rows = rows};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE_TEMPLATE(events_come_back_as_they_went_in, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const Event full = sample_event(1);
  Event bare = sample_event(2);
  bare.user = std::nullopt;
  bare.session = std::nullopt;
  bare.ip = "";
  bare.detail = "";
  store.add_event(full);
  store.add_event(full);  // sent twice, kept once
  store.add_event(bare);
  const auto found = store.events({});
  BOOST_REQUIRE(found.size() == 2u);
  check_same(found[0], bare);
  check_same(found[1], full);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(events_of_every_kind_are_kept, Backend, Backends) {
  Backend backend;
  for (int kind = 0; kind <= static_cast<int>(EventKind::user_deleted); ++kind) {
    Event event = sample_event(kind);
    event.kind = static_cast<EventKind>(kind);
    backend.store().add_event(event);
  }
  const auto found = backend.store().events({});
  BOOST_REQUIRE(found.size() == 12u);
  for (const Event& event : found) BOOST_TEST(static_cast<int>(event.kind) == int{event.id.uuid[15]});
}

// Ids of one millisecond are in no order: the account was opened before anybody signed in to it.
BOOST_AUTO_TEST_CASE_TEMPLATE(events_of_one_moment_come_in_the_order_of_cause, Backend, Backends) {
  const std::vector<EventKind> newest_first{EventKind::many_devices, EventKind::signed_in,
                                            EventKind::identity_linked, EventKind::registered};
  for (const bool ids_agree : {true, false}) {
    Backend backend;
    for (int i = 0; i < 4; ++i) {
      Event event = sample_event(ids_agree ? 4 - i : i);
      event.at = at(1);
      event.kind = newest_first[static_cast<std::size_t>(i)];
      backend.store().add_event(event);
    }
    const auto found = backend.store().events({});
    BOOST_REQUIRE(found.size() == 4u);
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST((found[i].kind == newest_first[i]), i);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_newest_events_come_first_and_the_filter_holds, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {3, 1, 4, 2, 5}) {
    Event event = sample_event(number);
    event.user = user_id(number % 2);
    store.add_event(event);
  }
  using Numbers = std::vector<int>;
  BOOST_TEST(numbers_of(store.events({})) == (Numbers{5, 4, 3, 2, 1}), boost::test_tools::per_element());
  BOOST_TEST(numbers_of(store.events({.limit = 2})) == (Numbers{5, 4}), boost::test_tools::per_element());
  BOOST_TEST(numbers_of(store.events({.since = at(3)})) == (Numbers{5, 4, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(numbers_of(store.events({.user = user_id(1)})) == (Numbers{5, 3, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(numbers_of(store.events({.user = user_id(1), .since = at(2), .limit = 1})) == (Numbers{5}),
             boost::test_tools::per_element());
  BOOST_TEST(store.events({.user = user_id(9)}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(throttles)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_throttle_moves_only_from_what_it_is, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const Throttle none{};
  const Throttle one{.failures = 1, .window_began = at(1), .blocked_until = never};
  const Throttle two{.failures = 2, .window_began = at(1), .blocked_until = at(9)};
  BOOST_TEST((store.throttle(digest_of(1)) == none));
  BOOST_TEST(!store.move_throttle(digest_of(1), one, two));
  BOOST_TEST(store.move_throttle(digest_of(1), none, one));
  BOOST_TEST(!store.move_throttle(digest_of(1), none, two));
  BOOST_TEST((store.throttle(digest_of(1)) == one));
  BOOST_TEST(store.move_throttle(digest_of(1), one, two));
  BOOST_TEST(!store.move_throttle(digest_of(1), one, two));
  BOOST_TEST(store.move_throttle(digest_of(1), two, two));
  BOOST_TEST((store.throttle(digest_of(1)) == two));
  BOOST_TEST((store.throttle(digest_of(2)) == none));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_throttle_taken_back_is_as_if_it_had_never_been, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const Throttle none{};
  const Throttle one{.failures = 1, .window_began = at(1), .blocked_until = at(2)};
  BOOST_TEST(store.move_throttle(digest_of(1), none, one));
  BOOST_TEST(store.move_throttle(digest_of(1), one, none));
  BOOST_TEST((store.throttle(digest_of(1)) == none));
  BOOST_TEST(store.move_throttle(digest_of(1), none, one));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(housekeeping)

BOOST_AUTO_TEST_CASE_TEMPLATE(only_ended_sessions_are_purged, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  struct Row {
    Instant idle_until;
    Instant absolute_until;
  };
  const std::vector<Row> rows{
      {at(100), never}, {at(99), never}, {at(900), at(99)}, {at(900), at(100)}, {at(99), at(900)}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Session session = sample_session(static_cast<int>(i), sample_user(1));
    session.idle_until = rows[i].idle_until;
    session.absolute_until = rows[i].absolute_until;
    store.add_session(session);
  }
  BOOST_TEST(store.revoke({.session = session_id(0), .reason = RevokeReason::reuse, .at = at(50)}));
  BOOST_TEST(store.purge(limits_at(100, 500)).sessions == 3);
  const auto left = store.sessions_of(user_id(1));
  BOOST_REQUIRE(left.size() == 2u);  // the revoked one too: late reuse must still be seen
  BOOST_TEST((left[0].id == session_id(0) && left[1].id == session_id(3)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(old_events_and_throttles_are_purged, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {98, 99, 100, 101}) store.add_event(sample_event(number));
  const auto add_throttle = [&](int number, Instant began, Instant until) {
    const Throttle throttle{.failures = 1, .window_began = began, .blocked_until = until};
    BOOST_TEST(store.move_throttle(digest_of(number), {}, throttle));
  };
  add_throttle(1, at(99), never);
  add_throttle(2, at(99), at(100));
  add_throttle(3, at(100), never);
  const PurgeResult result = store.purge(limits_at(100, 500));
  BOOST_TEST(result.events == 2);
  BOOST_TEST(result.throttles == 1);
  BOOST_TEST(numbers_of(store.events({})) == (std::vector<int>{101, 100}), boost::test_tools::per_element());
  BOOST_TEST((store.throttle(digest_of(1)) == Throttle{}));
  BOOST_TEST(store.throttle(digest_of(2)).failures == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_purge_stops_at_its_number_of_rows_and_goes_on_next_time, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number = 0; number < 250; ++number) {
    Event event = sample_event(number);
    event.at = at(1);
    store.add_event(event);
  }
  BOOST_TEST(store.purge(limits_at(100, 120)).events == 120);
  BOOST_TEST(store.purge(limits_at(100, 120)).events == 120);
  BOOST_TEST(store.purge(limits_at(100, 120)).events == 10);
  BOOST_TEST(store.purge(limits_at(100, 120)).events == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_ping_and_a_report_work, Backend, Backends) {
  Backend backend;
  backend.store().ping();
  const DatabaseReport report = backend.store().report();
  BOOST_TEST(!report.server.empty());
  BOOST_TEST(report.schema_version == newest_schema_version());
  BOOST_TEST(report.warnings.empty());
}

BOOST_AUTO_TEST_SUITE_END()
