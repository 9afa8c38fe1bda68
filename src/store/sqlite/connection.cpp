#include "store/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>
#include <unordered_map>

namespace cardea {
namespace {

constexpr int busy_timeout_milliseconds = 5000;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct ResetStatement {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Prepared = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;
// A statement in use; a statement left unreset would keep its lock.
using Running = std::unique_ptr<sqlite3_stmt, ResetStatement>;

bool is_io_error(int code) {
  return (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_FULL;
}

// No room, or a read-only file system: no other connection would help.
ErrorClass class_of(int code, int reason) {
  ErrorClass error_class = sqlite_error_class(code);
  if (is_io_error(code) && (reason == ENOSPC || reason == EDQUOT || reason == EFBIG || reason == EROFS))
    error_class.action = ErrorAction::refused;
  return error_class;
}

// errno was 0 before the call that failed: "disk I/O error" alone does not say which, a quota, for instance.
[[noreturn]] void fail(sqlite3* database, int code) {
  const int reason = errno;
  std::string words = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if (is_io_error(code) && reason != 0)
    words.append(" (").append(std::generic_category().message(reason)).append(")");
  throw SqlFailure(code, class_of(code, reason), "SQLite " + std::to_string(code) + ": " + words);
}

struct Binder {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  // An empty blob bound by pointer may become NULL.
  int operator()(const Blob& blob) const {
    if (blob.bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob(statement, index, blob.bytes.data(), static_cast<int>(blob.bytes.size()),
                             SQLITE_STATIC);
  }
};

SqlValue column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return std::monostate{};
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, index));
    default:
      break;
  }
  const void* bytes = sqlite3_column_blob(statement, index);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
  return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

SqlRow current_row(sqlite3_stmt* statement) {
  SqlRow row;
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int index = 0; index < columns; ++index) row.push_back(column(statement, index));
  return row;
}

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(const DatabaseSettings& settings, Database database)
      : path_(settings.path), prefix_(settings.table_prefix), database_(std::move(database)) {}

  SqlResult run(std::string_view statement, std::span<const SqlValue> values, Freshness) override {
    auto& kept = prepared_[statement];
    if (!kept) kept = prepare(statement);
    return step_through(kept.get(), values);
  }

  SqlResult execute(std::string_view text) override {
    const Prepared once = prepare(text);
    return step_through(once.get(), {});
  }

  DatabaseKind kind() const override { return DatabaseKind::sqlite; }
  std::string server() override { return std::string("SQLite ") + sqlite3_libversion(); }
  std::vector<std::string> warnings() override { return database_file_warnings(path_); }

 private:
  Prepared prepare(std::string_view text) {
    const std::string complete = with_prefix(text, prefix_);
    sqlite3_stmt* statement = nullptr;
    errno = 0;
    const int code = sqlite3_prepare_v2(database_.get(), complete.c_str(), -1, &statement, nullptr);
    if (code != SQLITE_OK) fail(database_.get(), code);
    return Prepared(statement);
  }

  SqlResult step_through(sqlite3_stmt* statement, std::span<const SqlValue> values) {
    const Running running(statement);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int code = std::visit(Binder{statement, static_cast<int>(i) + 1}, values[i]);
      if (code != SQLITE_OK) fail(database_.get(), code);
    }
    SqlResult result;
    int code = SQLITE_ROW;
    errno = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) result.rows.push_back(current_row(statement));
    if (code != SQLITE_DONE) fail(database_.get(), code);
    if (sqlite3_stmt_readonly(statement) == 0) result.changed = sqlite3_changes(database_.get());
    return result;
  }

  std::string path_;
  std::string prefix_;
  Database database_;
  std::unordered_map<std::string_view, Prepared> prepared_;  // after database_: goes before it
};

Database open_file(const std::string& path) {
  sqlite3* raw = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) fail(raw, code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, busy_timeout_milliseconds);
  return database;
}

// Two that turn on the log of a new file at once get BUSY without the busy timeout's patience.
void set_journal_mode(SqlConnection& connection, bool on_network) {
  constexpr int tries = 100;
  constexpr std::chrono::milliseconds pause(20);
  for (int attempt = 1;; ++attempt) {
    try {
      connection.execute(on_network ? "PRAGMA journal_mode=TRUNCATE" : "PRAGMA journal_mode=WAL");
      return;
    } catch (const SqlFailure& failure) {
      if (failure.action() != ErrorAction::busy || attempt == tries) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

std::unique_ptr<SqlConnection> open_sqlite(const DatabaseSettings& settings, MissingFile missing) {
  prepare_database_file(settings.path, missing);
  auto connection = std::make_unique<SqliteConnection>(settings, open_file(settings.path));
  set_journal_mode(*connection, on_network_file_system(settings.path));
  connection->execute("PRAGMA synchronous=FULL");
  // What is removed is overwritten with zeros: a copy of the file does not hold who had an account once.
  connection->execute("PRAGMA secure_delete=ON");
  // KiB for each connection: a request needs a handful of pages, and the kernel keeps the whole file anyway.
  connection->execute("PRAGMA cache_size=-512");
  return connection;
}

namespace {

constexpr std::array<unsigned long, 10> network_file_systems{
    0x6969,      // NFS
    0x517b,      // SMB
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB 2
    0x65735546,  // FUSE
    0x47504653,  // GPFS
    0x0bd00bd0,  // Lustre
    0x01021997,  // 9P
    0x5346414f,  // AFS
    0x00c36400,  // Ceph
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_directory(const std::string& path) {
  const std::string directory = directory_of(path);
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) {
    throw StoreUnavailable("the database's directory " + directory + ": " + std::strerror(errno));
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    throw StoreUnavailable("the database's directory " + directory +
                           " is writable by everybody; use one of your own (chmod 700)");
  }
}

// The mode is set by creating the file ourselves: SQLite would leave it to the umask.
void create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) {
    close(descriptor);
  } else if (errno != EEXIST) {
    throw StoreUnavailable("cannot create the database " + path + ": " + std::strerror(errno));
  }
}

}  // namespace

bool is_network_file_system(unsigned long type) {
  return std::find(network_file_systems.begin(), network_file_systems.end(), type) !=
         network_file_systems.end();
}

bool on_network_file_system(const std::string& path) {
  struct statfs status {};
  if (statfs(directory_of(path).c_str(), &status) != 0) return false;
  // The kernel's magic numbers have 32 bits; f_type is signed on some machines.
  return is_network_file_system(static_cast<unsigned long>(status.f_type) & 0xffffffffUL);
}

void prepare_database_file(const std::string& path, MissingFile missing) {
  if (path == sqlite_in_memory) return;
  check_directory(path);
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return;
  if (errno != ENOENT) throw StoreUnavailable("the database " + path + ": " + std::strerror(errno));
  if (missing == MissingFile::refuse) {
    throw StoreUnavailable("the database " + path + " does not exist yet: run `cardea migrate`");
  }
  create(path);
}

std::vector<std::string> database_file_warnings(const std::string& path) {
  std::vector<std::string> warnings;
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    warnings.push_back("other users of this machine can read or write " + path + "; chmod 600 cures it");
  }
  if (on_network_file_system(path)) {
    warnings.push_back(path +
                       " is on a network file system: slow, and safe only while its locks work; "
                       "prefer a local disk or a MySQL database");
  }
  return warnings;
}

}  // namespace cardea
