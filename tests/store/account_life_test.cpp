// Closing, reopening and erasing accounts; and that nothing about a user is forgotten, neither in a copy nor when the rows go.
#include "store/account_life.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "backends.h"
#include "base/json.h"
#include "compare.h"
#include "samples.h"
#include "store/sql/pool.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

AccountClosing closing_of(const User& user, Instant at) {
  return {.user = user.id, .epoch = user.epoch, .at = at};
}

Erasure erasure_of(const User& user, Instant closed_at) {
  return {.user = user.id, .closed_at = closed_at, .buckets = {digest_of(1)}};
}

struct Column {
  std::string name, type;
};

std::vector<Column> columns_of(SqlConnection& connection, std::string_view table) {
  std::vector<Column> columns;
  const auto asked = "SELECT name, type FROM pragma_table_info('{prefix}" + std::string(table) + "')";
  for (const SqlRow& row : connection.execute(asked).rows)
    columns.push_back({std::get<std::string>(row.at(0)), std::get<std::string>(row.at(1))});
  return columns;
}

// Of every table that names users, the column that does.
std::vector<std::pair<std::string, std::string>> tables_with_users(SqlConnection& connection) {
  std::vector<std::pair<std::string, std::string>> found{{"user", "id"}};
  for (const TableName& table : all_tables())
    for (const Column& column : columns_of(connection, table.name))
      if (column.name == "user_id") found.emplace_back(std::string(table.name), column.name);
  return found;
}

std::string hex_of(const UserId& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : id.bytes()) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return "X'" + text + "'";
}

// A value that the column takes, whatever it is for.
std::string value_for(const Column& column, const UserId& user) {
  if (column.name == "user_id") return hex_of(user);
  if (column.type.find("INT") != std::string::npos) return "1";
  return column.type.find("BINARY") != std::string::npos ? "randomblob(16)" : "hex(randomblob(4))";
}

void add_row(SqlConnection& connection, const std::string& table, const UserId& user) {
  std::string names, values;
  for (const Column& column : columns_of(connection, table)) {
    names += (names.empty() ? "" : ", ") + column.name;
    values += (values.empty() ? "" : ", ") + value_for(column, user);
  }
  connection.execute("INSERT INTO {prefix}" + table + " (" + names + ") VALUES (" + values + ")");
}

std::int64_t rows_of(SqlConnection& connection, const std::string& table, const std::string& column,
                     const UserId& user) {
  const auto asked = "SELECT COUNT(*) FROM {prefix}" + table + " WHERE " + column + " = " + hex_of(user);
  return std::get<std::int64_t>(connection.execute(asked).rows.at(0).at(0));
}

const TableAbout* about(std::string_view table) {
  const auto tables = tables_about_users();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.name == table; });
  return found == tables.end() ? nullptr : &*found;
}

bool is_settled(const TableAbout& table, const std::string& column) {
  const auto is_it = [&](const ColumnAbout& one) { return one.name == column; };
  return std::any_of(table.columns.begin(), table.columns.end(), is_it) ||
         std::find(table.not_shown.begin(), table.not_shown.end(), column) != table.not_shown.end();
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(account_life)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_account_is_closed_once_and_under_the_epoch_that_was_read, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  auto other_epoch = closing_of(user, at(5));
  ++other_epoch.epoch;
  BOOST_TEST(!store.close_user(other_epoch));
  BOOST_TEST(store.close_user(closing_of(user, at(5))));
  BOOST_TEST(!store.close_user(closing_of(user, at(6))));
  auto closed = user;
  closed.closed_at = at(5);
  ++closed.epoch;
  check_same(store.user_by_id(user.id).value(), closed);
  BOOST_TEST(!store.close_user(closing_of(sample_user(2), at(5))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_ends_the_sessions_for_other_hosts_too, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  store.add_session(sample_session(1, sample_user(1)));
  BOOST_TEST(store.close_user(closing_of(sample_user(1), at(5))));
  const auto ended = store.sessions_ended_since(at(5));
  BOOST_REQUIRE(ended.size() == 1u);
  BOOST_TEST((ended[0].session == session_id(1)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(only_the_closing_that_was_read_is_taken_back, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(!store.reopen_user({.user = user_id(1), .closed_at = never}));
  BOOST_TEST(store.close_user(closing_of(sample_user(1), at(5))));
  BOOST_TEST(!store.reopen_user({.user = user_id(1), .closed_at = at(4)}));
  BOOST_TEST(store.reopen_user({.user = user_id(1), .closed_at = at(5)}));
  BOOST_TEST((store.user_by_id(user_id(1))->closed_at == never));
  BOOST_TEST(!store.reopen_user({.user = user_id(1), .closed_at = at(5)}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_longest_closed_come_first_and_open_accounts_never, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {1, 2, 3, 4}) BOOST_TEST(store.add_user(sample_user(number)));
  BOOST_TEST(store.close_user(closing_of(sample_user(1), at(7))));
  BOOST_TEST(store.close_user(closing_of(sample_user(2), at(5))));
  BOOST_TEST(store.close_user(closing_of(sample_user(3), at(9))));
  const auto closed = store.closed_users(at(9), 10);
  BOOST_REQUIRE(closed.size() == 2u);
  BOOST_TEST((closed[0].id == user_id(2) && closed[1].id == user_id(1)));
  BOOST_TEST(store.closed_users(at(9), 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_open_or_reopened_account_is_not_erased, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  store.add_session(sample_session(1, sample_user(1)));
  BOOST_TEST(!store.erase_user(erasure_of(sample_user(1), at(5))));
  BOOST_TEST(store.close_user(closing_of(sample_user(1), at(5))));
  BOOST_TEST(!store.erase_user(erasure_of(sample_user(1), at(4))));
  BOOST_TEST(store.reopen_user({.user = user_id(1), .closed_at = at(5)}));
  BOOST_TEST(!store.erase_user(erasure_of(sample_user(1), at(5))));
  BOOST_TEST(store.sessions_of(user_id(1)).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(erasing_takes_the_user_sessions_events_letters_and_throttles, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {1, 2}) {
    BOOST_TEST(store.add_user(sample_user(number)));
    store.add_session(sample_session(number, sample_user(number)));
  }
  store.add_event(sample_event(1));  // of user 1
  const Throttle throttle{.failures = 1, .window_began = at(1), .blocked_until = at(2)};
  BOOST_TEST(store.move_throttle(digest_of(1), {}, throttle));
  BOOST_TEST(store.move_throttle(digest_of(2), {}, throttle));
  BOOST_TEST(store.close_user(closing_of(sample_user(1), at(5))));
  BOOST_TEST(store.erase_user(erasure_of(sample_user(1), at(5))));
  store.forget_erased();
  BOOST_TEST(!store.user_by_id(user_id(1)).has_value());
  BOOST_TEST(store.sessions_of(user_id(1)).empty());
  BOOST_TEST(store.events({.user = user_id(1)}).empty());
  BOOST_TEST((store.throttle(digest_of(1)) == Throttle{}));
  BOOST_TEST((store.throttle(digest_of(2)) == throttle));
  BOOST_TEST(store.sessions_of(user_id(2)).size() == 1u);
  BOOST_TEST(!store.erase_user(erasure_of(sample_user(1), at(5))));
}

// With rows that the test makes up, so that a table which is added later is tried, too.
BOOST_AUTO_TEST_CASE(after_erasing_no_table_names_the_user) {
  SqliteBackend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const auto connection = open_connection(backend.settings(), 0, MissingFile::refuse);
  for (const auto& [table, column] : tables_with_users(*connection)) {
    if (table != "user") add_row(*connection, table, user.id);
    BOOST_TEST(rows_of(*connection, table, column, user.id) == 1, table);
  }
  BOOST_TEST(store.close_user(closing_of(user, at(5))));
  BOOST_TEST(store.erase_user(erasure_of(user, at(5))));
  for (const auto& [table, column] : tables_with_users(*connection))
    BOOST_TEST(rows_of(*connection, table, column, user.id) == 0, table);
}

BOOST_AUTO_TEST_CASE(no_column_about_a_user_is_forgotten_in_a_copy) {
  SqliteBackend backend;
  backend.store().ping();
  const auto connection = open_connection(backend.settings(), 0, MissingFile::refuse);
  for (const auto& [table, column] : tables_with_users(*connection)) {
    const auto* settled = about(table);
    BOOST_TEST_REQUIRE(settled != nullptr, table << " is not in tables_about_users");
    for (const Column& one : columns_of(*connection, table))
      BOOST_TEST(is_settled(*settled, one.name),
                 table << "." << one.name << " is neither shown nor left out");
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_copy_has_the_rows_of_its_user_and_no_keys_or_hashes, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {1, 2}) {
    BOOST_TEST(store.add_user(sample_user(number)));
    store.add_session(sample_session(number, sample_user(number)));
  }
  store.add_event(sample_event(1));
  const auto copy = store.everything_about(user_id(1), 10);
  BOOST_TEST(copy["user"].size() == 1u);
  BOOST_TEST(copy["user"][0]["email"] == sample_user(1).email.typed);
  BOOST_TEST(copy["user"][0]["password_hash"] == true);
  BOOST_TEST(copy["user"][0]["created_at"] == rfc3339(sample_user(1).created_at));
  BOOST_TEST(copy["user"][0]["closed_at"].is_null());
  BOOST_TEST(copy["session"].size() == 1u);
  BOOST_TEST(copy["session"][0]["id"] == session_id(1).text());
  BOOST_TEST(copy["session"][0]["device_name"] == sample_session(1, sample_user(1)).device_name);
  BOOST_TEST(copy["event"].size() == 1u);
  BOOST_TEST(json_text(copy).find("argon2") == std::string::npos);
  BOOST_TEST(store.everything_about(user_id(1), 0)["session"].empty());
}

BOOST_AUTO_TEST_CASE(the_files_of_the_database_hold_nothing_of_an_erased_user) {
  SqliteBackend backend;
  Store& store = backend.store();
  for (int number = 1; number <= 40; ++number) BOOST_TEST(store.add_user(sample_user(number)));
  const auto user = sample_user(17);
  const auto path = backend.settings().path;
  const auto files = [&] { return bytes_of(path) + bytes_of(path + "-wal"); };
  BOOST_TEST(files().find(user.email.key) != std::string::npos);
  BOOST_TEST(store.close_user(closing_of(user, at(5))));
  BOOST_TEST(store.erase_user(erasure_of(user, at(5))));
  store.forget_erased();
  BOOST_TEST(files().find(user.email.key) == std::string::npos);
  BOOST_TEST(files().find(user.email.typed) == std::string::npos);
  BOOST_TEST(files().find(sample_user(18).email.key) != std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reauthentication_moves_the_row_and_notes_the_proof, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  const auto session = sample_session(1, sample_user(1));
  store.add_session(session);
  auto proven = next_rotation(session);
  proven.proof = Reauthentication{.at = at(500), .amr = "pwd otp"};
  BOOST_TEST((store.rotate(proven) == RotationOutcome::moved));
  BOOST_TEST((store.rotate(proven) == RotationOutcome::not_moved));
  auto row = store.session(session.id, Freshness::causal)->session;
  BOOST_TEST((row.authenticated_at == at(500)));
  BOOST_TEST(row.amr == "pwd otp");
  BOOST_TEST(row.generation == proven.to);
  // A rotation alone keeps both.
  auto next = next_rotation(row);
  BOOST_TEST((store.rotate(next) == RotationOutcome::moved));
  row = store.session(session.id, Freshness::causal)->session;
  BOOST_TEST((row.authenticated_at == at(500)));
  BOOST_TEST(row.amr == "pwd otp");
}

BOOST_AUTO_TEST_SUITE_END()
