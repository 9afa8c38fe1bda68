#include "cli/check.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <ostream>
#include <thread>

#include "base/encoding.h"
#include "base/text_set.h"
#include "cli/job.h"
#include "http/client.h"
#include "keys/ring.h"
#include "mail/delivery.h"
#include "provider/client.h"
#include "provider/id_token.h"
#include "provider/metadata.h"
#include "store/sqlite/connection.h"

namespace cardea {
namespace {

std::string_view word_for(Result result) {
  switch (result) {
    case Result::ok:
      return "ok";
    case Result::skip:
      return "skip";
    case Result::warn:
      return "warn";
    case Result::fail:
      break;
  }
  return "FAIL";
}

void print_text(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings) {
    std::string word(word_for(finding.result));
    word.resize(4, ' ');
    out << word << ' ' << finding.area << ": " << printable(finding.text);
    if (!finding.cure.empty()) out << " — " << printable(finding.cure);
    out << '\n';
  }
}

void print_json(const Findings& findings, std::ostream& out) {
  Json rows = Json::array();
  for (const Finding& finding : findings)
    rows.push_back({{"result", word_for(finding.result)},
                    {"area", finding.area},
                    {"text", finding.text},
                    {"cure", finding.cure}});
  out << json_text(rows) << '\n';
}

Findings look(Tools& tools, bool offline) {
  const Settings& settings = tools.settings();
  // Reading it has refused everything that could be wrong with it, its permissions too.
  Findings all{{Result::ok, "configuration", settings.file, ""}};
  const auto append = [&](const Findings& more) { all.insert(all.end(), more.begin(), more.end()); };
  append(check_keys(tools));
  append(check_revocations(tools));
  append(check_database(tools));
  append(check_addresses(tools));
  append(check_passwords(tools));
  append(check_proxies(tools));
  if (!offline) append(check_providers(tools));
  append(check_mail(settings.mail, offline));
  if (!offline) append(check_web(settings.site, settings.transport.mode));
  return all;
}

ExitCode run(Job& job) {
  const Findings findings = look(job.tools, job.line.has("--offline"));
  if (job.line.has("--json")) {
    print_json(findings, job.console.out);
  } else {
    print_text(findings, job.console.out);
  }
  const bool failed = std::any_of(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.result == Result::fail; });
  return failed ? ExitCode::refused : ExitCode::done;
}

}  // namespace

Findings check_offline(const Settings& settings, Instant now) {
  SystemEntropy entropy;
  Tools tools(settings, now, entropy, open_store);
  return look(tools, true);
}

std::vector<Command> check_commands() {
  return {{"check",
           "",
           "looks at the installation and says what is wrong and how to cure it",
           "Run it as the user that the web server runs the program as. One line for each finding: ok, "
           "skip, warn or\n"
           "FAIL; exit status 1 if there is a FAIL.",
           {{"--offline", "", ValueKind::none, "without asking the site, the providers and the mail server"},
            {"--json", "", ValueKind::none, "for programs"}},
           run}};
}

namespace {

constexpr seconds old_key{365 * 86400};
constexpr milliseconds slow_password{1000};
// OWASP's least for Argon2id: 19 MiB with two iterations, or as much work in another shape.
constexpr std::int64_t min_work = 2LL * 19 * 1024 * 1024;

void judge_signing(const KeyRing& ring, const Settings& settings, Instant now, Findings& findings) {
  const std::string named(jose_name(settings.tokens.algorithm));
  const SigningKey& signing = ring.signing(now);
  const DatedKey* next = nullptr;
  Instant from{};
  for (const DatedKey& dated : ring.signing_keys()) {
    if (dated.key.kid() == signing.kid()) from = dated.from;
    if (next == nullptr && dated.from > now && dated.key.algorithm() == settings.tokens.algorithm)
      next = &dated;
  }
  const std::string since = named + " key " + signing.kid() + " signs since " + shown_time(from);
  if (next != nullptr) {
    findings.push_back({Result::ok, "keys", since + "; the next one from " + shown_time(next->from), ""});
  } else if (now - from > old_key) {
    findings.push_back({Result::warn, "keys", since + ", more than a year", "cardea key new"});
  } else {
    findings.push_back({Result::ok, "keys", since, ""});
  }
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

Finding judge_memory(const PasswordSettings& settings) {
  const std::int64_t needed = settings.memory * settings.concurrency;
  const std::string text = std::to_string(settings.concurrency) + " at a time need " + megabytes(needed) +
                           " of " + megabytes(memory_limit());
  const std::string cure = "lower [password] concurrency";
  if (needed > memory_limit()) return {Result::fail, "passwords", text, cure};
  if (needed > memory_limit() / 2) return {Result::warn, "passwords", text, cure};
  if (settings.concurrency > static_cast<int>(std::max(1U, std::thread::hardware_concurrency())))
    return {Result::warn, "passwords", text + ", which is more than there are cores", cure};
  return {Result::ok, "passwords", text, ""};
}

Finding judge_time(milliseconds time, const PasswordSettings& settings) {
  const std::string text = "one takes " + std::to_string(time.count()) + " ms";
  if (settings.memory * settings.iterations < min_work)
    return {Result::warn, "passwords", text + ", which is less work than OWASP advises",
            "[password] memory = 19MiB, iterations = 2"};
  if (time > slow_password)
    return {Result::warn, "passwords", text + " on this host", "lower [password] iterations, then memory"};
  return {Result::ok, "passwords", text, ""};
}

// Reads the whole list: when the program starts it looks at the table alone.
Finding judge_list(const std::string& path) {
  const std::string cure = "make it again: cardea password-list build";
  const auto opened = TextSetFile::open(path);
  if (const auto* fault = std::get_if<std::string>(&opened))
    return {Result::fail, "passwords", path + ": " + *fault, cure};
  const auto& list = std::get<TextSetFile>(opened).set();
  if (!list.is_intact()) return {Result::fail, "passwords", path + " is damaged", cure};
  return {Result::ok, "passwords", path + " has " + std::to_string(list.size()) + " passwords", ""};
}

}  // namespace

Findings check_keys(Tools& tools) {
  const Settings& settings = tools.settings();
  Findings findings;
  try {
    const KeyRing ring(settings.tokens.keys, settings.tokens.algorithm, tools.now());
    judge_signing(ring, settings, tools.now(), findings);
    const RefreshKey& refresh = ring.refresh_signing(tools.now());
    findings.push_back(
        {Result::ok, "keys",
         "refresh key " + std::to_string(refresh.number) + " since " + shown_time(refresh.from), ""});
  } catch (const KeyError& problem) {
    findings.push_back({Result::fail, "keys", problem.what(), ""});
  }
  return findings;
}

Findings check_passwords(Tools& tools) {
  const PasswordSettings& settings = tools.settings().password;
  Findings findings{judge_memory(settings)};
  if (!settings.common_file.empty()) findings.push_back(judge_list(settings.common_file));
  if (!stamp_of_directory(tools.settings().tokens.keys)) {
    findings.push_back({Result::skip, "passwords", "not measured: that needs the key directory", ""});
    return findings;
  }
  try {
    const Secret sample(base64url_encode(view_of(random_array<24>(tools.entropy()))));
    const auto began = std::chrono::steady_clock::now();
    const auto hash = tools.passwords().hash(sample);
    const auto time = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    findings.push_back(hash ? judge_time(time, settings)
                            : Finding{Result::warn, "passwords",
                                      "none was computed: others kept all places busy",
                                      "look again when fewer people sign in"});
  } catch (const std::runtime_error& problem) {
    findings.push_back({Result::fail, "passwords", problem.what(), ""});
  }
  return findings;
}

namespace {

constexpr char mail_area[] = "mail";
constexpr milliseconds mail_patience{10'000};

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

Finding check_program(const MailSettings& settings) {
  const auto& program = settings.sendmail.front();
  if (!is_program(program))
    return {Result::fail, mail_area, program + " is no program that this user may run",
            "install a mail program (msmtp-mta, postfix), or set [mail] smtp or sendmail"};
  return {Result::ok, mail_area, "mail goes out through " + program + " as " + settings.from, ""};
}

Finding check_smtp(const MailSettings& settings) {
  const auto way = delivery_way(settings);
  const auto tried = try_smtp(settings.from, settings.smtp, mail_patience);
  if (tried.outcome != Outcome::taken)
    return {Result::fail, mail_area, way + ": " + tried.why,
            "see [mail] smtp and password_file, and whether this host may call the outside"};
  return {Result::ok, mail_area,
          "mail goes out through " + way + " as " + settings.from +
              (settings.smtp.user.empty() ? "" : "; it takes the user and the password"),
          ""};
}

}  // namespace

Findings check_mail(const MailSettings& settings, bool offline) {
  if (!settings.on())
    return {{Result::skip, mail_area,
             "[mail] from is empty, so no email is sent: `tell` in [watch] only records, and only an "
             "administrator can replace a forgotten password",
             ""}};
  if (!settings.smtp.on()) return {check_program(settings)};
  if (offline) return {{Result::skip, mail_area, delivery_way(settings) + " is not asked", ""}};
  return {check_smtp(settings)};
}

// Providers: asked now, not read from the documents that the program keeps.

namespace {

constexpr char providers_area[] = "providers";

Finding failed(const ProviderSettings& provider, const std::string& why) {
  return {Result::fail, providers_area, provider.name + ": " + why,
          "see [provider." + provider.name + "] and whether this host may call the outside"};
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
  return {Result::ok, providers_area, provider.name + ": the token endpoint answers", ""};
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
  return {Result::ok, providers_area,
          provider.name + ": " + provider.issuer + " answers, with " + std::to_string(keys->size()) +
              " keys" + (all.empty() ? "" : "; ID tokens may be signed with " + listed(all)) +
              (missing.empty() ? "" : "; not verified here: " + listed(missing)),
          ""};
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

Findings check_providers(Tools& tools) {
  HttpsClient http;
  Findings findings;
  for (const ProviderSettings& provider : tools.settings().providers) {
    findings.push_back(speaks_openid(provider) ? check_issuer(provider, http)
                                               : check_endpoint(provider, http));
    if (!provider.private_key.empty() && !make_client_secret(provider, tools.now()))
      findings.push_back({Result::fail, providers_area,
                          provider.name + ": private_key_file holds no P-256 key",
                          "download the key from Apple again"});
  }
  return findings;
}

Findings check_revocations(Tools& tools) {
  RevokedSessions& revoked = tools.revoked();
  if (!stamp_of_directory(tools.settings().tokens.keys))
    return {{Result::skip, "sign-outs", "not looked at: that needs the key directory", ""}};
  const bool ready = revoked.make_ready(tools.now());
  const auto trouble = revoked.take_trouble();
  if (!ready)
    return {{Result::fail, "sign-outs",
             trouble + "; access tokens of ended sessions work on this host until they expire",
             "let the program's user write there, or name another file in [tokens] revocations"}};
  Findings findings;
  const auto state = revoked.state();
  if (!state || state->closed_until > tools.now()) {
    findings.push_back({Result::fail, "sign-outs",
                        revoked.path() + " was damaged: every token is refused until it is filled again",
                        "make the database answer; the next request or second of the program fills it"});
  } else {
    const std::string looked = state->looked_at == never
                                   ? "the database has not been asked yet"
                                   : "the database was asked on " + shown_time(state->looked_at);
    findings.push_back(
        {Result::ok, "sign-outs",
         "every process of this host refuses ended sessions (" + revoked.path() + "); " + looked, ""});
  }
  if (on_network_file_system(revoked.path()))
    findings.push_back({Result::warn, "sign-outs", revoked.path() + " lies on a network file system",
                        "give each host a file of its own: [tokens] revocations"});
  return findings;
}

}  // namespace cardea
