#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "store/sql/pool.h"
#include "support/threads.h"

using namespace cardea;

namespace {

class IdleConnection final : public SqlConnection {
 public:
  explicit IdleConnection(std::atomic<int>& open) : open_(open) { ++open_; }
  IdleConnection(const IdleConnection&) = delete;
  IdleConnection& operator=(const IdleConnection&) = delete;
  ~IdleConnection() override { --open_; }
  SqlResult run(std::string_view, std::span<const SqlValue>, Freshness) override { return {}; }
  SqlResult execute(std::string_view) override { return {}; }
  DatabaseKind kind() const override { return DatabaseKind::sqlite; }
  std::string server() override { return "nothing"; }
  std::vector<std::string> warnings() override { return {}; }
  int max_connections() const override { return most_; }
  int most_ = 0;

 private:
  std::atomic<int>& open_;
};

// Hosts that can be switched off, and a record of which were tried.
struct Hosts {
  std::vector<int> failing;  // error code of each host; 0 = it answers
  std::vector<std::size_t> tried;
  std::atomic<int> open{0};
  int most = 0;        // of the account
  int full_times = 0;  // so often the server has no room

  explicit Hosts(std::vector<int> codes) : failing(std::move(codes)) {}

  ConnectionPool::Open opener() {
    return [this](std::size_t host) -> std::unique_ptr<SqlConnection> {
      tried.push_back(host);
      const int code = full_times-- > 0 ? 1226 : failing.at(host);
      if (code != 0) throw SqlFailure(code, mysql_error_class(code), "error " + std::to_string(code));
      auto connection = std::make_unique<IdleConnection>(open);
      connection->most_ = most;
      return connection;
    };
  }
  [[nodiscard]] PoolLimits limits(int connections) const {
    return {.connections = connections,
            .hosts = failing.size(),
            .wait = milliseconds(50),
            .connect_timeout = milliseconds(50)};
  }
};

using Tried = std::vector<std::size_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(nothing_connects_before_the_first_use) {
  Hosts hosts({0});
  ConnectionPool pool(hosts.limits(4), hosts.opener());
  BOOST_TEST(hosts.tried.empty());
}

BOOST_AUTO_TEST_CASE(a_connection_given_back_is_used_again) {
  Hosts hosts({0});
  ConnectionPool pool(hosts.limits(4), hosts.opener());
  for (int time = 0; time < 3; ++time) BOOST_TEST(pool.borrow()->server() == "nothing");
  BOOST_TEST(hosts.tried.size() == 1u);
  BOOST_TEST(hosts.open == 1);
}

BOOST_AUTO_TEST_CASE(no_more_connections_are_opened_than_allowed) {
  Hosts hosts({0});
  ConnectionPool pool(hosts.limits(2), hosts.opener());
  const auto first = pool.borrow();
  {
    const auto second = pool.borrow();
    BOOST_CHECK_THROW((void)pool.borrow(), StoreUnavailable);
    BOOST_TEST(hosts.open == 2);
  }
  (void)pool.borrow();
  BOOST_TEST(hosts.open == 2);
}

BOOST_AUTO_TEST_CASE(who_waits_gets_the_connection_that_comes_back) {
  Hosts hosts({0});
  PoolLimits limits = hosts.limits(1);
  limits.wait = seconds(10);
  ConnectionPool pool(limits, hosts.opener());
  testing::Threads other;
  {
    const auto lease = pool.borrow();
    other.start([&] { (void)pool.borrow(); });
    std::this_thread::sleep_for(milliseconds(20));
  }
  other.join();
  BOOST_TEST(hosts.tried.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_discarded_connection_makes_room_for_another) {
  Hosts hosts({0});
  ConnectionPool pool(hosts.limits(1), hosts.opener());
  {
    auto lease = pool.borrow();
    lease.discard();
    BOOST_TEST(hosts.open == 0);
  }
  (void)pool.borrow();
  BOOST_TEST(hosts.tried.size() == 2u);
}

BOOST_AUTO_TEST_CASE(one_lost_connection_closes_the_idle_ones_too) {
  Hosts hosts({0});
  ConnectionPool pool(hosts.limits(3), hosts.opener());
  {
    const auto first = pool.borrow();
    const auto second = pool.borrow();
    const auto third = pool.borrow();
  }
  auto lease = pool.borrow();
  BOOST_TEST(hosts.open == 3);
  lease.replace();
  BOOST_TEST(hosts.open == 1);
}

BOOST_AUTO_TEST_CASE(the_first_host_that_answers_is_kept) {
  Hosts hosts({2002, 0, 0});
  ConnectionPool pool(hosts.limits(1), hosts.opener());
  pool.borrow().discard();
  hosts.failing[0] = 0;
  (void)pool.borrow();
  BOOST_TEST(hosts.tried == (Tried{0, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_host_that_is_leaving_is_left) {
  Hosts hosts({0, 0, 2003});
  ConnectionPool pool(hosts.limits(1), hosts.opener());
  auto lease = pool.borrow();
  lease.replace_elsewhere();
  lease.replace();
  lease.replace_elsewhere();
  BOOST_TEST(hosts.tried == (Tried{0, 1, 1, 2, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_dead_database_is_asked_once_and_then_left_alone_for_a_second) {
  Hosts hosts({2002, 2003});
  ConnectionPool pool(hosts.limits(4), hosts.opener());
  for (int time = 0; time < 5; ++time) BOOST_CHECK_THROW((void)pool.borrow(), StoreUnavailable);
  BOOST_TEST(hosts.tried == (Tried{0, 1}), boost::test_tools::per_element());
  hosts.failing = {0, 0};
  std::this_thread::sleep_for(milliseconds(1050));
  (void)pool.borrow();
  (void)pool.borrow();
  BOOST_TEST(hosts.open == 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_account_is_not_tried_elsewhere) {
  Hosts hosts({1045, 0});
  ConnectionPool pool(hosts.limits(4), hosts.opener());
  BOOST_CHECK_THROW((void)pool.borrow(), StoreUnavailable);
  BOOST_TEST(hosts.tried == (Tried{0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_server_without_room_for_one_more_is_used_through_the_connections_we_have) {
  Hosts hosts({0});
  PoolLimits limits = hosts.limits(4);
  limits.wait = seconds(10);
  ConnectionPool pool(limits, hosts.opener());
  testing::Threads other;
  {
    const auto lease = pool.borrow();
    hosts.failing = {1226};
    other.start([&] { (void)pool.borrow(); });
    std::this_thread::sleep_for(milliseconds(50));
  }
  other.join();
  BOOST_TEST(hosts.open == 1);
  BOOST_TEST(hosts.tried.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_server_without_room_for_our_first_connection_is_unavailable) {
  Hosts hosts({1040});
  ConnectionPool pool(hosts.limits(4), hosts.opener());
  BOOST_CHECK_THROW((void)pool.borrow(), StoreUnavailable);
}

BOOST_AUTO_TEST_CASE(a_server_without_room_is_asked_again_until_there_is_some) {
  Hosts hosts({0});
  hosts.full_times = 3;
  PoolLimits limits = hosts.limits(4);
  limits.wait = seconds(10);
  ConnectionPool pool(limits, hosts.opener());
  BOOST_CHECK_NO_THROW((void)pool.borrow());
  BOOST_TEST(hosts.tried.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_replaced_when_the_server_has_room_again) {
  Hosts hosts({0});
  PoolLimits limits = hosts.limits(1);
  limits.wait = seconds(10);
  ConnectionPool pool(limits, hosts.opener());
  auto lease = pool.borrow();
  hosts.full_times = 3;
  BOOST_CHECK_NO_THROW(lease.replace());
  BOOST_TEST(hosts.tried.size() == 5u);
}

BOOST_AUTO_TEST_CASE(no_more_than_half_of_what_the_account_may_have_is_taken) {
  for (const auto& [most, taken] :
       std::vector<std::pair<int, int>>{{1, 1}, {2, 1}, {3, 1}, {6, 3}, {100, 4}}) {
    Hosts hosts({0});
    hosts.most = most;
    ConnectionPool pool(hosts.limits(4), hosts.opener());
    std::vector<ConnectionPool::Lease> leases;
    for (int number = 0; number < taken; ++number) leases.push_back(pool.borrow());
    BOOST_CHECK_THROW((void)pool.borrow(), StoreUnavailable);
    BOOST_TEST(hosts.open == taken);
  }
}

BOOST_AUTO_TEST_CASE(where_connections_are_scarce_none_is_kept_for_long) {
  for (const int most : {0, 1, 9, 10}) {
    Hosts hosts({0});
    hosts.most = most;
    ConnectionPool pool(hosts.limits(4), hosts.opener());
    { const auto lease = pool.borrow(); }
    pool.close_idle();
    BOOST_TEST(hosts.open == (most == 1 ? 0 : 1), most);
    std::this_thread::sleep_for(milliseconds(1050));
    pool.close_idle();
    BOOST_TEST(hosts.open == (most == 1 || most == 9 ? 0 : 1), most);
  }
}

BOOST_AUTO_TEST_SUITE_END()
