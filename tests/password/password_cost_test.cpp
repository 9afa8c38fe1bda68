// What a check may cost, in time, memory and places.
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "password/desk.h"

namespace cardea::testing {
namespace {

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

}  // namespace

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
  // Kilobytes. AddressSanitizer keeps what was freed for a while.
#if !defined(__SANITIZE_ADDRESS__)
  BOOST_TEST(usage.ru_maxrss < 128 * 1024);
#endif
  BOOST_TEST(cpu_seconds() - begin < 2.0);
}

BOOST_AUTO_TEST_CASE(somebody_unknown_costs_what_a_wrong_password_costs) {
  auto settings = quick_settings();
  settings.memory = 8 * 1024 * 1024;
  Desk desk(settings);
  const auto encoded = desk.passwords.hash(secret("correct horse")).value();
  for (const auto& typed :
       {std::string("wrong horse"), std::string("pa\u0308sswo\u0308rd"), std::string("\xff\xfe raw bytes")}) {
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
