#include <boost/test/unit_test.hpp>
#include <set>

#include "store/records.h"
#include "store/sql/connection.h"

using namespace cardea;

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(every_kind_of_event_has_a_name_of_its_own_that_leads_back_to_it) {
  std::set<std::string_view> names;
  for (std::size_t number = 0; number < event_kind_count; ++number) {
    const auto kind = static_cast<EventKind>(number);
    const auto name = event_name(kind);
    BOOST_TEST(names.insert(name).second, name);
    BOOST_TEST(name.size() <= 32u, name);  // the column's width
    BOOST_TEST((event_of_name(name) == kind), name);
  }
  BOOST_TEST(!event_of_name("signed-in"));
  BOOST_TEST(!event_of_name("unknown"));
  BOOST_TEST(!event_of_name(""));
}

BOOST_AUTO_TEST_CASE(a_session_that_never_rotated_was_last_seen_at_its_sign_in) {
  Session session;
  session.created_at = from_unix_seconds(5);
  BOOST_TEST((session.last_seen_at() == from_unix_seconds(5)));
  session.rotated_at = from_unix_seconds(9);
  BOOST_TEST((session.last_seen_at() == from_unix_seconds(9)));
}

BOOST_AUTO_TEST_CASE(text_from_strangers_is_made_fit_for_its_column) {
  BOOST_TEST(storable("철수", 255) == "철수");
  BOOST_TEST(storable("철수", 5) == "철");
  BOOST_TEST(storable("a\xff"
                      "b",
                      255) == "a?b");
  BOOST_TEST(storable("", 255) == "");
}

BOOST_AUTO_TEST_CASE(a_statement_is_put_together_from_its_parts) {
  constexpr std::string_view columns = "id, name";
  static constexpr SqlText statement{"SELECT ", columns, " FROM {prefix}user"};
  BOOST_TEST(std::string_view(statement) == "SELECT id, name FROM {prefix}user");
}

BOOST_AUTO_TEST_CASE(values_come_back_in_a_row_with_bytes_as_text) {
  const SqlValues values{Blob{"\xff"}, std::string("text"), std::int64_t{7}, SqlValue()};
  BOOST_TEST(
      (row_of(values) == SqlRow{std::string("\xff"), std::string("text"), std::int64_t{7}, SqlValue()}));
}

BOOST_AUTO_TEST_CASE(rows_become_records_in_their_order) {
  const auto number = [](RowReader& reader) { return reader.number(); };
  SqlResult result;
  BOOST_TEST(!first_record(result, number));
  BOOST_TEST(all_records(result, number).empty());
  result.rows = {{std::int64_t{2}}, {std::int64_t{1}}};
  BOOST_TEST(first_record(result, number).value() == 2);
  BOOST_TEST((all_records(result, number) == std::vector<std::int64_t>{2, 1}));
}

BOOST_AUTO_TEST_CASE(a_row_of_another_shape_is_an_error_and_no_guess) {
  const SqlRow row{std::string("short"), std::monostate{}, std::int64_t{7}};
  RowReader reader(row);
  BOOST_CHECK_THROW((void)reader.id<UserId>(), StoreError);
  BOOST_CHECK_THROW((void)reader.number(), StoreError);
  BOOST_CHECK_THROW((void)reader.text(), StoreError);
  BOOST_CHECK_THROW((void)reader.number(), StoreError);
}

BOOST_AUTO_TEST_CASE(error_numbers_mean_what_was_measured) {
  struct Row {
    int code;
    ErrorAction action;
    bool perhaps_done;
  };
  using enum ErrorAction;
  const std::vector<Row> rows{{1213, retry, false},     {1205, retry, false},      {2006, reconnect, false},
                              {4031, reconnect, false}, {2013, reconnect, true},   {1180, reconnect, true},
                              {1047, next_host, false}, {1927, next_host, true},   {1226, busy, false},
                              {1062, duplicate, false}, {1045, fatal, false},      {1146, fatal, false},
                              {0, fatal, false},        {987654321, fatal, false}, {-1, fatal, false}};
  for (const Row& row : rows) {
    BOOST_TEST((mysql_error_class(row.code).action == row.action), row.code);
    BOOST_TEST(mysql_error_class(row.code).perhaps_done == row.perhaps_done, row.code);
  }
  BOOST_TEST((sqlite_error_class(5).action == busy));
  BOOST_TEST((sqlite_error_class(517).action == busy));        // BUSY_SNAPSHOT
  BOOST_TEST((sqlite_error_class(2067).action == duplicate));  // CONSTRAINT_UNIQUE
  BOOST_TEST((sqlite_error_class(1299).action == fatal));      // CONSTRAINT_NOTNULL
  BOOST_TEST((sqlite_error_class(266).action == reconnect));   // IOERR_READ
  BOOST_TEST(sqlite_error_class(266).perhaps_done);
}

BOOST_AUTO_TEST_CASE(errors_that_quote_values_are_not_repeated) {
  BOOST_TEST(!mysql_error_is_quotable(1062));  // Duplicate entry 'a@b.c' for key
  BOOST_TEST(!mysql_error_is_quotable(1366));  // Incorrect string value: 'secret'
  BOOST_TEST(!mysql_error_is_quotable(1292));  // Truncated incorrect value: 'secret'
  BOOST_TEST(mysql_error_is_quotable(1045));
  BOOST_TEST(mysql_error_is_quotable(2002));
}

BOOST_AUTO_TEST_SUITE_END()
