#include "config/load.h"

#include <ini.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "base/network.h"
#include "base/utf8.h"
#include "config/private_file.h"
#include "config/provider.h"
#include "config/table.h"
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

namespace {

using Errors = std::vector<ConfigError>;

std::string full_name(std::string_view section, std::string_view key) {
  return '[' + std::string{section} + "] " + std::string{key};
}

// The names, each once, in the order of the table.
template <class NameOf>
std::string known_names(NameOf name_of) {
  std::string names;
  std::string_view last;
  for (const auto& setting : settings_table()) {
    const std::string_view name = name_of(setting);
    if (name.empty() || name == last) continue;
    names += (names.empty() ? "" : ", ") + std::string{name};
    last = name;
  }
  return names;
}

// What the table calls the section.
std::string_view table_name(std::string_view section) {
  return provider_name_of(section) ? provider_section : section;
}

bool is_known_section(std::string_view section) {
  const auto& table = settings_table();
  const auto name = table_name(section);
  return section != provider_section &&
         std::any_of(table.begin(), table.end(),
                     [name](const Setting& setting) { return setting.section == name; });
}

bool is_known_key(std::string_view section, std::string_view key) {
  const auto& table = settings_table();
  const auto name = table_name(section);
  return std::any_of(table.begin(), table.end(), [name, key](const Setting& setting) {
    return setting.section == name && setting.key == key;
  });
}

// Turns one text into settings, and remembers everything that is wrong with it.
class Reading {
 public:
  Reading(std::string_view text, const std::string& file) : file_(file), ini_(read_ini(text)) {
    settings_.file = file;
  }

  [[nodiscard]] std::variant<Settings, Errors> run() {
    for (const auto& finding : ini_.findings) refuse(finding.line, finding.message);
    refuse_unknown_sections();
    refuse_unknown_keys();
    for (const auto& setting : settings_table())
      if (setting.section != provider_section) apply(setting, setting.section);
    apply_providers();
    if (errors_.empty()) complete();
    if (errors_.empty()) return std::move(settings_);
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(errors_);
  }

 private:
  void refuse(int line, std::string message) {
    errors_.push_back({file_, line, std::move(message), std::nullopt});
  }

  void refuse_unknown_sections() {
    for (const auto& section : ini_.sections)
      if (!is_known_section(section.name))
        refuse(section.line, '[' + section.name + "] is not a known section; known are " +
                                 known_names([](const Setting& setting) { return setting.section; }));
  }

  // The keys of an unknown section are not refused one by one: the section is.
  void refuse_unknown_keys() {
    for (const auto& [name, value] : ini_.values) {
      const auto& [section, key] = name;
      if (section.empty())
        refuse(value.line, key + " is before the first section; write a line such as [site] above it");
      else if (is_known_section(section) && !is_known_key(section, key))
        refuse(value.line, full_name(section, key) + " is not a known key; known are " + known_keys(section));
    }
  }

  [[nodiscard]] static std::string known_keys(std::string_view section) {
    return known_names([section](const Setting& setting) {
      return setting.section == table_name(section) ? setting.key : std::string_view{};
    });
  }

  // A section that is written in two places is one.
  void apply_providers() {
    std::set<std::string> seen;
    for (const auto& section : ini_.sections) {
      const auto name = provider_name_of(section.name);
      if (!name || !seen.insert(section.name).second) continue;
      settings_.providers.emplace_back().name = *name;
      for (const auto& setting : settings_table())
        if (setting.section == provider_section) apply(setting, section.name, section.line);
    }
  }

  // section_line: the line of the message if the key is not written.
  void apply(const Setting& setting, std::string_view section, int section_line = 0) {
    const auto* written = find(section, setting.key);
    const auto value = written != nullptr ? written->value.reveal() : setting.default_text;
    const int line = written != nullptr ? written->line : section_line;
    if (setting.required && value.empty()) return refuse_missing(line, full_name(section, setting.key));
    if (auto problem = setting.apply(value, settings_))
      refuse(line, full_name(section, setting.key) + ": " + *problem);
  }

  // Not if a line could not be read: it may have the key.
  void refuse_missing(int line, const std::string& name) {
    if (ini_.findings.empty()) refuse(line, name + " is missing and has no default");
  }

  void complete() {
    fill_in_derived_defaults(settings_);
    for (const auto& [section, key, message] : contradictions_in(settings_)) {
      const auto* written = find(section, key);
      refuse(written != nullptr ? written->line : 0, full_name(section, key) + ": " + message);
    }
  }

  [[nodiscard]] const IniValue* find(std::string_view section, std::string_view key) const {
    const auto found = ini_.values.find({std::string{section}, std::string{key}});
    return found == ini_.values.end() ? nullptr : &found->second;
  }

  const std::string& file_;
  IniText ini_;
  Settings settings_;
  Errors errors_;
};

}  // namespace

std::string ConfigError::text() const {
  return file + (line > 0 ? ':' + std::to_string(line) : "") + ": " + message;
}

std::string_view cause_of(const std::vector<ConfigError>& errors) {
  if (errors.empty() || !errors.front().fault) return "configuration_invalid";
  switch (*errors.front().fault) {
    case FileFault::missing:
      return "configuration_missing";
    case FileFault::exposed:
      return "configuration_exposed";
    case FileFault::unreadable:
      break;
  }
  return "configuration_unreadable";
}

std::variant<Settings, std::vector<ConfigError>> load_settings(const std::string& path) {
  auto read = read_private_file(path);
  if (const auto* unreadable = std::get_if<Unreadable>(&read))
    return Errors{{path, 0, unreadable->reason, unreadable->fault}};
  auto& text = std::get<std::string>(read);
  auto settings = parse_settings(text, path);
  wipe(text);
  return settings;
}

std::variant<Settings, std::vector<ConfigError>> parse_settings(const std::string& text,
                                                                const std::string& file) {
  return Reading{text, file}.run();
}

std::string program_file() {
  std::error_code problem;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", problem);
  return problem ? std::string{} : binary.string();
}

std::string program_directory() {
  return std::filesystem::path(program_file()).parent_path().string();
}

namespace {

// The path in the file; nothing if there is no such file, or if others could have written it.
std::optional<std::string> pointed_to(const std::string& pointer) {
  const auto read = read_private_file(pointer);
  const auto* text = std::get_if<std::string>(&read);
  if (text == nullptr) return std::nullopt;
  const auto path = trim(std::string_view(*text).substr(0, text->find_first_of("\r\n")));
  return path.starts_with('/') ? std::optional{std::string(path)} : std::nullopt;
}

// A link to a missing file counts as there: load_settings then refuses it by name, and no other file is read instead.
std::optional<std::string> if_there(const std::string& directory, std::string_view name) {
  auto file = (std::filesystem::path(directory) / name).lexically_normal().string();
  std::error_code problem;
  const auto status = std::filesystem::symlink_status(file, problem);
  return std::filesystem::exists(status) ? std::optional{std::move(file)} : std::nullopt;
}

// The last two: of a program in /home/USER/cgi-bin and in /home/USER/public_html/cgi-bin.
std::optional<std::string> near_the_binary() {
  const auto directory = program_directory();
  if (directory.empty()) return std::nullopt;
  if (auto beside = if_there(directory, "cardea.ini")) return beside;
  if (auto pointed = pointed_to(directory + '/' + std::string(config_pointer))) return pointed;
  if (auto above = if_there(directory, "../cardea/cardea.ini")) return above;
  return if_there(directory, "../../cardea/cardea.ini");
}

}  // namespace

std::optional<std::string> named_config(const std::optional<std::string>& argument) {
  if (argument) return argument;
  if (const char* named = std::getenv("CARDEA_CONFIG"); named != nullptr && *named != '\0') return named;
  return std::nullopt;
}

std::string find_config(const std::optional<std::string>& argument) {
  if (auto named = named_config(argument)) return *std::move(named);
  return near_the_binary().value_or("/etc/cardea/cardea.ini");
}

namespace {

using Contradictions = std::vector<Contradiction>;

void check_database(const DatabaseSettings& database, Contradictions& found) {
  if (database.kind == DatabaseKind::sqlite && !database.password.empty())
    found.push_back({"database", "password_file", "a SQLite database has no password; leave it out"});
}

void check_lifetimes(const TokenSettings& tokens, Contradictions& found) {
  const auto refresh_ttl = duration_text(tokens.refresh_ttl);
  if (tokens.access_ttl > tokens.refresh_ttl)
    found.push_back(
        {"tokens", "access_ttl",
         "it is longer than refresh_ttl, so nothing would be left to renew an access token with; at most " +
             refresh_ttl + " is allowed"});
  if (tokens.session_max != seconds{0} && tokens.session_max < tokens.refresh_ttl)
    found.push_back({"tokens", "session_max",
                     "it is shorter than refresh_ttl, which could never be reached; at least " + refresh_ttl +
                         " is allowed, or 0 for no end"});
  if (tokens.renew_min_interval >= tokens.refresh_ttl)
    found.push_back({"tokens", "renew_min_interval",
                     "a sign-in would end before it could be renewed; less than refresh_ttl (" + refresh_ttl +
                         ") is allowed"});
  if (tokens.refresh_slide_within.value_or(seconds{0}) > tokens.refresh_ttl)
    found.push_back({"tokens", "refresh_slide_within",
                     "it is longer than refresh_ttl; at most " + refresh_ttl + " is allowed"});
}

void check_transport(const TransportSettings& transport, Contradictions& found) {
  if (transport.mode == TransportMode::header && transport.header_sunset)
    found.push_back(
        {"transport", "header_sunset",
         "with mode = header every client would be refused from that day on; set mode = both, or leave it out"});
}

bool is_parent_domain(std::string_view domain, std::string_view host) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

void check_cookie_domain(const Settings& settings, Contradictions& found) {
  const auto& domain = settings.cookies.domain;
  const auto host = host_of_origin(settings.site.url);
  if (domain.empty()) return;
  if (parse_address(host) || !is_parent_domain(domain, host))
    found.push_back(
        {"cookies", "domain",
         "browsers refuse a cookie for a domain that the site is not in; allowed is the host of site.url (" +
             std::string{host} + ") or a domain above it"});
}

void check_cookies(const Settings& settings, Contradictions& found) {
  const auto& [domain, same_site, access_path, refresh_path] = settings.cookies;
  check_cookie_domain(settings, found);
  if (same_site == SameSite::none && !settings.site.https())
    found.push_back({"cookies", "same_site",
                     "browsers refuse SameSite=None without https; allowed are Lax and Strict, or a site.url "
                     "with https"});
  if (!cookie_path_covers(access_path, settings.site.mount))
    found.push_back({"cookies", "access_path",
                     "the access cookie would not reach " + settings.site.mount +
                         ", where refreshing needs it; allowed are the mount and paths around it"});
  if (!cookie_path_covers(refresh_path, settings.site.mount))
    found.push_back({"cookies", "refresh_path",
                     "the refresh cookie would not reach all of " + settings.site.mount +
                         " (signing out needs it too); allowed are the mount and paths around it"});
}

bool speaks_openid(const ProviderSettings& provider) {
  return provider.type != ProviderType::naver && provider.type != ProviderType::github;
}

void check_apple_key(const ProviderSettings& provider, const std::string& section, Contradictions& found) {
  const bool any = !provider.team_id.empty() || !provider.key_id.empty() || !provider.private_key.empty();
  const bool all = !provider.team_id.empty() && !provider.key_id.empty() && !provider.private_key.empty();
  if (any && provider.type != ProviderType::apple)
    found.push_back({section, "type", "team_id, key_id and private_key_file are Apple's; leave them out"});
  if (any && !all)
    found.push_back({section, "private_key_file", "team_id, key_id and private_key_file go together"});
  if (any && !provider.client_secret.empty())
    found.push_back({section, "client_secret_file",
                     "with private_key_file the client secrets are made of it; leave one of the two out"});
}

void check_provider(const ProviderSettings& provider, Contradictions& found) {
  const auto section = "provider." + provider.name;
  check_apple_key(provider, section, found);
  if (provider.name == "password")
    found.push_back({section, "client_id", "the name means signing in by password; choose another one"});
  if (provider.issuer.empty())
    found.push_back({section, "issuer", "a provider of type oidc needs one, as in https://id.example.com"});
  if (speaks_openid(provider) && provider.type != ProviderType::apple &&
      (" " + provider.scopes + " ").find(" openid ") == std::string::npos)
    found.push_back({section, "scopes", "without openid the provider sends no ID token; add it"});
  const auto& algorithms = provider.id_token_algorithms;
  const bool by_secret = std::find(algorithms.begin(), algorithms.end(), "HS256") != algorithms.end();
  if (by_secret && provider.client_secret.size() < 32)
    found.push_back(
        {section, "id_token_algorithms",
         "HS256 is verified by the client secret: set client_secret_file to one of at least 32 bytes"});
  if (provider.allow_private_addresses) return;
  const auto in_the_open = [](const std::string& url) { return url.starts_with("http://"); };
  if (in_the_open(provider.issuer))
    found.push_back({section, "issuer", "it must begin with https://, unless allow_private_addresses = yes"});
  for (const auto* url :
       {&provider.authorization_endpoint, &provider.token_endpoint, &provider.user_endpoint})
    if (in_the_open(*url))
      found.push_back({section, "allow_private_addresses",
                       *url + " is not https, which is for tests and private networks only: write yes"});
}

void check_mail(const SmtpSettings& smtp, Contradictions& found) {
  if (!smtp.user.empty() && smtp.password.empty())
    found.push_back({"mail", "password_file", "smtp names a user; name the file that holds their password"});
  if (smtp.user.empty() && !smtp.password.empty())
    found.push_back(
        {"mail", "password_file",
         "smtp names no user whose password this could be; write smtps://user@host, or leave it out"});
}

void check_verification(const Settings& settings, Contradictions& found) {
  if (!settings.mail.on() && settings.verify_email != VerifyEmail::no)
    found.push_back({"registration", "verify_email",
                     "addresses are verified by emails: set from in [mail], or write no"});
}

// The letter must have time to arrive, and its reader time to notice that it was somebody else.
void check_closing(const Settings& settings, Contradictions& found) {
  if (settings.mail.on() && settings.closing.delete_after < std::chrono::hours{24})
    found.push_back(
        {"registration", "delete_after",
         "an account that a thief closed must stay for its owner: write 1d or more, or set no from in "
         "[mail]"});
}

}  // namespace

void fill_in_derived_defaults(Settings& settings) {
  if (settings.site.name.empty()) settings.site.name = host_of_origin(settings.site.url);
  if (settings.mail.from_name.empty()) settings.mail.from_name = settings.site.name;
  if (settings.verify_email_by_mail)
    settings.verify_email = settings.mail.on() ? VerifyEmail::later : VerifyEmail::no;
  if (settings.tokens.issuer.empty()) settings.tokens.issuer = settings.site.url;
  if (settings.tokens.revocations.empty()) settings.tokens.revocations = settings.tokens.keys + "/revoked";
  if (settings.cookies.refresh_path.empty()) settings.cookies.refresh_path = settings.site.mount;
  for (auto& provider : settings.providers) fill_in_provider(provider);
  if (settings.password.concurrency == 0)
    settings.password.concurrency = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::vector<Contradiction> contradictions_in(const Settings& settings) {
  Contradictions found;
  check_database(settings.database, found);
  check_lifetimes(settings.tokens, found);
  check_transport(settings.transport, found);
  check_cookies(settings, found);
  check_mail(settings.mail.smtp, found);
  check_verification(settings, found);
  check_closing(settings, found);
  for (const auto& provider : settings.providers) check_provider(provider, found);
  return found;
}

}  // namespace cardea
