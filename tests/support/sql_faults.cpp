#include "support/sql_faults.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "store/sessions.h"
#include "store/sql/migrate.h"
#include "store/sqlite/connection.h"

namespace cardea::testing {
namespace {

constexpr PoolLimits limits{
    .connections = 100, .hosts = 1, .wait = seconds{60}, .connect_timeout = seconds{1}};

constexpr int lost_while_waiting = 2013;
constexpr int sqlite_read_only = 8;

constexpr std::string_view remove_session = "DELETE FROM {prefix}session WHERE id = ?";
constexpr std::string_view forget_proof = "UPDATE {prefix}schema SET applied_at = 0 WHERE version = 0";
// By SQLite's clock, as the store tells it.
constexpr std::string_view note_proof =
    "INSERT INTO {prefix}schema (version, name, applied_at)"
    " VALUES (0, 'bytes come back', CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
    " ON CONFLICT (version) DO UPDATE SET applied_at = excluded.applied_at";

// The first row whose text a statement begins with says what it writes.
struct Counter {
  std::string_view beginning;
  int SqlWrites::*count;
};

constexpr Counter counters[] = {
    {"INSERT INTO {prefix}user", &SqlWrites::users},
    {"UPDATE {prefix}user SET last_method", &SqlWrites::sign_ins_noted},
    {"UPDATE {prefix}user", &SqlWrites::users},
    {"DELETE FROM {prefix}user", &SqlWrites::users},
    {"INSERT INTO {prefix}session", &SqlWrites::sessions},
    {sql_text::rotate, &SqlWrites::rotations},
    {sql_text::reauthenticate, &SqlWrites::rotations},
    {sql_text::revoke, &SqlWrites::revocations},
    {"DELETE FROM {prefix}session", &SqlWrites::purged},
    {"INSERT INTO {prefix}provider_identity", &SqlWrites::provider_identities},
    {"DELETE FROM {prefix}provider_identity", &SqlWrites::provider_identities},
    {"INSERT INTO {prefix}identity", &SqlWrites::identities},
    {"INSERT INTO {prefix}legacy_token", &SqlWrites::legacy_tokens},
    {"UPDATE {prefix}legacy_token", &SqlWrites::legacy_tokens},
    {"DELETE FROM {prefix}legacy_token WHERE digest", &SqlWrites::purged},
    {"INSERT INTO {prefix}tally", &SqlWrites::tallies},
    {"UPDATE {prefix}tally", &SqlWrites::tallies},
    {"INSERT INTO {prefix}outbox", &SqlWrites::letters},
    {"UPDATE {prefix}outbox", &SqlWrites::letters},
    {"DELETE FROM {prefix}outbox WHERE id", &SqlWrites::purged},
    {"DELETE FROM {prefix}outbox", &SqlWrites::letters},
    {"INSERT INTO {prefix}event", &SqlWrites::events},
    {"DELETE FROM {prefix}event", &SqlWrites::purged},
    {"DELETE FROM {prefix}throttle WHERE bucket = ? AND (", &SqlWrites::purged},
    {"DELETE FROM {prefix}throttle", &SqlWrites::throttles},
    {"INSERT INTO {prefix}throttle", &SqlWrites::throttles},
    {"UPDATE {prefix}throttle", &SqlWrites::throttles},
};

bool is_write(std::string_view text) {
  return text.starts_with("INSERT") || text.starts_with("UPDATE") || text.starts_with("DELETE");
}

template <class Value>
std::optional<Value> take_first(std::deque<Value>& queue) {
  if (queue.empty()) return std::nullopt;
  std::optional<Value> first(std::move(queue.front()));
  queue.pop_front();
  return first;
}

SqlFailure failure_of(int code) {
  return {code, mysql_error_class(code), "error " + std::to_string(code)};
}

}  // namespace

// A database of its own for each SqlFaults: SQLite keeps one in memory for each connection. It is emptied and used
// again, since making the tables takes milliseconds.
struct SqlFaults::Database {
  std::recursive_mutex mutex;  // held by a transaction as long as it lasts
  std::unique_ptr<SqlConnection> connection;

  Database();
  void empty();

  static std::unique_ptr<Database> take();
  static void give_back(std::unique_ptr<Database> database);

 private:
  // Those that nobody uses.
  struct Shelf {
    std::mutex mutex;
    std::vector<std::unique_ptr<Database>> databases;
  };
  static Shelf& shelf() {
    static Shelf only;
    return only;
  }
};

SqlFaults::Database::Database() {
  DatabaseSettings settings;
  settings.kind = DatabaseKind::sqlite;
  settings.path = sqlite_in_memory;
  settings.table_prefix = "cardea_";
  connection = open_sqlite(settings, MissingFile::refuse);
  migrate(*connection, from_unix_seconds(1'800'000'000));
}

void SqlFaults::Database::empty() {
  for (const TableName& table : all_tables())
    if (table.name != "schema") connection->execute("DELETE FROM {prefix}" + std::string(table.name));
  connection->execute(note_proof);
}

std::unique_ptr<SqlFaults::Database> SqlFaults::Database::take() {
  std::unique_ptr<Database> database;
  {
    const std::lock_guard lock(shelf().mutex);
    if (!shelf().databases.empty()) {
      database = std::move(shelf().databases.back());
      shelf().databases.pop_back();
    }
  }
  if (!database) database = std::make_unique<Database>();
  database->empty();
  return database;
}

void SqlFaults::Database::give_back(std::unique_ptr<Database> database) {
  const std::lock_guard lock(shelf().mutex);
  shelf().databases.push_back(std::move(database));
}

class SqlFaults::Connection final : public SqlConnection {
 public:
  explicit Connection(SqlFaults& faults)
      : faults_(faults), transaction_(faults.database_->mutex, std::defer_lock) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // As a server does when a client goes.
  ~Connection() override {
    if (transaction_.owns_lock()) real().execute("ROLLBACK");
  }

  SqlResult run(std::string_view statement, std::span<const SqlValue> values, Freshness freshness) override {
    return faults_.run(statement, values, freshness);
  }

  SqlResult execute(std::string_view text) override {
    if (text != "ROLLBACK") faults_.check(text);  // destructors send it
    const std::lock_guard lock(faults_.database_->mutex);
    if (text.starts_with("BEGIN")) transaction_.lock();
    SqlResult result = real().execute(text);
    if (text == "COMMIT" || text == "ROLLBACK") transaction_.unlock();
    return result;
  }

  [[nodiscard]] DatabaseKind kind() const override { return DatabaseKind::sqlite; }
  std::string server() override { return real().server(); }
  std::vector<std::string> warnings() override { return {}; }

 private:
  SqlConnection& real() { return *faults_.database_->connection; }

  SqlFaults& faults_;
  std::unique_lock<std::recursive_mutex> transaction_;
};

SqlFaults::SqlFaults() : database_(Database::take()) {}

SqlFaults::~SqlFaults() {
  Database::give_back(std::move(database_));
}

std::unique_ptr<SqlConnection> SqlFaults::connect() {
  {
    const std::lock_guard lock(mutex_);
    ++connections_;
  }
  return std::make_unique<Connection>(*this);
}

void SqlFaults::before(std::string_view statement, std::function<void()> hook) {
  const std::lock_guard lock(mutex_);
  plans_[statement].hooks.push_back(std::move(hook));
}

void SqlFaults::fail(std::string_view statement, SqlFault fault) {
  const std::lock_guard lock(mutex_);
  plans_[statement].faults.push_back(fault);
}

void SqlFaults::fail_next(std::deque<SqlFault> faults) {
  const std::lock_guard lock(mutex_);
  next_faults_ = std::move(faults);
}

void SqlFaults::answer(std::string_view statement, SqlResult result) {
  const std::lock_guard lock(mutex_);
  plans_[statement].answers.push_back(std::move(result));
}

void SqlFaults::set_unavailable(bool unavailable) {
  const std::lock_guard lock(mutex_);
  unavailable_ = unavailable;
}

void SqlFaults::set_read_only(bool read_only) {
  {
    const std::lock_guard lock(mutex_);
    read_only_ = read_only;
  }
  // A proof from before would be believed for a while.
  const std::lock_guard lock(database_->mutex);
  database_->connection->execute(read_only ? forget_proof : note_proof);
}

int SqlFaults::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

int SqlFaults::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

SqlWrites SqlFaults::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

void SqlFaults::force_rotation(ForcedRotation forced) {
  fail(sql_text::rotate,
       {.code = lost_while_waiting, .after = forced == ForcedRotation::unknown_though_moved});
}

void SqlFaults::before_rotation(std::function<void()> hook) {
  before(sql_text::rotate, std::move(hook));
}

void SqlFaults::before_revocation(std::function<void()> hook) {
  before(sql_text::revoke, std::move(hook));
}

void SqlFaults::before_user_read(std::function<void()> hook) {
  before(sql_text::user_by_id, std::move(hook));
}

void SqlFaults::answer_stale(const std::optional<SessionState>& state) {
  SqlResult result;
  if (state) {
    SqlValues values = values_of(state->session);
    for (SqlValue& value : values_of(state->user)) values.push_back(std::move(value));
    result.rows.push_back(row_of(values));
  }
  answer(sql_text::session_with_user, std::move(result));
}

void SqlFaults::overwrite_session(const Session& session) {
  const SqlValues values = values_of(session);
  const std::lock_guard lock(database_->mutex);
  database_->connection->run(remove_session, std::span(values).first(1), Freshness::plain);
  database_->connection->run(sql_text::add_session, values, Freshness::plain);
}

void SqlFaults::run_hook(std::string_view statement) {
  std::optional<std::function<void()>> hook;
  {
    const std::lock_guard lock(mutex_);
    if (const auto plan = plans_.find(statement); plan != plans_.end()) hook = take_first(plan->second.hooks);
  }
  if (hook) (*hook)();
}

SqlFaults::Met SqlFaults::arrive(std::string_view statement, Freshness freshness) {
  Met met;
  const std::lock_guard lock(mutex_);
  ++calls_;
  if (auto next = take_first(next_faults_)) {
    met.fault = *next;
  } else if (const auto plan = plans_.find(statement); plan != plans_.end()) {
    met.fault = take_first(plan->second.faults).value_or(SqlFault{});
    if (freshness == Freshness::plain) met.answer = take_first(plan->second.answers);
  }
  return met;
}

SqlResult SqlFaults::run(std::string_view statement, std::span<const SqlValue> values, Freshness freshness) {
  run_hook(statement);
  Met met = arrive(statement, freshness);
  check(statement);
  if (met.answer) return std::move(*met.answer);
  if (met.fault.delay > milliseconds{}) std::this_thread::sleep_for(met.fault.delay);
  if (met.fault.code != 0 && !met.fault.after) throw failure_of(met.fault.code);
  SqlResult result;
  {
    const std::lock_guard lock(database_->mutex);
    result = database_->connection->run(statement, values, freshness);
  }
  count(statement, result.changed);
  if (met.fault.code != 0) throw failure_of(met.fault.code);
  return result;
}

void SqlFaults::check(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  if (unavailable_) throw StoreUnavailable("the fake database was switched off");
  if (read_only_ && is_write(text))
    throw SqlFailure(sqlite_read_only, sqlite_error_class(sqlite_read_only),
                     "the fake database is read-only");
}

void SqlFaults::count(std::string_view statement, std::int64_t changed) {
  const auto* found = std::find_if(std::begin(counters), std::end(counters), [&](const Counter& counter) {
    return statement.starts_with(counter.beginning);
  });
  if (found == std::end(counters)) return;
  const std::lock_guard lock(mutex_);
  writes_.*found->count += static_cast<int>(changed);
}

TestStore::TestStore() : SqlStore(limits, [this](std::size_t) { return connect(); }) {}

}  // namespace cardea::testing
