// What becomes of a statement when the connection breaks before, during or after it: the connections fail on command
// with the numbers of MySQL.
#include <boost/test/unit_test.hpp>
#include <deque>
#include <utility>

#include "samples.h"
#include "support/sql_faults.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

class Database {
 public:
  explicit Database(std::size_t hosts = 1)
      : store_({.connections = 2,
                .hosts = hosts,
                .wait = milliseconds(100),
                .connect_timeout = milliseconds(100)},
               [this](std::size_t) { return faults_.connect(); }) {
    store_.ping();
  }
  SqlStore& store() { return store_; }
  // A user with one session.
  Session with_session() {
    BOOST_TEST(store_.add_user(sample_user(1)));
    const Session session = sample_session(1, sample_user(1));
    store_.add_session(session);
    return session;
  }
  // What the next statements meet; they and the connections are counted from here.
  void fail(std::deque<SqlFault> faults) {
    faults_.fail_next(std::move(faults));
    calls_ = faults_.calls();
    connections_ = faults_.connections();
  }
  // Since then.
  [[nodiscard]] int arrived() const { return faults_.calls() - calls_; }
  [[nodiscard]] int connections() const { return faults_.connections() - connections_; }

 private:
  SqlFaults faults_;
  SqlStore store_;
  int calls_ = 0;
  int connections_ = 0;
};

const std::vector<int> lost_while_waiting{2013, 2055, 1180, 1927, 1053};
const std::vector<int> gone_before{2006, 4031, 1047, 2030, 1243, 1290};

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(a_read_is_sent_again_on_a_new_connection) {
  for (const int code : {2006, 4031, 2013, 2055, 1180, 1047, 1927}) {
    Database database;
    const Session session = database.with_session();
    database.fail({{.code = code}});
    BOOST_TEST(database.store().session(session.id, Freshness::plain).has_value(), code);
    BOOST_TEST(database.connections() == 1);
    BOOST_TEST(database.arrived() == 2);
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_twice_is_given_up) {
  Database database;
  database.fail({{.code = 2013}, {.code = 2013}});
  BOOST_CHECK_THROW((void)database.store().user_by_id(user_id(1)), StoreUnavailable);
  BOOST_TEST(database.arrived() == 2);
  BOOST_TEST(!database.store().user_by_id(user_id(1)));  // and the next caller starts afresh
}

BOOST_AUTO_TEST_CASE(each_host_of_the_list_is_given_one_chance) {
  Database database(3);
  database.fail({{.code = 1047}, {.code = 1047}, {.code = 1047}});
  BOOST_CHECK_NO_THROW((void)database.store().user_by_id(user_id(1)));
  database.fail({{.code = 1047}, {.code = 1047}, {.code = 1047}, {.code = 1047}});
  BOOST_CHECK_THROW((void)database.store().user_by_id(user_id(1)), StoreUnavailable);
}

BOOST_AUTO_TEST_CASE(a_rotation_whose_answer_is_lost_is_unknown_and_never_sent_again) {
  for (const bool after : {false, true}) {
    for (const int code : lost_while_waiting) {
      Database database;
      const Session session = database.with_session();
      database.fail({{.code = code, .after = after}});
      BOOST_TEST((database.store().rotate(next_rotation(session)) == RotationOutcome::unknown), code);
      BOOST_TEST(database.arrived() == 1);
      const Generation expected = after ? 1 : 0;
      BOOST_TEST(database.store().session(session.id, Freshness::causal)->session.generation == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rotation_that_lost_a_race_inside_the_database_is_unknown) {
  for (const int code : {1213, 1205}) {
    Database database;
    const Session session = database.with_session();
    database.fail({{.code = code}});
    BOOST_TEST((database.store().rotate(next_rotation(session)) == RotationOutcome::unknown), code);
    BOOST_TEST(database.connections() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_rotation_on_a_connection_that_was_closed_for_idleness_goes_through) {
  for (const int code : gone_before) {
    Database database;
    const Session session = database.with_session();
    database.fail({{.code = code}});
    BOOST_TEST((database.store().rotate(next_rotation(session)) == RotationOutcome::moved), code);
    BOOST_TEST(database.connections() == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_user_whose_answer_was_lost_is_added_once_and_said_to_be_added) {
  for (const bool after : {false, true}) {
    Database database;
    database.fail({{.code = 2013, .after = after}});
    BOOST_TEST(database.store().add_user(sample_user(1)));
    BOOST_TEST(database.store().users(std::nullopt, 10).size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_stays_taken_also_when_the_connection_breaks) {
  Database database;
  BOOST_TEST(database.store().add_user(sample_user(1)));
  User second = sample_user(2);
  second.email = sample_user(1).email;
  database.fail({{.code = 2013}});
  BOOST_TEST(!database.store().add_user(second));
}

BOOST_AUTO_TEST_CASE(sessions_and_events_whose_answer_was_lost_are_added_once) {
  Database database;
  BOOST_TEST(database.store().add_user(sample_user(1)));
  database.fail({{.code = 2013, .after = true}});
  database.store().add_session(sample_session(1, sample_user(1)));
  database.fail({{.code = 2013, .after = true}});
  database.store().add_event(sample_event(1));
  BOOST_TEST(database.store().sessions_of(user_id(1)).size() == 1u);
  BOOST_TEST(database.store().events({}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_revocation_whose_answer_was_lost_is_known_as_our_own) {
  Database database;
  const Session session = database.with_session();
  const Revocation ours{.session = session.id, .reason = RevokeReason::signed_out, .at = at(20)};
  database.fail({{.code = 2013, .after = true}});
  BOOST_TEST(database.store().revoke(ours));
  database.fail({{.code = 2013}});
  BOOST_TEST(!database.store().revoke({.session = session.id, .reason = RevokeReason::reuse, .at = at(30)}));
}

BOOST_AUTO_TEST_CASE(a_password_hash_whose_answer_was_lost_is_known_as_our_own) {
  Database database;
  database.with_session();
  database.fail({{.code = 2013, .after = true}});
  BOOST_TEST(database.store().replace_password_hash(
      {.user = user_id(1), .from = sample_user(1).password_hash, .to = "$better$"}));
}

BOOST_AUTO_TEST_CASE(a_deletion_whose_answer_was_lost_is_a_deletion) {
  Database database;
  database.with_session();
  database.fail({{}, {}, {}, {.code = 2013, .after = true}});
  BOOST_TEST(database.store().delete_user(user_id(1), at(20)));
  BOOST_TEST(!database.store().user_by_id(user_id(1)));
}

BOOST_AUTO_TEST_CASE(a_lost_race_is_repeated_on_the_same_connection_until_it_is_won) {
  Database database;
  database.with_session();
  database.fail({{.code = 1213}, {.code = 1205}, {.code = 1213}});
  BOOST_TEST(database.store().end_all_sessions(user_id(1), at(20)));
  BOOST_TEST(database.connections() == 0);
  BOOST_TEST(database.arrived() == 4);
  BOOST_TEST(database.store().user_by_id(user_id(1))->epoch == sample_user(1).epoch + 1);
}

BOOST_AUTO_TEST_CASE(a_race_that_is_always_lost_ends) {
  Database database;
  database.fail(std::deque<SqlFault>(50, {.code = 1213}));
  BOOST_CHECK_THROW((void)database.store().user_by_id(user_id(1)), StoreUnavailable);
  BOOST_TEST(database.arrived() == 7);
}

BOOST_AUTO_TEST_CASE(housekeeping_goes_on_after_a_deadlock_and_after_a_lost_connection) {
  for (const int code : {1213, 2013}) {
    Database database;
    for (int number : {1, 2, 3}) database.store().add_event(sample_event(number));
    database.fail({{}, {}, {}, {.code = code}});
    BOOST_TEST(database.store().purge({.events_before = at(100)}).events == 3, code);
    BOOST_TEST(database.store().events({}).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_statement_is_an_error_at_once) {
  Database database;
  database.fail({{.code = 1064}});
  BOOST_CHECK_THROW((void)database.store().user_by_id(user_id(1)), StoreError);
  BOOST_TEST(database.arrived() == 1);
}

BOOST_AUTO_TEST_CASE(what_the_server_cannot_or_may_not_do_for_us_is_no_fault_of_ours) {
  for (const int code : {1021, 1030, 1037, 1038, 1041, 1044, 1114, 1135, 1142, 1143, 1153, 1184, 1194, 1223,
                         1227, 1792, 1874, 2008, 2020}) {
    Database database;
    database.fail({{.code = code}});
    BOOST_CHECK_EXCEPTION(
        (void)database.store().add_user(sample_user(1)), StoreUnavailable,
        [](const StoreUnavailable& failure) { return failure.trouble() == StoreTrouble::not_writable; });
    BOOST_TEST(database.arrived() == 1, code);
  }
  for (const int code : {1040, 1203, 1226, 1969, 3024}) {
    Database database;
    database.fail({{.code = code}});
    BOOST_CHECK_THROW((void)database.store().add_user(sample_user(1)), StoreUnavailable);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_or_full_file_is_no_fault_of_ours) {
  for (const int code : {3, 7, 8, 11, 13, 26, 8 | 3 << 8})  // PERM, NOMEM, READONLY, CORRUPT, FULL, NOTADB
    BOOST_TEST((sqlite_error_class(code).action == ErrorAction::refused), code);
}

BOOST_AUTO_TEST_SUITE_END()
