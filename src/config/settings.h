// The configuration as the program uses it: values, already parsed and checked. What may be written in the
// file is in config/table.h; here is what it means once it is read.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"
#include "base/secret.h"
#include "base/time.h"

namespace cardea {

enum class Algorithm { es256, eddsa, hs256, rs256 };  // RFC 7518 section 3.1, RFC 8037
enum class TransportMode { cookie, both, header };
enum class SameSite { lax, strict, none };
enum class DatabaseKind { sqlite, mysql };
enum class GateMode { required, optional };
// Whether new accounts have user names ([registration] usernames). Names that exist can be used to sign in in any case.
enum class Usernames { no, optional, required };

// When a new account must prove its address ([registration] verify_email).
enum class VerifyEmail {
  no,     // never; nobody takes an address from anybody
  later,  // it may be used before; it goes to the one who proves the address
  first,  // before its first sign-in
};
// What happens to a new password that is common (password/common.h).
enum class CommonPolicy { refuse, warn, off };
// What a rule of [watch] does when it applies; each action includes those before it.
enum class WatchAction { off, record, tell, revoke_device, revoke_all };
// Kinds of password hashes that other programs made (password/imported.h).
enum class ImportedHash {
  bcrypt,
  wordpress,
  phpass,
  phpbb,
  drupal,
  pbkdf2,
  scrypt,
  crypt,
  argon2i,
  mysql,
  salted,
  md5,
  sha1,
  sha256,
};
// By their order, as [password] imported names them.
inline constexpr std::array<std::string_view, 14> old_hash_names{
    "bcrypt", "wordpress", "phpass", "phpbb",  "drupal", "pbkdf2", "scrypt",
    "crypt",  "argon2i",   "mysql",  "salted", "md5",    "sha1",   "sha256"};
static_assert(old_hash_names.size() == static_cast<std::size_t>(ImportedHash::sha256) + 1);

struct SiteSettings {
  std::string url;    // the public origin, "https://example.com", no path, no trailing slash
  std::string mount;  // "/auth": begins with a slash, does not end with one
  std::string name;   // shown to people; the host name of url unless set
  std::vector<Network> trusted_proxies;
  std::vector<std::string> allowed_origins;  // origins besides url, each like url
  std::string sign_in_page;                  // path of the page where people sign in
  std::string logo;                          // path of a picture for pages; empty = none
  [[nodiscard]] bool https() const { return url.starts_with("https://"); }
};

struct DatabaseHost {
  std::string host;  // name or address
  int port = 3306;
};

struct DatabaseSettings {
  DatabaseKind kind = DatabaseKind::sqlite;
  std::string path;                 // sqlite: absolute path of the file
  std::vector<DatabaseHost> hosts;  // mysql: tried in order
  std::string socket;               // mysql: path of a unix socket; used instead of the hosts when set
  std::string user;
  Secret password;
  std::string schema;  // mysql: name of the database
  bool tls_required = false;
  std::string ca_file;  // PEM; set whenever tls_required is
  std::string table_prefix;
  int connections = 4;  // at most this many per process
  milliseconds connect_timeout{3000};
};

struct TokenSettings {
  seconds access_ttl{};
  seconds refresh_ttl{};  // idle lifetime of a session: slides
  seconds session_max{};  // absolute lifetime of a session; 0 = none
  seconds rotation_grace{};
  seconds renew_min_interval{};
  Algorithm algorithm = Algorithm::es256;
  std::string keys;      // absolute path of the key directory
  std::string issuer;    // site.url unless set
  std::string audience;  // empty = no aud claim
  seconds clock_skew{};
  bool refresh_needs_access_token = false;
  std::optional<seconds> refresh_slide_within;  // nothing = every rotation slides
  seconds revocation_poll{};
  std::string revocations;      // absolute path of the file of ended sessions; <keys>/revoked unless set
  Secret introspection_secret;  // what callers of /introspect show; empty = no server may ask
};

struct TransportSettings {
  TransportMode mode = TransportMode::cookie;
  std::optional<Instant> header_sunset;  // 00:00 UTC of the configured day
};

struct CookieSettings {
  std::string domain;  // empty = host only
  SameSite same_site = SameSite::lax;
  std::string access_path;
  std::string refresh_path;  // site.mount unless set
};

struct PasswordSettings {
  int min_length = 8;       // code points after normalisation
  int max_length = 1024;    // bytes after normalisation
  std::int64_t memory = 0;  // bytes of one Argon2id computation
  int iterations = 2;
  int concurrency = 1;                 // computations at a time on this host, all processes together
  std::vector<ImportedHash> imported;  // the kinds that are accepted, each once
  CommonPolicy common = CommonPolicy::refuse;
  std::string common_file;  // absolute path of a list beside the built-in one (base/text_set.h); empty = none
};

// Failures allowed within a window before delays begin.
struct FailureLimit {
  int failures = 0;
  seconds window{};
};

struct LimitSettings {
  std::int64_t body = 0;     // bytes
  seconds request_time{10};  // in which a request must arrive, and its answer be taken
  FailureLimit account_failures;
  FailureLimit address_failures;
  FailureLimit address_registrations;  // accounts that one address may open
  FailureLimit network_registrations;  // and one IPv6 /48
  int devices_per_user = 0;            // 0 = no limit
};

struct GateSettings {
  GateMode mode = GateMode::required;
  std::string scope;
  std::string need = {};  // need_proven; empty: nothing more
  std::vector<std::string> paths = {};  // "/members/": what gates guard, for the checks; each ends with a slash
};
// What a gate may ask for beside scopes: that the address of the account is proven.
inline constexpr std::string_view need_proven = "proven";

// Accounts that their users close.
struct ClosingSettings {
  seconds delete_after{std::chrono::hours{24 * 7}};  // from closing to the removal of every row
};

// How users prove who they are.
struct FactorSettings {
  seconds fresh{600};  // how long a proof counts for acts that need a fresh sign-in
};

// An SMTP server that takes letters. tls: from the first byte; none: to loopback addresses alone.
enum class SmtpSecurity { tls, starttls, none };

struct SmtpSettings {
  SmtpSecurity security = SmtpSecurity::tls;
  std::string host;  // a name or an address, without the brackets of IPv6; empty = letters go to sendmail
  std::string port;
  std::string user;  // empty: Cardea does not sign in there; never set without TLS
  Secret password;
  std::string ca_file;  // PEM; empty = the system's certificate authorities
  [[nodiscard]] bool on() const { return !host.empty(); }
};

// How letters look: properties of htdocs/cardea/style.css. The defaults are those of a device that is set to light.
struct LetterTheme {
  std::string ink = "#1a1d26";
  std::string faint = "#596073";
  std::string paper = "#f4f5f9";
  std::string sheet = "#ffffff";
  std::string line = "#dfe2ea";
  std::string accent = "#4338ca";
  std::string round = "14px";
  std::string font = "system-ui, -apple-system, \"Segoe UI\", Roboto, sans-serif";
  std::string font_code = "ui-monospace, Menlo, Consolas, monospace";
  bool operator==(const LetterTheme&) const = default;
};

struct MailSettings {
  std::vector<std::string> sendmail;  // absolute path of the program, then its arguments; used without smtp
  SmtpSettings smtp = {};
  std::string from;       // the address mail comes from; empty = no mail is sent
  std::string from_name;  // shown beside it; site.name unless set
  LetterTheme theme = {};
  [[nodiscard]] bool on() const { return !from.empty(); }
};

struct WatchSettings {
  WatchAction token_reuse = WatchAction::off;
  WatchAction platform_change = WatchAction::off;
  WatchAction many_devices = WatchAction::off;
  WatchAction many_networks = WatchAction::off;
  WatchAction guessed_password = WatchAction::off;
};

// A provider of social sign-in ([provider.NAME]). All but naver and github speak OpenID Connect; oidc is any issuer, by
// discovery.
enum class ProviderType { oidc, google, kakao, apple, naver, github };

struct ProviderSettings {
  std::string name;  // [a-z0-9-]{1,32}: in our addresses, in the API, and as a session's method
  ProviderType type = ProviderType::oidc;
  std::string label;  // shown to people
  std::string
      issuer;  // OpenID Connect: as in its discovery document; others: distinguishes its users from those of other providers
  std::string client_id;                         // what the provider calls this site
  Secret client_secret;                          // may be empty: a public client, or apps only
  std::string scopes;                            // space-separated
  std::vector<std::string> id_token_algorithms;  // empty: as the discovery document says
  bool unknown_nonce = false;                    // an app's token may hold a nonce that the app cannot know
  std::vector<std::string> audiences;            // client ids of apps whose ID tokens are taken too
  std::string team_id;  // Apple: with key_id and private_key, what client secrets are made of
  std::string key_id;
  Secret private_key;  // PEM
  // Empty if discovery provides them.
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string user_endpoint;
  std::string ca_file;                   // PEM; empty = the system's certificate authorities
  bool allow_private_addresses = false;  // and plain http
};

struct Settings {
  std::string file;  // where it was read from, for messages
  SiteSettings site;
  DatabaseSettings database;
  TokenSettings tokens;
  TransportSettings transport;
  CookieSettings cookies;
  PasswordSettings password;
  LimitSettings limits;
  bool registration_open = true;
  Usernames usernames = Usernames::no;
  VerifyEmail verify_email = VerifyEmail::no;
  bool verify_email_by_mail = false;  // verify_email was not set: later where mail is sent, else no
  ClosingSettings closing;
  FactorSettings factors;
  GateSettings gate;
  MailSettings mail;
  WatchSettings watch;
  std::vector<ProviderSettings> providers;  // in the order of the file
};

}  // namespace cardea
