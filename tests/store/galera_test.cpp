// A cluster of one node: enough to see that the statements of a cluster are understood there.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "backends.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr const char* provider = "/usr/lib/galera/libgalera_smm.so";

boost::test_tools::assertion_result galera_is_installed(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(access(provider, R_OK) == 0);
  result.message() << provider << " is missing";
  return result;
}

// A node answers pings before it is part of its cluster, and everything else with error 1047 until then.
void wait_until_ready(const MariadbServer& node) {
  for (int attempt = 0; attempt < 300; ++attempt) {
    const SqlResult status = node.administer("SHOW STATUS LIKE 'wsrep_ready'");
    if (!status.rows.empty() && std::get<std::string>(status.rows.at(0).at(1)) == "ON") return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  BOOST_FAIL("the node is not part of its cluster after 15 seconds");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_causal_read_and_a_rotation_wait_on_a_cluster_and_answer,
                     *boost::unit_test::precondition(galera_is_installed)) {
  const std::string port = std::to_string(free_port());
  const MariadbServer node(
      {std::string("--wsrep-provider=") + provider, "--wsrep-on=ON", "--wsrep-cluster-address=gcomm://",
       "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--default-storage-engine=InnoDB",
       "--wsrep-provider-options=base_port=" + port + ";gmcast.listen_addr=tcp://127.0.0.1:" + port});
  wait_until_ready(node);
  migrate(node.settings(), at(0));
  const auto store = open_store(node.settings());
  BOOST_TEST(store->add_user(sample_user(1)));
  const Session session = sample_session(1, sample_user(1));
  store->add_session(session);
  const auto waits = [&] {
    const SqlResult status = node.administer("SHOW STATUS LIKE 'wsrep_causal_reads'");
    return std::stoi(std::get<std::string>(status.rows.at(0).at(1)));
  };
  const int at_first = waits();
  for (int time = 0; time < 3; ++time) BOOST_TEST(store->session(session.id, Freshness::causal).has_value());
  const int after_causal_reads = waits();
  for (int time = 0; time < 5; ++time) BOOST_TEST(store->session(session.id, Freshness::plain).has_value());
  BOOST_TEST(after_causal_reads - at_first >= 3);
  BOOST_TEST(waits() == after_causal_reads);
  BOOST_TEST((store->rotate(next_rotation(session)) == RotationOutcome::moved));
  BOOST_TEST(waits() > after_causal_reads);  // its condition looks at the user's row
}
