// Proof of work as a rule: what is free, what costs work, what is refused; at registration and sign-in.
#include "auth/account/work.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/registration.h"
#include "auth/account/sign_in.h"
#include "auth/signed_in.h"
#include "support/solved_work.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Site : House {
  Site() {
    settings.limits.address_registrations.failures = 2;
    settings.limits.address_failures.failures = 3;
    settings.limits.account_failures.failures = 100;
  }

  Caller at(const std::string& address) {
    auto somebody = caller();
    somebody.address = *parse_address(address);
    return somebody;
  }
  int count = 0;
  RegistrationOutcome sign_up(const std::string& work = "", const std::string& address = "192.0.2.7") {
    return register_user({.email = "user" + std::to_string(++count) + "@example.com",
                          .password = Secret::copy_of(valid_password),
                          .name = "",
                          .device = {.id = "", .name = ""},
                          .work = work},
                         at(address), deps());
  }
  std::variant<Grant, SignInRefused> log_in(std::string_view password, const std::string& work = "") {
    return sign_in({.login = "ada@example.com",
                    .password = Secret::copy_of(password),
                    .device = {.id = "", .name = ""},
                    .work = work},
                   at("192.0.2.7"), deps());
  }
};

bool granted(const RegistrationOutcome& answer) {
  return std::holds_alternative<Grant>(answer);
}

WorkChallenge challenge_of(const RegistrationOutcome& answer) {
  const auto& refused = std::get<RegistrationRefused>(answer);
  BOOST_TEST_REQUIRE((refused.why == RegistrationRefusal::challenge_required));
  return refused.challenge.value();
}

const SignInRefused& refusal_of(const std::variant<Grant, SignInRefused>& answer) {
  return std::get<SignInRefused>(answer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(work_as_a_rule)

BOOST_FIXTURE_TEST_CASE(past_the_limit_an_account_costs_work_and_each_answer_opens_one, Site) {
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up()));
  const auto challenge = challenge_of(sign_up());
  BOOST_TEST(challenge.bits == usual_work_bits);
  const auto work = answer_to(challenge);
  BOOST_TEST(granted(sign_up(work)));
  (void)challenge_of(sign_up(work));  // spent
  (void)challenge_of(sign_up("AAAA.1"));
  BOOST_TEST(store.users({}, 100).size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(an_answer_of_another_address_opens_nothing, Site) {
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(granted(sign_up("", "192.0.2.7")));
    BOOST_TEST(granted(sign_up("", "192.0.2.8")));
  }
  const auto work = answer_to(challenge_of(sign_up("", "192.0.2.7")));
  (void)challenge_of(sign_up(work, "192.0.2.8"));
  BOOST_TEST(granted(sign_up(work, "192.0.2.7")));  // and it was not spent there
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_is_late_opens_nothing, Site) {
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up()));
  const auto work = answer_to(challenge_of(sign_up()));
  now += work_life;
  (void)challenge_of(sign_up(work));
}

BOOST_FIXTURE_TEST_CASE(the_price_grows_and_past_ten_times_the_limit_nothing_helps_until_the_hour_is_over,
                        Site) {
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up()));
  int worked = 0;
  int last = usual_work_bits;
  for (;; ++worked) {
    const auto asked = sign_up();
    if (std::get<RegistrationRefused>(asked).why == RegistrationRefusal::too_many_attempts) break;
    const auto challenge = challenge_of(asked);
    BOOST_TEST((challenge.bits == last || challenge.bits == last + 1));
    last = challenge.bits;
    BOOST_TEST_REQUIRE(granted(sign_up(answer_to(challenge))));
  }
  BOOST_TEST(worked == 2 * worked_factor);
  BOOST_TEST(last == max_work_bits);
  now += std::chrono::minutes{60};
  BOOST_TEST(granted(sign_up()));
}

BOOST_FIXTURE_TEST_CASE(an_answer_to_the_price_of_a_moment_ago_counts, Site) {
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up()));
  const auto early = answer_to(challenge_of(sign_up()));
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up(answer_to(challenge_of(sign_up())))));
  BOOST_TEST(challenge_of(sign_up()).bits == usual_work_bits + 1);
  BOOST_TEST(granted(sign_up(early)));
}

BOOST_FIXTURE_TEST_CASE(a_network_of_many_addresses_pays_together, Site) {
  settings.limits.network_registrations.failures = 5;
  int free = 0;
  for (int i = 0; i < 20; ++i)
    free += granted(sign_up("", "2001:db8:1:" + std::to_string(i) + "::1")) ? 1 : 0;
  BOOST_TEST(free == 5);
  const std::string address = "2001:db8:1:77::1";
  BOOST_TEST(granted(sign_up(answer_to(challenge_of(sign_up("", address))), address)));
}

BOOST_FIXTURE_TEST_CASE(one_answer_posted_many_times_at_once_opens_one_account, Site) {
  for (int i = 0; i < 2; ++i) BOOST_TEST(granted(sign_up()));
  const auto work = answer_to(challenge_of(sign_up()));
  std::atomic<int> opened{0};
  {
    Threads crowd;
    for (int i = 0; i < 16; ++i)
      crowd.start([&, i] {
        House::Thread own(*this);
        const auto deps = own.deps();
        const auto answer = register_user({.email = "crowd" + std::to_string(i) + "@example.com",
                                           .password = Secret::copy_of(valid_password),
                                           .name = "",
                                           .device = {.id = "", .name = ""},
                                           .work = work},
                                          at("192.0.2.7"), deps);
        opened += granted(answer) ? 1 : 0;
      });
  }
  BOOST_TEST(opened.load() == 1);
}

// A school behind one address: one pupil guesses, the others get in for work, each guess costs work, and no guess is
// for free.
BOOST_FIXTURE_TEST_CASE(a_closed_address_lets_in_for_work, Site) {
  const auto ada = add_user("ada@example.com");
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((refusal_of(log_in("wrong")).why == SignInRefusal::invalid_credentials));
  const auto refused = log_in(valid_password);
  BOOST_TEST((refusal_of(refused).why == SignInRefusal::too_many_attempts));
  BOOST_TEST(refusal_of(refused).retry_after.count() == 30);
  const auto work = answer_to(refusal_of(refused).challenge.value());
  BOOST_TEST((refusal_of(log_in("wrong", work)).why == SignInRefusal::invalid_credentials));
  BOOST_TEST((refusal_of(log_in(valid_password, work)).why == SignInRefusal::too_many_attempts));  // spent
  const auto again = answer_to(refusal_of(log_in(valid_password)).challenge.value());
  BOOST_TEST(std::holds_alternative<Grant>(log_in(valid_password, again)));
}

BOOST_FIXTURE_TEST_CASE(no_work_opens_an_account_that_is_being_guessed_at, Site) {
  const auto ada = add_user("ada@example.com");
  settings.limits.account_failures.failures = 2;
  settings.limits.address_failures.failures = 1;
  BOOST_TEST((refusal_of(log_in("wrong")).why == SignInRefusal::invalid_credentials));
  const auto work = answer_to(refusal_of(log_in("wrong")).challenge.value());
  BOOST_TEST((refusal_of(log_in("wrong", work)).why == SignInRefusal::invalid_credentials));
  const auto closed = log_in(valid_password);
  BOOST_TEST((refusal_of(closed).why == SignInRefusal::too_many_attempts));
  BOOST_TEST(!refusal_of(closed).challenge.has_value());
}

BOOST_FIXTURE_TEST_CASE(guesses_for_work_end_at_ten_times_the_limit, Site) {
  const auto ada = add_user("ada@example.com");
  settings.limits.address_failures.failures = 1;
  BOOST_TEST((refusal_of(log_in("wrong")).why == SignInRefusal::invalid_credentials));
  int worked = 0;
  for (;; ++worked) {
    const auto asked = log_in("wrong");
    if (!refusal_of(asked).challenge) break;
    const auto answer = log_in("wrong", answer_to(*refusal_of(asked).challenge));
    BOOST_TEST_REQUIRE((refusal_of(answer).why == SignInRefusal::invalid_credentials));
  }
  BOOST_TEST(worked == worked_factor);
}

BOOST_AUTO_TEST_SUITE_END()
