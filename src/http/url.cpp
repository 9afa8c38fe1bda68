#include "http/url.h"

#include <algorithm>

#include "config/values.h"

namespace cardea {
namespace {

constexpr std::size_t url_limit = 2048;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return letter > 0x20 && letter < 0x7F && letter != '#' && letter != '\\';
  });
}

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || std::string_view{"-._~"}.find(letter) != std::string_view::npos;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const auto slashes = text.find("//");
  if (slashes == text.npos || text.size() > url_limit || !is_plain(text)) return std::nullopt;
  const auto end = std::min(text.find_first_of("/?", slashes + 2), text.size());
  auto origin = std::string{text.substr(0, end)};
  const bool secure = origin.starts_with("https:");
  // A provider's document may write the scheme's own port.
  const std::string_view own_port = secure ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.resize(origin.size() - own_port.size());
  if (!is_origin(origin)) return std::nullopt;
  Url url{.secure = secure, .authority = origin.substr(slashes + 2), .host = {}, .port = {}, .target = {}};
  url.host = host_of_origin(origin);
  const auto port = url.authority.substr(url.host.size());
  url.port = port.empty() ? std::string{own_port.substr(1)} : port.substr(1);
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  const auto rest = text.substr(end);
  url.target = (rest.starts_with('/') ? "" : "/") + std::string{rest};
  return url;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_unreserved(letter))
      encoded.push_back(letter);
    else
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return encoded;
}

std::string form_text(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text.append(text.empty() ? "" : "&").append(name).append(1, '=');
    text += percent_encode(value);
  }
  return text;
}

std::string with_parameters(const std::string& url, const Parameters& parameters) {
  return url + (url.find('?') == std::string::npos ? '?' : '&') + form_text(parameters);
}

}  // namespace cardea
