#include "mail/letter_html.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cardea {
namespace {

constexpr std::string_view indent = "    ";

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return parts;
}

void append_escaped(std::string& html, std::string_view text) {
  for (const char letter : text) {
    switch (letter) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += letter;
    }
  }
}

bool is_link(const std::vector<std::string_view>& lines) {
  return lines.size() == 1 && lines[0].find(' ') == std::string_view::npos &&
         (lines[0].starts_with("https://") || lines[0].starts_with("http://"));
}

bool is_facts(const std::vector<std::string_view>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return line.starts_with(indent); });
}

// "WDJB-MJHT", as token/link_token.h makes it.
bool is_code(std::string_view line) {
  return line.size() == 9 && line[4] == '-' &&
         std::count_if(line.begin(), line.end(), [](char one) { return one >= 'A' && one <= 'Z'; }) == 8;
}

// Writes one paragraph after the other.
class Writer {
 public:
  Writer(std::string& html, const LetterTheme& theme) : html_(html), theme_(theme) {}

  void write(std::string_view paragraph, bool last) {
    auto lines = split(paragraph, "\n");
    if (lines.empty()) return;
    if (is_link(lines)) return link(lines[0]);
    const bool facts = is_facts(lines);
    if (facts)
      for (auto& line : lines) line.remove_prefix(indent.size());
    if (facts && lines.size() == 1 && is_code(lines[0]))
      open("font-family:" + theme_.font_code + ";font-size:24px;font-weight:700;letter-spacing:2px");
    else if (facts)
      open("padding:8px 16px;border-left:3px solid " + theme_.accent);
    else
      open(last ? "color:" + theme_.faint + ";font-size:14px" : std::string{});
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) html_ += "<br>\n";
      append_escaped(html_, lines[i]);
    }
    html_ += "</p>\n";
  }

 private:
  void open(const std::string& style) {
    html_.append("<p style=\"margin:0 0 16px;");
    append_escaped(html_, style);
    html_.append("\">");
  }

  void link(std::string_view url) {
    open("overflow-wrap:anywhere;word-break:break-all");
    html_.append("<a href=\"");
    append_escaped(html_, url);
    html_.append("\" style=\"color:");
    append_escaped(html_, theme_.accent);
    html_.append("\">\n");
    append_escaped(html_, url);
    html_.append("</a></p>\n");
  }

  std::string& html_;
  const LetterTheme& theme_;
};

std::string head_of(std::string_view subject, Language language, const LetterTheme& theme) {
  std::string html = "<!doctype html>\n<html lang=\"";
  html.append(language_tag(language)).append("\">\n<head>\n<meta charset=\"utf-8\">\n");
  html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  append_escaped(html, subject);
  html.append("</title>\n</head>\n<body style=\"margin:0;padding:24px 12px;");
  append_escaped(html, "background:" + theme.paper + ";color:" + theme.ink +
                           ";font-size:16px;line-height:1.6;font-family:" + theme.font);
  html.append("\">\n<div style=\"max-width:560px;margin:0 auto;padding:24px 24px 8px;");
  append_escaped(html, "background:" + theme.sheet + ";border:1px solid " + theme.line +
                           ";border-radius:" + theme.round);
  return html.append("\">\n");
}

}  // namespace

Secret html_of(std::string_view subject, std::string_view text, Language language, const LetterTheme& theme) {
  auto html = head_of(subject, language, theme);
  html.reserve(html.size() + 8 * text.size() + 4096);  // so that no copy stays behind unwiped
  const auto paragraphs = split(text, "\n\n");
  Writer writer(html, theme);
  for (std::size_t i = 0; i < paragraphs.size(); ++i) writer.write(paragraphs[i], i + 1 == paragraphs.size());
  html.append("</div>\n</body>\n</html>\n");
  return Secret(std::move(html));
}

}  // namespace cardea
