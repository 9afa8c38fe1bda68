#include "config/ini_text.h"

#include <ini.h>
#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t";
constexpr std::size_t name_limit = 40;  // inih cuts the names of sections at 49 bytes

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_limit) return false;
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-';
  });
}

bool is_blank_or_comment(std::string_view line) {
  const auto text = trim(line);
  return text.empty() || text.front() == ';' || text.front() == '#';
}

// The name between the brackets if the line is a section and nothing else.
std::optional<std::string_view> section_name(std::string_view line) {
  const auto text = trim(line);
  if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
  const auto name = text.substr(1, text.size() - 2);
  return is_name(name) ? std::optional{name} : std::nullopt;
}

bool has_comment_behind(std::string_view value) {
  for (auto at = value.find(';'); at != value.npos; at = value.find(';', at + 1))
    if (at > 0 && blanks.find(value[at - 1]) != blanks.npos) return true;
  return false;
}

// UTF-8 without control characters and the like, tabs aside: what messages may repeat on a terminal.
bool is_visible(std::string_view line) {
  for (auto tab = line.find('\t'); tab != line.npos; tab = line.find('\t')) {
    if (has_invisible(line.substr(0, tab))) return false;
    line.remove_prefix(tab + 1);
  }
  return !has_invisible(line);
}

std::optional<std::string> problem_of_bytes(std::string_view line) {
  if (line.size() > ini_line_limit)
    return "the line has " + std::to_string(line.size()) + " bytes; at most " +
           std::to_string(ini_line_limit) + " are allowed";
  if (!is_visible(line))
    return "the line holds bytes that are not text, or characters that cannot be seen; save the file as "
           "UTF-8";
  return std::nullopt;
}

std::optional<std::string> problem_of_pair(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == line.npos || !is_name(trim(line.substr(0, equals))))
    return "this is neither [section] nor key = value nor a comment (; or # at the beginning)";
  if (has_comment_behind(line.substr(equals + 1)))
    return "a ';' behind a blank may be meant as a comment: comments need a line of their own; inside "
           "database.url write %20 for the blank";
  const auto value = trim(line.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    return "the quotation marks would be part of the value; leave them out";
  return std::nullopt;
}

std::optional<std::string> problem_of(std::string_view line) {
  if (auto problem = problem_of_bytes(line)) return problem;
  if (blanks.find(line.front()) != blanks.npos)
    return "the line begins with a blank and may be meant to continue the one above; begin it in the first "
           "column";
  if (line.front() != '[') return problem_of_pair(line);
  if (section_name(line)) return std::nullopt;
  return "a section is [name] alone on its line, of letters, digits, '_', '.' and '-'";
}

// What inih is handed and what it hands back: line after line in, keys and values out.
struct Pass {
  std::vector<std::string_view> lines;  // those that mean nothing or are refused are empty
  std::size_t next = 0;
  bool section_refused = false;  // its keys would be taken for those of the section above
  IniText result;
};

// In the shape of fgets. The buffer is cleared each time and once more at the end: it has held a password.
char* hand_line(char* out, int size, void* stream) {
  auto& pass = *static_cast<Pass*>(stream);
  std::fill_n(out, size, '\0');
  if (pass.next == pass.lines.size()) return nullptr;
  pass.lines[pass.next++].copy(out, static_cast<std::size_t>(size) - 1);
  return out;
}

int take_pair(void* user, const char* section, const char* name, const char* value) {
  auto& pass = *static_cast<Pass*>(user);
  const int line = static_cast<int>(pass.next);
  const auto [found, fresh] =
      pass.result.values.try_emplace({section, name}, IniValue{line, Secret::copy_of(value)});
  if (!fresh)
    pass.result.findings.push_back(
        {line, std::string{name} + " is given twice, first in line " + std::to_string(found->second.line)});
  return 1;
}

// Debian's inih keeps its options in variables. The line buffer has room for the longest line and its end.
void set_reader_options() {
  ini_max_line = static_cast<int>(ini_line_limit) + 3;
  ini_allow_inline_comments = false;
  ini_allow_multiline = false;
  ini_allow_bom = false;
}

void take_line(Pass& pass, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const int number = static_cast<int>(pass.lines.size()) + 1;
  pass.lines.emplace_back();
  if (is_blank_or_comment(line)) return;
  const auto name = section_name(line);
  if (line.starts_with('[')) pass.section_refused = !name;
  if (auto problem = problem_of(line)) return pass.result.findings.push_back({number, *std::move(problem)});
  if (name) pass.result.sections.push_back({number, std::string{*name}});
  if (!pass.section_refused) pass.lines.back() = line;
}

}  // namespace

IniText read_ini(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Pass pass;
  for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    take_line(pass, text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  take_line(pass, text);
  set_reader_options();
  const int refused = ini_parse_stream(hand_line, &pass, take_pair, &pass);
  if (refused != 0) pass.result.findings.push_back({std::max(refused, 0), "the line cannot be read"});
  return std::move(pass.result);
}

}  // namespace cardea
