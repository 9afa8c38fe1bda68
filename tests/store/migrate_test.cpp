#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "backends.h"
#include "samples.h"
#include "store/sql/pool.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// A database without tables, of either kind.
class NewSqlite {
 public:
  [[nodiscard]] DatabaseSettings settings() const { return sqlite_settings(directory_); }
  static constexpr const char* some_index = "DROP INDEX cardea_session_user";

 private:
  TemporaryDirectory directory_{"sqlite"};
};

class NewMariadb {
 public:
  NewMariadb() { empty_mariadb(); }
  ~NewMariadb() { empty_mariadb(); }
  NewMariadb(const NewMariadb&) = delete;
  NewMariadb& operator=(const NewMariadb&) = delete;
  [[nodiscard]] static DatabaseSettings settings() { return mariadb().settings(); }
  static constexpr const char* some_index = "DROP INDEX cardea_session_user ON cardea_session";
};

using NewDatabases = boost::mpl::list<NewSqlite, NewMariadb>;

void execute(const DatabaseSettings& settings, const std::string& statement) {
  open_connection(settings, 0, MissingFile::create)->execute(statement);
}

std::string refusal(const DatabaseSettings& settings) {
  try {
    open_store(settings)->ping();
  } catch (const StoreUnavailable& error) {
    return error.what();
  }
  return "";
}

// Statements of the files as a person would import them, with the prefix replaced by hand.
void import_by_hand(const DatabaseSettings& settings) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CARDEA_TESTS) + "/../sql"))
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream file(path);
    std::string text =
        with_prefix(std::string(std::istreambuf_iterator<char>(file), {}), settings.table_prefix);
    for (std::size_t end = text.find(";\n"); end != std::string::npos; end = text.find(";\n")) {
      execute(settings, text.substr(0, end));
      text.erase(0, end + 2);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(migrations)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_new_database_gets_all_tables_and_a_second_run_does_nothing, NewDatabase,
                              NewDatabases) {
  const NewDatabase database;
  const MigrationReport first = migrate(database.settings(), at(0));
  BOOST_TEST(first.from == 0);
  BOOST_TEST(first.to == newest_schema_version());
  BOOST_TEST(static_cast<int>(first.applied.size()) == newest_schema_version());
  BOOST_TEST(first.applied.front() == "001_first_tables");
  const MigrationReport second = migrate(database.settings(), at(9));
  BOOST_TEST(second.from == newest_schema_version());
  BOOST_TEST(second.applied.empty());
  const auto noted = open_connection(database.settings(), 0, MissingFile::refuse)
                         ->execute("SELECT applied_at FROM {prefix}schema WHERE version = 1");
  BOOST_TEST(std::get<std::int64_t>(noted.rows.at(0).at(0)) == unix_milliseconds(at(0)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_migrations_at_once_one_works_and_the_others_wait, NewDatabase,
                              NewDatabases) {
  for (int round = 0; round < 3; ++round) {
    const NewDatabase database;
    std::atomic<int> applied{0};
    const auto run = [&] { applied += static_cast<int>(migrate(database.settings(), at(0)).applied.size()); };
    Threads threads;
    for (int number = 0; number < 4; ++number) threads.start(run);
    threads.join();
    BOOST_TEST(applied == newest_schema_version());
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_interrupted_migration_is_finished_by_the_next, NewDatabase, NewDatabases) {
  const NewDatabase database;
  migrate(database.settings(), at(0));
  for (const char* undo :
       {"DELETE FROM cardea_schema", "DROP TABLE cardea_throttle", NewDatabase::some_index}) {
    execute(database.settings(), undo);
  }
  const MigrationReport report = migrate(database.settings(), at(0));
  BOOST_TEST(report.from == 0);
  BOOST_TEST(report.to == newest_schema_version());
  const auto store = open_store(database.settings());
  BOOST_TEST(store->move_throttle(digest_of(1), {}, {.failures = 1, .window_began = at(1)}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tables_newer_than_the_program_are_left_alone, NewDatabase, NewDatabases) {
  const NewDatabase database;
  migrate(database.settings(), at(0));
  execute(database.settings(),
          "INSERT INTO cardea_schema (version, name, applied_at) VALUES (9999, 'future', 1)");
  BOOST_CHECK_THROW(migrate(database.settings(), at(0)), StoreError);
  const auto store = open_store(database.settings());
  BOOST_CHECK_THROW(store->ping(), StoreError);
  BOOST_CHECK_THROW((void)store->user_by_id(user_id(1)), StoreError);
  BOOST_TEST(store->report().schema_version == 9999);
  BOOST_TEST(store->report().warnings.size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_database_without_tables_names_the_cure, NewDatabase, NewDatabases) {
  const NewDatabase database;
  execute(database.settings(), "SELECT 1");  // SQLite: makes the empty file
  BOOST_TEST(refusal(database.settings()).find("cardea migrate") != std::string::npos);
  const DatabaseReport report = open_store(database.settings())->report();
  BOOST_TEST(report.schema_version == 0);
  BOOST_REQUIRE(report.warnings.size() == 1u);
  BOOST_TEST(report.warnings[0].find("cardea migrate") != std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_file_imported_by_hand_counts_as_migrated, NewDatabase, NewDatabases) {
  const NewDatabase database;
  import_by_hand(database.settings());
  BOOST_CHECK_NO_THROW(open_store(database.settings())->ping());
  BOOST_TEST(migrate(database.settings(), at(0)).from == newest_schema_version());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(two_prefixes_live_side_by_side, NewDatabase, NewDatabases) {
  const NewDatabase database;
  DatabaseSettings one = database.settings();
  DatabaseSettings other = database.settings();
  other.table_prefix = "";
  migrate(one, at(0));
  migrate(other, at(0));
  BOOST_TEST(open_store(one)->add_user(sample_user(1)));
  BOOST_TEST(!open_store(other)->user_by_id(user_id(1)));
}

BOOST_AUTO_TEST_CASE(a_prefix_that_could_be_sql_is_refused) {
  const NewSqlite database;
  DatabaseSettings settings = database.settings();
  for (const char* prefix : {"a-b", "x`", "X_", "a b", "é", "a;", "123456789012345678901"}) {
    settings.table_prefix = prefix;
    BOOST_CHECK_THROW((void)open_store(settings), StoreError);
    BOOST_CHECK_THROW(migrate(settings, at(0)), StoreError);
  }
}

BOOST_AUTO_TEST_CASE(tables_that_are_not_innodb_are_found) {
  const NewMariadb database;
  migrate(mariadb().settings(), at(0));
  BOOST_TEST(
      open_store(mariadb().settings())->report().warnings.empty());  // though the server prefers MyISAM
  mariadb().administer("ALTER TABLE cardea.cardea_session ENGINE=MyISAM");
  const DatabaseReport report = open_store(mariadb().settings())->report();
  BOOST_REQUIRE(report.warnings.size() == 1u);
  BOOST_TEST(report.warnings[0].find("cardea_session") != std::string::npos);
  BOOST_CHECK_THROW(migrate(mariadb().settings(), at(0)), StoreError);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(set_up_is_noted_once_and_is_no_version, NewDatabase, NewDatabases) {
  const NewDatabase database;
  BOOST_TEST(!was_set_up(database.settings()));
  (void)migrate(database.settings(), at(0));
  BOOST_TEST(!was_set_up(database.settings()));
  note_set_up(database.settings(), at(1));
  note_set_up(database.settings(), at(2));
  BOOST_TEST(was_set_up(database.settings()));
  BOOST_TEST(migrate(database.settings(), at(3)).from == newest_schema_version());
}

BOOST_AUTO_TEST_SUITE_END()
