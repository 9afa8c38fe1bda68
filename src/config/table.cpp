#include "config/table.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "config/apply.h"
#include "config/provider.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t year = 365 * day;

// Each of these makes the parser of one setting: Member of the Group of settings, from Least to Most.

template <auto Group, auto Member, std::int64_t Least, std::int64_t Most>
Problem duration(std::string_view value, Settings& settings) {
  const auto parsed = parse_duration(value);
  if (!parsed) return not_a(value, "a duration", "write 30s, 15m, 3h, 30d or 1y");
  if (*parsed < seconds{Least} || *parsed > seconds{Most})
    return out_of_range(value, duration_text(seconds{Least}), duration_text(seconds{Most}));
  (settings.*Group).*Member = *parsed;
  return std::nullopt;
}

template <auto Group, auto Member, int Least, int Most>
Problem number(std::string_view value, Settings& settings) {
  const auto parsed = whole_number(value, Most);
  if (!parsed || *parsed < Least)
    return not_a(value, "a number from " + std::to_string(Least) + " to " + std::to_string(Most),
                 "write digits only");
  (settings.*Group).*Member = static_cast<int>(*parsed);
  return std::nullopt;
}

template <class Meaning, std::size_t Count>
using Choices = std::array<std::pair<std::string_view, Meaning>, Count>;

template <class Meaning, std::size_t Count>
std::optional<Meaning> chosen(std::string_view value, const Choices<Meaning, Count>& choices) {
  const auto found =
      std::find_if(choices.begin(), choices.end(), [&](const auto& choice) { return choice.first == value; });
  return found == choices.end() ? std::nullopt : std::optional{found->second};
}

template <class Meaning, std::size_t Count>
std::string not_chosen(std::string_view value, const Choices<Meaning, Count>& choices) {
  std::string allowed;
  for (const auto& choice : choices) allowed += (allowed.empty() ? "" : ", ") + std::string{choice.first};
  return not_a(value, "one of the choices", "allowed are " + allowed);
}

constexpr Choices<bool, 2> yes_or_no{{{"yes", true}, {"no", false}}};
constexpr Choices<Algorithm, 4> algorithms{{{"ES256", Algorithm::es256},
                                            {"EdDSA", Algorithm::eddsa},
                                            {"HS256", Algorithm::hs256},
                                            {"RS256", Algorithm::rs256}}};
constexpr Choices<TransportMode, 3> transport_modes{
    {{"cookie", TransportMode::cookie}, {"both", TransportMode::both}, {"header", TransportMode::header}}};
constexpr Choices<SameSite, 3> same_sites{
    {{"Lax", SameSite::lax}, {"Strict", SameSite::strict}, {"None", SameSite::none}}};
constexpr Choices<GateMode, 2> gate_modes{
    {{"required", GateMode::required}, {"optional", GateMode::optional}}};
constexpr Choices<Usernames, 3> username_choices{
    {{"no", Usernames::no}, {"optional", Usernames::optional}, {"required", Usernames::required}}};
constexpr Choices<VerifyEmail, 3> verify_choices{
    {{"no", VerifyEmail::no}, {"later", VerifyEmail::later}, {"first", VerifyEmail::first}}};
constexpr Choices<CommonPolicy, 3> common_policies{
    {{"refuse", CommonPolicy::refuse}, {"warn", CommonPolicy::warn}, {"off", CommonPolicy::off}}};
constexpr Choices<WatchAction, 5> watch_actions{{{"off", WatchAction::off},
                                                 {"record", WatchAction::record},
                                                 {"tell", WatchAction::tell},
                                                 {"revoke_device", WatchAction::revoke_device},
                                                 {"revoke_all", WatchAction::revoke_all}}};

template <auto Group, auto Member, const auto& Allowed>
Problem choice(std::string_view value, Settings& settings) {
  const auto meaning = chosen(value, Allowed);
  if (!meaning) return not_chosen(value, Allowed);
  (settings.*Group).*Member = *meaning;
  return std::nullopt;
}

Problem apply_yes_or_no(std::string_view value, bool& setting) {
  const auto yes = chosen(value, yes_or_no);
  if (!yes) return not_chosen(value, yes_or_no);
  setting = *yes;
  return std::nullopt;
}

Problem apply_registration_open(std::string_view value, Settings& settings) {
  return apply_yes_or_no(value, settings.registration_open);
}

Problem apply_usernames(std::string_view value, Settings& settings) {
  const auto chosen_one = chosen(value, username_choices);
  if (!chosen_one) return not_chosen(value, username_choices);
  settings.usernames = *chosen_one;
  return std::nullopt;
}

// Empty: as the site sends mail, which is known when all settings are read (fill_in_derived_defaults).
Problem apply_verify_email(std::string_view value, Settings& settings) {
  settings.verify_email_by_mail = value.empty();
  if (value.empty()) return std::nullopt;
  const auto chosen_one = chosen(value, verify_choices);
  if (!chosen_one) return not_chosen(value, verify_choices);
  settings.verify_email = *chosen_one;
  return std::nullopt;
}

// The provider that was added to the settings last.
Problem apply_provider_unknown_nonce(std::string_view value, Settings& settings) {
  return apply_yes_or_no(value, settings.providers.back().unknown_nonce);
}

Problem apply_provider_private_addresses(std::string_view value, Settings& settings) {
  return apply_yes_or_no(value, settings.providers.back().allow_private_addresses);
}

using Database = DatabaseSettings;
using Tokens = TokenSettings;
using Password = PasswordSettings;
using Watch = WatchSettings;

constexpr bool required = true;
constexpr bool has_default = false;

// Parsed in this order: database.url comes before the other keys of its section.
constexpr Setting rows[] = {
    {"site", "url", "", required, "The public origin of the site, as browsers see it.", apply_site_url},
    {"site", "mount", "/auth", has_default, "The path below which Cardea answers.", apply_mount},
    {"site", "name", "", has_default,
     "The name of the site on pages and in emails; empty: the host name of url.", apply_name},
    {"site", "trusted_proxies", "", has_default,
     "Proxies whose forwarding headers are believed: addresses and networks, separated by commas.",
     apply_trusted_proxies},
    {"site", "allowed_origins", "", has_default,
     "Other origins whose pages may call Cardea, separated by commas.", apply_allowed_origins},
    {"site", "sign_in_page", "/cardea/{language}/sign-in.html", has_default,
     "The sign-in page; the others lie beside it. {language} is en, ko or ja. It gets return_to and, if there is something to say, problem.",
     apply_sign_in_page},
    {"site", "logo", "", has_default, "The path of a picture that the pages show; empty: none.", apply_logo},

    {"database", "url", "", required,
     "mysql://user:password@host[:port],host2/database?socket=/path&tls=required&ca=/path or sqlite:/path.db. localhost is the server's socket where it usually is; 127.0.0.1 and [::1] are TCP.",
     apply_database_url},
    {"database", "password_file", "", has_default,
     "A file with the database password, in place of the one in url. Other users must not be able to read it.",
     apply_password_file},
    {"database", "table_prefix", "cardea_", has_default, "The beginning of every table's name.",
     apply_table_prefix},
    {"database", "connections", "4", has_default, "How many connections one process opens at most.",
     number<&Settings::database, &Database::connections, 1, 64>},
    {"database", "connect_timeout", "3s", has_default,
     "How long Cardea waits for the database before it answers 503.",
     duration<&Settings::database, &Database::connect_timeout, 1, minute>},

    {"tokens", "access_ttl", "30m", has_default,
     "How long an access token is valid before the client must renew it.",
     duration<&Settings::tokens, &Tokens::access_ttl, minute, 7 * day>},
    {"tokens", "refresh_ttl", "30d", has_default,
     "How long a device stays signed in without being used; each renewal starts this time again.",
     duration<&Settings::tokens, &Tokens::refresh_ttl, minute, 400 * day>},
    {"tokens", "session_max", "1y", has_default,
     "How long a device stays signed in at most, even if it is used; 0: no limit.",
     duration<&Settings::tokens, &Tokens::session_max, 0, 10 * year>},
    {"tokens", "rotation_grace", "10s", has_default,
     "How long a replaced refresh token still gets the same successor, for racing tabs and lost answers.",
     duration<&Settings::tokens, &Tokens::rotation_grace, 0, minute>},
    {"tokens", "renew_min_interval", "0", has_default,
     "A refresh token does not change again within this time.",
     duration<&Settings::tokens, &Tokens::renew_min_interval, 0, 30 * day>},
    {"tokens", "algorithm", "ES256", has_default,
     "How Cardea signs access tokens: ES256, EdDSA, HS256 or RS256.",
     choice<&Settings::tokens, &Tokens::algorithm, algorithms>},
    {"tokens", "keys", "keys", has_default,
     "The directory of the signing keys, beside this file unless absolute.", apply_keys},
    {"tokens", "issuer", "", has_default, "The iss claim of access tokens; empty: the url of the site.",
     apply_issuer},
    {"tokens", "audience", "", has_default, "The aud claim of access tokens; empty: none.", apply_audience},
    {"tokens", "clock_skew", "60s", has_default, "How far the clocks of several hosts may differ.",
     duration<&Settings::tokens, &Tokens::clock_skew, 0, 5 * minute>},
    {"tokens", "refresh_needs_access_token", "no", has_default,
     "Whether a refresh token in a body is accepted only together with its access token, which may have expired.",
     choice<&Settings::tokens, &Tokens::refresh_needs_access_token, yes_or_no>},
    {"tokens", "refresh_slide_within", "", has_default,
     "Extend the sign-in only in the last days of refresh_ttl (7d); empty: at every rotation.",
     apply_slide_within},
    {"tokens", "revocation_poll", "5s", has_default,
     "How often a host asks the database for sessions that ended on other hosts.",
     duration<&Settings::tokens, &Tokens::revocation_poll, 1, 5 * minute>},
    {"tokens", "revocations", "", has_default,
     "The file that tells all processes of this host which sessions have ended; empty: revoked in keys.",
     apply_revocations},
    {"tokens", "introspection_secret_file", "", has_default,
     "A file with one line, the secret that other servers show when they ask /introspect about a token; empty: no server may ask.",
     apply_introspection_secret},

    {"transport", "mode", "cookie", has_default,
     "How tokens travel: cookie, header, or both while a site moves from one to the other.",
     choice<&Settings::transport, &TransportSettings::mode, transport_modes>},
    {"transport", "header_sunset", "", has_default,
     "The day from which tokens in headers are refused (2026-12-31, 00:00 UTC); empty: none.",
     apply_header_sunset},

    {"cookies", "domain", "", has_default,
     "Share the sign-in with all hosts below this domain; empty: this host only, which is safer.",
     apply_cookie_domain},
    {"cookies", "same_site", "Lax", has_default, "SameSite of the cookies: Lax, Strict or None.",
     choice<&Settings::cookies, &CookieSettings::same_site, same_sites>},
    {"cookies", "access_path", "/", has_default, "Path of the access cookie; the mount must lie below it.",
     apply_access_path},
    {"cookies", "refresh_path", "", has_default,
     "Path of the refresh cookie, the mount or a path around it; empty: the mount.", apply_refresh_path},

    {"password", "min_length", "8", has_default, "Characters a new password has at least.",
     number<&Settings::password, &Password::min_length, 4, 128>},
    {"password", "max_length", "1024", has_default, "Bytes a password has at most.",
     number<&Settings::password, &Password::max_length, 256, 4096>},
    {"password", "memory", "19MiB", has_default, "Memory of one Argon2id computation.", apply_memory},
    {"password", "iterations", "2", has_default, "Passes of one Argon2id computation.",
     number<&Settings::password, &Password::iterations, 1, 10>},
    {"password", "concurrency", "", has_default,
     "Argon2id computations at a time, all processes together; empty: the number of cores.",
     apply_concurrency},
    {"password", "imported", "", has_default,
     "Kinds of hashes from elsewhere that may still sign people in, with commas between: bcrypt, wordpress, phpass, phpbb, drupal, pbkdf2, scrypt, crypt, argon2i, mysql, salted, md5, sha1, sha256.",
     apply_imported},
    {"password", "common", "refuse", has_default,
     "New passwords that many people use, or that are made of the names of the site and the user: refuse, warn or off.",
     choice<&Settings::password, &Password::common, common_policies>},
    {"password", "common_file", "", has_default,
     "More passwords that many people use, in a file made by cardea password-list build; empty: the built-in ones alone.",
     apply_common_file},

    {"limits", "body", "64KiB", has_default, "The largest request body.", apply_body},
    {"limits", "request_time", "10s", has_default,
     "In how much time a request must have arrived in full; a slower connection is closed.",
     duration<&Settings::limits, &LimitSettings::request_time, 1, 5 * minute>},
    {"limits", "login_failures", "account 5 in 15m, address 50 in 15m", has_default,
     "Failed sign-ins before delays begin, for one account and for one address.", apply_login_failures},
    {"limits", "devices_per_user", "0", has_default,
     "On how many devices one user can be signed in; the one unused longest is signed out. 0: no limit.",
     number<&Settings::limits, &LimitSettings::devices_per_user, 0, 1000>},

    {"registration", "open", "yes", has_default, "Whether strangers may create accounts.",
     apply_registration_open},
    {"registration", "verify_email", "", has_default,
     "When a new account must prove its email address: first (before it can be used), later, or no; empty: later if [mail] from is set, else no.",
     apply_verify_email},
    {"registration", "usernames", "no", has_default,
     "Whether new accounts have a user name to sign in by, beside the email address: no, optional or required.",
     apply_usernames},
    {"registration", "limit", "address 10 in 1h, network 30 in 1h", has_default,
     "How many accounts one address and one IPv6 network (/48) may create freely; nine times as many more by proof of work.",
     apply_registration_limit},
    {"registration", "delete_after", "7d", has_default,
     "How long an account that its user has closed can be reopened; then everything about the user is removed. At least 1d where emails are sent.",
     duration<&Settings::closing, &ClosingSettings::delete_after, 0, year>},

    {"factors", "fresh", "10m", has_default,
     "How long after a sign-in users may change how they sign in, close the account or export it, without proving again who they are.",
     duration<&Settings::factors, &FactorSettings::fresh, minute, day>},

    {"gate", "mode", "required", has_default,
     "Whether the gate refuses users who are not signed in (required) or lets them pass without a name (optional).",
     choice<&Settings::gate, &GateSettings::mode, gate_modes>},
    {"gate", "scope", "", has_default, "The scopes that a token needs to pass the gate; empty: no scope.",
     apply_scope},
    {"gate", "need", "", has_default,
     "What the gate asks for beside scopes: proven (the email address of the account is verified); empty: nothing.",
     apply_need},
    {"gate", "paths", "", has_default,
     "The directories that gates guard, such as /members/, separated by commas: cardea check and the daily look from outside ask whether they are shut.",
     apply_gate_paths},

    {"mail", "sendmail", "/usr/sbin/sendmail -t -i", has_default,
     "The program that takes emails, with its arguments; no shell reads them.", apply_sendmail},
    {"mail", "smtp", "", has_default,
     "The SMTP server that takes emails: smtps://user@host:465 or smtp+starttls://user@host:587 (with ?ca=/path for an authority of your own; '@' in user is %40), or smtp://localhost:25; empty: sendmail.",
     apply_smtp},
    {"mail", "password_file", "", has_default,
     "A file with the password of the user in smtp. Other users must not be able to read it.",
     apply_smtp_password_file},
    {"mail", "from", "", has_default,
     "The sender of emails, for example My Site <noreply@example.com>; empty: Cardea sends no email.",
     apply_mail_from},
    {"mail", "theme", "", has_default,
     "How emails look, by the properties of style.css: --accent: #0b6e4f; --round: 4px.", apply_mail_theme},

    {"watch", "token_reuse", "revoke_device", has_default,
     "A refresh token that had been replaced was used again; its device is signed out whatever this says.",
     choice<&Settings::watch, &Watch::token_reuse, watch_actions>},
    {"watch", "platform_change", "tell", has_default,
     "A device that was signed in on one platform renews on another.",
     choice<&Settings::watch, &Watch::platform_change, watch_actions>},
    {"watch", "many_devices", "tell", has_default, "Five new devices sign in within an hour.",
     choice<&Settings::watch, &Watch::many_devices, watch_actions>},
    {"watch", "many_networks", "tell", has_default, "Sign-ins from four networks within an hour.",
     choice<&Settings::watch, &Watch::many_networks, watch_actions>},
    {"watch", "guessed_password", "tell", has_default,
     "A new device signs in after five wrong passwords within an hour.",
     choice<&Settings::watch, &Watch::guessed_password, watch_actions>},

    // Applied once for each section [provider.NAME].
    {provider_section, "type", "", has_default,
     "google, kakao, apple, naver, github, or oidc for any other issuer; empty: what NAME says.",
     apply_provider_type},
    {provider_section, "client_id", "", required, "What the provider calls this site.",
     apply_provider_client_id},
    {provider_section, "client_secret_file", "", has_default,
     "A file with the client secret; empty: no secret. Other users must not be able to read it.",
     apply_provider_client_secret_file},
    {provider_section, "label", "", has_default,
     "The name that users see; empty: the provider's own name, or NAME.", apply_provider_label},
    {provider_section, "issuer", "", has_default, "The issuer of OpenID Connect; empty: the one of the type.",
     apply_provider_issuer},
    {provider_section, "scopes", "", has_default,
     "What the provider is asked to tell; empty: what the type needs.", apply_provider_scopes},
    {provider_section, "audiences", "", has_default,
     "The client ids of apps whose ID tokens are also accepted, separated by commas.",
     apply_provider_audiences},
    {provider_section, "id_token_algorithms", "", has_default,
     "The algorithms that may sign ID tokens, separated by commas; empty: as the discovery document says.",
     apply_provider_id_token_algorithms},
    {provider_section, "unknown_nonce", "no", has_default,
     "Whether an app's token may hold a nonce that the app does not know; each such token is accepted once.",
     apply_provider_unknown_nonce},
    {provider_section, "team_id", "", has_default, "Apple: the team's id.", apply_provider_team_id},
    {provider_section, "key_id", "", has_default, "Apple: the id of the private key.", apply_provider_key_id},
    {provider_section, "private_key_file", "", has_default,
     "Apple: the .p8 file, from which client secrets are made. Other users must not be able to read it.",
     apply_provider_private_key_file},
    {provider_section, "authorization_endpoint", "", has_default,
     "Where browsers are sent; empty: by discovery, or the one of the type.",
     apply_provider_authorization_endpoint},
    {provider_section, "token_endpoint", "", has_default,
     "Where codes are exchanged; empty: by discovery, or the one of the type.",
     apply_provider_token_endpoint},
    {provider_section, "user_endpoint", "", has_default,
     "Where Cardea asks who the user is; empty: by discovery, or the one of the type.",
     apply_provider_user_endpoint},
    {provider_section, "ca_file", "", has_default,
     "Certificate authorities to trust, in PEM; empty: the system's.", apply_provider_ca_file},
    {provider_section, "allow_private_addresses", "no", has_default,
     "Whether the provider may be at a private address, and without https.",
     apply_provider_private_addresses},
};

constexpr std::string_view provider_prefix = "provider.";
constexpr std::size_t provider_name_limit = 32;

}  // namespace

std::string_view transport_mode_name(TransportMode mode) {
  for (const auto& [name, meaning] : transport_modes)
    if (meaning == mode) return name;
  return "";
}

std::span<const Setting> settings_table() {
  return rows;
}

std::optional<std::string_view> provider_name_of(std::string_view section) {
  if (!section.starts_with(provider_prefix)) return std::nullopt;
  const auto name = section.substr(provider_prefix.size());
  const bool allowed = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
  return allowed && !name.empty() && name.size() <= provider_name_limit ? std::optional{name} : std::nullopt;
}

}  // namespace cardea
