#include "cli/user_import.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>

#include "base/encoding.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "cli/job.h"
#include "cli/user.h"
#include "config/values.h"
#include "password/argon2id.h"
#include "password/imported.h"
#include "password/password.h"

namespace cardea {
namespace {

struct Counts {
  int added = 0;
  int there = 0;
};

Json json_row(const UserRow& row) {
  return {{"email", row.user.email.typed}, {"id", nullptr}, {"added", false}};
}

// So that the array has an element for each line that was read.
void print(Json shown, const UserTable& table, Console& console) {
  for (const auto& [line, why] : table.findings)
    shown.push_back(
        {{"email", nullptr}, {"id", nullptr}, {"added", false}, {"line", line}, {"left_out", why}});
  console.out << json_text(shown) << '\n';
}

// Without the user name if another user has it.
bool add_with_name(UserRow& row, Job& job) {
  auto& store = job.tools.store();
  auto& name = row.user.username;
  if (!name.key.empty() && store.user_by_username(name.key)) {
    job.console.err << "cardea: line " << row.line << ": the user name '" << printable(name.typed)
                    << "' is in use by another user: this user signs in by e-mail only\n";
    name = {};
  }
  return store.add_user(row.user);
}

// Adds a user who is not there yet; a user with such an address stays as they are.
void add_user(UserRow& row, Counts& counts, Json& shown, Job& job) {
  auto& user = row.user;
  user.id = UserId::make(job.tools.now(), job.tools.entropy());
  user.last_method = user.password_hash.empty() ? "" : "password";
  user.email_proven_at = job.tools.now();  // trusted
  auto present = job.tools.store().user_of(user.email);
  const bool added = !present && add_with_name(row, job);
  ++(added ? counts.added : counts.there);
  shown.push_back(json_row(row));
  shown.back()["added"] = added;
  if (!present) present = added ? std::optional{user} : job.tools.store().user_of(user.email);
  if (present) shown.back()["id"] = present->id.text();
  if (added) job.tools.record(EventKind::registered, user.id, "imported by an administrator");
}

void show(const UserTable& table, const Counts& counts, Json shown, Job& job) {
  const auto tried = static_cast<std::size_t>(counts.added + counts.there);
  const auto not_tried = table.rows.size() - tried;
  if (job.line.has("--json")) {
    for (auto at = tried; at < table.rows.size(); ++at) {
      shown.push_back(json_row(table.rows[at]));
      shown.back()["left_out"] = "not tried";
    }
    return print(std::move(shown), table, job.console);
  }
  job.console.out << counts.added << " users added, " << counts.there << " were there already, "
                  << table.findings.size() << " lines left out";
  if (not_tried > 0) job.console.out << ", " << not_tried << " not tried";
  job.console.out << '\n';
}

// What was done is shown also when the database fails on the way.
void add_users(UserTable& table, Job& job) {
  Counts counts;
  Json shown = Json::array();
  try {
    for (auto& row : table.rows) add_user(row, counts, shown, job);
  } catch (const std::exception&) {
    show(table, counts, std::move(shown), job);
    throw;
  }
  show(table, counts, std::move(shown), job);
}

void show_dry_run(const UserTable& table, Job& job) {
  if (!job.line.has("--json")) {
    job.console.out << table.rows.size() << " lines are valid, " << table.findings.size() << " are not\n";
    return;
  }
  Json shown = Json::array();
  for (const auto& row : table.rows) shown.push_back(json_row(row));
  print(std::move(shown), table, job.console);
}

ExitCode import_users(Job& job) {
  auto table = read_user_table(job.console.in, job.tools.settings().password, job.tools.now());
  if (!table.fault.empty()) return refuse(job.console, table.fault);
  for (const auto& [line, why] : table.findings)
    job.console.err << "cardea: line " << line << ": " << why << '\n';
  for (const auto& [line, what] : table.notes)
    job.console.err << "cardea: line " << line << ": " << what << '\n';
  const auto code = table.findings.empty() ? ExitCode::done : ExitCode::refused;
  if (job.line.has("--dry-run")) {
    show_dry_run(table, job);
  } else if (code == ExitCode::refused && !job.line.has("--skip-bad")) {
    return refuse(job.console,
                  "nothing was imported; correct these lines, or leave them out with --skip-bad");
  } else {
    add_users(table, job);
  }
  return code;
}

}  // namespace

std::vector<Command> user_import_commands() {
  return {
      {"user import",
       "",
       "adds the users of another program's table, which comes on standard input",
       "CSV, or what mysql --batch prints, whose first line names the columns: email, and any of username, password_hash, name, "
       "scope, created_at, disabled. People keep their passwords: see [password] imported. Safe to repeat.",
       {{"--dry-run", "", ValueKind::none, "only checks whether every line is valid"},
        {"--skip-bad", "", ValueKind::none, "leaves out the lines that are not valid"},
        {"--json", "", ValueKind::none, "prints each address with its id, for programs"}},
       import_users}};
}

namespace {

constexpr std::size_t hash_size_limit = 512;  // of the column

using Cells = std::vector<std::string>;
using Fault = std::optional<std::string>;  // what is wrong, or nothing

constexpr std::size_t line_size_limit = 64 * 1024;
constexpr std::size_t shown_size_limit = 100;  // of a cell in a message

// The cell as a message may show it.
std::string shown(std::string_view cell) {
  return printable(is_utf8(cell) ? cut_utf8(cell, shown_size_limit) : cell.substr(0, shown_size_limit));
}

bool is_null(std::string_view cell) {
  return cell == "NULL" || cell == "\\N";
}

// The letter that a backslash and this letter mean in a table of mysql --batch or SELECT INTO OUTFILE; empty if no
// program writes that.
std::optional<char> unescaped(char letter) {
  constexpr std::string_view from = "0bfnrtvZ\\\"'\t";
  constexpr std::string_view to{"\0\b\f\n\r\t\v\x1A\\\"'\t", 12};
  const auto at = from.find(letter);
  return at == std::string_view::npos ? std::nullopt : std::optional{to[at]};
}

// Splits the text into lines of cells. Tab-separated text has escapes and no quotes (mysql --batch), all else
// quotes and no escapes (RFC 4180): a quoted cell holds separators and doubled quotes. Line breaks in it are
// read over and are a fault, since none of these columns has any: a quote that was not closed would take
// other users with it. Linear in the size of the text.
class TableReader {
 public:
  TableReader(std::string_view text, int line, char separator)
      : text_(text), line_(line), separator_(separator) {}

  struct Line {
    int number = 0;         // where it begins
    std::vector<int> more;  // the further lines that its quotes hold, empty ones left out
    Cells cells;
    Fault fault;
  };

  // Nothing at the end. Empty lines are no lines.
  std::optional<Line> next() {
    while (at_ < text_.size() && is_break(text_[at_])) take_break();
    if (at_ == text_.size()) return std::nullopt;
    Line line{.number = line_, .more = {}, .cells = {}, .fault = {}};
    const auto begin = at_;
    line.fault = separator_ == '\t' ? take_escaped(line.cells) : take_separated(line);
    if (line.fault) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else if (!line.more.empty()) {
      line.fault = "a quote is not closed in its line; no cell may hold a line break";
    } else if (at_ - begin > line_size_limit) {
      line.fault = "the line has more than 64 KiB";
    }
    return line;
  }

 private:
  static bool is_break(char letter) { return letter == '\n' || letter == '\r'; }
  [[nodiscard]] bool stands(char letter) const { return at_ < text_.size() && text_[at_] == letter; }
  [[nodiscard]] bool at_end_of_line() const { return at_ == text_.size() || is_break(text_[at_]); }

  // LF, CR LF, or CR.
  void take_break() {
    const bool is_pair = text_.substr(at_, 2) == "\r\n";
    at_ += is_pair ? 2 : 1;
    ++line_;
  }

  Fault take_escaped(Cells& cells) {
    const auto end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    for (cells.emplace_back();; cells.emplace_back(), ++at_) {
      const auto begin = at_;
      for (; at_ < end && text_[at_] != '\t'; ++at_) {
        if (text_[at_] != '\\' || is_null(text_.substr(at_, 2))) {
          cells.back() += text_[at_];
        } else if (++at_ == end) {
          return "the line ends with a backslash";
        } else if (const auto letter = unescaped(text_[at_])) {
          cells.back() += *letter;
        } else {
          return "\\" + shown(text_.substr(at_, 1)) + " is no escape; a backslash is written as \\\\";
        }
      }
      if (is_null(text_.substr(begin, at_ - begin))) cells.back().clear();
      if (at_ == end) return std::nullopt;
    }
  }

  Fault take_separated(Line& line) {
    for (;; ++at_) {
      line.cells.emplace_back();
      if (auto fault = stands('"') ? take_quoted(line) : take_plain(line.cells.back())) return fault;
      if (!stands(separator_)) return std::nullopt;
    }
  }

  Fault take_plain(std::string& cell) {
    const auto begin = at_;
    while (!at_end_of_line() && text_[at_] != separator_) ++at_;
    cell = trim(text_.substr(begin, at_ - begin));
    if (is_null(cell)) cell.clear();
    return std::nullopt;
  }

  Fault take_quoted(Line& line) {
    auto& cell = line.cells.back();
    for (++at_; at_ < text_.size();) {
      if (is_break(text_[at_])) {
        take_break();
        if (!at_end_of_line()) line.more.push_back(line_);
      } else if (text_[at_] != '"' || text_.substr(at_, 2) == "\"\"") {
        cell += text_[at_];
        at_ += text_[at_] == '"' ? 2 : 1;
      } else {
        ++at_;
        if (at_end_of_line() || text_[at_] == separator_) return std::nullopt;
        return "there is text after a closing quote; a quote inside quotes is written twice";
      }
    }
    return "a quote is opened and not closed";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_;
  char separator_;
};

std::optional<std::chrono::sys_days> date_of_database(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = whole_number(text.substr(0, 4), 9999);
  const auto month = whole_number(text.substr(5, 2), 12), day = whole_number(text.substr(8, 2), 31);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

// "", "Z", "+00", "+0900" or "-05:30": how far the clock is before UTC.
std::optional<std::chrono::minutes> zone_of_database(std::string_view text) {
  if (text.empty() || text == "Z") return std::chrono::minutes{0};
  const bool east = text.front() == '+';
  if (!east && text.front() != '-') return std::nullopt;
  std::string digits(text.substr(1));
  if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4) return std::nullopt;
  const auto hours = whole_number(digits.substr(0, 2), 14), minutes = whole_number(digits.substr(2), 59);
  if (!hours || !minutes) return std::nullopt;
  return std::chrono::minutes{(east ? 1 : -1) * (*hours * 60 + *minutes)};
}

// "2026-03-01 12:00:00", as databases print it: also the day alone, with a "T", a fraction, and a zone.
std::optional<Instant> time_of_database(std::string_view text) {
  const auto date = date_of_database(text.substr(0, 10));
  if (!date || text.size() == 10) return date;
  if (text.size() < 19 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto hour = whole_number(text.substr(11, 2), 23), minute = whole_number(text.substr(14, 2), 59);
  const auto second = whole_number(text.substr(17, 2), 59);
  auto rest = text.substr(19);
  if (rest.starts_with('.'))
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  const auto zone = zone_of_database(rest);
  if (!hour || !minute || !second || !zone) return std::nullopt;
  return Instant{date->time_since_epoch() + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                 seconds{*second} - *zone};
}

// Each of these puts one cell into the user.
struct Import {
  const PasswordSettings& settings;
  User& user;
};

Fault put_email(std::string_view cell, Import& import) {
  if (cell.empty()) return "there is no e-mail address";
  const auto email = parse_email(cell);
  if (!email) return "'" + shown(cell) + "' is not an e-mail address";
  import.user.email = *email;
  return std::nullopt;
}

Fault put_hash(std::string_view cell, Import& import) {
  if (cell.empty() || cell.starts_with('!')) return std::nullopt;  // Django: an account without a password
  if (cell.size() > hash_size_limit) return "the password_hash is too long";
  if (!parse_argon2id(cell)) {
    const auto kind = old_hash_kind(cell);
    if (!kind) return "the password_hash is of no kind that this program knows";
    const auto& accepted = import.settings.imported;
    if (std::find(accepted.begin(), accepted.end(), *kind) == accepted.end())
      return "the password_hash is of the kind " + std::string(old_hash_name(*kind)) +
             "; add that to [password] imported first";
  }
  import.user.password_hash = cell;
  return std::nullopt;
}

Fault put_name(std::string_view cell, Import& import) {
  import.user.name = display_name(cell);
  return std::nullopt;
}

Fault put_scope(std::string_view cell, Import& import) {
  const auto scope = tidy_scope(cell);
  if (!scope) return "the scope must be words of visible ASCII without \" and \\, at most 255 bytes";
  import.user.scope = *scope;
  return std::nullopt;
}

Fault put_created_at(std::string_view cell, Import& import) {
  if (cell.empty() || cell.find_first_not_of("0-:. ") == std::string_view::npos) return std::nullopt;
  if (const auto unix_time = whole_number(cell, 253'402'300'799)) {
    import.user.created_at = from_unix_milliseconds(*unix_time * 1000);
  } else if (const auto at = time_of_database(cell)) {
    import.user.created_at = *at;
  } else {
    return "created_at is neither Unix seconds nor like 2026-03-01 12:00:00";
  }
  return std::nullopt;
}

Fault put_disabled(std::string_view cell, Import& import) {
  const auto word = ascii_lower(cell);
  const bool yes = word == "yes" || word == "1" || word == "true" || word == "t" || word == "y";
  const bool no =
      word.empty() || word == "no" || word == "0" || word == "false" || word == "f" || word == "n";
  if (!yes && !no) return "disabled is yes, no, 1 or 0";
  import.user.status = yes ? UserStatus::disabled : UserStatus::active;
  return std::nullopt;
}

// What is no user name here keeps nobody out: read_user_table tells it.
Fault put_username(std::string_view cell, Import& import) {
  import.user.username = parse_username(cell).value_or(Username{.typed = std::string(cell), .key = {}});
  return std::nullopt;
}

struct Column {
  std::string_view name;
  Fault (*put)(std::string_view cell, Import& import);
};

constexpr std::array<Column, 7> known_columns{{{"email", put_email},
                                               {"username", put_username},
                                               {"password_hash", put_hash},
                                               {"name", put_name},
                                               {"scope", put_scope},
                                               {"created_at", put_created_at},
                                               {"disabled", put_disabled}}};

// How other programs call these columns.
constexpr std::pair<std::string_view, std::string_view> spellings[] = {{"e_mail", "email"},
                                                                       {"mail", "email"},
                                                                       {"user_email", "email"},
                                                                       {"email_address", "email"},
                                                                       {"mb_email", "email"},
                                                                       {"password", "password_hash"},
                                                                       {"hash", "password_hash"},
                                                                       {"user_pass", "password_hash"},
                                                                       {"pass", "password_hash"},
                                                                       {"user_password", "password_hash"},
                                                                       {"passwd", "password_hash"},
                                                                       {"mb_password", "password_hash"},
                                                                       {"display_name", "name"},
                                                                       {"displayname", "name"},
                                                                       {"full_name", "name"},
                                                                       {"user_name", "username"},
                                                                       {"user_login", "username"},
                                                                       {"login", "username"},
                                                                       {"mb_id", "username"},
                                                                       {"mb_nick", "name"},
                                                                       {"scopes", "scope"},
                                                                       {"created", "created_at"},
                                                                       {"registered", "created_at"},
                                                                       {"user_registered", "created_at"},
                                                                       {"user_regdate", "created_at"},
                                                                       {"date_joined", "created_at"},
                                                                       {"registerdate", "created_at"},
                                                                       {"mb_datetime", "created_at"},
                                                                       {"blocked", "disabled"},
                                                                       {"block", "disabled"},
                                                                       {"banned", "disabled"}};

// The column of that title: "Email", "E-mail address" and "user_email" are one.
const Column* column_named(std::string_view title) {
  auto name = ascii_lower(trim(title));
  std::replace_if(
      name.begin(), name.end(), [](char letter) { return letter == ' ' || letter == '-'; }, '_');
  const auto* other = std::find_if(std::begin(spellings), std::end(spellings),
                                   [&](const auto& spelling) { return spelling.first == name; });
  if (other != std::end(spellings)) name = other->second;
  const auto* found = std::find_if(known_columns.begin(), known_columns.end(),
                                   [&](const Column& column) { return column.name == name; });
  return found == known_columns.end() ? nullptr : found;
}

// The columns of the first line; or why they will not do.
std::variant<std::vector<const Column*>, std::string> columns_of(const Cells& titles) {
  std::vector<const Column*> columns;
  for (const auto& title : titles) {
    const auto* column = column_named(title);
    if (column == nullptr)
      return "the first line names the columns; '" + shown(title) +
             "' is none of email, username, password_hash, name, scope, created_at, disabled";
    if (std::find(columns.begin(), columns.end(), column) != columns.end())
      return "the column " + std::string(column->name) + " is there twice";
    columns.push_back(column);
  }
  if (std::find(columns.begin(), columns.end(), &known_columns[0]) == columns.end())
    return std::string("there is no column email");
  return columns;
}

// Takes a user name away that cannot be used, or that an earlier line has; what is said of that, or nothing.
Fault settle_username(User& user, std::set<std::string>& seen) {
  const auto typed = user.username.typed;
  const auto said = [&](std::string_view why) {
    user.username = {};
    return "the user name '" + shown(typed) + "' " + std::string(why) + ": this user signs in by e-mail only";
  };
  if (typed.empty()) return std::nullopt;
  if (user.username.key.empty())
    return said("has other characters than letters of one script, digits, . _ and -");
  if (!seen.insert(user.username.key).second) return said("is there twice");
  return std::nullopt;
}

// Nothing when all cells are well.
Fault read_row(const Cells& cells, const std::vector<const Column*>& columns, Import import) {
  if (cells.size() != columns.size())
    return std::to_string(cells.size()) + " cells where the first line names " +
           std::to_string(columns.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_utf8(cells[i])) return "the " + std::string(columns[i]->name) + " is not UTF-8";
    if (auto fault = columns[i]->put(trim(cells[i]), import)) return fault;
  }
  return std::nullopt;
}

// Nothing if there is more than the limit.
std::optional<Secret> read_all(std::istream& in) {
  std::string text;
  std::array<char, 64 * 1024> buffer{};
  while (in.read(buffer.data(), buffer.size()), in.gcount() > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > user_table_size_limit) return std::nullopt;
  }
  return Secret(std::move(text));
}

// UTF-16 as Excel and PowerShell write it. Half a pair becomes what is no UTF-8, and its line is refused.
Secret utf8_of_utf16(std::string_view text, bool big_endian) {
  std::string result;
  result.reserve(text.size() + text.size() / 2);
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]),
               second = static_cast<unsigned char>(text[at + 1]);
    return std::int32_t{big_endian ? first << 8 | second : second << 8 | first};
  };
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    const auto high = unit(at);
    const auto low = high >= 0xD800 && high < 0xDC00 && at + 3 < text.size() ? unit(at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      append_code_point(result, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
      at += 2;
    } else if (high >= 0xD800 && high < 0xE000) {
      result += '\xFF';
    } else {
      append_code_point(result, high);
    }
  }
  if (text.size() % 2 != 0) result += '\xFF';
  return Secret(std::move(result));
}

// UTF-8 without a byte order mark. Titles are ASCII, so UTF-16 without its mark is known by the first one.
Secret as_utf8(Secret table) {
  const auto text = table.reveal();
  if (text.starts_with("\xEF\xBB\xBF")) return Secret::copy_of(text.substr(3));
  if (text.starts_with("\xFF\xFE")) return utf8_of_utf16(text.substr(2), false);
  if (text.starts_with("\xFE\xFF")) return utf8_of_utf16(text.substr(2), true);
  if (text.size() < 2 || (text[0] == '\0') == (text[1] == '\0')) return table;
  return utf8_of_utf16(text, text[0] == '\0');
}

// The separator that most of the first line's cells end with; a tab if there is one.
char separator_of(std::string_view first_line) {
  const auto count = [&](char letter) { return std::count(first_line.begin(), first_line.end(), letter); };
  if (count('\t') > 0) return '\t';
  return count(';') > count(',') ? ';' : ',';
}

TableReader reader_of(std::string_view text) {
  const auto first_line = text.substr(0, text.find_first_of("\r\n"));
  if (first_line.size() == 5 && first_line.starts_with("sep="))  // Excel
    return {text.substr(5), 1, first_line[4]};
  return {text, 1, separator_of(first_line.substr(0, line_size_limit))};
}

UserTable no_table(std::string why) {
  return {.rows = {}, .findings = {}, .notes = {}, .fault = std::move(why)};
}

}  // namespace

UserTable read_user_table(std::istream& in, const PasswordSettings& settings, Instant now) {
  auto bytes = read_all(in);
  if (!bytes) return no_table("there is more than 64 MiB; split it");
  const Secret text = as_utf8(std::move(*bytes));
  auto reader = reader_of(text.reveal());
  const auto titles = reader.next();
  if (!titles) return no_table("nothing came on standard input");
  if (titles->fault) return no_table("line " + std::to_string(titles->number) + ": " + *titles->fault);
  const auto found = columns_of(titles->cells);
  if (const auto* fault = std::get_if<std::string>(&found)) return no_table(*fault);
  const auto& columns = std::get<std::vector<const Column*>>(found);

  UserTable table;
  std::set<std::string> seen, seen_names;
  while (auto line = reader.next()) {
    UserRow row{.line = line->number, .user = {}};
    row.user.created_at = now;
    auto fault = line->fault ? line->fault : read_row(line->cells, columns, {settings, row.user});
    if (!fault && !seen.insert(row.user.email.key).second)
      fault = printable(row.user.email.typed) + " is there twice";
    if (fault) {
      table.findings.push_back({line->number, *std::move(fault)});
    } else {
      if (auto note = settle_username(row.user, seen_names))
        table.notes.push_back({line->number, *std::move(note)});
      table.rows.push_back(std::move(row));
    }
    for (const int number : line->more)
      table.findings.push_back({number, "it is inside the quotes of line " + std::to_string(line->number)});
  }
  return table;
}

}  // namespace cardea
