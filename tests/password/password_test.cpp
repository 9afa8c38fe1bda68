#include "password/password.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "password/temporary_lock.h"

namespace cardea::testing {
namespace {

// Small, so that a table runs quickly.
PasswordSettings quick_settings() {
  PasswordSettings settings;
  settings.memory = 256 * 1024;
  settings.iterations = 2;
  settings.concurrency = 2;
  return settings;
}

struct Desk {
  explicit Desk(const PasswordSettings& settings = quick_settings(),
                milliseconds patience = milliseconds{10'000})
      : gate(lock.path(), settings.concurrency, patience), passwords(settings, gate) {}
  TemporaryLock lock;
  HashingGate gate;
  Passwords passwords;
};

Secret secret(std::string_view text) {
  return Secret::copy_of(text);
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

constexpr std::string_view verdict_name(PasswordVerdict verdict) {
  switch (verdict) {
    case PasswordVerdict::right:
      return "right";
    case PasswordVerdict::right_needs_rehash:
      return "right_needs_rehash";
    case PasswordVerdict::wrong:
      return "wrong";
    case PasswordVerdict::busy:
      return "busy";
  }
  return "?";
}

std::string_view check(Desk& desk, std::string_view typed, const std::string& encoded) {
  return verdict_name(desk.passwords.check(secret(typed), encoded));
}

// Seconds that this process has computed.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median_cost(Desk& desk, const Secret& typed, const std::string& encoded) {
  std::vector<double> costs;
  for (int i = 0; i < 9; ++i) {
    const double begin = cpu_seconds();
    (void)desk.passwords.check(typed, encoded);
    costs.push_back(cpu_seconds() - begin);
  }
  std::sort(costs.begin(), costs.end());
  return costs[costs.size() / 2];
}

Json php_vectors() {
  std::ifstream file(CARDEA_TESTS "/vectors/rfc/php_vectors.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto json = parse_json(text);
  BOOST_REQUIRE(json.has_value());
  return *json;
}

const std::string decomposed = "pa\u0308sswo\u0308rd";  // a and o with combining diaeresis
const std::string composed = "p\u00e4ssw\u00f6rd";
// From test.c of the reference implementation: "password", "somesalt", two lanes.
const std::string two_lanes =
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
const std::string npm_order =
    "$argon2id$v=19$m=256,p=1,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

}  // namespace

BOOST_AUTO_TEST_SUITE(preparing)

BOOST_AUTO_TEST_CASE(a_password_needs_its_length_in_code_points_and_bytes) {
  struct Case {
    std::string typed;
    std::optional<PasswordProblem> problem;
  };
  const std::string korean = "비밀번호입니다";  // 7 code points, 21 bytes
  const Case cases[] = {
      {"", PasswordProblem::too_short},
      {"1234567", PasswordProblem::too_short},
      {"12345678", std::nullopt},
      {"        ", std::nullopt},
      {korean, PasswordProblem::too_short},
      {korean + "요", std::nullopt},
      {repeated("e\u0301", 7), PasswordProblem::too_short},  // 14 code points as typed, 7 normalised
      {repeated("e\u0301", 8), std::nullopt},
      {repeated("\U0001F511", 8), std::nullopt},
      {std::string(1024, 'x'), std::nullopt},
      {std::string(1025, 'x'), PasswordProblem::too_long},
      {repeated("\u1112\u1161\u11ab", 341), std::nullopt},  // 3069 bytes typed, 1023 normalised
      {repeated("\u1112\u1161\u11ab", 342), PasswordProblem::too_long},
      {repeated("\u0315\u0300", 16'000), PasswordProblem::too_long},
      {std::string("1234\0005678", 9), PasswordProblem::not_text},
      {std::string("12345678\0", 9), PasswordProblem::not_text},
      {"12345678\xff", PasswordProblem::not_text},
      {"12345678\xc0\xaf", PasswordProblem::not_text},
      {"12345678\xed\xa0\x80", PasswordProblem::not_text},
      {"12345678\xc3", PasswordProblem::not_text},
  };
  const auto settings = quick_settings();
  for (const auto& [typed, problem] : cases) {
    const auto result = prepare_password(secret(typed), settings);
    const auto* found = std::get_if<PasswordProblem>(&result);
    const bool as_expected = problem ? found != nullptr && *found == *problem : found == nullptr;
    BOOST_TEST(as_expected, typed.substr(0, 40) << " (" << typed.size() << " bytes)");
  }
}

BOOST_AUTO_TEST_CASE(what_comes_out_is_composed_and_whole) {
  const auto result = prepare_password(secret(decomposed + "  "), quick_settings());
  BOOST_REQUIRE(std::holds_alternative<Secret>(result));
  BOOST_TEST(std::get<Secret>(result).reveal() == composed + "  ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hashing)

BOOST_AUTO_TEST_CASE(a_hash_has_the_parameters_of_the_settings_and_a_salt_of_its_own) {
  Desk desk;
  const auto first = desk.passwords.hash(secret("correct horse"));
  const auto second = desk.passwords.hash(secret("correct horse"));
  BOOST_REQUIRE((first && second));
  BOOST_TEST(first->starts_with("$argon2id$v=19$m=256,t=2,p=1$"));
  BOOST_TEST(*first != *second);
}

BOOST_AUTO_TEST_CASE(the_right_password_is_right_and_all_others_are_wrong) {
  Desk desk;
  const auto encoded = desk.passwords.hash(secret("correct horse")).value();
  BOOST_TEST(check(desk, "correct horse", encoded) == "right");
  for (const std::string typed : {"", "correct hors", "correct horse ", "Correct horse", "correct horse\n"}) {
    BOOST_TEST(check(desk, typed, encoded) == "wrong", typed);
  }
  BOOST_TEST(check(desk, std::string_view("correct horse\0", 14), encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(composed_and_decomposed_text_is_the_same_password) {
  Desk desk;
  const auto prepared = prepare_password(secret(decomposed), quick_settings());
  BOOST_REQUIRE(std::holds_alternative<Secret>(prepared));
  const auto encoded = desk.passwords.hash(std::get<Secret>(prepared)).value();
  BOOST_TEST(check(desk, composed, encoded) == "right");
  BOOST_TEST(check(desk, decomposed, encoded) == "right");
}

BOOST_AUTO_TEST_CASE(an_imported_hash_of_decomposed_text_still_opens_and_is_made_anew) {
  Desk desk;
  const auto imported = desk.passwords.hash(secret(decomposed)).value();
  BOOST_TEST(check(desk, decomposed, imported) == "right_needs_rehash");
  BOOST_TEST(check(desk, composed, imported) == "wrong");
}

BOOST_AUTO_TEST_CASE(no_byte_of_a_long_password_is_ignored) {
  Desk desk;
  const std::string longest(1024, 'x');
  const auto encoded = desk.passwords.hash(secret(longest)).value();
  BOOST_TEST(check(desk, longest, encoded) == "right");
  BOOST_TEST(check(desk, longest.substr(1), encoded) == "wrong");
  BOOST_TEST(check(desk, longest.substr(1) + "y", encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(a_hash_made_with_other_parameters_asks_to_be_made_anew) {
  auto settings = quick_settings();
  Desk before(settings);
  const auto encoded = before.passwords.hash(secret("correct horse")).value();
  settings.iterations = 3;
  Desk more_iterations(settings);
  BOOST_TEST(check(more_iterations, "correct horse", encoded) == "right_needs_rehash");
  settings.iterations = 2;
  settings.memory = 128 * 1024;
  Desk less_memory(settings);
  BOOST_TEST(check(less_memory, "correct horse", encoded) == "right_needs_rehash");
  BOOST_TEST(check(less_memory, "wrong horse", encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(hashes_with_two_lanes_and_of_the_npm_package_open_and_are_made_anew) {
  Desk desk;
  BOOST_TEST(check(desk, "password", two_lanes) == "right_needs_rehash");
  BOOST_TEST(check(desk, "passwore", two_lanes) == "wrong");
  BOOST_TEST(check(desk, "password", npm_order) == "right_needs_rehash");
  BOOST_TEST(check(desk, "passwore", npm_order) == "wrong");
}

BOOST_AUTO_TEST_CASE(hashes_made_by_php_open) {
  Desk desk;
  int seen = 0;
  for (const auto& entry : php_vectors()) {
    if (entry.at("scheme") != "argon2id") continue;
    const auto typed = base64_decode(entry.at("pw_b64").get<std::string>());
    const auto encoded = entry.at("hash").get<std::string>();
    BOOST_REQUIRE(typed.has_value());
    BOOST_TEST(check(desk, *typed, encoded) == "right", encoded);
    BOOST_TEST(check(desk, *typed + "x", encoded) == "wrong", encoded);
    ++seen;
  }
  BOOST_TEST(seen == 12);
}

BOOST_AUTO_TEST_CASE(hashes_of_an_unknown_kind_are_wrong) {
  Desk desk;
  for (const std::string encoded :
       {"password", "$2y$05$bIXnV74u.NJ0IXLAQ9ktKO", "$argon2i$v=19$m=256,t=3,p=1$", "!"}) {
    BOOST_TEST(check(desk, "password", encoded) == "wrong", encoded);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resources)

BOOST_AUTO_TEST_CASE(a_planted_hash_cannot_order_memory_or_time) {
  Desk desk;
  const std::string tail = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const double begin = cpu_seconds();
  for (const std::string parameters :
       {"m=4194304,t=9999,p=1", "m=4194304,p=1,t=9999", "m=256,t=4294967295,p=1", "m=262145,t=1,p=1",
        "m=8192,t=1,p=16777215"}) {
    BOOST_TEST(check(desk, "password", "$argon2id$v=19$" + parameters + tail) == "wrong", parameters);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  BOOST_TEST(usage.ru_maxrss < 128 * 1024);
  BOOST_TEST(cpu_seconds() - begin < 2.0);
}

BOOST_AUTO_TEST_CASE(somebody_unknown_costs_what_a_wrong_password_costs) {
  auto settings = quick_settings();
  settings.memory = 8 * 1024 * 1024;
  Desk desk(settings);
  const auto encoded = desk.passwords.hash(secret("correct horse")).value();
  for (const auto& typed : {std::string("wrong horse"), decomposed, std::string("\xff\xfe raw bytes")}) {
    const double wrong = median_cost(desk, secret(typed), encoded);
    for (const std::string unknown :
         {"", "$2y$05$bIXnV74u.NJ0IXLAQ9ktKO", "$argon2id$v=19$m=4194304,t=9999,p=1$x$y"}) {
      const double ratio = median_cost(desk, secret(typed), unknown) / wrong;
      BOOST_TEST(ratio > 0.5, typed << " against '" << unknown << "': " << ratio);
      BOOST_TEST(ratio < 2.0, typed << " against '" << unknown << "': " << ratio);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_free_slot_the_answer_is_busy) {
  auto settings = quick_settings();
  settings.concurrency = 1;
  Desk desk(settings, milliseconds{0});
  const auto encoded = desk.passwords.hash(secret("correct horse")).value();
  const auto held = desk.gate.enter();
  BOOST_REQUIRE(held.has_value());
  BOOST_TEST(check(desk, "correct horse", encoded) == "busy");
  BOOST_TEST(check(desk, "correct horse", "") == "busy");
  BOOST_TEST(!desk.passwords.hash(secret("correct horse")).has_value());
}

BOOST_AUTO_TEST_CASE(a_slot_is_given_back_after_each_computation) {
  auto settings = quick_settings();
  settings.concurrency = 1;
  Desk desk(settings, milliseconds{0});
  const auto encoded = desk.passwords.hash(secret("correct horse"));
  BOOST_REQUIRE(encoded.has_value());
  BOOST_TEST(check(desk, "correct horse", *encoded) == "right");
  BOOST_TEST(check(desk, "wrong horse", *encoded) == "wrong");
  BOOST_TEST(desk.gate.enter().has_value());
}

// In a process of its own, whose memory is limited. A sanitizer needs terabytes of addresses and is left out.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
BOOST_AUTO_TEST_CASE(short_memory_is_an_error_and_never_a_verdict) {
  auto settings = quick_settings();
  settings.memory = 512 * 1024 * 1024;
  Desk desk(settings);
  const std::string large =
      "$argon2id$v=19$m=262144,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{200 * 1024 * 1024, 200 * 1024 * 1024};
    setrlimit(RLIMIT_AS, &limit);
    int thrown = 0;
    const auto count = [&](auto work) {
      try {
        work();
      } catch (const std::runtime_error&) {
        ++thrown;
      }
    };
    count([&] { (void)desk.passwords.hash(secret("correct horse")); });
    count([&] { (void)desk.passwords.check(secret("correct horse"), ""); });
    count([&] { (void)desk.passwords.check(secret("correct horse"), large); });
    _exit(thrown);
  }
  int status = 0;
  waitpid(child, &status, 0);
  BOOST_REQUIRE(WIFEXITED(status));
  BOOST_TEST(WEXITSTATUS(status) == 3);
}
#endif

BOOST_AUTO_TEST_SUITE_END()

}  // namespace cardea::testing
