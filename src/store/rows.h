// Records to values and rows to records, in the column order of store/statements.h.
#pragma once

#include <optional>

#include "store/records.h"
#include "store/sql/connection.h"

namespace cardea {

// Reads a row from left to right. Throws StoreError when a column holds something else than it should: a
// foreign or damaged table.
class RowReader {
 public:
  explicit RowReader(const SqlRow& row) : row_(row) {}
  [[nodiscard]] std::int64_t number();
  [[nodiscard]] Instant instant() { return from_unix_milliseconds(number()); }
  [[nodiscard]] std::string text();  // NULL is empty
  template <class AnyId>
  [[nodiscard]] AnyId id() {
    return AnyId::of_bytes(bytes(16));
  }
  template <class AnyId>
  [[nodiscard]] std::optional<AnyId> optional_id() {
    return at_null() ? std::nullopt : std::optional<AnyId>(id<AnyId>());
  }
  [[nodiscard]] Nonce nonce() { return array_of<16>(bytes(16)); }
  [[nodiscard]] Digest digest() { return array_of<32>(bytes(32)); }
  [[nodiscard]] std::optional<Digest> optional_digest();

 private:
  [[nodiscard]] const SqlValue& next();
  [[nodiscard]] std::string bytes(std::size_t size);
  [[nodiscard]] bool at_null();  // and steps over it

  const SqlRow& row_;
  std::size_t column_ = 0;
};

[[nodiscard]] User read_user(RowReader& reader);
[[nodiscard]] Session read_session(RowReader& reader);
// Nothing for a kind that only a newer program knows.
[[nodiscard]] std::optional<Event> read_event(RowReader& reader);

[[nodiscard]] ProviderIdentity read_provider_identity(RowReader& reader);

[[nodiscard]] SqlValues values_of(const User& user);
[[nodiscard]] SqlValues values_of(const ProviderIdentity& identity);
[[nodiscard]] SqlValues values_of(const Session& session);
[[nodiscard]] SqlValues values_of(const Event& event);

// "" for nothing.
[[nodiscard]] std::string tag_of(const std::optional<Language>& language);
[[nodiscard]] SqlValue value_of(Instant at);
[[nodiscard]] Blob blob_of(std::string_view bytes);
[[nodiscard]] SqlValue value_of(const std::optional<Digest>& digest);

// Text that may come from strangers, made fit for its column: a header of bad bytes must not fail a
// statement. What is not UTF-8 loses its non-ASCII bytes to question marks; what is too long is cut.
[[nodiscard]] std::string storable(const std::string& text, std::size_t limit);
inline constexpr std::size_t user_agent_limit = 255;  // bytes
inline constexpr std::size_t detail_limit = 500;

}  // namespace cardea
