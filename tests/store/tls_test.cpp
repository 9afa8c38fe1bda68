// Encryption on the way to the database: asked for, it is had or the connection is refused.
#include <boost/test/unit_test.hpp>
#include <optional>

#include "backends.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

void make_certificate(const std::string& path, const std::string& name) {
  run_program({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=" + name, "-addext",
               "subjectAltName=DNS:" + name, "-keyout", path + ".key", "-out", path + ".pem"},
              path + ".log");
}

class Certificates {
 public:
  Certificates() {
    make_certificate(file("localhost"), "localhost");
    make_certificate(file("stranger"), "stranger");
  }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }
  [[nodiscard]] std::vector<std::string> server_options() const {
    return {"--ssl-cert=" + file("localhost.pem"), "--ssl-key=" + file("localhost.key")};
  }

 private:
  TemporaryDirectory directory_{"tls"};
};

DatabaseSettings with_tls(DatabaseSettings settings, const std::string& host, const std::string& authority) {
  settings.hosts.front().host = host;
  settings.tls_required = true;
  settings.ca_file = authority;
  return settings;
}

bool refused(const DatabaseSettings& settings) {
  try {
    (void)open_store(settings)->report();
    return false;
  } catch (const StoreUnavailable&) {
    return true;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(a_server_without_tls_is_refused_where_tls_is_required) {
  const Certificates certificates;
  const DatabaseSettings settings = mariadb().settings();
  BOOST_TEST(!refused(settings));
  BOOST_TEST(refused(with_tls(settings, "127.0.0.1", certificates.file("localhost.pem"))));
  BOOST_TEST(refused(with_tls(settings, "localhost", certificates.file("localhost.pem"))));
}

BOOST_AUTO_TEST_CASE(a_server_is_believed_only_with_the_right_authority_and_name) {
  const Certificates certificates;
  const MariadbServer server(certificates.server_options());
  const DatabaseSettings settings = server.settings();
  const DatabaseSettings good = with_tls(settings, "localhost", certificates.file("localhost.pem"));
  BOOST_TEST(!refused(good));
  // Another name for the same machine. Not 127.0.0.1: newer client libraries compare no name there.
  BOOST_TEST(refused(with_tls(settings, "127.1", certificates.file("localhost.pem"))));
  BOOST_TEST(refused(with_tls(settings, "localhost", certificates.file("stranger.pem"))));
  BOOST_TEST(refused(with_tls(settings, "localhost", certificates.file("missing.pem"))));

  migrate(good, at(0));
  const auto store = open_store(good);
  BOOST_TEST(store->add_user(sample_user(1)));
  BOOST_TEST(server.kill_connections() == 1);
  BOOST_TEST(store->user_by_id(user_id(1)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
