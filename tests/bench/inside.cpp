// The program's parts without a web server, and the bare things that they are measured against. Linked with
// the program's own libraries.
//
//   inside access-tokens CONFIG COUNT              that many access tokens, a line each
//   inside refresh-tokens CONFIG FIRST COUNT       the refresh tokens of sessions that tests/bench/people.py
//                                                  has made
//   inside rotations CONFIG SESSIONS THREADS SECONDS ROUNDS
//                                                  for each round a line: of the bare statements and of
//                                                  handle() each the rotations a second, the failed ones, and
//                                                  the processor seconds of one. One more round, which is not
//                                                  printed, warms up; the order changes with every round
//   inside hashes CONFIG THREADS SECONDS           bare Argon2id computations a second, and the processor
//                                                  seconds of one
#include <sodium.h>

#include <cstdlib>
#include <iostream>

#include "auth/session/context.h"
#include "bench/rotations.h"
#include "server/clock.h"
#include "token/access_token.h"

namespace cardea::bench {
namespace {

Settings settings_of(const std::string& path) {
  auto loaded = load_settings(path);
  if (auto* settings = std::get_if<Settings>(&loaded)) return std::move(*settings);
  for (const auto& error : std::get<std::vector<ConfigError>>(loaded)) std::cerr << error.text() << "\n";
  std::exit(2);
}

int access_tokens(const Settings& settings, int count) {
  SystemEntropy entropy;
  const auto now = system_now();
  KeyRing keys(settings.tokens.keys, settings.tokens.algorithm, now);
  for (int i = 0; i < count; ++i) {
    const AccessClaims claims{.user = UserId::make(now, entropy),
                              .session = SessionId::make(now, entropy),
                              .device = "bench",
                              .scope = "",
                              .issued_at = now,
                              .expires_at = now + settings.tokens.access_ttl,
                              .token_id = uuid_text(new_uuid(now, entropy))};
    std::cout << issue_access_token(claims, token_policy(settings), keys, now) << "\n";
  }
  return 0;
}

int refresh_tokens(const Settings& settings, int first, int count) {
  const auto now = system_now();
  const KeyRing keys(settings.tokens.keys, settings.tokens.algorithm, now);
  for (int number = first; number < first + count; ++number)
    std::cout << refresh_token_of(number, 1, keys, now).reveal() << "\n";
  return 0;
}

std::ostream& operator<<(std::ostream& out, const Rate& rate) {
  return out << rate.per_second << " " << rate.failed << " " << rate.processor;
}

int rotations(const Settings& settings, int sessions, const Load& load, int rounds) {
  std::vector<Generation> generations(static_cast<std::size_t>(sessions), 1);
  for (int round = 0; round <= rounds; ++round) {
    Rate bare;
    Rate ours;
    if (round % 2 == 0) bare = bare_rotations(settings, load, generations);
    ours = handled_rotations(settings, load, generations);
    if (round % 2 == 1) bare = bare_rotations(settings, load, generations);
    if (round > 0) std::cout << bare << " " << ours << std::endl;
  }
  return 0;
}

int hashes(const PasswordSettings& settings, const Load& load) {
  if (sodium_init() < 0) return 1;
  const auto rate = measure(load, [&](int) {
    return [&] {
      std::array<char, crypto_pwhash_STRBYTES> out{};
      return crypto_pwhash_str_alg(out.data(), "correct horse battery", 21,
                                   static_cast<unsigned long long>(settings.iterations),
                                   static_cast<std::size_t>(settings.memory),
                                   crypto_pwhash_ALG_ARGON2ID13) == 0;
    };
  });
  std::cout << rate.per_second << " " << rate.processor << "\n";
  return rate.failed == 0 ? 0 : 1;
}

int run(const std::vector<std::string>& words) {
  const auto number = [&](std::size_t index) { return std::stoi(words.at(index)); };
  const auto settings = settings_of(words.at(1));
  if (words[0] == "access-tokens") return access_tokens(settings, number(2));
  if (words[0] == "refresh-tokens") return refresh_tokens(settings, number(2), number(3));
  if (words[0] == "rotations")
    return rotations(settings, number(2), {.threads = number(3), .seconds = number(4)}, number(5));
  if (words[0] == "hashes") return hashes(settings.password, {.threads = number(2), .seconds = number(3)});
  return 2;
}

}  // namespace
}  // namespace cardea::bench

int main(int count, char** values) {
  try {
    return cardea::bench::run({values + 1, values + count});
  } catch (const std::exception& failure) {
    std::cerr << "inside: " << failure.what() << "\n";
    return 1;
  }
}
