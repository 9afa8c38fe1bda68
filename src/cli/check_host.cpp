#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/encoding.h"
#include "cli/check.h"
#include "cli/output.h"
#include "token/key_ring.h"

namespace cardea {

namespace {

constexpr seconds old_key{365 * 86400};
constexpr milliseconds slow_password{1000};
// OWASP's least for Argon2id: 19 MiB with two iterations, or as much work in another shape.
constexpr std::int64_t least_work = 2LL * 19 * 1024 * 1024;

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
  if (settings.memory * settings.iterations < least_work)
    return {Result::warn, "passwords", text + ", which is less work than OWASP advises",
            "[password] memory = 19MiB, iterations = 2"};
  if (time > slow_password)
    return {Result::warn, "passwords", text + " on this host", "lower [password] iterations, then memory"};
  return {Result::ok, "passwords", text, ""};
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

}  // namespace cardea
