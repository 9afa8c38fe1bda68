#include "config/values.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/network.h"
#include "base/number.h"

namespace cardea {
namespace {

using Unit = std::pair<std::string_view, std::int64_t>;

// Largest first, so that the first one that divides a value writes it shortest.
constexpr std::array<Unit, 5> duration_units{
    {{"y", 31'536'000}, {"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 3> size_units{{{"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}};
constexpr std::int64_t longest_duration = 1000 * duration_units[0].second;
constexpr std::int64_t largest_size = std::int64_t{1} << 40;

template <std::size_t Count>
std::optional<std::int64_t> parse_with_unit(std::string_view text, const std::array<Unit, Count>& units,
                                            std::int64_t maximum) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const auto& [name, factor] : units) {
    if (text.substr(digits) != name) continue;
    const auto count = whole_number(text.substr(0, digits), maximum / factor);
    return count ? std::optional{*count * factor} : std::nullopt;
  }
  return std::nullopt;
}

template <std::size_t Count>
std::string text_with_unit(std::int64_t value, const std::array<Unit, Count>& units) {
  for (const auto& [name, factor] : units)
    if (value != 0 && value % factor == 0) return std::to_string(value / factor) + std::string{name};
  return "0";
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> items;
  for (auto first = text.find_first_not_of(separators); first != text.npos;) {
    const auto end = std::min(text.find_first_of(separators, first), text.size());
    items.push_back(text.substr(first, end - first));
    first = text.find_first_not_of(separators, end);
  }
  return items;
}

bool is_lower_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

bool is_host_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) return false;
  return std::all_of(label.begin(), label.end(),
                     [](char letter) { return letter == '-' || is_lower_or_digit(letter); });
}

bool is_plain_segment(std::string_view segment) {
  if (segment.empty() || segment == "." || segment == "..") return false;
  return std::all_of(segment.begin(), segment.end(), [](char letter) {
    return is_lower_or_digit(letter) || (letter >= 'A' && letter <= 'Z') ||
           std::string_view{"-._~"}.find(letter) != std::string_view::npos;
  });
}

// Every part between the separators passes the test; a text without separators is one part.
bool all_parts(std::string_view text, char separator, bool (*test)(std::string_view)) {
  for (auto end = text.find(separator); end != text.npos; end = text.find(separator)) {
    if (!test(text.substr(0, end))) return false;
    text.remove_prefix(end + 1);
  }
  return test(text);
}

bool is_bracketed_ipv6(std::string_view text) {
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  const auto inside = text.substr(1, text.size() - 2);
  const auto address = parse_address(inside);
  return address && inside == address->text() && inside.find(':') != inside.npos;
}

struct Scheme {
  std::string_view prefix;
  std::int64_t own_port;
};
constexpr std::array<Scheme, 2> schemes{{{"https://", 443}, {"http://", 80}}};

// The colon before the port, or npos: the colons inside brackets do not count.
std::size_t port_colon(std::string_view authority) {
  const auto bracket = authority.find(']');
  return authority.find(':', bracket == authority.npos ? 0 : bracket);
}

bool is_authority(std::string_view authority, std::int64_t own_port) {
  const auto colon = port_colon(authority);
  if (!is_host(authority.substr(0, colon))) return false;
  if (colon == authority.npos) return true;
  const auto port_text = authority.substr(colon + 1);
  const auto port = whole_number(port_text, 65535);
  return port && *port > 0 && *port != own_port && !port_text.starts_with('0');
}

}  // namespace

std::optional<seconds> parse_duration(std::string_view text) {
  if (text == "0") return seconds{0};
  const auto count = parse_with_unit(text, duration_units, longest_duration);
  return count ? std::optional{seconds{*count}} : std::nullopt;
}

std::string duration_text(seconds duration) {
  return text_with_unit(duration.count(), duration_units);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, size_units, largest_size);
}

std::string size_text(std::int64_t bytes) {
  return text_with_unit(bytes, size_units);
}

std::optional<Instant> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = whole_number(text.substr(0, 4), 9999);
  const auto month = whole_number(text.substr(5, 2), 12);
  const auto day = whole_number(text.substr(8, 2), 31);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional<Instant>{std::chrono::sys_days{date}} : std::nullopt;
}

std::vector<std::string_view> split_list(std::string_view text) {
  return split_at(text, ", \t");
}

std::vector<std::string_view> split_words(std::string_view text) {
  return split_at(text, " \t");
}

bool is_host(std::string_view text) {
  if (text.size() > 253) return false;
  return is_bracketed_ipv6(text) || all_parts(text, '.', is_host_label);
}

bool is_origin(std::string_view text) {
  return std::any_of(schemes.begin(), schemes.end(), [&](const Scheme& scheme) {
    return text.starts_with(scheme.prefix) &&
           is_authority(text.substr(scheme.prefix.size()), scheme.own_port);
  });
}

std::string_view host_of_origin(std::string_view origin) {
  const auto authority = origin.substr(origin.find("//") + 2);
  return authority.substr(0, port_colon(authority));
}

bool is_service_url(std::string_view text) {
  const auto slashes = text.find("//");
  if (slashes == text.npos || text.size() > 255) return false;
  const auto path = std::min(text.find('/', slashes + 2), text.size());
  const auto is_plain = [](char letter) {
    return letter > 0x20 && letter < 0x7F &&
           std::string_view{"?#\\\"<>"}.find(letter) == std::string_view::npos;
  };
  return is_origin(text.substr(0, path)) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(path), text.end(), is_plain);
}

bool is_plain_path(std::string_view text) {
  if (text == "/") return true;
  return text.starts_with('/') && all_parts(text.substr(1), '/', is_plain_segment);
}

bool cookie_path_covers(std::string_view cookie_path, std::string_view path) {
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') || path[cookie_path.size()] == '/';
}

}  // namespace cardea
