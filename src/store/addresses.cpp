// Addresses of accounts: their proof, changing them, undoing a change.
#include "store/sql/connection.h"
#include "store/sql_store.h"
#include "store/users.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view prove_address =
    "UPDATE {prefix}user SET email_proven_at = ? WHERE id = ? AND email_key = ? AND email_proven_at = 0";

constexpr std::string_view address_change_columns =
    "id, user_id, nonce, user_epoch, old_key, old_email, new_key, new_email, requested_at, pending_until,"
    " changed_at, undo_until, password_mark";

constexpr std::string_view forget_waiting_changes =
    "DELETE FROM {prefix}address_change WHERE user_id = ? AND changed_at = 0";

constexpr SqlText add_address_change{"INSERT INTO {prefix}address_change (", address_change_columns,
                                     ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr SqlText address_change{"SELECT ", address_change_columns,
                                 " FROM {prefix}address_change WHERE id = ?"};

constexpr SqlText waiting_changes_to{
    "SELECT ", address_change_columns,
    " FROM {prefix}address_change WHERE new_key = ? AND changed_at = 0 AND pending_until > ? ORDER BY"
    " requested_at DESC LIMIT ?"};

constexpr SqlText changes_from{
    "SELECT ", address_change_columns,
    " FROM {prefix}address_change WHERE old_key = ? AND undo_until > ? ORDER BY requested_at LIMIT ?"};

constexpr std::string_view address_reserved_for =
    "SELECT user_id FROM {prefix}address_change WHERE old_key = ? AND undo_until > ? LIMIT 1";

// The waiting change and the reservations of others are asked for in the same statement.
constexpr SqlText move_address{
    "UPDATE {prefix}user SET email_key = ?, email = ?, email_proven_at = ? WHERE id = ? AND epoch = ? AND"
    " status = 0 AND closed_at = 0 AND (email_key = ? OR (email_key IS NULL AND ? = 1)) AND EXISTS"
    " (SELECT 1 FROM {prefix}address_change WHERE {prefix}address_change.id = ? AND changed_at = 0 AND"
    " pending_until > ?) AND NOT EXISTS (SELECT 1 FROM {prefix}address_change WHERE old_key = ? AND"
    " undo_until > ? AND user_id <> ?)"};

constexpr std::string_view note_address_change =
    "UPDATE {prefix}address_change SET changed_at = ?, undo_until = ?, password_mark = ? WHERE id = ?";

constexpr std::string_view remove_identities_since =
    "DELETE FROM {prefix}provider_identity WHERE user_id = ? AND created_at >= ?";

constexpr std::string_view void_changes_since =
    "DELETE FROM {prefix}address_change WHERE user_id = ? AND requested_at >= ?";

constexpr std::string_view set_address =
    "UPDATE {prefix}user SET email_key = ?, email = ?, email_proven_at = ? WHERE id = ? AND NOT EXISTS"
    " (SELECT 1 FROM {prefix}address_change WHERE old_key = ? AND undo_until > ? AND user_id <> ?)";

constexpr std::string_view forget_changes = "DELETE FROM {prefix}address_change WHERE user_id = ?";

}  // namespace sql_text

namespace {

AddressChange read_address_change(RowReader& reader) {
  AddressChange change;
  change.id = reader.id<ChangeId>();
  change.user = reader.id<UserId>();
  change.nonce = reader.nonce();
  change.user_epoch = reader.number();
  change.from.key = reader.text();
  change.from.typed = reader.text();
  change.to.key = reader.text();
  change.to.typed = reader.text();
  change.requested_at = reader.instant();
  change.pending_until = reader.instant();
  change.changed_at = reader.instant();
  change.undo_until = reader.instant();
  change.password_mark = reader.optional_digest();
  return change;
}

SqlValues values_of(const AddressChange& change) {
  return {blob_of(change.id.bytes()),     blob_of(change.user.bytes()),
          blob_of(view_of(change.nonce)), change.user_epoch,
          blob_of(change.from.key),       change.from.typed,
          blob_of(change.to.key),         change.to.typed,
          value_of(change.requested_at),  value_of(change.pending_until),
          value_of(change.changed_at),    value_of(change.undo_until),
          value_of(change.password_mark)};
}

// The number of changed rows; nothing if a unique key is taken, which changes nothing.
std::optional<std::int64_t> changed_unless_taken(SqlConnection& connection, std::string_view statement,
                                                 const SqlValues& values) {
  try {
    return connection.run(statement, values, Freshness::plain).changed;
  } catch (const SqlFailure& failure) {
    if (failure.action() != ErrorAction::duplicate) throw;
    return std::nullopt;
  }
}

}  // namespace

bool SqlStore::prove_address(const AddressProof& proof) {
  const SqlValues values{value_of(proof.at), blob_of(proof.user.bytes()), blob_of(proof.email_key)};
  if (runner_.run(sql_text::prove_address, values).result.changed == 1) return true;
  const std::optional<User> user = user_by_id(proof.user);
  return user && user->email.key == proof.email_key && user->email_proven_at != never;
}

void SqlStore::request_address_change(const AddressChange& change, const OutboxLetters& letters) {
  const SqlValues owner{blob_of(change.user.bytes())};
  const SqlValues values = values_of(change);
  runner_.in_transaction([&](SqlConnection& connection) {
    connection.run(sql_text::forget_waiting_changes, owner, Freshness::plain);
    if (changed_unless_taken(connection, sql_text::add_address_change, values))
      add_letters(connection, letters);  // else an earlier attempt went through
  });
}

std::optional<AddressChange> SqlStore::address_change(const ChangeId& id) {
  const SqlAnswer answer = runner_.run(sql_text::address_change, {blob_of(id.bytes())}, Freshness::causal);
  return first_record(answer.result, read_address_change);
}

std::vector<AddressChange> SqlStore::waiting_changes_to(std::string_view email_key, Instant now, int limit) {
  const SqlValues values{blob_of(email_key), value_of(now), std::int64_t{limit}};
  return all_records(runner_.run(sql_text::waiting_changes_to, values).result, read_address_change);
}

std::vector<AddressChange> SqlStore::changes_from(std::string_view email_key, Instant now, int limit) {
  const SqlValues values{blob_of(email_key), value_of(now), std::int64_t{limit}};
  return all_records(runner_.run(sql_text::changes_from, values).result, read_address_change);
}

std::optional<UserId> SqlStore::address_reserved_for(std::string_view email_key, Instant now) {
  const SqlAnswer answer = runner_.run(sql_text::address_reserved_for, {blob_of(email_key), value_of(now)});
  return first_record(answer.result, [](RowReader& reader) { return reader.id<UserId>(); });
}

// Why a change of the address moved no row.
AddressOutcome SqlStore::why_unchanged(const UserId& user, std::string_view email_key, Instant now) {
  const auto holder = user_by_email(email_key);
  if (holder && holder->id != user) return AddressOutcome::taken;
  const auto reserved = address_reserved_for(email_key, now);
  return reserved && *reserved != user ? AddressOutcome::taken : AddressOutcome::gone;
}

// After a lost answer the row of the change tells whether it was made.
AddressOutcome SqlStore::make_address_change(const AddressChange& change, const OutboxLetters& letters) {
  const SqlValue at = value_of(change.changed_at), id = blob_of(change.id.bytes()),
                 user = blob_of(change.user.bytes()), to = blob_of(change.to.key);
  const SqlValues move{to,
                       change.to.typed,
                       at,
                       user,
                       change.user_epoch,
                       blob_of(change.from.key),
                       std::int64_t{change.from.key.empty() ? 1 : 0},
                       id,
                       at,
                       to,
                       at,
                       user};
  const SqlValues note{at, value_of(change.undo_until), value_of(change.password_mark), id};
  bool made = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    made = changed_unless_taken(connection, sql_text::move_address, move).value_or(0) == 1;
    if (!made) return;
    connection.run(sql_text::note_address_change, note, Freshness::plain);
    add_letters(connection, letters);
  });
  if (made) return AddressOutcome::changed;
  const auto stored = address_change(change.id);
  if (stored && stored->changed_at == change.changed_at) return AddressOutcome::changed;
  return why_unchanged(change.user, change.to.key, change.changed_at);
}

// After a lost answer the user's row tells whether it was undone: no other act gives it this address and epoch.
AddressOutcome SqlStore::undo_address_change(const AddressUndo& undo) {
  const AddressChange& change = undo.change;
  const SqlValue at = value_of(undo.at), user = blob_of(change.user.bytes());
  const SqlValues back{
      blob_of(change.from.key), change.from.typed,          at, undo.password_to, at, user, undo.epoch,
      undo.password_from,       blob_of(change.id.bytes()), at};
  const SqlValues since{user, value_of(change.requested_at)};
  bool undone = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    undone = changed_unless_taken(connection, sql_text::return_address, back).value_or(0) == 1;
    if (!undone) return;
    connection.run(sql_text::remove_identities_since, since, Freshness::plain);
    connection.run(sql_text::void_changes_since, since, Freshness::plain);
    add_letters(connection, undo.letters);
  });
  if (undone) return AddressOutcome::changed;
  const std::optional<User> now = user_by_id(change.user);
  if (now && now->email.key == change.from.key && now->epoch == undo.epoch + 1 && !address_change(change.id))
    return AddressOutcome::changed;
  return why_unchanged(change.user, change.from.key, undo.at);
}

AddressOutcome SqlStore::set_address(const UserId& id, const Email& email, Instant at) {
  const SqlValue user = blob_of(id.bytes()), key = blob_of(email.key), when = value_of(at);
  bool set = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    set = changed_unless_taken(connection, sql_text::set_address,
                               {key, email.typed, when, user, key, when, user})
              .value_or(0) == 1;
    if (set) connection.run(sql_text::forget_changes, SqlValues{user}, Freshness::plain);
  });
  if (set) return AddressOutcome::changed;
  const std::optional<User> now = user_by_id(id);
  if (now && now->email == email && now->email_proven_at == at) return AddressOutcome::changed;
  return why_unchanged(id, email.key, at);
}

}  // namespace cardea
