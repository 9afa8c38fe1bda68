// How values are written in cardea.ini: durations, sizes, dates, lists, the parts of addresses, and URLs
// of the database and of the mail server.
// Strict throughout: the whole text is the value, or the result is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "config/settings.h"

namespace cardea {

// "30s", "15m", "3h", "30d", "1y" (365 days), or a bare "0". At most a thousand years.
[[nodiscard]] std::optional<seconds> parse_duration(std::string_view text);
// The shortest form that parse_duration reads back as the same duration.
[[nodiscard]] std::string duration_text(seconds duration);

// "65536", "64KiB", "19MiB": bytes. At most 1 TiB.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
[[nodiscard]] std::string size_text(std::int64_t bytes);

// "2026-12-31": 00:00 UTC of that day. Only days that exist.
[[nodiscard]] std::optional<Instant> parse_date(std::string_view text);

// The text without the blanks and tabs at its ends.
[[nodiscard]] std::string_view trim(std::string_view text);
// The items between commas and blanks; empty items do not count.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);
// The words between blanks.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

// A lower-case name (RFC 1123 section 2.1), an IPv4 address, or an IPv6 address in brackets (RFC 3986
// section 3.2.2).
[[nodiscard]] bool is_host(std::string_view text);
// An origin as browsers write it (RFC 6454 section 6.1): http or https, a host, a port unless it is the
// scheme's own.
[[nodiscard]] bool is_origin(std::string_view text);
// The host of an origin. Precondition: is_origin(origin).
[[nodiscard]] std::string_view host_of_origin(std::string_view origin);

// An address to be called: an origin, and a path of visible ASCII if there is one; no query and no fragment.
[[nodiscard]] bool is_service_url(std::string_view text);

// A path that needs no decoding: "/", "/auth", "/a/b". No empty, "." or ".." segments, no slash at the end.
[[nodiscard]] bool is_plain_path(std::string_view text);
// True if a browser sends a cookie of that path to the other path (RFC 6265 section 5.1.4).
[[nodiscard]] bool cookie_path_covers(std::string_view cookie_path, std::string_view path);

// What is wrong with database.url and what is allowed. Contains no part of the URL: a password with a '/' or '@' that
// was not escaped may be in any of its parts.
struct BadDatabaseUrl {
  std::string problem;
};

// mysql://user:password@host[:port],host2[:port]/database?socket=/path&tls=required&ca=/path (no host with
// socket; %40 for '@' and so on, RFC 3986 section 2.1) or sqlite:/absolute/path. The parts of
// DatabaseSettings that have keys of their own keep their defaults; ca_file is as written. TLS takes a CA:
// without one libmariadb goes on in clear text if the server offers no TLS, and says nothing.
[[nodiscard]] std::variant<DatabaseSettings, BadDatabaseUrl> parse_database_url(std::string_view url);

// What is wrong with mail.smtp and what is allowed. Contains no part of the URL, as somebody may write a password there.
struct BadSmtpUrl {
  std::string problem;
};

// smtps://[user@]host[:465][?ca=/path], smtp+starttls://[user@]host[:587][?ca=/path], or smtp://host[:25] with the
// loopback interface as host (localhost, 127.0.0.1, [::1]). In user and path %40 stands for '@' and so on. The password
// is left empty.
[[nodiscard]] std::variant<SmtpSettings, BadSmtpUrl> parse_smtp_url(std::string_view url);

}  // namespace cardea
