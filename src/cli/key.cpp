// cardea key new, list, export.

#include <algorithm>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/key_export.h"
#include "cli/output.h"
#include "token/key_ring.h"

namespace cardea {

namespace {

// How long before its first use a key is in jwks.json: longer than anybody keeps that in a cache.
constexpr std::chrono::minutes head_start{10};

// "es256" as well as "ES256".
std::optional<Algorithm> algorithm_named(const std::string& name) {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256, Algorithm::hs256})
    if (ascii_lower(jose_name(algorithm)) == ascii_lower(name)) return algorithm;
  return std::nullopt;
}

std::vector<KeyFileName> existing_keys(const std::string& directory) {
  return stamp_of_directory(directory) ? KeyDirectory{directory}.names() : std::vector<KeyFileName>{};
}

// Whether a key of that kind is in use now; no algorithm: of refresh tokens.
bool in_use(const std::vector<KeyFileName>& names, std::optional<Algorithm> kind, Instant now) {
  return std::any_of(names.begin(), names.end(), [&](const KeyFileName& name) {
    return !name.legacy && name.algorithm == kind && name.from <= now;
  });
}

// A key that nobody waits for begins at once, its successor when caches know it.
Instant beginning(const Job& job, bool successor) {
  const Instant now = job.tools.now();
  if (const auto delay = job.line.duration("--in")) return now + *delay;
  return successor ? now + head_start : now;
}

void make_refresh_key(Job& job, Instant from) {
  const std::string& directory = job.tools.settings().tokens.keys;
  const std::string file = create_refresh_key(directory, from, job.tools.entropy());
  job.console.out << directory << '/' << file << ": makes refresh tokens from " << shown_time(from) << '\n';
}

void make_signing_key(Job& job, Algorithm algorithm, Instant from) {
  const TokenSettings& tokens = job.tools.settings().tokens;
  const std::string file = create_signing_key(tokens.keys, algorithm, from, job.tools.entropy());
  job.console.out << tokens.keys << '/' << file;
  if (algorithm == tokens.algorithm) {
    job.console.out << ": signs from " << shown_time(from) << '\n';
  } else {
    job.console.out << ": only verifies while [tokens] algorithm is " << jose_name(tokens.algorithm) << '\n';
  }
}

ExitCode make(Job& job) {
  const TokenSettings& tokens = job.tools.settings().tokens;
  const auto wanted = job.line.text("--algorithm");
  if (wanted && job.line.has("--refresh"))
    return misused(job.console, "--refresh makes a key of another kind: it has no --algorithm");
  const auto algorithm = wanted ? algorithm_named(*wanted) : tokens.algorithm;
  if (!algorithm) return misused(job.console, "--algorithm is one of es256, eddsa, rs256, hs256");

  const auto names = existing_keys(tokens.keys);
  const bool refresh_in_use = in_use(names, std::nullopt, job.tools.now());
  if (job.line.has("--refresh")) {
    make_refresh_key(job, beginning(job, refresh_in_use));
    return ExitCode::done;
  }
  make_signing_key(job, *algorithm, beginning(job, in_use(names, *algorithm, job.tools.now())));
  if (!refresh_in_use) make_refresh_key(job, job.tools.now());
  return ExitCode::done;
}

struct ListedKey {
  KeyFileName name;
  std::string kid;  // empty for a key of refresh tokens
  std::string_view state;
};

std::vector<ListedKey> listed_keys(const KeyRing& ring, const TokenSettings& tokens, Instant now) {
  std::vector<ListedKey> rows;
  // Oldest first on both lists: the last one that has begun is the one in use.
  const auto set_state = [&](std::size_t first, bool may_sign) {
    for (std::size_t i = rows.size(); i-- > first;) {
      const bool begun = rows[i].name.from <= now;
      const bool signs =
          begun && may_sign && (!rows[i].name.algorithm || rows[i].name.algorithm == tokens.algorithm);
      rows[i].state = signs ? "signs" : begun ? "verifies" : "waits";
      if (signs) may_sign = false;
    }
  };
  for (const DatedKey& dated : ring.signing_keys())
    rows.push_back({{dated.from, dated.key.algorithm(), 0}, dated.key.kid(), ""});
  const std::size_t signing = rows.size();
  set_state(0, true);
  for (const RefreshKey& key : ring.refresh_keys())
    rows.push_back({{key.from, std::nullopt, key.number}, "", ""});
  set_state(signing, true);
  for (const LegacyKey& key : ring.legacy_keys())
    rows.push_back({key.name, "", key.until > now ? "verifies" : "has ended"});
  return rows;
}

std::string_view kind_of(const KeyFileName& name) {
  if (name.legacy) return "HS256 (legacy)";
  return name.algorithm ? jose_name(*name.algorithm) : "refresh";
}

ExitCode list(Job& job) {
  const TokenSettings& tokens = job.tools.settings().tokens;
  const Instant now = job.tools.now();
  const KeyRing ring(tokens.keys, tokens.algorithm, now);
  Json rows = Json::array();
  TextTable table({"file", "algorithm", "from", "state", "kid"});
  for (const ListedKey& key : listed_keys(ring, tokens, now)) {
    const std::string algorithm(kind_of(key.name));
    table.add({key.name.text(), algorithm, shown_time(key.name.from), std::string(key.state), key.kid});
    rows.push_back({{"file", key.name.text()},
                    {"algorithm", algorithm},
                    {"from", json_time(key.name.from)},
                    {"state", key.state},
                    {"kid", key.kid.empty() ? Json(nullptr) : Json(key.kid)}});
  }
  if (job.line.has("--json")) {
    job.console.out << json_text(rows) << '\n';
  } else if (!table.empty()) {
    table.print(job.console.out);
  }
  return ExitCode::done;
}

}  // namespace

std::vector<Command> key_commands() {
  return {
      {"key new",
       "",
       "makes a signing key, and the first key of refresh tokens with it",
       "The first key is used at once, its successor in ten minutes, when caches of jwks.json know it. "
       "The old one\n"
       "goes on verifying until `cardea purge` removes it: nobody is signed out. Where PHP checks tokens "
       "by itself,\n"
       "`cardea key export` comes next.",
       {{"--algorithm", "NAME", ValueKind::text, "es256, eddsa, rs256 or hs256 ([tokens] algorithm)"},
        {"--in", "DURATION", ValueKind::duration, "used from then on: 0s is at once"},
        {"--refresh", "", ValueKind::none, "makes a key of refresh tokens instead"}},
       make},
      import_command(),
      {"key list",
       "",
       "lists the keys: what signs, what only verifies, what waits for its time",
       "",
       {{"--json", "", ValueKind::none, "for programs"}},
       list},
      {"key export",
       "",
       "writes the public keys to a file, for PHP pages that check tokens by themselves",
       "The file is a JWK Set, mode 0644. It is to be written again after each `cardea key new`; those "
       "who read it\n"
       "need not be restarted. HS256 has no public key: with --with-secrets the file holds what signs, "
       "has mode 0600,\n"
       "and must stay outside of what the web server shows.",
       {{"--file", "FILE", ValueKind::text, "replaced in one step", true},
        {"--with-secrets", "", ValueKind::none, "HS256 keys too"}},
       export_keys},
  };
}

}  // namespace cardea
