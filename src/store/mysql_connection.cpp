#include "store/mysql_connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>

#include <algorithm>
#include <unordered_map>

#include "base/name_lookup.h"
#include "store/caching_sha2.h"

namespace cardea {

namespace {

// Galera, wsrep_sync_wait: 1 waits before reads, 2 before updates, until the node has applied what the cluster
// has committed. Updates always wait: a row's condition may look at another row (statements.h, rotate), whose
// change on another node certification does not hold against ours.
constexpr std::string_view updates_wait = "SET SESSION wsrep_sync_wait=2";
constexpr std::string_view reads_and_updates_wait = "SET SESSION wsrep_sync_wait=3";

using ColumnTypes = std::vector<int>;  // as getColumnType() has them: sql::DataType's numbers

bool is_integer(int column_type) {
  return column_type == sql::DataType::BIGINT || column_type == sql::DataType::SMALLINT ||
         column_type == sql::DataType::INTEGER || column_type == sql::DataType::MEDIUMINT ||
         column_type == sql::DataType::TINYINT;
}

// `sent` is false while a loss cannot have changed anything: connecting and preparing.
SqlFailure failure_of(const sql::SQLException& error, bool sent) {
  const int code = error.getErrorCode();
  ErrorClass error_class = mysql_error_class(code);
  error_class.perhaps_done = error_class.perhaps_done && sent;
  std::string message = "database error " + std::to_string(code);
  if (mysql_error_is_quotable(code)) message.append(": ").append(error.what());
  return {code, error_class, message};
}

void bind(sql::PreparedStatement& statement, unsigned index, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    statement.setInt64(index, *number);  // never setUInt64: its flag would stick to the parameter
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    statement.setString(index, *text);
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    statement.setString(index, blob->bytes);
  } else {
    statement.setNull(index, sql::DataType::VARCHAR);
  }
}

SqlRow current_row(sql::ResultSet& answer, const ColumnTypes& types) {
  SqlRow row;
  row.reserve(types.size());
  for (unsigned index = 1; index <= types.size(); ++index) {
    if (answer.isNull(index)) {
      row.emplace_back(std::monostate{});
    } else if (is_integer(types[index - 1])) {
      row.emplace_back(std::int64_t{answer.getInt64(index)});
    } else {
      row.emplace_back(answer.getString(index).asStdString());
    }
  }
  return row;
}

ColumnTypes types_of(const sql::ResultSet& answer) {
  sql::ResultSetMetaData* columns = answer.getMetaData();  // belongs to the result
  ColumnTypes types;
  for (unsigned index = 1; index <= columns->getColumnCount(); ++index)
    types.push_back(columns->getColumnType(index));
  return types;
}

// A statement asks for the types of its columns once: `types` is empty before its first answer.
SqlResult copied(sql::ResultSet* raw, ColumnTypes& types) {
  const std::unique_ptr<sql::ResultSet> answer(raw);
  if (types.empty()) types = types_of(*answer);
  SqlResult result;
  while (answer->next()) result.rows.push_back(current_row(*answer, types));
  return result;
}

class MysqlConnection final : public SqlConnection {
 public:
  MysqlConnection(const DatabaseSettings& settings, std::unique_ptr<sql::Connection> connection)
      : prefix_(settings.table_prefix), connection_(std::move(connection)) {}

  SqlResult run(std::string_view statement, std::span<const SqlValue> values, Freshness freshness) override {
    const bool wait = freshness == Freshness::causal && on_cluster_;
    if (wait) execute(reads_and_updates_wait);
    SqlResult result = run_prepared(prepared(statement), values, statement.starts_with("SELECT"));
    if (wait) execute(updates_wait);
    return result;
  }

  SqlResult execute(std::string_view text) override {
    try {
      const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
      if (!statement->execute(with_prefix(text, prefix_)))
        return {{}, static_cast<std::int64_t>(statement->getUpdateCount())};
      ColumnTypes types;
      return copied(statement->getResultSet(), types);
    } catch (const sql::SQLException& error) {
      throw failure_of(error, true);
    }
  }

  DatabaseKind kind() const override { return DatabaseKind::mysql; }
  std::string server() override;
  std::vector<std::string> warnings() override { return {}; }

  // sql_mode: a value that does not fit is an error, whatever the host has set. Waits for locks: the server
  // gives a statement up before we do, so that none is carried out that we have counted as lost. Nothing here
  // needs a privilege.
  void set_up(int lock_wait) {
    const auto longest = std::to_string(lock_wait);
    execute(
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone='+00:00',"
        " innodb_lock_wait_timeout=" +
        longest + ", lock_wait_timeout=" + longest);
    const SqlResult cluster = execute("SHOW VARIABLES LIKE 'wsrep_on'");
    on_cluster_ = !cluster.rows.empty() && std::get<std::string>(cluster.rows[0].at(1)) == "ON";
    if (on_cluster_) execute(updates_wait);
  }

  // The options of the client library cannot be trusted alone: some connect in clear text all the same.
  void check_encrypted() {
    const SqlResult status = execute("SHOW STATUS LIKE 'Ssl_cipher'");
    if (status.rows.empty() || std::get<std::string>(status.rows[0].at(1)).empty()) {
      throw SqlFailure(2026, {ErrorAction::reconnect, false},
                       "the database server speaks no TLS, which is required");
    }
  }

 private:
  struct Prepared {
    std::unique_ptr<sql::PreparedStatement> statement;
    ColumnTypes types;
  };

  Prepared& prepared(std::string_view statement) {
    auto& kept = prepared_[statement];
    try {
      if (!kept.statement)
        kept.statement.reset(connection_->prepareStatement(with_prefix(statement, prefix_)));
    } catch (const sql::SQLException& error) {
      throw failure_of(error, false);
    }
    return kept;
  }

  static SqlResult run_prepared(Prepared& prepared, std::span<const SqlValue> values, bool has_rows) {
    auto& statement = *prepared.statement;
    try {
      for (std::size_t i = 0; i < values.size(); ++i)
        bind(statement, static_cast<unsigned>(i) + 1, values[i]);
      // A prepared statement cannot be asked afterwards what it did: getUpdateCount() is not implemented
      // there.
      if (!has_rows) return {{}, std::int64_t{statement.executeUpdate()}};
      return copied(statement.executeQuery(), prepared.types);
    } catch (const sql::SQLException& error) {
      throw failure_of(error, true);
    }
  }

  std::string prefix_;
  std::unique_ptr<sql::Connection> connection_;
  bool on_cluster_ = false;
  // After connection_, so that the statements go first: the other order crashes in the client library.
  std::unordered_map<std::string_view, Prepared> prepared_;
};

// "10.11.19-MariaDB-0+deb12u1" becomes "MariaDB 10.11.19".
std::string MysqlConnection::server() {
  const SqlResult answer = execute("SELECT VERSION()");
  const std::string version = std::get<std::string>(answer.rows.at(0).at(0));
  const std::string name = version.find("MariaDB") == std::string::npos ? "MySQL " : "MariaDB ";
  return name + version.substr(0, version.find('-'));
}

int whole_seconds(milliseconds duration) {
  return std::max(1, static_cast<int>(std::chrono::ceil<seconds>(duration).count()));
}

// How long we wait for an answer, in seconds.
int answer_timeout_of(const DatabaseSettings& settings) {
  constexpr int shortest = 5;
  return std::max(shortest, whole_seconds(settings.connect_timeout) + 2);
}

sql::ConnectOptionsMap connect_options(const DatabaseSettings& settings, std::size_t host) {
  const int connect_timeout = whole_seconds(settings.connect_timeout);
  const int answer_timeout = answer_timeout_of(settings);
  sql::ConnectOptionsMap options;
  if (!settings.socket.empty()) {
    options["hostName"] = sql::SQLString("localhost");
    options["socket"] = sql::SQLString(settings.socket);
  } else {
    options["hostName"] = sql::SQLString(settings.hosts.at(host).host);
    options["port"] = settings.hosts.at(host).port;
  }
  options["userName"] = sql::SQLString(settings.user);
  options["password"] = sql::SQLString(std::string(settings.password.reveal()));
  options["schema"] = sql::SQLString(settings.schema);
  // Ways to authenticate are in the program or nowhere: a module of the host's may need another libc than ours.
  options["pluginDir"] = sql::SQLString("/nonexistent");
  options["OPT_CONNECT_TIMEOUT"] = connect_timeout;
  options["OPT_READ_TIMEOUT"] = answer_timeout;
  options["OPT_WRITE_TIMEOUT"] = answer_timeout;
  if (settings.tls_required) {
    options["sslCA"] = sql::SQLString(settings.ca_file);
    options["sslVerify"] = true;  // without it a server that offers no TLS is spoken to in clear text
  }
  return options;
}

sql::Driver* initialised_driver() {
  look_up_names_without_modules();
  sql::Driver* const instance = get_driver_instance();
  register_caching_sha2();
  return instance;
}

// get_driver_instance() must not run twice at once. The driver belongs to the library.
sql::Driver& driver() {
  static sql::Driver* const instance = initialised_driver();
  return *instance;
}

}  // namespace

std::unique_ptr<SqlConnection> open_mysql(const DatabaseSettings& settings, std::size_t host) {
  sql::ConnectOptionsMap options = connect_options(settings, host);
  try {
    std::unique_ptr<sql::Connection> raw(driver().connect(options));
    auto connection = std::make_unique<MysqlConnection>(settings, std::move(raw));
    if (settings.tls_required) connection->check_encrypted();
    connection->set_up(answer_timeout_of(settings) - 2);
    return connection;
  } catch (const sql::SQLException& error) {
    throw failure_of(error, false);
  }
}

}  // namespace cardea
