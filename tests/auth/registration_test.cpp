// Registration: opening an account.
#include "auth/account/registration.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/throttle.h"
#include "auth/signed_in.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using Answer = std::variant<Grant, RegistrationRefused>;

RegistrationRequest request_of(const std::string& email, std::string_view password = valid_password) {
  return {.email = email,
          .password = Secret::copy_of(password),
          .name = "Ada",
          .device = {.id = "phone", .name = "Ada's phone"}};
}

Answer try_to_register(House& house, const std::string& email, std::string_view password = valid_password) {
  return register_user(request_of(email, password), house.caller(), house.deps());
}

std::string said(const Answer& answer) {
  const auto* refused = std::get_if<RegistrationRefused>(&answer);
  if (refused == nullptr) return "granted";
  switch (refused->why) {
    case RegistrationRefusal::closed:
      return "closed";
    case RegistrationRefusal::bad_email:
      return "bad_email";
    case RegistrationRefusal::password_too_short:
      return "password_too_short";
    case RegistrationRefusal::password_too_long:
      return "password_too_long";
    case RegistrationRefusal::password_not_text:
      return "password_not_text";
    case RegistrationRefusal::password_too_common:
      return "password_too_common";
    case RegistrationRefusal::email_in_use:
      return "email_in_use";
    case RegistrationRefusal::too_many_attempts:
      return "too_many_attempts";
    case RegistrationRefusal::busy:
      return "busy";
    case RegistrationRefusal::ended_by_watch:
      return "ended_by_watch";
  }
  return "?";
}

std::string strategy_of(const Answer& answer) {
  return std::get<RegistrationRefused>(answer).strategy;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(registering)

BOOST_AUTO_TEST_CASE(a_new_user_is_stored_signed_in_and_recorded) {
  House house;
  const auto answer = try_to_register(house, " Ada@Example.COM ");
  BOOST_TEST_REQUIRE(said(answer) == "granted");
  const auto& grant = std::get<Grant>(answer);
  const auto user = house.store.user_by_email("ada@example.com").value();
  BOOST_TEST((user.id == grant.user.id));
  BOOST_TEST(user.email.typed == "Ada@Example.COM");
  BOOST_TEST(user.name == "Ada");
  BOOST_TEST(user.last_method == "password");
  BOOST_TEST((user.created_at == house.now));
  BOOST_TEST((user.status == UserStatus::active));
  BOOST_TEST(user.scope == "");
  BOOST_TEST(user.password_hash.starts_with("$argon2id$"));
  BOOST_TEST(house.row_of(grant).device_id == "phone");
  BOOST_TEST(house.events_of(EventKind::registered) == 1);
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_become_an_account_is_refused_without_a_write) {
  House house;
  struct Row {
    std::string email;
    std::string password;
    const char* answer;
  };
  const Row rows[] = {
      {"ada", "long enough", "bad_email"},
      {"ada@localhost", "long enough", "bad_email"},
      {"ada@example.com\r\nBcc: x@y.zz", "long enough", "bad_email"},
      {std::string(250, 'a') + "@example.com", "long enough", "bad_email"},
      {"ada@example.com", "seven77", "password_too_short"},
      {"ada@example.com", "", "password_too_short"},
      {"ada@example.com", std::string(1025, 'x'), "password_too_long"},
      {"ada@example.com", std::string("null\0inside", 11), "password_not_text"},
      {"ada@example.com", "Password123", "password_too_common"},
      {"ada@example.com", "ada-2026!", "password_too_common"},
      {"ada@example.com", "\xFF\xFE\xFD\xFC\xFB\xFA\xF9\xF8", "password_not_text"},
  };
  for (const auto& row : rows) {
    const auto answer = try_to_register(house, row.email, row.password);
    BOOST_TEST(said(answer) == row.answer);
    BOOST_TEST(std::get<RegistrationRefused>(answer).retry_after.count() == 0);
  }
  BOOST_TEST(house.store.writes().total() == 0);
}

BOOST_AUTO_TEST_CASE(without_a_hashing_slot_nobody_is_registered) {
  House house;
  HashingSlots slots(house.key_directory() + "/busy.lock", 1, milliseconds{1});
  const auto taken = slots.enter();
  BOOST_TEST_REQUIRE(taken.has_value());
  Passwords passwords(house.settings.password, slots);
  const auto deps = house.deps();
  const Deps busy{deps.settings, deps.store,   deps.keys,    deps.revoked,
                  passwords,     deps.entropy, deps.letters, deps.http};
  const auto answer = register_user(request_of("ada@example.com"), house.caller(), busy);
  BOOST_TEST(said(answer) == "busy");
  BOOST_TEST(std::get<RegistrationRefused>(answer).retry_after.count() == 2);
  BOOST_TEST(house.store.writes().total() == 0);
}

BOOST_AUTO_TEST_CASE(passwords_of_every_length_between_the_limits_are_taken_whole) {
  House house;
  int number = 0;
  for (const std::size_t length : {8U, 64U, 72U, 73U, 1024U}) {
    const auto email = "user" + std::to_string(++number) + "@example.com";
    const std::string password = "q" + std::string(length - 2, 'x') + "z";
    BOOST_TEST(said(try_to_register(house, email, password)) == "granted");
    const auto hash = house.store.user_by_email(email)->password_hash;
    const auto check = [&](const std::string& typed) {
      return house.deps().passwords.check(Secret::copy_of(typed), hash);
    };
    BOOST_TEST((check(password) == PasswordVerdict::right));
    BOOST_TEST((check(password.substr(1)) == PasswordVerdict::wrong));
    BOOST_TEST((check(password + "x") == PasswordVerdict::wrong));
  }
}

BOOST_AUTO_TEST_CASE(an_email_in_use_is_refused_with_the_way_its_owner_signs_in) {
  House house;
  (void)try_to_register(house, "ada@example.com");
  const auto refused = try_to_register(house, "ADA@EXAMPLE.com");
  BOOST_TEST(said(refused) == "email_in_use");
  BOOST_TEST(strategy_of(refused) == "password");

  User social;
  social.id = UserId::make(house.now, house.entropy);
  social.email = {"kim@example.com", "kim@example.com"};
  social.last_method = "kakao";
  BOOST_TEST(house.store.add_user(social));
  BOOST_TEST(strategy_of(try_to_register(house, "kim@example.com")) == "kakao");
}

BOOST_AUTO_TEST_CASE(a_closed_registration_lets_nobody_in_and_tells_nothing) {
  House house;
  house.add_user("ada@example.com");
  house.settings.registration_open = false;
  const int calls = house.store.calls();
  for (const auto* email : {"ada@example.com", "new@example.com", "not an address"})
    BOOST_TEST(said(try_to_register(house, email)) == "closed");
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(one_address_asking_about_emails_in_use_is_slowed_down) {
  House house;
  house.settings.limits.address_failures.failures = 5;
  house.add_user("ada@example.com");
  for (int i = 0; i < 5; ++i) BOOST_TEST(said(try_to_register(house, "ada@example.com")) == "email_in_use");
  const auto refused = try_to_register(house, "ada@example.com");
  BOOST_TEST(said(refused) == "too_many_attempts");
  BOOST_TEST(std::get<RegistrationRefused>(refused).retry_after.count() == 30);
}

BOOST_AUTO_TEST_CASE(registrations_that_succeed_slow_nobody_down) {
  House house;
  house.settings.limits.address_failures.failures = 2;
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(said(try_to_register(house, "user" + std::to_string(i) + "@example.com")) == "granted");
  BOOST_TEST((house.store.throttle(address_bucket(house.caller().address)) == Throttle{}));
}

std::string registered_from(House& house, const std::string& address, int number) {
  auto caller = house.caller();
  caller.address = *parse_address(address);
  return said(
      register_user(request_of("user" + std::to_string(number) + "@example.com"), caller, house.deps()));
}

BOOST_AUTO_TEST_CASE(an_address_may_open_so_many_accounts_an_hour_and_no_more) {
  House house;
  house.settings.limits.address_registrations.failures = 3;
  for (int i = 0; i < 3; ++i) BOOST_TEST(registered_from(house, "192.0.2.7", i) == "granted");
  for (int i = 3; i < 9; ++i) BOOST_TEST(registered_from(house, "192.0.2.7", i) == "too_many_attempts");
  BOOST_TEST(registered_from(house, "192.0.2.8", 10) == "granted");
  house.now += std::chrono::minutes{59};
  BOOST_TEST(std::get<RegistrationRefused>(try_to_register(house, "x@example.com")).retry_after.count() ==
             60);
  house.now += std::chrono::minutes{1};
  BOOST_TEST(registered_from(house, "192.0.2.7", 11) == "granted");
  BOOST_TEST(house.store.users({}, 100).size() == 5U);
}

BOOST_AUTO_TEST_CASE(an_ipv6_network_may_open_so_many_accounts_whatever_its_addresses) {
  House house;
  int granted = 0;
  for (int i = 0; i < 40; ++i)
    granted += registered_from(house, "2001:db8:1:" + std::to_string(i) + "::1", i) == "granted" ? 1 : 0;
  BOOST_TEST(granted == 30);
  BOOST_TEST(registered_from(house, "2001:db8:2::1", 50) == "granted");
}

BOOST_AUTO_TEST_CASE(what_fails_opens_no_account_and_is_not_counted_as_one) {
  House house;
  house.settings.limits.address_registrations.failures = 2;
  BOOST_TEST(registered_from(house, "192.0.2.7", 1) == "granted");
  for (int i = 0; i < 3; ++i) BOOST_TEST(registered_from(house, "192.0.2.7", 1) == "email_in_use");
  BOOST_TEST(said(try_to_register(house, "two@example.com", "short")) == "password_too_short");
  BOOST_TEST(registered_from(house, "192.0.2.7", 2) == "granted");
}

BOOST_AUTO_TEST_CASE(many_registrations_at_once_open_no_more_accounts_than_the_limit) {
  House house;
  std::atomic<int> granted{0};
  {
    Threads crowd;
    for (int i = 0; i < 32; ++i)
      crowd.start([&, i] {
        House::Thread own(house);
        const auto deps = own.deps();
        auto request = request_of("user" + std::to_string(i) + "@example.com");
        if (said(register_user(std::move(request), house.caller(), deps)) == "granted") ++granted;
      });
  }
  BOOST_TEST(granted.load() == 10);
  BOOST_TEST(house.store.users({}, 100).size() == 10U);
}

BOOST_AUTO_TEST_CASE(of_many_registrations_of_one_email_at_once_one_succeeds) {
  House house;
  std::atomic<int> granted{0};
  std::atomic<int> in_use{0};
  {
    Threads crowd;
    for (int i = 0; i < 32; ++i)
      crowd.start([&] {
        House::Thread own(house);
        const auto deps = own.deps();
        const auto caller = house.caller();
        const auto word = said(register_user(request_of("ada@example.com"), caller, deps));
        granted += word == "granted" ? 1 : 0;
        in_use += word == "email_in_use" ? 1 : 0;
      });
  }
  BOOST_TEST(granted.load() == 1);
  BOOST_TEST(granted.load() + in_use.load() <= 32);
  BOOST_TEST(in_use.load() >= 1);
  BOOST_TEST(house.store.users({}, 10).size() == 1U);
  BOOST_TEST(house.events_of(EventKind::registered) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
