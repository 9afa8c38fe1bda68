#include "http/answer.h"

#include <optional>

#include "base/encoding.h"
#include "base/utf8.h"

namespace cardea {
namespace {

// The value of the header in a lower-cased head.
std::optional<std::string_view> header(std::string_view head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ":");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view value = head.substr(at + name.size() + 3);
  value = value.substr(0, value.find("\r\n"));
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  return value.substr(0, value.find_last_not_of(" \t") + 1);
}

std::optional<std::size_t> hex_number(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  std::size_t number = 0;
  for (const char digit : text) {
    const std::size_t value = std::string_view("0123456789abcdef").find(ascii_lower({&digit, 1}));
    if (value == std::string_view::npos) return std::nullopt;
    number = number * 16 + value;
  }
  return number;
}

std::optional<std::string> join_chunks(std::string_view coded) {
  std::string body;
  for (;;) {
    const std::size_t line_end = coded.find("\r\n");
    if (line_end == std::string_view::npos) return std::nullopt;
    const auto line = coded.substr(0, line_end);
    const auto size = hex_number(line.substr(0, line.find(';')));
    coded.remove_prefix(line_end + 2);
    if (!size || (*size > 0 && coded.size() < *size + 2)) return std::nullopt;
    if (*size == 0) return body;
    body.append(coded.substr(0, *size));
    coded.remove_prefix(*size + 2);
  }
}

// What max-age of Cache-Control says; 0 if it says nothing, or that the answer is not to be kept.
seconds max_age(std::string_view head) {
  constexpr std::string_view name = "max-age=";
  const std::string_view control = header(head, "cache-control").value_or("");
  const std::size_t at = control.find(name);
  const bool kept = control.find("no-store") == std::string_view::npos &&
                    control.find("no-cache") == std::string_view::npos;
  if (at == std::string_view::npos || !kept) return seconds{0};
  const std::string_view digits = control.substr(at + name.size());
  const auto age = whole_number(digits.substr(0, digits.find_first_not_of("0123456789")), 31'536'000);
  return seconds{age.value_or(0)};
}

}  // namespace

std::variant<HttpAnswer, HttpFailure> parse_http_answer(std::string_view bytes) {
  const HttpFailure foreign{"the answer is no complete HTTP/1.1"};
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.") || head_end == std::string_view::npos || head_end < 12) return foreign;
  const auto status = whole_number(bytes.substr(9, 3), 999);
  if (!status) return foreign;

  const std::string head = ascii_lower(bytes.substr(0, head_end));
  const std::string_view rest = bytes.substr(head_end + 4);
  HttpAnswer answer{static_cast<int>(*status), std::string(rest), max_age(head)};
  if (header(head, "transfer-encoding").value_or("").ends_with("chunked")) {
    auto body = join_chunks(rest);
    if (!body) return foreign;
    answer.body = *std::move(body);
  } else if (const auto length = header(head, "content-length")) {
    const auto size = whole_number(*length, http_body_limit);
    if (!size || rest.size() < static_cast<std::size_t>(*size)) return foreign;
    answer.body.resize(static_cast<std::size_t>(*size));
  }
  return answer;
}

}  // namespace cardea
