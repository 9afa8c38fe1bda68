#include "config/values.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/network.h"
#include "base/utf8.h"

namespace cardea {
namespace {

using Unit = std::pair<std::string_view, std::int64_t>;

// Largest first, so that the first one that divides a value writes it shortest.
constexpr std::array<Unit, 5> duration_units{
    {{"y", 31'536'000}, {"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 3> size_units{{{"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}};
constexpr std::int64_t max_duration = 1000 * duration_units[0].second;
constexpr std::int64_t max_size = std::int64_t{1} << 40;

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
  const auto count = parse_with_unit(text, duration_units, max_duration);
  return count ? std::optional{seconds{*count}} : std::nullopt;
}

std::string duration_text(seconds duration) {
  return text_with_unit(duration.count(), duration_units);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, size_units, max_size);
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

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
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

// database.url

namespace {

using Problem = std::optional<std::string>;

constexpr std::string_view mysql_scheme = "mysql://";
constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::string_view mysql_shape = "write mysql://user:password@host/database";
constexpr std::size_t name_limit = 64;  // MariaDB, "Identifier Names"
constexpr std::string_view zone_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::string with_shape(std::string_view problem) {
  return std::string{problem} + "; " + std::string{mysql_shape};
}

// Empty if a '%' is not followed by two hex digits, or stands for NUL, where C libraries would stop reading.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());  // a reallocation would leave a copy of the password behind
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const auto byte = hex_decode(ascii_lower(text.substr(i + 1, 2)));
    if (!byte || byte->size() != 1 || byte->front() == '\0') return std::nullopt;
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

// What comes before the separator, and what after it; the second is empty if there is no separator.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool is_database_name(std::string_view name) {
  if (name.empty() || name.size() > name_limit) return false;
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$-") ==
         name.npos;
}

bool is_absolute_path(std::string_view path) {
  return path.size() > 1 && path.starts_with('/') && !path.starts_with("//") && !path.ends_with('/');
}

Problem take_user(std::string_view user_info, DatabaseSettings& database) {
  const auto [user_text, password_text] = cut(user_info, ':');
  auto user = percent_decoded(user_text);
  auto password = percent_decoded(password_text);
  if (!user || !password) return "user and password: write '%' as %25, and no %00";
  if (user->empty()) return with_shape("the user is missing");
  database.user = *std::move(user);
  database.password = Secret{*std::move(password)};
  return std::nullopt;
}

// An IPv6 address as it is written in brackets, in any of its spellings, with a zone after '%' (RFC 6874 writes
// %25; many write '%' alone). Empty if the text is no such address.
std::optional<std::string> ipv6_of(std::string_view inside) {
  const auto percent = inside.find('%');
  const auto address = inside.substr(0, percent);
  if (address.find(':') == address.npos || !parse_address(address)) return std::nullopt;
  if (percent == inside.npos) return std::string{address};
  auto zone = inside.substr(percent + 1);
  if (zone.starts_with("25") && zone.size() > 2) zone.remove_prefix(2);
  const bool is_zone = !zone.empty() && zone.find_first_not_of(zone_letters) == zone.npos;
  return is_zone ? std::optional{std::string{address} + '%' + std::string{zone}} : std::nullopt;
}

// A name or an address without its port. Only names of containers may contain '_'.
std::optional<std::string> host_of(std::string_view text) {
  if (text.size() > 2 && text.starts_with('[') && text.ends_with(']'))
    return ipv6_of(text.substr(1, text.size() - 2));
  const std::string name = ascii_lower(text);
  std::string plain = name;
  std::replace(plain.begin(), plain.end(), '_', 'x');
  return is_host(plain) ? std::optional{name} : std::nullopt;
}

struct HostAndPort {
  std::string host;
  std::optional<int> port;
};

constexpr std::string_view no_host = "a host is neither a name nor an address (IPv6 in brackets)";

std::variant<HostAndPort, std::string_view> host_and_port(std::string_view text) {
  HostAndPort found;
  const auto bracket = text.find(']');
  const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
  auto name = host_of(text.substr(0, colon));
  if (!name) return no_host;
  found.host = *std::move(name);
  if (colon == text.npos) return found;
  const auto port = whole_number(text.substr(colon + 1), 65535);
  if (!port || *port == 0) return "a port is not a number from 1 to 65535";
  found.port = static_cast<int>(*port);
  return found;
}

Problem take_host(std::string_view text, DatabaseSettings& database) {
  auto parsed = host_and_port(text);
  if (const auto* problem = std::get_if<std::string_view>(&parsed))
    return *problem == no_host ? with_shape(*problem) : std::string{*problem};
  auto& found = std::get<HostAndPort>(parsed);
  DatabaseHost host;
  host.host = std::move(found.host);
  host.port = found.port.value_or(host.port);
  database.hosts.push_back(std::move(host));
  return std::nullopt;
}

Problem take_hosts(std::string_view text, DatabaseSettings& database) {
  if (text.empty()) return std::nullopt;  // contradiction_in() asks for a socket then
  while (true) {
    const auto comma = text.find(',');
    if (auto problem = take_host(text.substr(0, comma), database)) return problem;
    if (comma == text.npos) return std::nullopt;
    text.remove_prefix(comma + 1);
  }
}

Problem take_authority(std::string_view authority, DatabaseSettings& database) {
  if (std::count(authority.begin(), authority.end(), '@') != 1)
    return with_shape("there must be one '@' before the hosts, and in user and password '@' is written %40");
  const auto [user_info, hosts] = cut(authority, '@');
  if (auto problem = take_user(user_info, database)) return problem;
  return take_hosts(hosts, database);
}

Problem take_parameter(std::string_view text, DatabaseSettings& database) {
  const auto [name, raw_value] = cut(text, '=');
  const auto value = percent_decoded(raw_value);
  if (!value) return "behind '?' a '%' is written %25";
  if (name == "tls") {
    if (*value != "required" || database.tls_required) return "tls can only be required, and given once";
    database.tls_required = true;
    return std::nullopt;
  }
  if (name != "socket" && name != "ca")
    return "behind '?' only socket=, tls=required and ca= are known, with '&' between";
  std::string& path = name == "ca" ? database.ca_file : database.socket;
  if (!path.empty()) return std::string{name} + " is given twice";
  if (!is_absolute_path(*value)) return std::string{name} + " must be an absolute path";
  path = *value;
  return std::nullopt;
}

Problem take_query(std::string_view query, DatabaseSettings& database) {
  while (true) {
    const auto end = query.find('&');
    if (auto problem = take_parameter(query.substr(0, end), database)) return problem;
    if (end == query.npos) return std::nullopt;
    query.remove_prefix(end + 1);
  }
}

Problem contradiction_in(const DatabaseSettings& database) {
  if (database.hosts.empty() && database.socket.empty()) return with_shape("the host is missing");
  if (database.tls_required && database.ca_file.empty())
    return "tls=required needs ca=/path of the authority's certificate: without it a server that offers no "
           "TLS would be spoken to in clear text";
  if (!database.ca_file.empty() && !database.tls_required)
    return "ca needs tls=required: alone it does not keep the connection from going on in clear text";
  return std::nullopt;
}

Problem take_mysql(std::string_view rest, DatabaseSettings& database) {
  database.kind = DatabaseKind::mysql;
  const auto question = rest.find('?');
  const auto before = rest.substr(0, question);
  const auto [authority, schema] = cut(before, '/');
  if (!is_database_name(schema))
    return with_shape(
        "behind the hosts there must be '/' and the database's name (letters, digits, '_', '$', '-'), "
        "and in user and password '/' is written %2F and '?' %3F");
  database.schema = schema;
  if (auto problem = take_authority(authority, database)) return problem;
  if (question != rest.npos)
    if (auto problem = take_query(rest.substr(question + 1), database)) return problem;
  return contradiction_in(database);
}

Problem take_sqlite(std::string_view path, DatabaseSettings& database) {
  database.kind = DatabaseKind::sqlite;
  if (!is_absolute_path(path) || path.find_first_of("?%#") != path.npos)
    return "a SQLite database is written sqlite:/absolute/path.db, without '?', '%' and '#'";
  database.path = path;
  return std::nullopt;
}

Problem take_url(std::string_view url, DatabaseSettings& database) {
  if (url.find_first_of(" \t") != url.npos) return "blanks are not allowed; write %20";
  if (url.starts_with(mysql_scheme)) return take_mysql(url.substr(mysql_scheme.size()), database);
  if (url.starts_with(sqlite_scheme)) return take_sqlite(url.substr(sqlite_scheme.size()), database);
  return with_shape("it begins with neither mysql:// nor sqlite:") + " or sqlite:/absolute/path.db";
}

}  // namespace

std::variant<DatabaseSettings, BadDatabaseUrl> parse_database_url(std::string_view url) {
  DatabaseSettings database;
  if (auto problem = take_url(url, database)) return BadDatabaseUrl{*std::move(problem)};
  return database;
}

// mail.smtp

namespace {

struct SmtpScheme {
  std::string_view prefix;
  SmtpSecurity security;
  int own_port;
};

// RFC 8314 section 7.3, RFC 6409 section 3.1, RFC 5321 section 4.5.4.2.
constexpr std::array<SmtpScheme, 3> smtp_schemes{{{"smtps://", SmtpSecurity::tls, 465},
                                                  {"smtp+starttls://", SmtpSecurity::starttls, 587},
                                                  {"smtp://", SmtpSecurity::none, 25}}};
constexpr std::size_t smtp_user_limit = 255;

Problem take_smtp_user(std::string_view text, SmtpSettings& smtp) {
  if (text.find(':') != text.npos)
    return "the password stands in password_file, not here; in user ':' is written %3A";
  auto user = percent_decoded(text);
  if (!user || user->empty() || user->size() > smtp_user_limit || has_ascii_control(*user))
    return "the user is missing or no name; '%' is written %25";
  smtp.user = *std::move(user);
  return std::nullopt;
}

Problem take_smtp_query(std::string_view text, SmtpSettings& smtp) {
  const auto [name, raw_value] = cut(text, '=');
  auto value = percent_decoded(raw_value);
  if (name != "ca" || !value || !is_absolute_path(*value))
    return "behind '?' only ca= with an absolute path is known";
  smtp.ca_file = *std::move(value);
  return std::nullopt;
}

bool is_this_host(const std::string& host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && parse_address(host));
}

Problem contradiction_in(const SmtpSettings& smtp) {
  if (smtp.security != SmtpSecurity::none) return std::nullopt;
  if (!is_this_host(smtp.host))
    return "without TLS no letter leaves this host: write smtps:// or smtp+starttls://, or localhost";
  if (!smtp.user.empty() || !smtp.ca_file.empty())
    return "user and ca need TLS: write smtps:// or smtp+starttls://, or leave them out";
  return std::nullopt;
}

Problem take_smtp(std::string_view rest, const SmtpScheme& scheme, SmtpSettings& smtp) {
  smtp.security = scheme.security;
  const auto question = rest.find('?');
  auto authority = rest.substr(0, question);
  if (question != rest.npos)
    if (auto problem = take_smtp_query(rest.substr(question + 1), smtp)) return problem;
  const auto at = authority.find('@');
  if (at != authority.npos) {
    if (auto problem = take_smtp_user(authority.substr(0, at), smtp)) return problem;
    authority.remove_prefix(at + 1);
    if (authority.find('@') != authority.npos) return "in user '@' is written %40";
  }
  auto parsed = host_and_port(authority);
  if (const auto* problem = std::get_if<std::string_view>(&parsed)) return std::string{*problem};
  auto& found = std::get<HostAndPort>(parsed);
  smtp.host = std::move(found.host);
  smtp.port = std::to_string(found.port.value_or(scheme.own_port));
  return contradiction_in(smtp);
}

}  // namespace

std::variant<SmtpSettings, BadSmtpUrl> parse_smtp_url(std::string_view url) {
  if (url.find_first_of(" \t") != url.npos) return BadSmtpUrl{"blanks are not allowed; write %20"};
  for (const auto& scheme : smtp_schemes) {
    if (!url.starts_with(scheme.prefix)) continue;
    SmtpSettings smtp;
    if (auto problem = take_smtp(url.substr(scheme.prefix.size()), scheme, smtp))
      return BadSmtpUrl{*std::move(problem)};
    return smtp;
  }
  return BadSmtpUrl{
      "it begins with neither smtps:// nor smtp+starttls://; write smtps://user@host:465, "
      "smtp+starttls://user@host:587 or smtp://localhost"};
}

}  // namespace cardea
