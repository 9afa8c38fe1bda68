#include "config/values.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace cardea;

namespace {

// Empty if the URL is accepted.
std::string problem_of(std::string_view url) {
  const auto result = parse_database_url(url);
  const auto* bad = std::get_if<BadDatabaseUrl>(&result);
  return bad == nullptr ? "" : bad->problem;
}

DatabaseSettings parsed(std::string_view url) {
  BOOST_REQUIRE_MESSAGE(problem_of(url).empty(), url << ": " << problem_of(url));
  return std::get<DatabaseSettings>(parse_database_url(url));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(database_url)

BOOST_AUTO_TEST_CASE(sqlite_is_an_absolute_path) {
  const auto database = parsed("sqlite:/var/lib/cardea/cardea.db");
  BOOST_CHECK(database.kind == DatabaseKind::sqlite);
  BOOST_TEST(database.path == "/var/lib/cardea/cardea.db");
}

BOOST_AUTO_TEST_CASE(mysql_with_everything) {
  const auto database = parsed(
      "mysql://user:pass@db1:3307,db2.example.com,192.0.2.1,[2001:db8::1]:3308/name?socket=/run/"
      "x.sock&tls=required&ca=/etc/ca.pem");
  BOOST_CHECK(database.kind == DatabaseKind::mysql);
  BOOST_TEST(database.user == "user");
  BOOST_TEST(database.password.reveal() == "pass");
  BOOST_TEST(database.schema == "name");
  BOOST_TEST(database.socket == "/run/x.sock");
  BOOST_TEST(database.tls_required);
  BOOST_TEST(database.ca_file == "/etc/ca.pem");
  BOOST_REQUIRE(database.hosts.size() == 4U);
  BOOST_TEST(database.hosts[0].host == "db1");
  BOOST_TEST(database.hosts[0].port == 3307);
  BOOST_TEST(database.hosts[1].host == "db2.example.com");
  BOOST_TEST(database.hosts[1].port == 3306);
  BOOST_TEST(database.hosts[3].host == "2001:db8::1");
  BOOST_TEST(database.hosts[3].port == 3308);
}

BOOST_AUTO_TEST_CASE(mysql_with_little) {
  const auto plain = parsed("mysql://u@localhost/db");
  BOOST_TEST(plain.password.empty());
  BOOST_TEST(!plain.tls_required);
  BOOST_TEST(plain.hosts.size() == 1U);
  BOOST_TEST(parsed("mysql://u@/db?socket=/run/x.sock").hosts.empty());
  BOOST_TEST(parsed("mysql://u@my_container/db").hosts[0].host == "my_container");
}

BOOST_AUTO_TEST_CASE(user_and_password_are_percent_decoded) {
  const auto database = parsed("mysql://a%40b:p%3A%2f%3F%23%25%20%3b%C3%A9@h/db");
  BOOST_TEST(database.user == "a@b");
  BOOST_TEST(database.password.reveal() == "p:/?#% ;\xC3\xA9");
  BOOST_TEST(parsed("mysql://u:a:b;c#d+e=f&g@h/db").password.reveal() == "a:b;c#d+e=f&g");
}

BOOST_AUTO_TEST_CASE(what_is_no_database_url_is_refused) {
  for (const auto* url : {"",
                          "mysql",
                          "mysql:",
                          "mysql://",
                          "mysql:///",
                          "mysql://h/db",
                          "mysql://@h/db",
                          "mysql://:p@h/db",
                          "mysql://u:p@/db",
                          "mysql://u:p@h",
                          "mysql://u:p@h/",
                          "mysql://u:p@h/a/b",
                          "mysql://u:p@h/a.b",
                          "mysql://u:p@h/a`b",
                          "mysql://u:p@h/a%20b",
                          "mysql://u:p@h:0/db",
                          "mysql://u:p@h:65536/db",
                          "mysql://u:p@h:/db",
                          "mysql://u:p@h:33o6/db",
                          "mysql://u:p@h:1:2/db",
                          "mysql://u:p@h,/db",
                          "mysql://u:p@,h/db",
                          "mysql://u:p@h h/db",
                          "mysql://u:p@::1/db",
                          "mysql://u:p@[::1/db",
                          "mysql://u:p@[h]/db",
                          "mysql://u:p@-h/db",
                          "mysql://u:p@h@g/db",
                          "mysql://u:p%@h/db",
                          "mysql://u:p%4@h/db",
                          "mysql://u:p%zz@h/db",
                          "mysql://u:p%00@h/db",
                          "mysql://u:p q@h/db",
                          " mysql://u:p@h/db",
                          "MYSQL://u:p@h/db",
                          "mariadb://u:p@h/db",
                          "postgres://u:p@h/db",
                          "sqlite:",
                          "sqlite:/",
                          "sqlite:cardea.db",
                          "sqlite:./a.db",
                          "sqlite://a.db",
                          "sqlite:///a.db",
                          "sqlite:/a/",
                          "sqlite:/a.db?mode=ro",
                          "sqlite:/a%20b.db",
                          "sqlite::memory:",
                          "/a.db"})
    BOOST_TEST(!problem_of(url).empty(), "accepted: " << url);
}

BOOST_AUTO_TEST_CASE(unknown_and_repeated_parameters_are_refused) {
  for (const auto* query : {"",
                            "x",
                            "x=1",
                            "charset=utf8",
                            "sslmode=require",
                            "TLS=required",
                            "tls",
                            "tls=",
                            "tls=yes",
                            "tls=preferred",
                            "ca=",
                            "ca=ca.pem&tls=required",
                            "socket=x.sock",
                            "socket=",
                            "socket=/a&socket=/b",
                            "socket=/a%00b",
                            "socket=/a&",
                            "&socket=/a",
                            "tls=required&ca=/a&tls=required",
                            "tls=required&ca=/a&ca=/b"})
    BOOST_TEST(!problem_of("mysql://u:p@h/db?" + std::string{query}).empty(), "accepted: " << query);
}

BOOST_AUTO_TEST_CASE(tls_and_its_authority_come_together) {
  BOOST_TEST(problem_of("mysql://u:p@h/db?tls=required").find("clear text") != std::string::npos);
  BOOST_TEST(problem_of("mysql://u:p@h/db?ca=/etc/ca.pem").find("tls=required") != std::string::npos);
  BOOST_TEST(problem_of("mysql://u:p@h/db?tls=required&ca=/etc/ca.pem").empty());
}

// Passwords that need escaping and have not been escaped end up in every other part.
BOOST_AUTO_TEST_CASE(no_problem_repeats_any_part_of_the_url) {
  for (const auto* url :
       {"mysql://u:hunter2@h:x/db", "mysql://u:@hunter2@h/db", "mysql://u:/hunter2@h/db",
        "mysql://u:?hunter2@h/db", "mysql://u:%hunter2@h/db", "mysql://u:p@h/hunter2?hunter2=hunter2",
        "mysql://u:p@hunter2!/db", "mysql://u:p@h:hunter2/db", "mysql://u:p@h/db?hunter2",
        "mysql://u:p@h/db?tls=hunter2", "mysql://u:p@h/db?socket=hunter2", "mysql:hunter2", "hunter2",
        "sqlite:hunter2", "mysql://u:hunter2@h/db?tls=required", "mysql://hunter2",
        "mysql://u:hunter2 x@h/db"}) {
    const auto problem = problem_of(url);
    BOOST_TEST(!problem.empty(), "accepted: " << url);
    BOOST_TEST(problem.find("hunter2") == std::string::npos, problem);
  }
}

BOOST_AUTO_TEST_CASE(every_spelling_of_an_ipv6_address_is_one) {
  for (const std::string address :
       {"::1", "::", "0:0:0:0:0:0:0:1", "2001:DB8::A", "::ffff:192.0.2.1", "fe80::1%eth0"})
    for (const std::string port : {"", ":3307"}) {
      const auto database = parsed("mysql://u:p@[" + address + "]" + port + "/db");
      BOOST_TEST(database.hosts.at(0).host == address);
      BOOST_TEST(database.hosts.at(0).port == (port.empty() ? 3306 : 3307));
    }
  BOOST_TEST(parsed("mysql://u:p@[fe80::1%25eth0.5]/db").hosts.at(0).host == "fe80::1%eth0.5");
  BOOST_TEST(parsed("mysql://u:p@LocalHost/db").hosts.at(0).host == "localhost");
  for (const std::string host : {"[]", "[1]", "[192.0.2.1]", "[::1", "::1", "[:::1]", "[::1%]", "[::1%a/b]",
                                 "[localhost]", "[::g]", "[::1]x", "[[::1]]", "[::1]:", "[::1]:0"})
    BOOST_TEST(std::holds_alternative<BadDatabaseUrl>(parse_database_url("mysql://u:p@" + host + "/db")),
               host);
}

BOOST_AUTO_TEST_SUITE_END()
