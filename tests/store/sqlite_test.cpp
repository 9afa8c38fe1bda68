#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "backends.h"
#include "samples.h"
#include "store/sql/pool.h"
#include "store/sqlite/connection.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  BOOST_REQUIRE_MESSAGE(stat(path.c_str(), &status) == 0, path);
  return status.st_mode & 0777;
}

std::string pragma(const DatabaseSettings& settings, const std::string& name) {
  const SqlResult answer = open_connection(settings, 0, MissingFile::refuse)->execute("PRAGMA " + name);
  const SqlValue& value = answer.rows.at(0).at(0);
  const auto* number = std::get_if<std::int64_t>(&value);
  return number ? std::to_string(*number) : std::get<std::string>(value);
}

// The process's umask, put back at the end.
class OpenUmask {
 public:
  OpenUmask() : before_(umask(0)) {}
  OpenUmask(const OpenUmask&) = delete;
  OpenUmask& operator=(const OpenUmask&) = delete;
  ~OpenUmask() { umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite)

BOOST_AUTO_TEST_CASE(the_file_is_for_its_owner_only_whatever_the_umask) {
  const OpenUmask everything_allowed;
  SqliteBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  BOOST_TEST(mode_of(backend.settings().path) == 0600u);
  BOOST_TEST(mode_of(backend.settings().path + "-wal") == 0600u);
}

BOOST_AUTO_TEST_CASE(only_migrate_makes_the_file) {
  const TemporaryDirectory directory("sqlite");
  const DatabaseSettings settings = sqlite_settings(directory);
  const auto store = open_store(settings);
  BOOST_CHECK_EXCEPTION(store->ping(), StoreUnavailable, [](const StoreUnavailable& error) {
    return std::string(error.what()).find("cardea migrate") != std::string::npos;
  });
  BOOST_TEST(access(settings.path.c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_CASE(a_directory_that_everybody_can_write_is_refused) {
  const TemporaryDirectory directory("sqlite");
  const DatabaseSettings settings = sqlite_settings(directory);
  migrate(settings, at(0));
  BOOST_REQUIRE(chmod(directory.path().c_str(), 0777) == 0);
  BOOST_CHECK_THROW(open_store(settings)->ping(), StoreUnavailable);
  BOOST_CHECK_THROW(migrate(settings, at(0)), StoreUnavailable);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_missing_is_named) {
  DatabaseSettings settings;
  settings.path = "/nowhere/at/all/cardea.db";
  BOOST_CHECK_EXCEPTION(migrate(settings, at(0)), StoreUnavailable, [](const StoreUnavailable& error) {
    return std::string(error.what()).find("/nowhere/at/all") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_an_error_and_stays_as_it_is) {
  const TemporaryDirectory directory("sqlite");
  const DatabaseSettings settings = sqlite_settings(directory);
  run_program({"/bin/sh", "-c", "yes 'not a database' | head -c 8192 > " + settings.path},
              directory.file("log"));
  BOOST_CHECK_THROW(open_store(settings)->ping(), std::runtime_error);
  struct stat status {};
  stat(settings.path.c_str(), &status);
  BOOST_TEST(status.st_size == 8192);
}

BOOST_AUTO_TEST_CASE(what_is_committed_is_on_the_disk_and_writers_wait_for_each_other) {
  const SqliteBackend backend;
  BOOST_TEST(pragma(backend.settings(), "journal_mode") == "wal");
  BOOST_TEST(pragma(backend.settings(), "synchronous") == "2");
  BOOST_TEST(pragma(backend.settings(), "busy_timeout") == "5000");
}

BOOST_AUTO_TEST_CASE(a_file_that_others_can_read_is_reported) {
  SqliteBackend backend;
  BOOST_REQUIRE(chmod(backend.settings().path.c_str(), 0644) == 0);
  const DatabaseReport report = backend.store().report();
  BOOST_REQUIRE(report.warnings.size() == 1u);
  BOOST_TEST(report.warnings[0].find("chmod 600") != std::string::npos);
  BOOST_TEST(report.server.starts_with("SQLite 3."));
  BOOST_TEST(!report.clock);
}

BOOST_AUTO_TEST_CASE(network_file_systems_are_known_by_their_numbers) {
  for (const unsigned long type :
       {0x6969UL, 0x517bUL, 0xff534d42UL, 0xfe534d42UL, 0x65735546UL, 0x01021997UL}) {
    BOOST_TEST(is_network_file_system(type));
  }
  for (const unsigned long type : {0xef53UL, 0x58465342UL, 0x9123683eUL, 0x01021994UL, 0x794c7630UL, 0UL}) {
    BOOST_TEST(!is_network_file_system(type));  // ext4, XFS, Btrfs, tmpfs, overlay
  }
}

BOOST_AUTO_TEST_CASE(a_database_locked_for_too_long_is_unavailable_and_works_again_afterwards) {
  SqliteBackend backend;
  BOOST_TEST(backend.store().add_user(sample_user(1)));
  {
    const auto other = open_connection(backend.settings(), 0, MissingFile::refuse);
    other->execute("BEGIN IMMEDIATE");
    BOOST_TEST(backend.store().user_by_id(user_id(1)).has_value());  // readers do not wait
    BOOST_CHECK_THROW((void)backend.store().end_all_sessions(user_id(1), at(20)), StoreUnavailable);
  }
  BOOST_TEST(backend.store().end_all_sessions(user_id(1), at(20)));
}

BOOST_AUTO_TEST_CASE(a_database_in_memory_is_no_file_and_each_connection_has_its_own) {
  DatabaseSettings settings;
  settings.kind = DatabaseKind::sqlite;
  settings.path = sqlite_in_memory;
  settings.table_prefix = "cardea_";
  const auto first = open_sqlite(settings, MissingFile::create);
  const auto second = open_sqlite(settings, MissingFile::refuse);
  const MigrationReport report = migrate(*first, at(0));
  BOOST_TEST(report.from == 0);
  BOOST_TEST(report.to == newest_schema_version());
  BOOST_TEST(read_schema_version(*first) == newest_schema_version());
  BOOST_TEST(read_schema_version(*second) == 0);
  BOOST_TEST(!std::filesystem::exists(sqlite_in_memory));
}

BOOST_AUTO_TEST_SUITE_END()
