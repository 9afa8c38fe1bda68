#include "store/mysql/connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <cppconn/version_info.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/network.h"
#include "config/settings.h"
#include "store/mysql/caching_sha2.h"

namespace cardea {
namespace {

// How a server of MySQL is reached: over its socket, or over TCP. Accounts are accounts of a host, and which one
// a client counts as depends on the way.
struct MysqlWay {
  std::string socket;  // empty: over TCP
  DatabaseHost host;
};

// Where every user may create a socket, it must belong to the server: the password is sent to it.
bool is_socket_of_server(const std::string& path) {
  struct stat socket {};
  struct stat directory {};
  if (stat(path.c_str(), &socket) != 0 || !S_ISSOCK(socket.st_mode)) return false;
  if (stat(path.substr(0, path.rfind('/') + 1).c_str(), &directory) != 0) return false;
  if ((directory.st_mode & S_IWOTH) == 0 || socket.st_uid == 0 || socket.st_uid == geteuid()) return true;
  look_up_names_without_modules();
  passwd entry{};
  passwd* server = nullptr;
  std::array<char, 4096> texts{};
  return getpwnam_r("mysql", &entry, texts.data(), texts.size(), &server) == 0 && server != nullptr &&
         server->pw_uid == socket.st_uid;
}

// What MySQL's own clients mean by localhost: its socket, wherever the host has put it.
std::vector<std::string> sockets_of_localhost() {
  std::vector<std::string> sockets;
  if (const char* named = std::getenv("MYSQL_UNIX_PORT"); named != nullptr && *named == '/')
    sockets.emplace_back(named);
  for (const char* usual : {"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock",
                            "/run/mysql/mysql.sock", "/var/lib/mysql/mysqld.sock", "/tmp/mysqld.sock"})
    sockets.emplace_back(usual);
  std::erase_if(sockets, [](const std::string& path) { return !is_socket_of_server(path); });
  return sockets;
}

int whole_seconds(milliseconds duration) {
  return std::max(1, static_cast<int>(std::chrono::ceil<seconds>(duration).count()));
}

// The ways to the host of that number, the best one first; at least one. localhost is the server's socket, as
// it is for MySQL's own clients: where MYSQL_UNIX_PORT says, or where hosts and distributions put it. Then TCP.
// Another port than the usual one is asked for by TCP, and so is a server that must show a certificate.
std::vector<MysqlWay> ways_to(const DatabaseSettings& settings, std::size_t host) {
  if (!settings.socket.empty()) return {{settings.socket, {}}};
  const DatabaseHost& named = settings.hosts.at(host);
  std::vector<MysqlWay> ways;
  if (named.host == "localhost" && named.port == DatabaseHost{}.port && !settings.tls_required)
    for (std::string& socket : sockets_of_localhost()) ways.push_back({std::move(socket), named});
  ways.push_back({"", named});
  return ways;
}

// What to write where the account was refused on that way, or what to look at where the server hung up; empty for
// other errors.
std::string advice_on_access(int code, const MysqlWay& way) {
  constexpr int access_denied = 1045;
  constexpr int access_denied_without_password = 1698;
  constexpr int gone_away = 2006;
  constexpr int lost_while_asked = 2013;  // the same, as it mostly looks over TCP
  if (code == gone_away || code == lost_while_asked)
    return " (it closed the connection at the first statement: see its init_connect, and its own log)";
  if (code != access_denied && code != access_denied_without_password) return "";
  if (!way.socket.empty()) {
    return " (tried over the socket " + way.socket +
           ", as an account of 'localhost'; if it is one of '127.0.0.1' or '%', write 127.0.0.1 as the host in "
           "[database] url)";
  }
  const std::string tried =
      " (tried over TCP, at " + way.host.host + " port " + std::to_string(way.host.port);
  if (way.host.host == "localhost")
    return tried + "; if the account is one of 'localhost', add ?socket=/path of the server's socket)";
  return tried +
         "; if the account is one of 'localhost', as cPanel makes them, write localhost as the host in "
         "[database] url)";
}

// How long we wait for an answer, in seconds.
int answer_timeout_of(const DatabaseSettings& settings) {
  constexpr int min_seconds = 5;
  return std::max(min_seconds, whole_seconds(settings.connect_timeout) + 2);
}

sql::ConnectOptionsMap connect_options(const DatabaseSettings& settings, const MysqlWay& way) {
  const int connect_timeout = whole_seconds(settings.connect_timeout);
  const int answer_timeout = answer_timeout_of(settings);
  sql::ConnectOptionsMap options;
  if (!way.socket.empty()) {
    options["hostName"] = sql::SQLString("localhost");
    options["socket"] = sql::SQLString(way.socket);
  } else {
    // The library takes what is behind a colon for the port, unless it stands in brackets.
    const bool is_ipv6 = way.host.host.find(':') != std::string::npos;
    options["hostName"] = sql::SQLString(is_ipv6 ? '[' + way.host.host + ']' : way.host.host);
    options["port"] = way.host.port;
  }
  options["userName"] = sql::SQLString(settings.user);
  options["password"] = sql::SQLString(std::string(settings.password.reveal()));
  options["schema"] = sql::SQLString(settings.schema);
  // Only the ways to authenticate that are in the program: a module of the host may need another libc than ours.
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

// What this file relies on and no documentation promises was seen in this version: statements end before their
// connection, no setUInt64, no getUpdateCount() of a prepared statement, the colon in hostName (connect_options).
static_assert(MYCPPCONN_DM_VERSION_ID == 1010012, "look at these again in this Connector/C++");

// Galera, wsrep_sync_wait: 1 waits before reads, 2 before updates, until the node has applied what the cluster
// has committed. Updates always wait: a row's condition may look at another row (sessions.h, rotate), whose
// change on another node Galera's certification does not compare with our update.
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

// The values of one run. Bytes are read from streams that must live until the statement was executed.
class Binding {
 public:
  Binding(sql::PreparedStatement& statement, std::span<const SqlValue> values) : statement_(statement) {
    blobs_.reserve(values.size());
    for (unsigned i = 0; i < values.size(); ++i) bind(i + 1, values[i]);
  }

 private:
  void bind(unsigned index, const SqlValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement_.setInt64(index, *number);  // never setUInt64: its flag would stick to the parameter
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      statement_.setString(index, *text);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      bind_bytes(index, blob->bytes);
    } else {
      statement_.setNull(index, sql::DataType::VARCHAR);
    }
  }

  // As a blob: the server converts what is sent as text from one character set to another. Nothing can be
  // read from an empty stream, and no bytes need no conversion.
  void bind_bytes(unsigned index, const std::string& bytes) {
    if (bytes.empty()) return statement_.setString(index, bytes);
    statement_.setBlob(index, &blobs_.emplace_back(bytes));
  }

  sql::PreparedStatement& statement_;
  std::vector<std::istringstream> blobs_;
};

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
  int max_connections() const override { return max_connections_; }
  std::vector<std::string> warnings() override { return {}; }

  // These hold for our sessions, whatever the host has set with init_connect or as a global variable. The
  // character set: or ids and names would arrive converted. sql_mode: a value that does not fit is an error.
  // completion_type: or COMMIT would begin the next transaction, or close the connection. Waits for locks:
  // the server gives a statement up before we do, so that it carries out none that we have counted as lost.
  // Nothing here needs a privilege.
  void set_up(int lock_wait) {
    const auto max_wait = std::to_string(lock_wait);
    execute("SET NAMES utf8mb4 COLLATE utf8mb4_bin");  // first: the texts of the next one are read by it
    execute(
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone='+00:00', autocommit=1,"
        " completion_type='NO_CHAIN', sql_select_limit=18446744073709551615, sql_big_selects=1,"
        " sql_safe_updates=0, sql_auto_is_null=0, unique_checks=1, max_sort_length=1024,"
        " innodb_lock_wait_timeout=" +
        max_wait + ", lock_wait_timeout=" + max_wait);
    execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE");
    look_at_session();
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

  // A proxy in between may have changed what we have set. SHOW VARIABLES would take ten times as long.
  void look_at_session() {
    const SqlRow session = session_variables().rows.at(0);
    for (const std::size_t character_set : {0, 1, 2}) {
      const auto* name = std::get_if<std::string>(&session.at(character_set));
      if (name != nullptr && *name == "utf8mb4") continue;
      throw SqlFailure(
          0, {ErrorAction::refused, false},
          "the database keeps another character set than utf8mb4 for us, in which ids and names would "
          "be damaged (see its init_connect, and the settings of a proxy in between)");
    }
    max_connections_ = static_cast<int>(std::get<std::int64_t>(session.at(3)));
    on_cluster_ = session.size() > 4 && std::get<std::int64_t>(session.at(4)) != 0;
  }

  SqlResult session_variables() {
    constexpr int unknown_variable = 1193;
    const std::string variables =
        "SELECT @@character_set_client, @@character_set_connection, @@character_set_results,"
        " @@max_user_connections";
    try {
      return execute(variables + ", @@wsrep_on");
    } catch (const SqlFailure& failure) {
      if (failure.code() != unknown_variable) throw;
      return execute(variables);  // MySQL, and MariaDB without Galera
    }
  }

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
      const Binding binding(statement, values);
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
  int max_connections_ = 0;
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

// Nothing was sent that could have been done.
SqlFailure with_advice(const SqlFailure& failure, const MysqlWay& way) {
  return {failure.code(), ErrorClass{failure.action(), false},
          failure.what() + advice_on_access(failure.code(), way)};
}

std::unique_ptr<SqlConnection> connect(const DatabaseSettings& settings, const MysqlWay& way) {
  sql::ConnectOptionsMap options = connect_options(settings, way);
  try {
    std::unique_ptr<sql::Connection> raw(driver().connect(options));
    auto connection = std::make_unique<MysqlConnection>(settings, std::move(raw));
    if (settings.tls_required) connection->check_encrypted();
    connection->set_up(answer_timeout_of(settings) - 2);
    return connection;
  } catch (const sql::SQLException& error) {
    throw with_advice(failure_of(error, false), way);
  } catch (const SqlFailure& failure) {
    throw with_advice(failure, way);
  }
}

}  // namespace

// No server may listen on one socket, and the server on another one may not know the account: then the next way is
// tried. A refusal says more than that no server answers.
std::unique_ptr<SqlConnection> open_mysql(const DatabaseSettings& settings, std::size_t host) {
  std::optional<SqlFailure> denied;
  for (const MysqlWay& way : ways_to(settings, host)) {
    try {
      return connect(settings, way);
    } catch (const SqlFailure& failure) {
      if (failure.action() == ErrorAction::busy) throw;
      if (!denied || denied->action() != ErrorAction::fatal) denied.emplace(failure);
    }
  }
  throw SqlFailure(*denied);
}

}  // namespace cardea
