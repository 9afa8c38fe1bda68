// Signing in with e-mail and password; refusals tell a thief nothing.
#include "auth/account/sign_in.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/throttle.h"
#include "auth/signed_in.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using Answer = std::variant<Grant, SignInRefused>;

SignInRequest attempt(const std::string& email, std::string_view password, const std::string& device = "") {
  return {.email = email, .password = Secret::copy_of(password), .device = {.id = device, .name = ""}};
}

std::string said(const Answer& answer) {
  const auto* refused = std::get_if<SignInRefused>(&answer);
  if (refused == nullptr) return "granted";
  switch (refused->why) {
    case SignInRefusal::invalid_credentials:
      return "invalid_credentials";
    case SignInRefusal::too_many_attempts:
      return "too_many_attempts";
    case SignInRefusal::account_disabled:
      return "account_disabled";
    case SignInRefusal::busy:
      return "busy";
    case SignInRefusal::ended_by_watch:
      return "ended_by_watch";
  }
  return "?";
}

seconds wait_of(const Answer& answer) {
  return std::get<SignInRefused>(answer).retry_after;
}

struct WithAda : House {
  User ada = add_user("ada@example.com");

  Answer try_in(std::string_view password, const std::string& device = "",
                const std::string& email = "ada@example.com") {
    return sign_in(attempt(email, password, device), caller(), deps());
  }
  Answer from(const char* address, const std::string& email, std::string_view password) {
    Caller somebody = caller();
    somebody.address = *parse_address(address);
    return sign_in(attempt(email, password), somebody, deps());
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(signing_in)

BOOST_AUTO_TEST_CASE(the_right_password_starts_a_session_on_this_device) {
  WithAda house;
  const auto answer = house.try_in(valid_password, "phone");
  BOOST_TEST_REQUIRE(said(answer) == "granted");
  const auto& grant = std::get<Grant>(answer);
  BOOST_TEST((grant.user.id == house.ada.id));
  BOOST_TEST(grant.session.device_id == "phone");
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 0);
}

BOOST_AUTO_TEST_CASE(the_email_is_recognised_however_it_was_typed) {
  WithAda house;
  for (const auto* typed : {"ada@example.com", " Ada@EXAMPLE.com ", "ADA@example.com."})
    BOOST_TEST(said(house.try_in(valid_password, "", typed)) == "granted");
}

BOOST_AUTO_TEST_CASE(wrong_guesses_are_refused_alike_and_recorded) {
  WithAda house;
  User social;  // signs in by other means only
  social.id = UserId::make(house.now, house.entropy);
  social.email = {"social@example.com", "social@example.com"};
  BOOST_TEST(house.store.add_user(social));
  const std::pair<const char*, const char*> rows[] = {{"ada@example.com", "wrong"},
                                                      {"ada@example.com", "correct horse battery stapl"},
                                                      {"ada@example.com", "Correct horse battery staple"},
                                                      {"nobody@example.com", "correct horse battery staple"},
                                                      {"social@example.com", ""},
                                                      {"not an address", "x"},
                                                      {"' OR ''='", "' OR ''='"}};
  for (const auto& [email, password] : rows) {
    BOOST_TEST_CONTEXT(email) {
      const auto answer = house.try_in(password, "", email);
      BOOST_TEST(said(answer) == "invalid_credentials");
      BOOST_TEST(wait_of(answer).count() == 0);
    }
  }
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 7);
  for (const auto& event : house.store.events({.user = {}, .since = never, .limit = 100}))
    BOOST_TEST(event.detail.find('@') == std::string::npos);
  BOOST_TEST(house.store.writes().sessions == 0);
}

BOOST_AUTO_TEST_CASE(after_too_many_failures_an_account_rests_even_for_the_right_password) {
  WithAda house;
  for (int i = 0; i < 5; ++i) BOOST_TEST(said(house.try_in("wrong")) == "invalid_credentials");
  const auto refused = house.try_in(valid_password);
  BOOST_TEST(said(refused) == "too_many_attempts");
  BOOST_TEST(wait_of(refused).count() == 30);
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 5);
  house.now += seconds{30};
  BOOST_TEST(said(house.try_in(valid_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(an_unknown_account_rests_like_a_known_one) {
  WithAda house;
  for (const auto* email : {"ada@example.com", "nobody@example.com", "not an address"}) {
    for (int i = 0; i < 5; ++i) BOOST_TEST(said(house.try_in("wrong", "", email)) == "invalid_credentials");
    const auto refused = house.try_in("wrong", "", email);
    BOOST_TEST(said(refused) == "too_many_attempts");
    BOOST_TEST(wait_of(refused).count() == 30);
  }
}

BOOST_AUTO_TEST_CASE(spelling_an_email_differently_wins_no_more_guesses) {
  WithAda house;
  const char* spellings[] = {"ada@example.com", "ADA@example.com", "ada@EXAMPLE.com", " ada@example.com",
                             "ada@example.com."};
  for (const auto* email : spellings) (void)house.try_in("wrong", "", email);
  BOOST_TEST(said(house.try_in("wrong", "", "aDa@example.com")) == "too_many_attempts");
}

BOOST_AUTO_TEST_CASE(the_right_password_empties_the_account_s_count) {
  WithAda house;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) BOOST_TEST(said(house.try_in("wrong")) == "invalid_credentials");
    BOOST_TEST(said(house.try_in(valid_password)) == "granted");
  }
}

BOOST_AUTO_TEST_CASE(one_address_guessing_at_many_accounts_is_slowed_down) {
  WithAda house;
  house.settings.limits.address_failures.failures = 20;
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    const auto answer = house.from("198.51.100.1", "user" + std::to_string(i) + "@example.com", "Password1");
    refused += said(answer) == "too_many_attempts" ? 1 : 0;
  }
  BOOST_TEST(refused == 10);
  BOOST_TEST(said(house.from("198.51.100.1", "ada@example.com", valid_password)) == "too_many_attempts");
  BOOST_TEST(said(house.from("198.51.100.2", "ada@example.com", valid_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(one_customer_s_many_ipv6_addresses_are_one_address) {
  WithAda house;
  house.settings.limits.address_failures.failures = 5;
  for (int i = 1; i <= 5; ++i) {
    const auto address = "2001:db8:1:2::" + std::to_string(i);
    (void)house.from(address.c_str(), "user" + std::to_string(i) + "@example.com", "x");
  }
  BOOST_TEST(said(house.from("2001:db8:1:2:3:4:5:6", "ada@example.com", valid_password)) ==
             "too_many_attempts");
  BOOST_TEST(said(house.from("2001:db8:1:3::1", "ada@example.com", valid_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_stranger_cannot_lock_the_owner_out_of_a_known_device) {
  WithAda house;
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "granted");
  for (int i = 0; i < 20; ++i) (void)house.from("198.51.100.1", "ada@example.com", "wrong");
  BOOST_TEST(said(house.try_in(valid_password)) == "too_many_attempts");
  BOOST_TEST(said(house.try_in(valid_password, "another")) == "too_many_attempts");
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_known_device_may_not_guess_without_end_either) {
  WithAda house;
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "granted");
  int judged = 0;
  for (int i = 0; i < 40; ++i)
    judged += said(house.try_in("wrong", "phone")) == "invalid_credentials" ? 1 : 0;
  BOOST_TEST(judged == 5);  // then the answer is the one that a stranger gets
  BOOST_TEST(house.store.throttle(device_bucket(house.ada.id, "phone")).failures == 5);
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "too_many_attempts");
}

BOOST_AUTO_TEST_CASE(all_known_devices_of_an_account_together_may_fail_as_often_as_one_address) {
  WithAda house;
  house.settings.limits.address_failures.failures = 6;
  for (int device = 0; device < 10; ++device)
    BOOST_TEST(said(house.try_in(valid_password, "phone" + std::to_string(device))) == "granted");
  for (int i = 0; i < 5; ++i) (void)house.try_in("wrong");
  for (int device = 0; device < 9; ++device) (void)house.try_in("wrong", "phone" + std::to_string(device));
  BOOST_TEST(said(house.try_in(valid_password, "phone9")) == "too_many_attempts");
}

// Behind one address: a neighbour's guesses close it for unknown devices only.
BOOST_AUTO_TEST_CASE(a_known_device_gets_in_although_its_address_is_closed) {
  WithAda house;
  house.settings.limits.address_failures.failures = 5;
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "granted");
  for (int i = 0; i < 5; ++i) (void)house.try_in("wrong", "", "user" + std::to_string(i) + "@example.com");
  const auto stranger = house.try_in("wrong", "unknown");
  const auto mistyped = house.try_in("wrong", "phone");
  BOOST_TEST(said(stranger) == "too_many_attempts");
  BOOST_TEST(said(mistyped) == "too_many_attempts");  // nobody learns whose device it is
  BOOST_TEST(wait_of(stranger).count() == wait_of(mistyped).count());
  BOOST_TEST(said(house.try_in(valid_password, "unknown")) == "too_many_attempts");
  BOOST_TEST(said(house.try_in(valid_password, "phone")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_device_is_known_until_all_sessions_end_or_it_was_a_stranger_s) {
  WithAda house;
  const auto is_known = [&house](const std::string& device) {
    const auto user = house.user_of(house.ada);
    return house.store.is_known_device(user.id, device, user.epoch);
  };
  for (const auto* device : {"phone", "thief", "tablet"}) (void)house.start(house.ada, device);
  const auto end = [&house](const Grant& grant, RevokeReason reason) {
    BOOST_TEST(house.store.revoke({grant.session.id, reason, house.now}));
  };
  end(house.start(house.ada, "phone"), RevokeReason::signed_out);
  end(house.start(house.ada, "thief"), RevokeReason::disowned);
  BOOST_TEST(is_known("phone"));
  BOOST_TEST(is_known("tablet"));
  BOOST_TEST(!is_known("thief"));
  BOOST_TEST(!is_known("never seen"));
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(!is_known("tablet"));
}

BOOST_AUTO_TEST_CASE(right_passwords_at_once_are_all_let_in_and_count_nothing) {
  WithAda house;
  std::atomic<int> granted{0};
  {
    Threads crowd;
    for (int i = 0; i < 16; ++i)
      crowd.start([&] {
        House::Thread own(house);
        const auto deps = own.deps();
        if (said(sign_in(attempt("ada@example.com", valid_password), house.caller(), deps)) == "granted")
          ++granted;
      });
  }
  BOOST_TEST(granted.load() == 16);
  BOOST_TEST((house.store.throttle(account_bucket("ada@example.com")) == Throttle{}));
  BOOST_TEST((house.store.throttle(address_bucket(house.caller().address)) == Throttle{}));
}

BOOST_AUTO_TEST_CASE(one_ipv6_network_s_many_addresses_are_slowed_down) {
  WithAda house;
  house.settings.limits.address_failures.failures = 50;
  int refused = 0;
  for (int i = 0; i < 70; ++i) {
    const auto address = "2001:db8:1:" + std::to_string(i) + "::1";
    const auto email = "user" + std::to_string(i) + "@example.com";
    refused += said(house.from(address.c_str(), email, "wrong")) == "too_many_attempts" ? 1 : 0;
  }
  BOOST_TEST(refused == 8);
  BOOST_TEST(said(house.from("2001:db8:1:ffff::1", "ada@example.com", valid_password)) ==
             "too_many_attempts");
  BOOST_TEST(said(house.from("2001:db8:2::1", "ada@example.com", valid_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(sixty_four_wrong_guesses_at_once_count_at_least_as_many_as_they_are) {
  WithAda house;
  std::atomic<int> judged{0};
  {
    Threads crowd;
    for (int i = 0; i < 64; ++i)
      crowd.start([&] {
        House::Thread own(house);
        const auto caller = house.caller();
        const auto deps = own.deps();
        if (said(sign_in(attempt("ada@example.com", "wrong"), caller, deps)) == "invalid_credentials")
          ++judged;
      });
  }
  BOOST_TEST(judged.load() >= 1);
  BOOST_TEST(judged.load() <= 5);
  BOOST_TEST(judged.load() == 5);
  BOOST_TEST(house.store.throttle(account_bucket("ada@example.com")).failures >= judged.load());
  BOOST_TEST(house.store.throttle(address_bucket(house.caller().address)).failures >= judged.load());
}

BOOST_AUTO_TEST_CASE(that_an_account_is_disabled_is_said_only_to_who_knows_the_password) {
  WithAda house;
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(said(house.try_in("wrong")) == "invalid_credentials");
  BOOST_TEST(said(house.try_in(valid_password)) == "account_disabled");
  BOOST_TEST(house.store.writes().sessions == 0);
}

BOOST_AUTO_TEST_CASE(a_hash_with_old_parameters_is_made_anew_at_a_good_sign_in_only) {
  WithAda house;
  HashingSlots gate(house.key_directory() + "/other.lock", 1, seconds{10});
  auto weak = house.settings.password;
  weak.memory = 32 * 1024;
  const auto old_hash = Passwords(weak, gate).hash(Secret::copy_of(valid_password)).value();
  BOOST_TEST(house.store.set_password(house.ada.id, old_hash, house.now));

  BOOST_TEST(said(house.try_in("wrong")) == "invalid_credentials");
  BOOST_TEST(house.user_of(house.ada).password_hash == old_hash);
  const auto epoch = house.user_of(house.ada).epoch;
  BOOST_TEST(said(house.try_in(valid_password)) == "granted");
  const auto improved = house.user_of(house.ada);
  BOOST_TEST(improved.password_hash.find("m=64,") != std::string::npos);
  BOOST_TEST(improved.epoch == epoch);
  BOOST_TEST(said(house.try_in(valid_password)) == "granted");
  BOOST_TEST(house.user_of(house.ada).password_hash == improved.password_hash);
}

BOOST_AUTO_TEST_CASE(without_a_hashing_slot_nobody_is_judged_and_nothing_counted) {
  WithAda house;
  HashingSlots gate(house.key_directory() + "/busy.lock", 1, milliseconds{1});
  const auto taken = gate.enter();
  BOOST_TEST_REQUIRE(taken.has_value());
  Passwords passwords(house.settings.password, gate);
  const auto deps = house.deps();
  const Deps busy{deps.settings, deps.store,   deps.keys,    deps.revoked,
                  passwords,     deps.entropy, deps.letters, deps.http};
  for (int i = 0; i < 10; ++i) {
    const auto answer = sign_in(attempt("ada@example.com", "wrong"), house.caller(), busy);
    BOOST_TEST(said(answer) == "busy");
    BOOST_TEST(wait_of(answer).count() == 2);
  }
  BOOST_TEST((house.store.throttle(account_bucket("ada@example.com")) == Throttle{}));
  BOOST_TEST(said(house.try_in(valid_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(without_a_database_nobody_is_let_in) {
  WithAda house;
  house.store.set_unavailable(true);
  BOOST_CHECK_THROW((void)house.try_in(valid_password), StoreUnavailable);
}

BOOST_AUTO_TEST_SUITE_END()
