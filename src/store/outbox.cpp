// Letters that wait to be sent, and what became of those that were.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "store/sql/connection.h"
#include "store/sql_store.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view outbox_columns =
    "id, kind, user_id, address, parameters, language, created_at, next_try_at, tries, outcome";

constexpr SqlText add_letter{"INSERT INTO {prefix}outbox (", outbox_columns,
                             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr SqlText due_letters{"SELECT ", outbox_columns,
                              " FROM {prefix}outbox WHERE next_try_at > 0 AND next_try_at <= ?"
                              " ORDER BY next_try_at, id LIMIT ?"};

constexpr SqlText letters_of{"SELECT ", outbox_columns, " FROM {prefix}outbox WHERE user_id = ? ORDER BY id"};

constexpr std::string_view claim_letter =
    "UPDATE {prefix}outbox SET next_try_at = ?, tries = ? WHERE id = ? AND tries = ? AND next_try_at = ?";

constexpr std::string_view postpone_letter =
    "UPDATE {prefix}outbox SET next_try_at = ? WHERE id = ? AND tries = ? AND next_try_at > 0";

// What is personal leaves the row with the letter.
constexpr std::string_view end_letter =
    "UPDATE {prefix}outbox SET outcome = ?, next_try_at = 0, address = '', parameters = '' WHERE id = ? AND"
    " tries = ? AND next_try_at > 0";

}  // namespace sql_text

namespace {

constexpr std::size_t parameters_limit =
    2000;                                  // characters of the column; the text is ASCII or shorter in them
constexpr std::size_t detail_limit = 500;  // bytes, as in the event table

// Members that say nothing are left out.
Json json_of(const LetterFacts& facts) {
  Json json = Json::object();
  const auto text = [&json](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  json["at"] = unix_milliseconds(facts.at);
  text("ip", facts.ip);
  text("browser", facts.browser);
  text("system", facts.system);
  if (facts.session) json["session"] = facts.session->text();
  if (facts.event) json["event"] = event_name(*facts.event);
  text("detail", storable(facts.detail, detail_limit));
  if (!facts.things.empty()) json["things"] = facts.things;
  text("address", facts.address);
  if (facts.until != never) json["until"] = unix_milliseconds(facts.until);
  return json;
}

Instant instant_member(const Json& json, std::string_view name) {
  return from_unix_milliseconds(integer_member(json, name).value_or(0));
}

// Empty if the text is damaged.
std::optional<LetterFacts> facts_of(const std::string& text) {
  LetterFacts facts;
  if (text.empty()) return facts;  // the letter has left
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  const auto member = [&json](std::string_view name) { return string_member(*json, name).value_or(""); };
  facts.at = instant_member(*json, "at");
  facts.ip = member("ip");
  facts.browser = member("browser");
  facts.system = member("system");
  facts.session = SessionId::of_text(member("session"));
  facts.event = event_of_name(member("event"));
  facts.detail = member("detail");
  if (const auto things = json->find("things"); things != json->end() && things->is_array())
    for (const auto& thing : *things)
      if (thing.is_string()) facts.things.push_back(thing.get<std::string>());
  facts.address = member("address");
  facts.until = instant_member(*json, "until");
  return facts;
}

// Empty for a kind that only a newer program knows, and for a damaged row: it must not keep the others.
std::optional<OutboxLetter> read_letter(RowReader& reader) {
  OutboxLetter letter;
  letter.id = reader.id<LetterId>();
  const auto kind = letter_of_name(reader.text());
  if (!kind) return std::nullopt;
  letter.kind = *kind;
  letter.user = reader.optional_id<UserId>();
  letter.address = reader.text();
  auto facts = facts_of(reader.text());
  if (!facts) return std::nullopt;
  letter.facts = *std::move(facts);
  letter.language = language_of_tag(reader.text()).value_or(Language::en);
  letter.created_at = reader.instant();
  letter.next_try_at = reader.instant();
  letter.tries = static_cast<int>(reader.number());
  letter.outcome = static_cast<LetterOutcome>(reader.number());
  return letter;
}

SqlValues values_of(const OutboxLetter& letter) {
  const auto parameters = json_text(json_of(letter.facts));
  if (parameters.size() > parameters_limit) throw StoreError("a letter has more facts than its row holds");
  return {blob_of(letter.id.bytes()),
          std::string(letter_name(letter.kind)),
          value_of(letter.user),
          letter.address,
          parameters,
          std::string(language_tag(letter.language)),
          value_of(letter.created_at),
          value_of(letter.next_try_at),
          std::int64_t{letter.tries},
          static_cast<std::int64_t>(letter.outcome)};
}

OutboxLetters letters_in(const SqlResult& result) {
  OutboxLetters letters;
  for (auto& letter : all_records(result, read_letter))
    if (letter) letters.push_back(std::move(*letter));
  return letters;
}

}  // namespace

void SqlStore::add_letters(SqlConnection& connection, const OutboxLetters& letters) {
  for (const OutboxLetter& letter : letters)
    connection.run(sql_text::add_letter, values_of(letter), Freshness::plain);
}

// A unique key that is taken is an answer here, too: the transaction has written nothing then. `repeated` as in the
// runner: an attempt before this one may have gone through, with its letters.
SqlAnswer SqlStore::run_and_tell(std::string_view statement, const SqlValues& values,
                                 const OutboxLetters& letters) {
  if (letters.empty()) return runner_.run(statement, values);
  SqlAnswer answer;
  bool began = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    answer = {.result = {}, .duplicate = false, .repeated = std::exchange(began, true)};
    try {
      answer.result = connection.run(statement, values, Freshness::plain);
    } catch (const SqlFailure& failure) {
      if (failure.action() != ErrorAction::duplicate) throw;
      answer.duplicate = true;
      return;
    }
    if (answer.result.changed > 0) add_letters(connection, letters);
  });
  return answer;
}

void SqlStore::add_letter(const OutboxLetter& letter) {
  runner_.run(sql_text::add_letter, values_of(letter));
}

OutboxLetters SqlStore::due_letters(Instant now, int limit) {
  return letters_in(runner_.run(sql_text::due_letters, {value_of(now), std::int64_t{limit}}).result);
}

bool SqlStore::claim_letter(const OutboxLetter& letter, Instant next_try_at) {
  const std::int64_t tries = letter.tries;
  const auto answer = runner_.run_once(
      sql_text::claim_letter,
      {value_of(next_try_at), tries + 1, blob_of(letter.id.bytes()), tries, value_of(letter.next_try_at)});
  return answer && answer->changed == 1;
}

void SqlStore::settle_letter(const LetterId& id, int tries, LetterOutcome outcome, Instant next_try_at) {
  const SqlValue key = blob_of(id.bytes());
  const SqlValue claimed = std::int64_t{tries};
  if (outcome == LetterOutcome::waiting)
    runner_.run(sql_text::postpone_letter, {value_of(next_try_at), key, claimed});
  else
    runner_.run(sql_text::end_letter, {static_cast<std::int64_t>(outcome), key, claimed});
}

OutboxLetters SqlStore::letters_of(const UserId& user) {
  return letters_in(runner_.run(sql_text::letters_of, {blob_of(user.bytes())}).result);
}

}  // namespace cardea
