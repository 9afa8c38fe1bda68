// The end of an account: closing it, reopening it, erasing it; and what the database holds about a user.
#include "store/account_life.h"

#include <utility>
#include <vector>

#include "base/json.h"
#include "store/sql/connection.h"
#include "store/sql_store.h"
#include "store/users.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view close_user =
    "UPDATE {prefix}user SET closed_at = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ? AND epoch"
    " = ? AND closed_at = 0";

constexpr std::string_view reopen_user =
    "UPDATE {prefix}user SET closed_at = 0 WHERE id = ? AND closed_at = ? AND closed_at > 0";

constexpr SqlText closed_users{
    "SELECT ", user_columns,
    " FROM {prefix}user u WHERE u.closed_at > 0 AND u.closed_at < ? ORDER BY u.closed_at LIMIT ?"};

// Only while it is still closed since then: a reopening that came first keeps all rows.
constexpr std::string_view erase_user = "DELETE FROM {prefix}user WHERE id = ? AND closed_at = ?";

// What belongs to a user.
constexpr std::string_view erased_with_user[] = {
    "DELETE FROM {prefix}session WHERE user_id = ?",
    "DELETE FROM {prefix}identity WHERE user_id = ?",
    "DELETE FROM {prefix}provider_identity WHERE user_id = ?",
    "DELETE FROM {prefix}legacy_token WHERE user_id = ?",
    "DELETE FROM {prefix}event WHERE user_id = ?",
    "DELETE FROM {prefix}outbox WHERE user_id = ?",
    "DELETE FROM {prefix}address_change WHERE user_id = ?",
};

constexpr std::string_view erase_throttle = "DELETE FROM {prefix}throttle WHERE bucket = ?";

// Copies the log of the file into the file and empties it.
constexpr std::string_view empty_log = "PRAGMA wal_checkpoint(TRUNCATE)";

// What is stored about a user.

constexpr std::string_view user_about =
    "SELECT id, email, email_key, name, CASE WHEN password_hash = '' THEN 0 ELSE 1 END, status, epoch, scope,"
    " last_method, created_at, last_sign_in_at, language, sessions_ended_at, closed_at, email_proven_at,"
    " username, username_key FROM {prefix}user"
    " WHERE id = ? LIMIT ?";

constexpr std::string_view sessions_about =
    "SELECT id, device_id, device_name, generation, rotated_at, user_epoch, method, user_agent, ip,"
    " created_at, idle_until, absolute_until, revoked_at, revoke_reason, keyhole, authenticated_at, amr FROM"
    " {prefix}session WHERE user_id = ? ORDER BY id DESC LIMIT ?";

constexpr std::string_view provider_identities_about =
    "SELECT issuer, subject, provider, created_at FROM {prefix}provider_identity WHERE user_id = ? ORDER BY"
    " issuer LIMIT ?";

constexpr std::string_view identities_about =
    "SELECT provider, subject, created_at FROM {prefix}identity WHERE user_id = ? ORDER BY provider, subject"
    " LIMIT ?";

constexpr std::string_view legacy_tokens_about =
    "SELECT expires_at, session_id, exchanged_at FROM {prefix}legacy_token WHERE user_id = ? ORDER BY"
    " expires_at DESC LIMIT ?";

constexpr std::string_view events_about =
    "SELECT id, happened_at, kind, session_id, ip, detail FROM {prefix}event WHERE user_id = ? ORDER BY"
    " happened_at DESC, id DESC LIMIT ?";

constexpr std::string_view letters_about =
    "SELECT id, kind, address, parameters, language, created_at, next_try_at, tries, outcome FROM"
    " {prefix}outbox WHERE user_id = ? ORDER BY id DESC LIMIT ?";

constexpr std::string_view address_changes_about =
    "SELECT id, user_epoch, old_email, old_key, new_email, new_key, requested_at, pending_until, changed_at,"
    " undo_until FROM {prefix}address_change WHERE user_id = ? ORDER BY requested_at DESC LIMIT ?";

}  // namespace sql_text

namespace {

using enum ColumnForm;

constexpr ColumnAbout user_columns_shown[] = {{"id", id},
                                              {"email", text},
                                              {"email_key", text},
                                              {"name", text},
                                              {"password_hash", presence},
                                              {"status", number},
                                              {"epoch", number},
                                              {"scope", text},
                                              {"last_method", text},
                                              {"created_at", time},
                                              {"last_sign_in_at", time},
                                              {"language", text},
                                              {"sessions_ended_at", time},
                                              {"closed_at", time},
                                              {"email_proven_at", time},
                                              {"username", text},
                                              {"username_key", text}};

constexpr ColumnAbout session_columns_shown[] = {
    {"id", id},           {"device_id", text},       {"device_name", text}, {"generation", number},
    {"rotated_at", time}, {"user_epoch", number},    {"method", text},      {"user_agent", text},
    {"ip", text},         {"created_at", time},      {"idle_until", time},  {"absolute_until", time},
    {"revoked_at", time}, {"revoke_reason", number}, {"keyhole", number},   {"authenticated_at", time},
    {"amr", text}};
constexpr std::string_view session_columns_not_shown[] = {"user_id", "nonce", "idempotency"};

constexpr ColumnAbout provider_identity_columns_shown[] = {
    {"issuer", text}, {"subject", text}, {"provider", text}, {"created_at", time}};

constexpr ColumnAbout identity_columns_shown[] = {
    {"provider", text}, {"subject", text}, {"created_at", time}};

constexpr ColumnAbout legacy_token_columns_shown[] = {
    {"expires_at", time}, {"session_id", id}, {"exchanged_at", time}};
constexpr std::string_view legacy_token_columns_not_shown[] = {"user_id", "digest"};

constexpr ColumnAbout event_columns_shown[] = {{"id", id},         {"happened_at", time}, {"kind", text},
                                               {"session_id", id}, {"ip", text},          {"detail", text}};

constexpr ColumnAbout letter_columns_shown[] = {
    {"id", id},           {"kind", text},        {"address", text}, {"parameters", text}, {"language", text},
    {"created_at", time}, {"next_try_at", time}, {"tries", number}, {"outcome", number}};

constexpr ColumnAbout address_change_columns_shown[] = {
    {"id", id},           {"user_epoch", number}, {"old_email", text},    {"old_key", text},
    {"new_email", text},  {"new_key", text},      {"requested_at", time}, {"pending_until", time},
    {"changed_at", time}, {"undo_until", time}};
constexpr std::string_view address_change_columns_not_shown[] = {"user_id", "nonce", "password_mark"};

constexpr std::string_view owner_not_shown[] = {"user_id"};

constexpr TableAbout about[] = {
    {"user", user_columns_shown, sql_text::user_about, {}},
    {"session", session_columns_shown, sql_text::sessions_about, session_columns_not_shown},
    {"provider_identity", provider_identity_columns_shown, sql_text::provider_identities_about,
     owner_not_shown},
    {"identity", identity_columns_shown, sql_text::identities_about, owner_not_shown},
    {"legacy_token", legacy_token_columns_shown, sql_text::legacy_tokens_about,
     legacy_token_columns_not_shown},
    {"event", event_columns_shown, sql_text::events_about, owner_not_shown},
    {"outbox", letter_columns_shown, sql_text::letters_about, owner_not_shown},
    {"address_change", address_change_columns_shown, sql_text::address_changes_about,
     address_change_columns_not_shown},
};

Json json_of(const SqlValue& value, ColumnForm form) {
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  const auto* count = std::get_if<std::int64_t>(&value);
  if (form == time && count != nullptr)
    return *count == 0 ? Json(nullptr) : Json(rfc3339(from_unix_milliseconds(*count)));
  if (form == presence && count != nullptr) return *count != 0;
  if (count != nullptr) return *count;
  const auto* bytes = std::get_if<std::string>(&value);
  if (bytes == nullptr) throw StoreError("a column holds something else than it should");
  return form == id && bytes->size() == 16 ? Json(SessionId::of_bytes(*bytes).text()) : Json(*bytes);
}

Json json_of(const SqlRow& row, const TableAbout& table) {
  if (row.size() != table.columns.size()) throw StoreError("a statement and its columns do not fit together");
  auto json = Json::object();
  for (std::size_t i = 0; i < row.size(); ++i)
    json[std::string(table.columns[i].name)] = json_of(row[i], table.columns[i].form);
  return json;
}

}  // namespace

std::span<const TableAbout> tables_about_users() {
  return about;
}

// A lost answer is settled by reading: no other closing has this time and epoch.
bool SqlStore::close_user(const AccountClosing& closing) {
  const SqlValue at = value_of(closing.at);
  const SqlAnswer answer = run_and_tell(
      sql_text::close_user, {at, at, blob_of(closing.user.bytes()), closing.epoch}, closing.letters);
  if (answer.result.changed == 1 || !answer.repeated) return answer.result.changed == 1;
  const std::optional<User> user = user_by_id(closing.user);
  return user && user->closed_at == closing.at && user->epoch == closing.epoch + 1;
}

bool SqlStore::reopen_user(const AccountReopening& reopening) {
  const SqlAnswer answer =
      run_and_tell(sql_text::reopen_user, {blob_of(reopening.user.bytes()), value_of(reopening.closed_at)},
                   reopening.letters);
  if (answer.result.changed == 1 || !answer.repeated) return answer.result.changed == 1;
  const std::optional<User> user = user_by_id(reopening.user);
  return user && user->closed_at == never;
}

std::vector<User> SqlStore::closed_users(Instant before, int limit) {
  const SqlValues values{value_of(before), std::int64_t{limit}};
  return all_records(runner_.run(sql_text::closed_users, values).result, read_user);
}

bool SqlStore::erase_user(const Erasure& erasure) {
  const SqlValues owner{blob_of(erasure.user.bytes())};
  const SqlValues closed{owner.front(), value_of(erasure.closed_at)};
  bool erased = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    erased = connection.run(sql_text::erase_user, closed, Freshness::plain).changed == 1;
    if (!erased) return;
    for (const std::string_view statement : sql_text::erased_with_user)
      connection.run(statement, owner, Freshness::plain);
    for (const Digest& bucket : erasure.buckets)
      connection.run(sql_text::erase_throttle, SqlValues{blob_of(view_of(bucket))}, Freshness::plain);
  });
  return erased;
}

// Waits for others who read or write, at most for the busy timeout; what they hold back the next call copies.
void SqlStore::forget_erased() {
  runner_.with_connection([](SqlConnection& connection) {
    if (connection.kind() == DatabaseKind::sqlite) (void)connection.execute(sql_text::empty_log);
  });
}

Json SqlStore::everything_about(const UserId& user, int rows_of_a_table) {
  const SqlValues values{blob_of(user.bytes()), std::int64_t{rows_of_a_table}};
  auto everything = Json::object();
  for (const TableAbout& table : about) {
    auto rows = Json::array();
    for (const SqlRow& row : runner_.run(table.rows, values).result.rows) rows.push_back(json_of(row, table));
    everything[std::string(table.name)] = std::move(rows);
  }
  return everything;
}

}  // namespace cardea
