#include "http/answer.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "base/encoding.h"
#include "base/utf8.h"

namespace cardea {
namespace {

namespace beast = boost::beast::http;
using Response = beast::response<beast::string_body>;

constexpr std::uint32_t head_limit = 64 * 1024;

// One response, which is taken off the front of bytes; nothing if it is malformed or does not end.
std::optional<Response> take_response(std::string_view& bytes) try {
  beast::response_parser<beast::string_body> parser;
  parser.header_limit(head_limit);
  parser.body_limit(http_body_limit);
  boost::system::error_code problem;
  const auto put = [&] {
    bytes.remove_prefix(parser.put(boost::asio::buffer(bytes.data(), bytes.size()), problem));
  };
  put();
  if (problem) return std::nullopt;
  // The head is read. Only now the body: in one step, Beast 1.74 would forget that the head announces too large a
  // body, and reserve memory for it.
  parser.eager(true);
  if (!parser.is_done() && !bytes.empty()) put();
  if (problem == beast::error::need_more) problem = {};
  if (!problem && !parser.is_done()) parser.put_eof(problem);
  if (problem || !parser.is_done()) return std::nullopt;
  return parser.release();
} catch (const std::length_error&) {
  return std::nullopt;  // a field of 64 KiB: head_limit does not count those behind the last chunk
}

// What max-age of Cache-Control says; 0 if it says nothing, or that the answer must not be kept.
seconds max_age(std::string_view control) {
  constexpr std::string_view name = "max-age=";
  const std::size_t at = control.find(name);
  const bool kept = control.find("no-store") == std::string_view::npos &&
                    control.find("no-cache") == std::string_view::npos;
  if (at == std::string_view::npos || !kept) return seconds{0};
  const std::string_view digits = control.substr(at + name.size());
  const auto age = whole_number(digits.substr(0, digits.find_first_not_of("0123456789")), 31'536'000);
  return seconds{age.value_or(0)};
}

std::vector<std::pair<std::string, std::string>> headers_of(const Response& response) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& field : response)
    headers.emplace_back(ascii_lower({field.name_string().data(), field.name_string().size()}),
                         std::string(field.value().data(), field.value().size()));
  return headers;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [named, value] : headers)
    if (named == name) return value;
  return {};
}

std::variant<HttpAnswer, HttpFailure> parse_http_answer(std::string_view bytes) {
  for (;;) {
    auto response = take_response(bytes);
    if (!response) return HttpFailure{"the answer is no complete HTTP/1.1"};
    const auto status = static_cast<int>(response->result_int());
    if (status == 101) return HttpFailure{"the answer changes the protocol, which was not asked for"};
    if (status / 100 == 1) continue;
    const auto control = (*response)[beast::field::cache_control];
    const auto kept = max_age(ascii_lower({control.data(), control.size()}));
    auto headers = headers_of(*response);
    return HttpAnswer{status, std::move(response->body()), kept, std::move(headers)};
  }
}

}  // namespace cardea
