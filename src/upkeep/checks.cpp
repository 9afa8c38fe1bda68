#include "upkeep/checks.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "auth/session/verify.h"
#include "base/encoding.h"
#include "base/text_set.h"
#include "keys/ring.h"
#include "mail/delivery.h"
#include "provider/client.h"
#include "provider/id_token.h"
#include "provider/metadata.h"
#include "store/sql/migrate.h"
#include "store/sqlite/connection.h"
#include "upkeep/addresses.h"
#include "upkeep/canary.h"
#include "upkeep/host.h"
#include "upkeep/outside.h"

namespace cardea {

using enum FindingKind;

Findings look_at_all(const Inspection& inspection, Scope scope) {
  const Settings& settings = inspection.settings;
  // Reading it has refused everything that could be wrong with it, its permissions too.
  Findings all{{configuration_read, {{"path", settings.file}}}};
  append(all, judge_settings(settings));
  append(all, check_keys(inspection));
  append(all, check_revocations(inspection));
  append(all, check_database(inspection));
  append(all, check_addresses(inspection.store));
  append(all, check_administrators(inspection.store));
  append(all, check_passwords(inspection));
  append(all, check_proxies(inspection));
  append(all, check_host(settings));
  append(all, judge_canary(last_look(settings), inspection.now));
  if (scope == Scope::all) append(all, check_providers(inspection));
  append(all, check_mail(settings.mail, scope));
  if (scope == Scope::all) append(all, check_outside(settings, inspection.http, inspection.now));
  return all;
}

namespace {

constexpr seconds old_key{365 * 86400};
constexpr milliseconds slow_password{1000};
// OWASP's least for Argon2id: 19 MiB with two iterations, or as much work in another shape.
constexpr std::int64_t min_work = 2LL * 19 * 1024 * 1024;

Finding judge_signing(const KeyRing& ring, const Settings& settings, Instant now) {
  const SigningKey& signing = ring.signing(now);
  const DatedKey* next = nullptr;
  Instant from{};
  for (const DatedKey& dated : ring.signing_keys()) {
    if (dated.key.kid() == signing.kid()) from = dated.from;
    if (next == nullptr && dated.from > now && dated.key.algorithm() == settings.tokens.algorithm)
      next = &dated;
  }
  Facts facts{{"algorithm", std::string(jose_name(settings.tokens.algorithm))},
              {"kid", std::string(signing.kid())},
              {"time", rfc3339(from)}};
  if (next == nullptr) return {now - from > old_key ? keys_old : keys_sign, std::move(facts)};
  facts.emplace_back("next", rfc3339(next->from));
  return {keys_next, std::move(facts)};
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

// What this process may use: the machine's memory or the limit that the host has set.
std::int64_t memory_limit() {
  const std::int64_t machine = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return machine;
  return std::min(machine, static_cast<std::int64_t>(limit.rlim_cur));
}

// Reads the whole list: when the program starts it looks at the table alone.
Finding judge_list(const std::string& path) {
  const auto opened = TextSetFile::open(path);
  if (const auto* fault = std::get_if<std::string>(&opened))
    return {passwords_list_unread, {{"path", path}, {"message", *fault}}};
  const auto& list = std::get<TextSetFile>(opened).set();
  if (!list.is_intact()) return {passwords_list_damaged, {{"path", path}}};
  return {passwords_listed, {{"path", path}, {"count", std::to_string(list.size())}}};
}

}  // namespace

Findings check_keys(const Inspection& inspection) {
  const Settings& settings = inspection.settings;
  Findings findings;
  try {
    const KeyRing ring(settings.tokens.keys, settings.tokens.algorithm, inspection.now);
    findings.push_back(judge_signing(ring, settings, inspection.now));
    const RefreshKey& refresh = ring.refresh_signing(inspection.now);
    findings.push_back(
        {keys_refresh, {{"number", std::to_string(refresh.number)}, {"time", rfc3339(refresh.from)}}});
  } catch (const KeyError& problem) {
    findings.push_back({keys_failed, {{"message", problem.what()}}});
  }
  return findings;
}

Finding judge_memory(const PasswordSettings& settings, std::int64_t limit) {
  const std::int64_t needed = settings.memory * settings.concurrency;
  Facts facts{{"count", std::to_string(settings.concurrency)},
              {"needed", megabytes(needed)},
              {"limit", megabytes(limit)}};
  if (needed > limit) return {passwords_too_much, std::move(facts)};
  if (needed > limit / 2) return {passwords_half, std::move(facts)};
  const bool is_over_cores =
      settings.concurrency > static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return {is_over_cores ? passwords_cores : passwords_memory, std::move(facts)};
}

Finding judge_time(milliseconds time, const PasswordSettings& settings) {
  const auto kind = settings.memory * settings.iterations < min_work ? passwords_weak
                    : time > slow_password                           ? passwords_slow
                                                                     : passwords_time;
  return {kind, {{"ms", std::to_string(time.count())}}};
}

Findings check_passwords(const Inspection& inspection) {
  const PasswordSettings& settings = inspection.settings.password;
  Findings findings{judge_memory(settings, memory_limit())};
  if (!settings.common_file.empty()) findings.push_back(judge_list(settings.common_file));
  if (!stamp_of_directory(inspection.settings.tokens.keys)) {
    findings.push_back({passwords_unmeasured});
    return findings;
  }
  try {
    const Secret sample(base64url_encode(view_of(random_array<24>(inspection.entropy))));
    const auto began = std::chrono::steady_clock::now();
    const auto hash = inspection.passwords().hash(sample);
    const auto time = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    findings.push_back(hash ? judge_time(time, settings) : Finding{passwords_busy});
  } catch (const std::runtime_error& problem) {
    findings.push_back({passwords_failed, {{"message", problem.what()}}});
  }
  return findings;
}

// The database

namespace {

constexpr milliseconds tolerated_difference{2000};
constexpr std::string_view own_collation = "utf8mb4_bin";
constexpr int told_pairs = 20;

Finding judge_version(const DatabaseReport& report) {
  const int newest = newest_schema_version();
  if (report.schema_version == 0) return {database_empty};
  const auto kind = report.schema_version < newest   ? database_older
                    : report.schema_version > newest ? database_newer
                                                     : database_current;
  return {kind, {{"tables", std::to_string(report.schema_version)}, {"program", std::to_string(newest)}}};
}

// How far the database's clock lay outside the span of time in which it was read.
milliseconds outside_of(Instant clock, Instant asked, Instant answered) {
  if (clock < asked) return asked - clock;
  return clock > answered ? clock - answered : milliseconds{0};
}

Finding judge_clock(milliseconds difference, seconds clock_skew) {
  const auto kind = difference > clock_skew             ? database_clock_wrong
                    : difference > tolerated_difference ? database_clock_differs
                                                        : database_clock_agrees;
  return {kind, {{"seconds", std::to_string(difference.count() / 1000)}}};
}

Findings judge_collations(const DatabaseReport& report) {
  Findings findings;
  for (const auto& [table, collation] : report.collations)
    if (collation != own_collation)
      findings.push_back({database_collation, {{"table", table}, {"collation", collation}}});
  if (findings.empty() && !report.collations.empty())
    findings.push_back({database_collated, {{"collation", std::string(own_collation)}}});
  return findings;
}

// A process may open as many as it is configured for, beside those that are in use.
Findings judge_room(const DatabaseReport& report, int connections) {
  if (report.connections_allowed == 0) return {};
  const bool is_crowded = report.connections_used + connections > report.connections_allowed;
  return {{is_crowded ? database_crowded : database_room,
           {{"used", std::to_string(report.connections_used)},
            {"allowed", std::to_string(report.connections_allowed)}}}};
}

// Whether the right is in "GRANT SELECT, CREATE VIEW, INDEX ON `db`.*".
bool grants_right(std::string_view grant, std::string_view right) {
  const auto rights = grant.substr(0, grant.find(" ON "));
  if (rights.find("ALL PRIVILEGES") != rights.npos) return true;
  for (auto at = rights.find(right); at != rights.npos; at = rights.find(right, at + 1)) {
    const auto end = at + right.size();
    const bool begins = at >= 2 && rights[at - 1] == ' ' && (rights[at - 2] == ',' || rights[at - 2] == 'T');
    if (begins && (end == rights.size() || rights[end] == ',')) return true;
  }
  return false;
}

Findings judge_rights(const DatabaseReport& report) {
  constexpr std::string_view needed[] = {"SELECT", "INSERT", "UPDATE", "DELETE",
                                         "CREATE", "ALTER",  "INDEX",  "DROP"};
  if (report.grants.empty()) return {};
  std::string missing;
  for (const auto right : needed) {
    const bool is_there = std::any_of(report.grants.begin(), report.grants.end(),
                                      [&](const auto& grant) { return grants_right(grant, right); });
    if (!is_there) missing.append(missing.empty() ? "" : ", ").append(right);
  }
  const bool is_wide = std::any_of(report.grants.begin(), report.grants.end(), [](const auto& grant) {
    return grant.find(" ON *.*") != grant.npos && grants_right(grant, "DROP");
  });
  Findings findings;
  if (!missing.empty()) findings.push_back({database_rights_missing, {{"rights", missing}}});
  if (is_wide) findings.push_back({database_rights_wide});
  if (findings.empty()) findings.push_back({database_rights});
  return findings;
}

FindingKind kind_of(StoreTrouble trouble, DatabaseKind kind) {
  if (trouble == StoreTrouble::data_damaged) return database_damaged;
  if (kind == DatabaseKind::sqlite) return database_refuses_file;
  return trouble == StoreTrouble::not_writable ? database_refuses_writing : database_away;
}

Finding judge_writing(const Inspection& inspection) {
  try {
    inspection.store.check_writing(seconds{0});
    return {database_writes};
  } catch (const StoreUnavailable& problem) {
    return {kind_of(problem.trouble(), inspection.settings.database.kind), {{"message", problem.what()}}};
  } catch (const StoreError& problem) {
    return {database_error, {{"message", problem.what()}}};
  }
}

std::string named(const User& user) {
  return user.email.typed + " (" + user.id.text() + ")";
}

}  // namespace

Findings judge_database(const DatabaseReport& report, milliseconds clock_difference,
                        const Settings& settings) {
  Findings findings{{database_server, {{"server", report.server}}}, judge_version(report)};
  if (report.clock) findings.push_back(judge_clock(clock_difference, settings.tokens.clock_skew));
  append(findings, judge_collations(report));
  append(findings, judge_room(report, settings.database.connections));
  append(findings, judge_rights(report));
  for (const std::string& warning : report.warnings)
    findings.push_back({database_warning, {{"message", warning}}});
  return findings;
}

Findings check_database(const Inspection& inspection) {
  const auto began = std::chrono::steady_clock::now();
  const auto time_now = [&] {
    return inspection.now +
           std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
  };
  try {
    (void)inspection.store.report();  // connecting takes its time: the clock is read over a warm connection
    const Instant asked = time_now();
    const DatabaseReport report = inspection.store.report();
    const Instant answered = time_now();
    Findings findings = judge_database(report, outside_of(report.clock.value_or(asked), asked, answered),
                                       inspection.settings);
    if (report.schema_version == newest_schema_version()) findings.push_back(judge_writing(inspection));
    return findings;
  } catch (const StoreUnavailable& problem) {
    return {{kind_of(problem.trouble(), inspection.settings.database.kind), {{"message", problem.what()}}}};
  } catch (const StoreError& problem) {
    return {{database_error, {{"message", problem.what()}}}};
  }
}

Findings check_addresses(Store& store) {
  Findings findings;
  int pairs = 0;
  int waiting = 0;
  try {
    for_each_old_address(store, [&](const OldAddress& old) {
      if (!old.holder) ++waiting;
      if (old.holder && ++pairs <= told_pairs)
        findings.push_back({addresses_pair, {{"one", named(old.user)}, {"other", named(*old.holder)}}});
    });
  } catch (const std::exception&) {  // the database's own part says why
    return {{addresses_unseen}};
  }
  if (pairs > told_pairs)
    findings.push_back({addresses_more, {{"count", std::to_string(pairs - told_pairs)}}});
  if (waiting > 0) findings.push_back({addresses_old, {{"count", std::to_string(waiting)}}});
  return findings;
}

Findings check_administrators(Store& store) {
  constexpr int told = 1000;
  try {
    const auto users = store.users_with_scope(admin_scope, told);
    const auto able = std::count_if(users.begin(), users.end(),
                                    [](const User& user) { return user.status == UserStatus::active; });
    if (able == 0) return {{administrators_none}};
    return {{administrators, {{"count", std::to_string(able)}}}};
  } catch (const std::runtime_error&) {  // the database's own part says why
    return {};
  }
}

// Mail

namespace {

constexpr milliseconds mail_patience{10'000};

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

Finding check_program(const MailSettings& settings) {
  const auto& program = settings.sendmail.front();
  if (!is_program(program)) return {mail_no_program, {{"way", program}}};
  return {mail_program, {{"way", program}, {"from", settings.from}}};
}

Finding check_smtp(const MailSettings& settings) {
  const auto way = delivery_way(settings);
  const auto tried = try_smtp(settings.from, settings.smtp, mail_patience);
  if (tried.outcome != Outcome::taken) return {mail_smtp_failed, {{"way", way}, {"message", tried.why}}};
  return {settings.smtp.user.empty() ? mail_smtp : mail_smtp_user, {{"way", way}, {"from", settings.from}}};
}

}  // namespace

Findings check_mail(const MailSettings& settings, Scope scope) {
  if (!settings.on()) return {{mail_off}};
  if (!settings.smtp.on()) return {check_program(settings)};
  if (scope == Scope::offline) return {{mail_unasked, {{"way", delivery_way(settings)}}}};
  return {check_smtp(settings)};
}

// Providers: asked now, not read from the documents that the program keeps.

namespace {

Finding failed(const ProviderSettings& provider, const std::string& why) {
  return {provider_failed, {{"name", provider.name}, {"message", why}}};
}

Finding answers(const ProviderSettings& provider, const std::string& what) {
  return {provider_answers, {{"name", provider.name}, {"message", what}}};
}

std::variant<HttpAnswer, HttpFailure> ask(const std::string& url, const ProviderSettings& provider,
                                          Http& http) {
  HttpCall call;
  call.url = url;
  call.trust = {.ca_file = provider.ca_file, .allow_private_addresses = provider.allow_private_addresses};
  return http.call(call);
}

// A provider without a discovery document can be checked no further.
Finding check_endpoint(const ProviderSettings& provider, Http& http) {
  const auto got = ask(provider.token_endpoint, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  return answers(provider, "the token endpoint answers");
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The algorithms with which the provider may sign ID tokens (OpenID Connect Discovery 1.0 section 3) and that this
// program cannot verify.
std::vector<std::string> not_verifiable(const ProviderSettings& provider, const ProviderMetadata& metadata) {
  std::vector<std::string> names;
  for (const auto& name : metadata.id_token_algorithms) {
    if (is_verifiable(name, has_mac_key(provider))) continue;
    names.push_back(name == "HS256" ? name + " (needs a client_secret_file of at least 32 bytes)" : name);
  }
  return names;
}

Finding check_keys_of(const ProviderSettings& provider, const ProviderMetadata& metadata, Http& http) {
  const auto missing = not_verifiable(provider, metadata);
  const auto& all = metadata.id_token_algorithms;
  if (!all.empty() && missing.size() == all.size())
    return failed(provider,
                  "its ID tokens are signed with " + listed(missing) + ", which is not verified here");
  const auto got = ask(metadata.keys_url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto keys = parse_provider_keys(std::get<HttpAnswer>(got).body);
  if (!keys || keys->empty()) return failed(provider, metadata.keys_url + " holds no key that can be used");
  return answers(provider, provider.issuer + " answers, with " + std::to_string(keys->size()) + " keys" +
                               (all.empty() ? "" : "; ID tokens may be signed with " + listed(all)) +
                               (missing.empty() ? "" : "; not verified here: " + listed(missing)));
}

Finding check_issuer(const ProviderSettings& provider, Http& http) {
  const auto url = discovery_url(provider.issuer);
  const auto got = ask(url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto& answer = std::get<HttpAnswer>(got);
  if (answer.status != 200) return failed(provider, url + " answers " + std::to_string(answer.status));
  auto metadata = parse_metadata(answer.body, provider.issuer);
  if (const auto* bad = std::get_if<BadMetadata>(&metadata)) return failed(provider, url + " " + bad->why);
  prefer_configured(std::get<ProviderMetadata>(metadata), provider);
  return check_keys_of(provider, std::get<ProviderMetadata>(metadata), http);
}

}  // namespace

Findings check_providers(const Inspection& inspection) {
  Findings findings;
  for (const ProviderSettings& provider : inspection.settings.providers) {
    findings.push_back(speaks_openid(provider) ? check_issuer(provider, inspection.http)
                                               : check_endpoint(provider, inspection.http));
    if (!provider.private_key.empty() && !make_client_secret(provider, inspection.now))
      findings.push_back({provider_key, {{"name", provider.name}}});
  }
  return findings;
}

// The file of ended sessions

Findings check_revocations(const Inspection& inspection) {
  RevokedSessions& revoked = inspection.revoked;
  if (!stamp_of_directory(inspection.settings.tokens.keys)) return {{sign_outs_unseen}};
  const bool ready = revoked.make_ready(inspection.now);
  const auto trouble = revoked.take_trouble();
  if (!ready) return {{sign_outs_unwritable, {{"message", trouble}}}};
  Findings findings;
  const auto state = revoked.state();
  if (!state || state->closed_until > inspection.now) {
    findings.push_back({sign_outs_closed, {{"path", revoked.path()}}});
  } else if (state->looked_at == never) {
    findings.push_back({sign_outs_new, {{"path", revoked.path()}}});
  } else {
    findings.push_back({sign_outs_ready, {{"path", revoked.path()}, {"time", rfc3339(state->looked_at)}}});
  }
  if (on_network_file_system(revoked.path()))
    findings.push_back({sign_outs_network, {{"path", revoked.path()}}});
  return findings;
}

// Proxies

Findings judge_proxies(const std::vector<Network>& trusted, const std::vector<Event>& events) {
  constexpr std::size_t told_names = 5;
  Findings findings;
  if (holds_strangers(trusted)) findings.push_back({proxies_wide});
  std::set<std::string> unknown;
  for (const Event& event : events)
    if (event.ip.starts_with("unknown") && unknown.size() < told_names) unknown.insert(event.ip);
  if (!unknown.empty()) {
    std::string names;
    for (const auto& name : unknown) names += " " + name;
    findings.push_back({proxies_unknown, {{"names", names}}});
  }
  if (findings.empty() && !trusted.empty()) findings.push_back({proxies_narrow});
  return findings;
}

Findings check_proxies(const Inspection& inspection) {
  std::vector<Event> events;
  try {
    EventFilter filter;
    filter.since = inspection.now - std::chrono::days{7};
    filter.limit = 1000;
    events = inspection.store.events(filter);
  } catch (const std::runtime_error&) {
    // The database has its own finding.
  }
  return judge_proxies(inspection.settings.site.trusted_proxies, events);
}

// Settings

Findings judge_settings(const Settings& settings) {
  constexpr std::chrono::hours long_life{24};
  Findings findings;
  if (settings.tokens.access_ttl > long_life)
    findings.push_back(
        {token_life_long, {{"time", std::to_string(settings.tokens.access_ttl.count()) + "s"}}});
  if (settings.tokens.session_max == seconds{0}) findings.push_back({session_life_endless});
  for (const auto& origin : settings.site.allowed_origins)
    if (settings.site.https() && !origin.starts_with("https://"))
      findings.push_back({origin_in_the_open, {{"url", origin}}});
  if (settings.registration_open && !settings.mail.on()) findings.push_back({registration_unproven});
  if (findings.empty()) findings.push_back({settings_cautious});
  return findings;
}

}  // namespace cardea
