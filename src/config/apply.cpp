#include "config/apply.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "base/email.h"
#include "base/encoding.h"
#include "base/text_set.h"
#include "base/utf8.h"
#include "config/private_file.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::size_t quoted_limit = 60;  // bytes of a value that a message repeats
constexpr std::size_t name_limit = 100;   // code points of site.name
constexpr std::size_t claim_limit = 255;  // bytes of an issuer or audience
constexpr std::size_t path_limit = 100;
constexpr std::int64_t kibibyte = 1024;
constexpr std::int64_t mebibyte = 1024 * kibibyte;

// A value with an '@' is not repeated: it may be a database URL that was put in the wrong place. Nor is one
// with a tab, so that a message is one plain line.
std::string quoted(std::string_view value) {
  if (value.find('@') != value.npos || has_invisible(value)) return "the value";
  const auto shown = cut_utf8(value, quoted_limit);
  return "'" + std::string{shown} + (shown.size() < value.size() ? "…'" : "'");
}

Problem apply_claim(std::string_view value, std::string& claim) {
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable || value.size() > claim_limit)
    return not_a(value, "a name a token can carry",
                 "at most 255 visible ASCII characters without blanks are allowed");
  claim = value;
  return std::nullopt;
}

Problem apply_cookie_path(std::string_view value, std::string& path) {
  if (!is_plain_path(value) || value.size() > path_limit)
    return not_a(value, "a path",
                 "write / or /auth: letters, digits, '-', '.', '_', '~', no slash at the end");
  path = value;
  return std::nullopt;
}

struct SizeRange {
  std::int64_t least;
  std::int64_t most;
};

Problem apply_size(std::string_view value, const SizeRange& range, std::int64_t& bytes) {
  const auto parsed = parse_size(value);
  if (!parsed) return not_a(value, "a size", "write 64KiB, 19MiB or a number of bytes");
  if (*parsed < range.least || *parsed > range.most)
    return out_of_range(value, size_text(range.least), size_text(range.most));
  bytes = *parsed;
  return std::nullopt;
}

constexpr std::int64_t highest_limit = 1'000'000;
constexpr seconds max_window{86'400};

// "account 5 in 15m", in words.
std::optional<FailureLimit> parse_limit(const std::vector<std::string_view>& words) {
  if (words.size() != 4 || words[2] != "in") return std::nullopt;
  const auto times = whole_number(words[1], highest_limit);
  const auto window = parse_duration(words[3]);
  if (!times || !window || *times < 1 || *window < seconds{1} || *window > max_window) return std::nullopt;
  return FailureLimit{static_cast<int>(*times), *window};
}

struct NamedLimit {
  std::string_view name;
  FailureLimit& limit;
};

// Two limits with their names, in any order; both must be there, once.
Problem apply_limits(std::string_view value, NamedLimit first, NamedLimit second, std::string_view shape) {
  std::optional<FailureLimit> one;
  std::optional<FailureLimit> other;
  for (auto rest = value; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto words = split_words(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto name = words.empty() ? std::string_view{} : words.front();
    auto& limit = name == first.name ? one : other;
    const auto parsed = parse_limit(words);
    if ((name != first.name && name != second.name) || limit || !parsed)
      return not_a(value, "a limit", std::string{shape} + ": both, 1 to 1000000 times in 1s to 1d");
    limit = parsed;
  }
  if (!one || !other)
    return not_a(value,
                 std::string("a limit for both ").append(first.name).append(" and ").append(second.name),
                 shape);
  first.limit = *one;
  second.limit = *other;
  return std::nullopt;
}

}  // namespace

std::string not_a(std::string_view value, std::string_view kind, std::string_view allowed) {
  return quoted(value) + " is not " + std::string{kind} + "; " + std::string{allowed};
}

std::string out_of_range(std::string_view value, const std::string& least, const std::string& most) {
  return quoted(value) + " is out of range; allowed are " + least + " to " + most;
}

Problem apply_site_url(std::string_view value, Settings& settings) {
  if (!is_origin(value))
    return not_a(
        value, "an origin",
        "write scheme and host as browsers do, as in https://example.com or http://localhost:8080: lower "
        "case, no path, no slash at the end, no default port, international names in their xn-- form");
  settings.site.url = value;
  return std::nullopt;
}

Problem apply_mount(std::string_view value, Settings& settings) {
  if (value == "/" || !is_plain_path(value) || value.size() > path_limit)
    return not_a(value, "a mount point", "write a path of its own such as /auth, without a slash at the end");
  settings.site.mount = value;
  return std::nullopt;
}

Problem apply_name(std::string_view value, Settings& settings) {
  if (has_invisible(value) || code_points(value) > name_limit)
    return not_a(value, "a name to show", "at most 100 visible characters are allowed");
  settings.site.name = value;
  return std::nullopt;
}

Problem apply_trusted_proxies(std::string_view value, Settings& settings) {
  settings.site.trusted_proxies.clear();
  for (const auto item : split_list(value)) {
    const auto network = parse_network(item);
    if (!network)
      return not_a(item, "a network",
                   "write addresses or networks such as 10.0.0.0/8, 2001:db8::/32, with commas between "
                   "and no bits set behind the prefix");
    settings.site.trusted_proxies.push_back(*network);
  }
  return std::nullopt;
}

Problem apply_allowed_origins(std::string_view value, Settings& settings) {
  settings.site.allowed_origins.clear();
  for (const auto item : split_list(value)) {
    if (!is_origin(item))
      return not_a(
          item, "an origin",
          "write origins such as https://app.example.com, with commas between; each is allowed by name, so "
          "neither * nor null");
    settings.site.allowed_origins.emplace_back(item);
  }
  return std::nullopt;
}

Problem apply_gate_paths(std::string_view value, Settings& settings) {
  constexpr std::size_t max_paths = 20;
  settings.gate.paths.clear();
  for (const auto item : split_list(value)) {
    const auto path = item.size() > 1 && item.ends_with('/') ? item.substr(0, item.size() - 1) : item;
    if (!is_plain_path(path) || item.size() > path_limit || settings.gate.paths.size() >= max_paths)
      return not_a(item, "a path", "write at most 20 paths such as /members/, with commas between");
    settings.gate.paths.emplace_back(path);
    if (path != "/") settings.gate.paths.back() += '/';
  }
  return std::nullopt;
}

Problem apply_sign_in_page(std::string_view value, Settings& settings) {
  constexpr std::string_view language = "/{language}/";
  std::string in_english(value);
  const auto place = value.find(language);
  if (place != value.npos) in_english.replace(place, language.size(), "/en/");
  if (!is_plain_path(in_english) || in_english.find_first_of("{}") != in_english.npos ||
      value.size() > path_limit)
    return not_a(value, "a page",
                 "write a path of the site such as /sign-in.html or /{language}/sign-in.html");
  settings.site.sign_in_page = value;
  return std::nullopt;
}

Problem apply_logo(std::string_view value, Settings& settings) {
  if (!value.empty() && (!is_plain_path(value) || value.size() > path_limit))
    return not_a(value, "a picture", "write a path of the site such as /logo.svg, or nothing");
  settings.site.logo = value;
  return std::nullopt;
}

Problem apply_table_prefix(std::string_view value, Settings& settings) {
  const bool allowed = value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == value.npos;
  if (!allowed || value.empty() || value.size() > 30 || value.front() < 'a')
    return not_a(value, "a prefix", "at most 30 of a-z, 0-9 and '_' are allowed, a letter first");
  settings.database.table_prefix = value;
  return std::nullopt;
}

Problem apply_issuer(std::string_view value, Settings& settings) {
  return apply_claim(value, settings.tokens.issuer);
}

Problem apply_audience(std::string_view value, Settings& settings) {
  return apply_claim(value, settings.tokens.audience);
}

Problem apply_slide_within(std::string_view value, Settings& settings) {
  settings.tokens.refresh_slide_within.reset();
  if (value.empty()) return std::nullopt;
  const auto parsed = parse_duration(value);
  if (!parsed || *parsed == seconds{0})
    return not_a(value, "a duration", "write 12h or 7d, or nothing to slide at every rotation");
  settings.tokens.refresh_slide_within = *parsed;
  return std::nullopt;
}

Problem apply_header_sunset(std::string_view value, Settings& settings) {
  settings.transport.header_sunset = parse_date(value);
  if (value.empty() || settings.transport.header_sunset) return std::nullopt;
  return not_a(value, "a day", "write 2026-12-31, or nothing");
}

Problem apply_cookie_domain(std::string_view value, Settings& settings) {
  const bool is_parent =
      value.find('.') != value.npos && value.find_first_of("[:") == value.npos && is_host(value);
  if (!value.empty() && !is_parent)
    return not_a(value, "a domain", "write example.com, lower case, without a dot in front, or nothing");
  settings.cookies.domain = value;
  return std::nullopt;
}

Problem apply_access_path(std::string_view value, Settings& settings) {
  return apply_cookie_path(value, settings.cookies.access_path);
}

Problem apply_refresh_path(std::string_view value, Settings& settings) {
  settings.cookies.refresh_path.clear();
  return value.empty() ? std::nullopt : apply_cookie_path(value, settings.cookies.refresh_path);
}

Problem apply_memory(std::string_view value, Settings& settings) {
  return apply_size(value, {.least = 7 * mebibyte, .most = 256 * mebibyte}, settings.password.memory);
}

Problem apply_concurrency(std::string_view value, Settings& settings) {
  settings.password.concurrency = 0;
  if (value.empty()) return std::nullopt;
  const auto parsed = whole_number(value, 256);
  if (!parsed || *parsed == 0)
    return not_a(value, "a number from 1 to 256", "leave it empty for the number of cores");
  settings.password.concurrency = static_cast<int>(*parsed);
  return std::nullopt;
}

Problem apply_imported(std::string_view value, Settings& settings) {
  auto& imported = settings.password.imported;
  imported.clear();
  for (const auto name : split_list(value)) {
    const auto* found = std::find(old_hash_names.begin(), old_hash_names.end(), name);
    if (found == old_hash_names.end())
      return not_a(
          name, "a kind of hash",
          "allowed are bcrypt, wordpress, phpass, phpbb, drupal, pbkdf2, scrypt, crypt, argon2i, mysql, "
          "salted, md5, sha1, sha256");
    const auto kind = static_cast<ImportedHash>(found - old_hash_names.begin());
    if (std::find(imported.begin(), imported.end(), kind) == imported.end()) imported.push_back(kind);
  }
  return std::nullopt;
}

Problem apply_common_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  const auto path = path_beside(settings.file, value);
  const auto opened = TextSetFile::open(path);
  if (const auto* fault = std::get_if<std::string>(&opened))
    return not_a(value, "a list of passwords that can be used", *fault);
  settings.password.common_file = path;
  return std::nullopt;
}

Problem apply_body(std::string_view value, Settings& settings) {
  return apply_size(value, {.least = kibibyte, .most = mebibyte}, settings.limits.body);
}

Problem apply_login_failures(std::string_view value, Settings& settings) {
  auto& limits = settings.limits;
  return apply_limits(value, {"account", limits.account_failures}, {"address", limits.address_failures},
                      "write account 5 in 15m, address 50 in 15m");
}

Problem apply_registration_limit(std::string_view value, Settings& settings) {
  auto& limits = settings.limits;
  return apply_limits(value, {"address", limits.address_registrations},
                      {"network", limits.network_registrations}, "write address 10 in 1h, network 30 in 1h");
}

Problem apply_scope(std::string_view value, Settings& settings) {
  // RFC 6749 section 3.3: visible ASCII but '"' and '\', one blank between two scopes.
  const bool allowed = std::all_of(value.begin(), value.end(), [](char letter) {
    return letter >= 0x20 && letter < 0x7F && letter != '"' && letter != '\\';
  });
  if (!allowed || value.find("  ") != value.npos || value.size() > claim_limit)
    return not_a(value, "a scope", "write names such as admin or read:orders, one blank between, or nothing");
  settings.gate.scope = value;
  return std::nullopt;
}

Problem apply_need(std::string_view value, Settings& settings) {
  if (!value.empty() && value != need_proven)
    return not_a(value, "something to ask for", "write proven, or nothing");
  settings.gate.need = value;
  return std::nullopt;
}

// Settings that name files, and the database, which may

namespace {

constexpr std::size_t min_caller_secret = 32;

// The one line of the file; empty if it has no line or several.
std::optional<Secret> only_line(std::string&& contents) {
  if (contents.ends_with('\n')) contents.pop_back();
  if (contents.ends_with('\r')) contents.pop_back();
  const bool one_line =
      !contents.empty() && contents.find_first_of(std::string_view{"\n\r\0", 3}) == contents.npos;
  Secret line{std::move(contents)};
  return one_line ? std::optional{std::move(line)} : std::nullopt;
}

}  // namespace

std::string path_beside(const std::string& configuration, std::string_view path) {
  std::error_code ignored;
  const auto directory = std::filesystem::absolute(configuration, ignored).parent_path();
  return (directory / path).lexically_normal().string();
}

Problem read_one_line_secret(const std::string& configuration, std::string_view path, Secret& secret) {
  auto read = read_private_file(path_beside(configuration, path));
  if (auto* unreadable = std::get_if<Unreadable>(&read)) return "the file is refused: " + unreadable->reason;
  auto line = only_line(std::get<std::string>(std::move(read)));
  if (!line) return "the file must hold the secret, in one line, and nothing else";
  secret = *std::move(line);
  return std::nullopt;
}

Problem apply_database_url(std::string_view value, Settings& settings) {
  auto parsed = parse_database_url(value);
  if (auto* bad = std::get_if<BadDatabaseUrl>(&parsed)) return std::move(bad->problem);
  settings.database = std::get<DatabaseSettings>(std::move(parsed));
  return std::nullopt;
}

Problem apply_password_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  if (!settings.database.password.empty()) return "url has a password already; keep one of the two";
  return read_one_line_secret(settings.file, value, settings.database.password);
}

Problem apply_introspection_secret(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  auto read = read_private_file(path_beside(settings.file, value));
  if (auto* unreadable = std::get_if<Unreadable>(&read)) return "the file is refused: " + unreadable->reason;
  auto secret = only_line(std::get<std::string>(std::move(read)));
  if (!secret || secret->size() < min_caller_secret)
    return "the file must hold a secret of 32 characters or more, in one line, and nothing else; "
           "make one with: openssl rand -hex 32";
  settings.tokens.introspection_secret = *std::move(secret);
  return std::nullopt;
}

Problem apply_keys(std::string_view value, Settings& settings) {
  if (value.empty()) return "the directory of the signing keys is missing; write keys, or an absolute path";
  settings.tokens.keys = path_beside(settings.file, value);
  return std::nullopt;
}

Problem apply_revocations(std::string_view value, Settings& settings) {
  if (!value.empty()) settings.tokens.revocations = path_beside(settings.file, value);
  return std::nullopt;
}

namespace {

constexpr std::size_t command_limit = 200;  // bytes

// A letter that means something to a shell: the writer probably expects one.
bool is_for_a_shell(char letter) {
  return letter <= 0x1F || letter == 0x7F ||
         std::string_view{"\"'\\|&;<>()$`*?[]#~!{}"}.find(letter) != std::string_view::npos;
}

}  // namespace

Problem apply_sendmail(std::string_view value, Settings& settings) {
  const auto words = split_words(value);
  if (words.empty() || !words.front().starts_with('/') || value.size() > command_limit ||
      std::any_of(value.begin(), value.end(), is_for_a_shell))
    return not_a(value, "a program with its arguments",
                 "write an absolute path and plain words, as in /usr/sbin/sendmail -t -i; no shell reads it");
  settings.mail.sendmail.assign(words.begin(), words.end());
  return std::nullopt;
}

Problem apply_smtp(std::string_view value, Settings& settings) {
  settings.mail.smtp = {};
  if (value.empty()) return std::nullopt;
  auto parsed = parse_smtp_url(value);
  if (auto* bad = std::get_if<BadSmtpUrl>(&parsed)) return std::move(bad->problem);
  settings.mail.smtp = std::get<SmtpSettings>(std::move(parsed));
  return std::nullopt;
}

Problem apply_smtp_password_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  return read_one_line_secret(settings.file, value, settings.mail.smtp.password);
}

Problem apply_mail_from(std::string_view value, Settings& settings) {
  settings.mail.from.clear();
  settings.mail.from_name.clear();
  if (value.empty()) return std::nullopt;
  const auto bracket = value.find('<');
  auto address = value;
  std::string_view name;
  if (bracket != value.npos && value.ends_with('>')) {
    name = trim(value.substr(0, bracket));
    address = value.substr(bracket + 1, value.size() - bracket - 2);
  }
  const auto email = parse_email(address);
  if (!email || !is_utf8(name) || has_invisible(name) || code_points(name) > name_limit)
    return not_a(value, "an address", "write noreply@example.com, My Site <noreply@example.com>, or nothing");
  settings.mail.from = mail_address(email->typed);
  settings.mail.from_name = name;
  return std::nullopt;
}

namespace {

struct ThemeProperty {
  std::string_view name;
  std::string LetterTheme::*value;
};
constexpr ThemeProperty theme_properties[] = {
    {"--ink", &LetterTheme::ink},
    {"--faint", &LetterTheme::faint},
    {"--paper", &LetterTheme::paper},
    {"--sheet", &LetterTheme::sheet},
    {"--line", &LetterTheme::line},
    {"--accent", &LetterTheme::accent},
    {"--round", &LetterTheme::round},
    {"--font", &LetterTheme::font},
    {"--font-code", &LetterTheme::font_code},
};
static_assert(sizeof(LetterTheme) == std::size(theme_properties) * sizeof(std::string),
              "each property of letters has its name");

constexpr std::size_t property_limit = 200;  // bytes

// Words of CSS that load nothing: no url(), no escape, no second declaration.
bool is_property_value(std::string_view value) {
  constexpr std::string_view others = " #%.,'\"-";
  const auto allowed = [others](unsigned char letter) {
    return std::isalnum(letter) != 0 || others.find(static_cast<char>(letter)) != others.npos;
  };
  return !value.empty() && value.size() <= property_limit && std::all_of(value.begin(), value.end(), allowed);
}

bool set_property(std::string_view declaration, LetterTheme& theme) {
  const auto colon = declaration.find(':');
  if (colon == declaration.npos) return false;
  const auto name = trim(declaration.substr(0, colon));
  const auto value = trim(declaration.substr(colon + 1));
  const auto* found = std::find_if(std::begin(theme_properties), std::end(theme_properties),
                                   [name](const ThemeProperty& one) { return one.name == name; });
  if (found == std::end(theme_properties) || !is_property_value(value)) return false;
  theme.*found->value = value;
  return true;
}

}  // namespace

Problem apply_mail_theme(std::string_view value, Settings& settings) {
  settings.mail.theme = {};
  for (auto rest = value; !trim(rest).empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    if (!trim(rest.substr(0, end)).empty() && !set_property(rest.substr(0, end), settings.mail.theme))
      return not_a(
          value, "a list of properties",
          "write --accent: #0b6e4f; --round: 4px, with names of style.css (ink, faint, paper, sheet, "
          "line, accent, round, font, font-code)");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace cardea
