#include "web/own_path.h"

#include <algorithm>
#include <cctype>

namespace cardea {
namespace {

bool is_unreserved(unsigned char letter) {
  return std::isalnum(letter) != 0 || letter == '-' || letter == '.' || letter == '_' || letter == '~' ||
         letter == '/';
}

}  // namespace

std::optional<std::string> own_path(std::string_view text) {
  if (text.empty() || text.size() > own_path_limit || text.front() != '/' || text.starts_with("//"))
    return std::nullopt;
  const auto is_plain = [](unsigned char letter) { return letter > 0x20 && letter < 0x7F && letter != '\\'; };
  if (!std::all_of(text.begin(), text.end(), is_plain)) return std::nullopt;
  return std::string(text);
}

std::string query_value(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const unsigned char letter : text) {
    if (is_unreserved(letter)) {
      encoded.push_back(static_cast<char>(letter));
    } else {
      encoded.append({'%', digits[letter >> 4], digits[letter & 15]});
    }
  }
  return encoded;
}

bool is_page_navigation(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const auto mode = request.header("sec-fetch-mode");
  if (!mode.empty()) return mode == "navigate" && request.header("sec-fetch-dest") != "iframe";
  return request.header("accept").find("text/html") != std::string_view::npos;
}

bool is_asked_for(const Request& request) {
  const std::string_view asked = request.original_uri;
  return asked.substr(0, asked.find('?')) == request.path;
}

Response see_other(std::string_view path, const SiteSettings& site) {
  Response response;
  response.status = 303;
  response.set("Location", site.url + std::string(path));
  return response;
}

}  // namespace cardea
