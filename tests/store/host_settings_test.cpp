// What a web host may have set for everybody: init_connect and global variables, few connections, revoked
// privileges, changed tables. init_connect does not run for administrators; our account is an ordinary one.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <thread>

#include "backends.h"
#include "compare.h"
#include "samples.h"
#include "support/contains.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// What the call throws of what kind; nothing if it throws nothing.
template <class Call>
std::optional<StoreUnavailable> unavailable(Call call) {
  try {
    call();
  } catch (const StoreUnavailable& error) {
    return error;
  }
  return std::nullopt;
}

std::string variable(const std::string& name) {
  const SqlResult answer = mariadb().administer("SELECT @@GLOBAL." + name);
  const SqlValue& value = answer.rows.at(0).at(0);
  // What does not fit our whole numbers: the largest, and fractions.
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return *number < 0 ? "DEFAULT" : std::to_string(*number);
  const auto& text = std::get<std::string>(value);
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
  return is_number ? text : "'" + text + "'";
}

// A setting of the server for new connections, put back at the end.
class GlobalSetting {
 public:
  GlobalSetting(std::string name, const std::string& value)
      : name_(std::move(name)), before_(variable(name_)) {
    mariadb().administer("SET GLOBAL " + name_ + " = " + value);
  }
  GlobalSetting(const GlobalSetting&) = delete;
  GlobalSetting& operator=(const GlobalSetting&) = delete;
  ~GlobalSetting() { mariadb().administer("SET GLOBAL " + name_ + " = " + before_); }

 private:
  std::string name_;
  std::string before_;
};

// Statements of the administrator's, and what takes them back.
class Administered {
 public:
  Administered(const std::string& statement, std::string undo) : undo_(std::move(undo)) {
    mariadb().administer(statement);
  }
  Administered(const Administered&) = delete;
  Administered& operator=(const Administered&) = delete;
  ~Administered() { mariadb().administer(undo_); }

 private:
  std::string undo_;
};

void forget_proof() {
  mariadb().administer("DELETE FROM cardea.cardea_schema WHERE version = 0");
}

// Everything of one person is written, and found as it was, before and after the connections were lost.
void live_a_day(Store& store) {
  const User user = sample_user(1);
  const Session session = sample_session(1, user);
  BOOST_TEST(store.add_user(user));
  store.add_session(session);
  store.add_event(sample_event(1));
  mariadb().kill_connections();
  check_same(store.user_by_email(user.email.key).value(), user);
  check_same(store.session(session.id, Freshness::causal).value().session, session);
  BOOST_TEST((store.rotate(next_rotation(session)) == RotationOutcome::moved));
  BOOST_TEST(store.move_throttle(digest_of(1), {}, {.failures = 1, .window_began = at(1)}));
  BOOST_TEST(store.throttle(digest_of(1)).failures == 1);
  BOOST_TEST(store.throttle(digest_of(2)).failures == 0);
  for (int number = 2; number <= 5; ++number) BOOST_TEST(store.add_user(sample_user(number)));
  BOOST_TEST(store.users(std::nullopt, 10).size() == 5u);
  BOOST_TEST(!store.add_user(user));
  BOOST_TEST(store.purge({.events_before = at(100)}).events == 1);  // in a transaction
  BOOST_TEST(store.end_all_sessions(user.id, at(20)));
  BOOST_TEST(open_store(mariadb().settings())->user_by_id(user.id)->epoch == user.epoch + 1);
}

void check_writing(Store& store) {
  store.check_writing(seconds{0});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(host_settings)

BOOST_AUTO_TEST_CASE(init_connect_does_not_change_what_is_stored) {
  for (const char* statement :
       {"SET collation_connection = utf8_unicode_ci",
        "SET NAMES latin1",
        "SET NAMES utf8",
        "SET NAMES binary",
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        "SET character_set_connection = latin1",
        "SET character_set_results = latin1",
        "SET character_set_results = NULL",
        "SET character_set_client = latin1",
        "SET collation_connection = ucs2_general_ci",
        "SET collation_connection = utf16_bin",
        "SET collation_connection = binary",
        "SET CHARACTER SET latin2",
        "SET character_set_database = ascii",
        "SET collation_database = sjis_japanese_ci",
        "SET NAMES euckr",
        "SET NAMES gbk",
        "SET autocommit = 0",
        "SET completion_type = 1",
        "SET completion_type = 2",
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
        "SET sql_safe_updates = 1",
        "SET sql_select_limit = 1",
        "SET max_join_size = 5000",
        "SET sql_big_selects = 0",
        "SET sql_auto_is_null = 1",
        "SET unique_checks = 0",
        "SET foreign_key_checks = 0",
        "SET max_sort_length = 64",
        "SET max_statement_time = 30",
        "SET time_zone = '-11:00'",
        "SET group_concat_max_len = 4",
        "SET default_storage_engine = MyISAM",
        "SET lc_messages = 'ja_JP'",
        "SET wait_timeout = 1",
        "SET sql_mode = 'ANSI,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
        "SET sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,PIPES_AS_CONCAT,IGNORE_SPACE'",
        "SET sql_mode = 'ORACLE'",
        "SET sql_mode = 'MSSQL'",
        "SET sql_mode = ''",
        "SET sql_mode = 'NO_ZERO_DATE,ONLY_FULL_GROUP_BY,HIGH_NOT_PRECEDENCE,SIMULTANEOUS_ASSIGNMENT'"}) {
    BOOST_TEST_CONTEXT(statement) {
      MariadbBackend backend;
      const GlobalSetting init_connect("init_connect", std::string("\"") + statement + "\"");
      mariadb().kill_connections();
      const auto store = open_store(mariadb().settings());
      live_a_day(*store);
      check_writing(*store);
    }
  }
}

BOOST_AUTO_TEST_CASE(global_variables_do_not_change_what_is_stored) {
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"character_set_server", "latin1"},
      {"collation_server", "ucs2_bin"},
      {"character_set_client", "latin1"},
      {"character_set_connection", "sjis"},
      {"collation_connection", "utf8_unicode_ci"},
      {"character_set_results", "latin1"},
      {"sql_mode", "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH'"},
      {"autocommit", "0"},
      {"completion_type", "1"},
      {"tx_isolation", "'SERIALIZABLE'"},
      {"tx_read_only", "1"},
      {"sql_safe_updates", "1"},
      {"sql_select_limit", "1"},
      {"max_join_size", "5000"},
      {"unique_checks", "0"},
      {"max_statement_time", "30"},
      {"time_zone", "'+13:00'"},
      {"wait_timeout", "2"},
      {"innodb_lock_wait_timeout", "1"},
      {"lock_wait_timeout", "1"},
      {"innodb_strict_mode", "0"},
      {"default_storage_engine", "MEMORY"},
      {"sql_auto_is_null", "1"},
      {"old_mode", "''"}};
  for (const auto& [name, value] : settings) {
    BOOST_TEST_CONTEXT(name << " = " << value) {
      MariadbBackend backend;
      const GlobalSetting setting(name, value);
      mariadb().kill_connections();
      const auto store = open_store(mariadb().settings());
      live_a_day(*store);
      check_writing(*store);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_init_connect_that_fails_is_named) {
  MariadbBackend backend;
  const GlobalSetting init_connect("init_connect", "\"SET no_such_variable = 1\"");
  const auto failure = unavailable([] { open_store(mariadb().settings())->ping(); });
  BOOST_REQUIRE(failure);
  BOOST_TEST_CONTEXT(failure->what()) BOOST_TEST(contains(failure->what(), "init_connect"));
}

BOOST_AUTO_TEST_CASE(tables_that_do_not_give_back_what_they_got_are_not_served) {
  MariadbBackend backend;
  const std::string table = "ALTER TABLE cardea.cardea_provider_identity MODIFY ";
  const std::string good = table + "provider VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL";
  for (const std::string type :
       {"VARCHAR(32) CHARACTER SET latin1", "VARCHAR(32) CHARACTER SET utf8", "VARCHAR(3)"}) {
    const Administered change(table + "provider " + type + " NOT NULL", good);
    forget_proof();
    const auto store = open_store(mariadb().settings());
    for (int time = 0; time < 2; ++time) {
      const auto failure = unavailable([&] { (void)store->user_by_id(user_id(1)); });
      BOOST_REQUIRE_MESSAGE(failure, type);
      BOOST_TEST((failure->trouble() == StoreTrouble::data_damaged));
      BOOST_TEST(contains(failure->what(), "does not give back the bytes"));
    }
  }
  BOOST_CHECK_NO_THROW(open_store(mariadb().settings())->ping());
}

BOOST_AUTO_TEST_CASE(bytes_that_come_back_shorter_are_noticed) {
  MariadbBackend backend;
  const std::string table = "ALTER TABLE cardea.cardea_provider_identity MODIFY subject ";
  const Administered change(table + "VARCHAR(255) CHARACTER SET latin1 NOT NULL",
                            table + "VARBINARY(255) NOT NULL");
  const Administered generated(
      "CREATE TRIGGER cardea.damage BEFORE INSERT ON cardea.cardea_provider_identity FOR EACH ROW"
      " SET NEW.subject = CONVERT(NEW.subject USING ascii)",
      "DROP TRIGGER cardea.damage");
  forget_proof();
  const auto failure = unavailable([] { open_store(mariadb().settings())->ping(); });
  BOOST_REQUIRE(failure);
  BOOST_TEST((failure->trouble() == StoreTrouble::data_damaged));
}

BOOST_AUTO_TEST_CASE(the_proof_is_made_once_and_leaves_nothing_behind) {
  MariadbBackend backend;
  forget_proof();
  BOOST_CHECK_NO_THROW(open_store(mariadb().settings())->ping());
  const auto rows = [](const std::string& table) {
    const SqlResult count = mariadb().administer("SELECT COUNT(*) FROM cardea.cardea_" + table);
    return std::get<std::int64_t>(count.rows.at(0).at(0));
  };
  BOOST_TEST(rows("provider_identity") == 0);
  const std::int64_t noted = rows("schema");
  const SqlResult at_first =
      mariadb().administer("SELECT applied_at FROM cardea.cardea_schema WHERE version = 0");
  BOOST_CHECK_NO_THROW(open_store(mariadb().settings())->ping());
  const SqlResult later =
      mariadb().administer("SELECT applied_at FROM cardea.cardea_schema WHERE version = 0");
  BOOST_TEST((at_first.rows == later.rows));
  BOOST_TEST(rows("schema") == noted);
}

BOOST_AUTO_TEST_CASE(the_proof_leaves_nothing_behind_where_there_are_no_transactions) {
  MariadbBackend backend;
  const std::string table = "ALTER TABLE cardea.cardea_provider_identity ENGINE=";
  const Administered change(table + "MyISAM", table + "InnoDB");
  for (int time = 0; time < 2; ++time) {
    forget_proof();
    BOOST_CHECK_NO_THROW(open_store(mariadb().settings())->ping());
    BOOST_CHECK_NO_THROW(check_writing(backend.store()));
  }
  const SqlResult count = mariadb().administer("SELECT COUNT(*) FROM cardea.cardea_provider_identity");
  BOOST_TEST(std::get<std::int64_t>(count.rows.at(0).at(0)) == 0);
}

BOOST_AUTO_TEST_CASE(a_revoked_privilege_is_named_and_what_is_left_works_on) {
  MariadbBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  for (const std::string privilege : {"INSERT", "UPDATE", "DELETE"}) {
    const Administered change("REVOKE " + privilege + " ON cardea.* FROM cardea@'%'",
                              "GRANT ALL ON cardea.* TO cardea@'%'");
    for (const bool proven : {true, false}) {
      if (!proven) forget_proof();
      mariadb().kill_connections();
      const auto store = open_store(mariadb().settings());
      BOOST_CHECK_NO_THROW(store->ping());
      check_same(store->user_by_id(user_id(1)).value(), sample_user(1));
      const auto failure = unavailable([&] { check_writing(*store); });
      BOOST_REQUIRE_MESSAGE(failure, privilege);
      BOOST_TEST((failure->trouble() == StoreTrouble::not_writable));
      BOOST_TEST(contains(failure->what(), privilege + " command denied"));
    }
  }
  BOOST_CHECK_NO_THROW(check_writing(backend.store()));
}

BOOST_AUTO_TEST_CASE(a_revoked_privilege_is_no_fault_of_ours) {
  MariadbBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  const Administered change("REVOKE INSERT ON cardea.* FROM cardea@'%'",
                            "GRANT ALL ON cardea.* TO cardea@'%'");
  mariadb().kill_connections();
  const auto failure = unavailable([&] { (void)backend.store().add_user(sample_user(2)); });
  BOOST_REQUIRE(failure);
  BOOST_TEST(contains(failure->what(), "INSERT command denied"));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_read_only_says_so) {
  MariadbBackend backend;
  {
    const GlobalSetting read_only("read_only", "1");
    BOOST_CHECK_NO_THROW(backend.store().ping());
    const auto failure = unavailable([&] { check_writing(backend.store()); });
    BOOST_REQUIRE(failure);
    BOOST_TEST(contains(failure->what(), "read-only"));
  }
  BOOST_CHECK_NO_THROW(check_writing(backend.store()));
}

BOOST_AUTO_TEST_CASE(writing_is_proven_at_most_every_few_seconds) {
  MariadbBackend backend;
  Store& store = backend.store();
  store.check_writing(seconds{0});
  const Administered change("REVOKE INSERT ON cardea.* FROM cardea@'%'",
                            "GRANT ALL ON cardea.* TO cardea@'%'");
  mariadb().kill_connections();
  BOOST_CHECK_NO_THROW(store.check_writing(seconds{60}));
  BOOST_TEST(unavailable([&] { store.check_writing(seconds{0}); }).has_value());
  for (const char* proven_at : {"0", "applied_at - 61000", "4000000000000"}) {
    mariadb().administer(std::string("UPDATE cardea.cardea_schema SET applied_at = ") + proven_at +
                         " WHERE version = 0");
    BOOST_TEST(unavailable([&] { store.check_writing(seconds{60}); }).has_value(), proven_at);
  }
}

BOOST_AUTO_TEST_CASE(an_account_with_one_or_two_connections_serves_several_processes) {
  MariadbBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  mariadb().kill_connections();
  for (const std::string most : {"1", "2", "3"}) {
    const Administered limit("ALTER USER cardea@'%' WITH MAX_USER_CONNECTIONS " + most,
                             "ALTER USER cardea@'%' WITH MAX_USER_CONNECTIONS 0");
    std::vector<std::unique_ptr<Store>> processes;
    for (int number = 0; number < 3; ++number) processes.push_back(open_store(mariadb().settings()));
    std::atomic<int> found{0};
    std::atomic<bool> over{false};
    Threads threads;
    // As the server's tick does it.
    Threads ticks(over);
    ticks.start([&] {
      while (!over) {
        for (const auto& process : processes) process->close_idle_connections();
        std::this_thread::sleep_for(milliseconds(100));
      }
    });
    for (int number = 0; number < 6; ++number) {
      threads.start([&, number] {
        for (int time = 0; time < 10; ++time)
          found += unavailable([&] { (void)processes[number % 3]->user_by_id(user_id(1)); }) ? 0 : 1;
      });
    }
    threads.join();
    ticks.join();
    BOOST_TEST(found == 60, "with " << most << ": " << found);
  }
}

BOOST_AUTO_TEST_CASE(localhost_means_the_usual_socket) {
  MariadbBackend backend;
  const Administered account("CREATE USER panel@localhost IDENTIFIED BY 'panel'",
                             "DROP USER panel@localhost");
  mariadb().administer("GRANT ALL ON cardea.* TO panel@localhost");
  DatabaseSettings settings = mariadb().settings();
  settings.user = "panel";
  settings.password = Secret::copy_of("panel");
  const auto by_address = unavailable([&] { open_store(settings)->ping(); });
  BOOST_REQUIRE(by_address);
  BOOST_TEST((by_address->trouble() == StoreTrouble::access_denied));
  BOOST_TEST(contains(by_address->what(), "'panel'@'127.0.0.1'"));
  BOOST_TEST(contains(by_address->what(), "write localhost"));
  settings.hosts = {{"localhost", 3306}};
  ::setenv("MYSQL_UNIX_PORT", mariadb().file("socket").c_str(), 1);
  BOOST_CHECK_NO_THROW(open_store(settings)->ping());
  settings.password = Secret::copy_of("wrong");
  const auto denied = unavailable([&] { open_store(settings)->ping(); });
  BOOST_REQUIRE(denied);
  BOOST_TEST(contains(denied->what(), "'panel'@'localhost'"));
  BOOST_TEST(contains(denied->what(), mariadb().file("socket")));
  BOOST_TEST(contains(denied->what(), "write 127.0.0.1"));
  // Another port than the usual one is asked for by TCP.
  settings.hosts = {{"localhost", mariadb().port()}};
  const auto by_port = unavailable([&] { open_store(settings)->ping(); });
  ::unsetenv("MYSQL_UNIX_PORT");
  BOOST_REQUIRE(by_port);
  BOOST_TEST(contains(by_port->what(), "tried over TCP"));
}

BOOST_AUTO_TEST_CASE(a_socket_that_somebody_else_put_into_tmp_is_not_the_servers) {
  MariadbBackend backend;
  DatabaseSettings settings = mariadb().settings();
  settings.hosts = {{"localhost", 3306}};
  const TemporaryDirectory directory("sockets");
  BOOST_REQUIRE(chmod(directory.path().c_str(), 01777) == 0);
  const std::string link = directory.file("mysql.sock");
  BOOST_REQUIRE(symlink(mariadb().file("socket").c_str(), link.c_str()) == 0);
  ::setenv("MYSQL_UNIX_PORT", link.c_str(), 1);
  BOOST_CHECK_NO_THROW(open_store(settings)->ping());  // the server runs as ourselves
  struct stat socket {};
  BOOST_REQUIRE(stat(link.c_str(), &socket) == 0);
  if (geteuid() == 0) {
    BOOST_REQUIRE(chown(mariadb().file("socket").c_str(), 65534, 65534) == 0);
    const auto refused = unavailable([&] { open_store(settings)->ping(); });
    BOOST_TEST((refused && !contains(refused->what(), link)));
    BOOST_REQUIRE(chown(mariadb().file("socket").c_str(), socket.st_uid, socket.st_gid) == 0);
  }
  ::unsetenv("MYSQL_UNIX_PORT");
}

BOOST_AUTO_TEST_CASE(ipv6_addresses_are_connected_to_in_all_their_spellings) {
  const MariadbServer server({"--bind-address=::1"});
  migrate(
      [&] {
        DatabaseSettings settings = server.settings();
        settings.hosts.front().host = "::1";
        return settings;
      }(),
      at(0));
  for (const char* host : {"::1", "0:0:0:0:0:0:0:1", "0000:0000::0001", "::0.0.0.1", "::1%1"}) {
    DatabaseSettings settings = server.settings();
    settings.hosts.front().host = host;
    BOOST_CHECK_NO_THROW(open_store(settings)->ping());
  }
}

BOOST_AUTO_TEST_SUITE_END()
