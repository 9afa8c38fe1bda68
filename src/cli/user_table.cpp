#include "cli/user_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/display_name.h"
#include "base/number.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "cli/output.h"
#include "cli/scopes.h"
#include "password/argon2id.h"
#include "password/old_hash.h"

namespace cardea {
namespace {

constexpr std::size_t hash_size_limit = 512;  // of the column

using Cells = std::vector<std::string>;

// Splits the text into lines of cells. A quoted cell may hold separators, line breaks and doubled quotes.
class CellReader {
 public:
  CellReader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  // Nothing at the end. `line` is where the cells begin.
  std::optional<Cells> next(int& line) {
    while (!text_.empty() && (text_.front() == '\n' || text_.front() == '\r')) take();
    if (text_.empty()) return std::nullopt;
    line = line_;
    Cells cells(1);
    while (!text_.empty() && text_.front() != '\n') add_letter(cells);
    if (!cells.back().empty() && cells.back().back() == '\r') cells.back().pop_back();
    return cells;
  }

 private:
  char take() {
    const char letter = text_.front();
    text_.remove_prefix(1);
    if (letter == '\n') ++line_;
    return letter;
  }

  void add_letter(Cells& cells) {
    const char letter = take();
    if (letter == separator_) {
      cells.emplace_back();
    } else if (letter == '"' && cells.back().empty()) {
      take_quoted(cells.back());
    } else {
      cells.back() += letter;
    }
  }

  void take_quoted(std::string& cell) {
    while (!text_.empty()) {
      const char letter = take();
      if (letter == '"' && !text_.starts_with('"')) return;
      if (letter == '"') take();
      cell += letter;
    }
  }

  std::string_view text_;
  char separator_;
  int line_ = 1;
};

// "2026-03-01 12:00:00", as databases print it.
std::optional<Instant> time_of_database(std::string_view text) {
  if (text.size() != 19 || (text[10] != ' ' && text[10] != 'T')) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size, std::int64_t most) {
    return whole_number(text.substr(at, size), most);
  };
  const auto year = number(0, 4, 9999), month = number(5, 2, 12), day = number(8, 2, 31);
  const auto hour = number(11, 2, 23), minute = number(14, 2, 59), second = number(17, 2, 59);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{*hour} +
                 std::chrono::minutes{*minute} + seconds{*second}};
}

// Each of these puts one cell into the user. What is wrong with it, or nothing.
using Fault = std::optional<std::string>;

struct Import {
  const PasswordSettings& settings;
  User& user;
};

Fault put_email(std::string_view cell, Import& import) {
  const auto email = parse_email(cell);
  if (!email) return "'" + printable(cell) + "' is not an e-mail address";
  import.user.email = *email;
  return std::nullopt;
}

Fault put_hash(std::string_view cell, Import& import) {
  if (cell.empty()) return std::nullopt;
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
  if (cell.empty()) return std::nullopt;
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
  const bool yes = cell == "yes" || cell == "1";
  if (!yes && !cell.empty() && cell != "no" && cell != "0") return "disabled is yes, no, 1 or 0";
  import.user.status = yes ? UserStatus::disabled : UserStatus::active;
  return std::nullopt;
}

struct Column {
  std::string_view name;
  Fault (*put)(std::string_view cell, Import& import);
};

constexpr std::array<Column, 6> known_columns{{{"email", put_email},
                                               {"password_hash", put_hash},
                                               {"name", put_name},
                                               {"scope", put_scope},
                                               {"created_at", put_created_at},
                                               {"disabled", put_disabled}}};

const Column* column_named(std::string_view name) {
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
      return "the first line names the columns; '" + printable(title) +
             "' is none of email, password_hash, name, scope, created_at, disabled";
    if (std::find(columns.begin(), columns.end(), column) != columns.end())
      return "the column " + title + " is there twice";
    columns.push_back(column);
  }
  if (std::find(columns.begin(), columns.end(), &known_columns[0]) == columns.end())
    return std::string("there is no column email");
  return columns;
}

// Nothing when all cells are well.
Fault read_row(const Cells& cells, const std::vector<const Column*>& columns, Import import) {
  if (cells.size() != columns.size())
    return std::to_string(cells.size()) + " cells where the first line names " +
           std::to_string(columns.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_utf8(cells[i])) return "the " + std::string(columns[i]->name) + " is not UTF-8";
    if (auto fault = columns[i]->put(cells[i], import)) return fault;
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

}  // namespace

UserTable read_user_table(std::istream& in, const PasswordSettings& settings, Instant now) {
  UserTable table;
  const auto text = read_all(in);
  if (!text) return {{}, {}, "there is more than 64 MiB; split it"};
  std::string_view rest = text->reveal();
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  const auto first_line = rest.substr(0, rest.find('\n'));
  CellReader reader(rest, first_line.find('\t') == std::string_view::npos ? ',' : '\t');
  int line = 0;
  const auto titles = reader.next(line);
  if (!titles) return {{}, {}, "nothing came on standard input"};
  const auto columns = columns_of(*titles);
  if (const auto* fault = std::get_if<std::string>(&columns)) return {{}, {}, *fault};

  std::set<std::string> seen;
  while (const auto cells = reader.next(line)) {
    UserRow row{.line = line, .user = {}};
    row.user.created_at = now;
    auto fault = read_row(*cells, std::get<std::vector<const Column*>>(columns), {settings, row.user});
    if (!fault && !seen.insert(row.user.email.key).second)
      fault = printable(row.user.email.typed) + " is there twice";
    if (fault) {
      table.findings.push_back("line " + std::to_string(line) + ": " + *fault);
    } else {
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace cardea
