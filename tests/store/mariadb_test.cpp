// What only a real server shows: connections that it closes, servers that die, hang or refuse.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "backends.h"
#include "samples.h"
#include "store/sql/pool.h"
#include "support/contains.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using std::chrono::steady_clock;

// The message of what the call throws; empty if it throws nothing.
template <class Call>
std::string unavailable(Call call) {
  try {
    call();
  } catch (const StoreUnavailable& error) {
    return error.what();
  }
  return "";
}

template <class Call>
milliseconds duration_of(Call call) {
  const auto began = steady_clock::now();
  call();
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
}

std::int64_t connections_of_cardea() {
  const SqlResult count =
      mariadb().administer("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'cardea'");
  return std::get<std::int64_t>(count.rows.at(0).at(0));
}

void wait_until_closed() {
  const auto deadline = steady_clock::now() + seconds(20);
  while (connections_of_cardea() != 0 && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(100));
  }
  BOOST_TEST(connections_of_cardea() == 0);
}

Session add_sample(Store& store) {
  BOOST_TEST(store.add_user(sample_user(1)));
  const Session session = sample_session(1, sample_user(1));
  store.add_session(session);
  return session;
}

// Somebody else, in whose transaction the rows of all sessions are locked until it goes.
std::unique_ptr<SqlConnection> hold_sessions() {
  auto other = open_connection(mariadb().settings(), 0, MissingFile::refuse);
  other->execute("START TRANSACTION");
  other->execute("SELECT id FROM {prefix}session FOR UPDATE");
  return other;
}

// A setting of the server for new connections, put back at the end.
class GlobalSetting {
 public:
  GlobalSetting(std::string name, const std::string& value, std::string normal)
      : name_(std::move(name)), normal_(std::move(normal)) {
    mariadb().administer("SET GLOBAL " + name_ + " = " + value);
  }
  GlobalSetting(const GlobalSetting&) = delete;
  GlobalSetting& operator=(const GlobalSetting&) = delete;
  ~GlobalSetting() { mariadb().administer("SET GLOBAL " + name_ + " = " + normal_); }

 private:
  std::string name_;
  std::string normal_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(the_report_names_the_server_and_tells_its_clock) {
  MariadbBackend backend;
  const DatabaseReport report = backend.store().report();
  BOOST_TEST(report.server.starts_with("MariaDB 1"));
  BOOST_TEST(!contains(report.server, "-"));
  BOOST_REQUIRE(report.clock);
  const auto ours = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  BOOST_TEST(std::abs((*report.clock - ours).count()) < 5000);
}

BOOST_AUTO_TEST_CASE(a_connection_closed_for_idleness_costs_nothing) {
  const GlobalSetting wait_timeout("wait_timeout", "1", "28800");
  for (const bool by_socket : {false, true}) {
    MariadbBackend backend;
    const auto store = open_store(by_socket ? mariadb().settings_by_socket() : mariadb().settings());
    const Session session = add_sample(*store);
    BOOST_TEST((store->rotate(next_rotation(session)) == RotationOutcome::moved));
    wait_until_closed();
    Rotation second = next_rotation(session);
    second.from = 1;
    second.to = 2;
    BOOST_TEST((store->rotate(second) == RotationOutcome::moved));
  }
}

BOOST_AUTO_TEST_CASE(connections_killed_by_an_operator_are_replaced) {
  MariadbBackend backend;
  Store& store = backend.store();
  const Session session = add_sample(store);
  BOOST_TEST(mariadb().kill_connections() >= 1);  // one that was closed may still be listed
  BOOST_TEST(store.session(session.id, Freshness::causal).has_value());
  BOOST_TEST(mariadb().kill_connections() >= 1);
  BOOST_TEST(store.add_user(sample_user(2)));
  BOOST_TEST(mariadb().kill_connections() >= 1);
  BOOST_TEST((store.rotate(next_rotation(session)) != RotationOutcome::not_moved));
  const Generation generation = store.session(session.id, Freshness::plain)->session.generation;
  BOOST_TEST(generation <= 1u);
}

BOOST_AUTO_TEST_CASE(a_server_that_died_is_reported_at_once_and_used_again_when_it_is_back) {
  MariadbBackend backend;
  Store& store = backend.store();
  const Session session = add_sample(store);
  mariadb().kill_9();
  BOOST_TEST(!unavailable([&] { store.ping(); }).empty());
  const auto following = duration_of([&] {
    for (int time = 0; time < 100; ++time) BOOST_TEST(!unavailable([&] { store.ping(); }).empty());
  });
  BOOST_TEST(following.count() < 900);
  mariadb().start();
  std::this_thread::sleep_for(milliseconds(1100));
  BOOST_TEST(store.session(session.id, Freshness::plain).has_value());
  BOOST_TEST((store.rotate(next_rotation(session)) == RotationOutcome::moved));
}

BOOST_AUTO_TEST_CASE(a_server_that_was_restarted_is_not_noticed_by_a_reader) {
  MariadbBackend backend;
  const Session session = add_sample(backend.store());
  mariadb().restart();
  BOOST_TEST(backend.store().session(session.id, Freshness::plain).has_value());
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_does_not_hang_us) {
  MariadbBackend backend;
  DatabaseSettings settings = mariadb().settings();
  settings.connect_timeout = milliseconds(1000);
  const auto store = open_store(settings);
  Session session = add_sample(*store);
  BOOST_TEST(
      (store->rotate(next_rotation(session)) == RotationOutcome::moved));  // from now on it is prepared
  session.generation = 1;
  RotationOutcome outcome = RotationOutcome::moved;
  std::string message;
  mariadb().freeze();
  const auto rotation = duration_of([&] { outcome = store->rotate(next_rotation(session)); });
  const auto read = duration_of([&] { message = unavailable([&] { store->ping(); }); });
  mariadb().thaw();
  BOOST_TEST((outcome == RotationOutcome::unknown));
  BOOST_TEST(rotation.count() < 8000);
  BOOST_TEST(!message.empty());
  BOOST_TEST(read.count() < 4000);
  std::this_thread::sleep_for(milliseconds(1100));
  BOOST_TEST(store->session(session.id, Freshness::causal).has_value());
}

BOOST_AUTO_TEST_CASE(the_next_host_of_the_list_is_used_when_the_first_is_dead) {
  MariadbBackend backend;
  DatabaseSettings settings = mariadb().settings();
  settings.hosts = {{"127.0.0.1", free_port()}, {"no-such-host.invalid", 3306}, settings.hosts.front()};
  const auto store = open_store(settings);
  BOOST_TEST(store->add_user(sample_user(1)));
  BOOST_CHECK_NO_THROW(migrate(settings, at(0)));
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_named) {
  DatabaseSettings settings = mariadb().settings();
  settings.hosts = {{"no-such-host.invalid", 3306}};
  BOOST_TEST(contains(unavailable([&] { open_store(settings)->ping(); }), "no-such-host.invalid"));
  BOOST_CHECK_THROW(migrate(settings, at(0)), StoreUnavailable);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_said_without_the_password) {
  DatabaseSettings settings = mariadb().settings();
  settings.password = Secret::copy_of("correct horse battery");
  const std::string message = unavailable([&] { open_store(settings)->ping(); });
  BOOST_TEST(contains(message, "Access denied"));
  BOOST_TEST(contains(message, "cardea"));
  BOOST_TEST(!contains(message, "correct horse"));
  BOOST_TEST(!contains(message, mariadb().settings().password.reveal()));
}

BOOST_AUTO_TEST_CASE(an_unknown_database_is_named) {
  DatabaseSettings settings = mariadb().settings();
  settings.schema = "nowhere";
  BOOST_TEST(contains(unavailable([&] { open_store(settings)->ping(); }), "nowhere"));
}

BOOST_AUTO_TEST_CASE(a_value_that_does_not_fit_is_an_error_that_does_not_repeat_it) {
  MariadbBackend backend;  // whose server would cut it by default
  User user = sample_user(1);
  user.name = std::string(300, 'x');
  BOOST_CHECK_EXCEPTION((void)backend.store().add_user(user), StoreError,
                        [](const StoreError& error) { return !contains(error.what(), "xxx"); });
  BOOST_TEST(!backend.store().user_by_id(user.id));
  user.name = "bad \xff";
  BOOST_CHECK_EXCEPTION((void)backend.store().add_user(user), StoreError,
                        [](const StoreError& error) { return !contains(error.what(), "bad"); });
}

BOOST_AUTO_TEST_CASE(an_account_that_may_open_two_connections_serves_many_threads) {
  MariadbBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  mariadb().kill_connections();
  mariadb().administer("ALTER USER cardea@'%' WITH MAX_USER_CONNECTIONS 2");
  const auto store = open_store(mariadb().settings());
  std::atomic<int> found{0};
  Threads threads;
  for (int number = 0; number < 16; ++number) {
    threads.start([&] {
      for (int time = 0; time < 20; ++time) {
        found += unavailable([&] { (void)store->user_by_id(user_id(1)); }).empty() ? 1 : 0;
      }
    });
  }
  threads.join();
  mariadb().administer("ALTER USER cardea@'%' WITH MAX_USER_CONNECTIONS 0");
  BOOST_TEST(found == 16 * 20);
}

BOOST_AUTO_TEST_CASE(a_rotation_that_waits_too_long_for_a_lock_is_unknown_and_is_not_carried_out_later) {
  MariadbBackend backend;
  Store& store = backend.store();
  const Session session = add_sample(store);
  auto other = hold_sessions();
  BOOST_TEST((store.rotate(next_rotation(session)) == RotationOutcome::unknown));
  other.reset();
  std::this_thread::sleep_for(milliseconds(200));
  BOOST_TEST(store.session(session.id, Freshness::causal)->session.generation == session.generation);
}

BOOST_AUTO_TEST_CASE(a_sign_out_waits_longer_for_a_lock) {
  MariadbBackend backend;
  Store& store = backend.store();
  const Session session = add_sample(store);
  auto other = hold_sessions();
  Threads release;
  release.start([&] {
    std::this_thread::sleep_for(milliseconds(3500));
    other.reset();
  });
  BOOST_TEST(store.revoke({.session = session.id, .reason = RevokeReason::signed_out, .at = at(20)}));
}

BOOST_AUTO_TEST_CASE(the_dead_connection_of_one_thread_does_not_disturb_the_others) {
  MariadbBackend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  std::atomic<int> failed{0};
  std::atomic<bool> over{false};
  Threads threads(over);
  for (int number = 0; number < 4; ++number) {
    threads.start([&] {
      while (!over) failed += unavailable([&] { (void)store.user_by_id(user_id(1)); }).empty() ? 0 : 1;
    });
  }
  for (int time = 0; time < 5; ++time) {
    mariadb().kill_connections();
    std::this_thread::sleep_for(milliseconds(200));
  }
  threads.join();
  BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
