// cardea key new, list, export.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/job.h"
#include "config/private_file.h"
#include "keys/material.h"
#include "keys/ring.h"

namespace cardea {
namespace {

// How long before its first use a key is in jwks.json: longer than any cache keeps that file.
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

// The first key begins at once, its successor when caches know it.
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

// More than the JWK of any key that we accept takes, so that no text with a secret in it is ever moved.
constexpr std::size_t jwk_size_limit = 4096;

// RFC 7518 section 6.4. An HMAC key has no public half: this is the key itself.
void append_secret_jwk(std::string& text, const SigningKey& key) {
  const Secret pem = key.private_pem();
  const auto block = parse_pem(pem.reveal());
  if (!block) throw std::logic_error("a key has written a PEM that cannot be read");
  const Secret bytes{base64url_encode(block->bytes.reveal())};
  text.append(R"({"alg":"HS256","k":")").append(bytes.reveal());
  text.append(R"(","kid":")").append(key.kid()).append(R"(","kty":"oct","use":"sig"})");
}

struct KeySet {
  Secret text;
  int keys = 0;
  int left_out = 0;  // HMAC keys, unless they were asked for
};

KeySet key_set(const std::vector<DatedKey>& keys, bool with_secrets) {
  KeySet set;
  std::string text = R"({"keys":[)";
  text.reserve(keys.size() * jwk_size_limit + 64);
  for (const DatedKey& dated : keys) {
    const auto jwk = dated.key.public_jwk();
    if (!jwk && !with_secrets) {
      ++set.left_out;
      continue;
    }
    if (set.keys++ > 0) text.push_back(',');
    if (jwk) {
      text.append(json_text(*jwk));
    } else {
      append_secret_jwk(text, dated.key);
    }
  }
  text.append("]}\n");
  set.text = Secret{std::move(text)};
  return set;
}

// A JWK Set (RFC 7517 section 5) in --file, whole or not at all: readers never see half of it. Mode 0644, or 0600
// with --with-secrets, whatever the file had before. Keys whose time has not come yet are in it.
ExitCode export_keys(Job& job) {
  const TokenSettings& tokens = job.tools.settings().tokens;
  const std::string path = job.line.text("--file").value_or("");
  const bool with_secrets = job.line.has("--with-secrets");
  const KeyRing ring(tokens.keys, tokens.algorithm, job.tools.now());
  const KeySet set = key_set(ring.signing_keys(), with_secrets);
  if (set.keys == 0 && set.left_out == 0)
    return refuse(job.console, tokens.keys + ": there is no key to export; make one with: cardea key new");
  if (set.keys == 0)
    return refuse(job.console,
                  "an HS256 key is a secret: anyone who can read it can sign. --with-secrets exports it");
  if (!replace_file(path, set.text.reveal(), with_secrets ? 0600 : 0644))
    return refuse(job.console, path + ": cannot be written: " + std::strerror(errno));
  job.console.out << path << ": " << set.keys << (set.keys == 1 ? " key" : " keys");
  if (set.left_out > 0) job.console.out << "; left out: " << set.left_out << " of HS256, which are secrets";
  job.console.out << '\n';
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
       "goes on verifying until `cardea purge` removes it: no user is signed out. Where PHP checks tokens "
       "by itself,\n"
       "`cardea key export` comes next.",
       {{"--algorithm", "NAME", ValueKind::text, "es256, eddsa, rs256 or hs256 ([tokens] algorithm)"},
        {"--in", "DURATION", ValueKind::duration, "used from then on: 0s is at once"},
        {"--refresh", "", ValueKind::none, "makes a key of refresh tokens instead"}},
       make},
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
