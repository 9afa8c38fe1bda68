#include "auth/account/password.h"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>

#include "auth/account/sign_in.h"
#include "auth/new_password.h"
#include "auth/session/refresh.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithAda : House {
  User ada = add_user("ada@example.com");
  Grant phone = start(ada, "phone");
  Grant laptop = start(ada, "laptop");

  std::variant<Grant, PasswordChangeRefused> change(std::string_view current, std::string_view chosen) {
    return change_password({.current = Secret::copy_of(current), .chosen = Secret::copy_of(chosen)},
                           state_of(phone.session.id), caller(), deps());
  }
  std::optional<PasswordChangeRefusal> refusal(std::string_view current, std::string_view chosen) {
    const auto outcome = change(current, chosen);
    const auto* refused = std::get_if<PasswordChangeRefused>(&outcome);
    return refused ? std::optional{refused->why} : std::nullopt;
  }
  bool renews(const Grant& grant) {
    const auto outcome = refresh({.tokens = by_cookie(grant), .idempotency_key = {}}, caller(), deps());
    return std::holds_alternative<Grant>(outcome);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(password_change)

BOOST_AUTO_TEST_CASE(a_new_password_ends_all_sessions_and_starts_one_on_this_device) {
  WithAda house;
  const auto outcome = house.change(valid_password, new_password);
  const auto& grant = std::get<Grant>(outcome);
  BOOST_TEST(grant.session.device_id == "phone");
  BOOST_TEST(!house.renews(house.phone));
  BOOST_TEST(!house.renews(house.laptop));
  BOOST_TEST(house.renews(grant));
  BOOST_TEST(signs_in(house, new_password));
  BOOST_TEST(!signs_in(house, valid_password));
  BOOST_TEST(house.events_of(EventKind::password_changed) == 1);
}

BOOST_AUTO_TEST_CASE(the_current_password_must_be_known) {
  WithAda house;
  BOOST_TEST((house.refusal("wrong", new_password) == PasswordChangeRefusal::wrong_password));
  BOOST_TEST(house.renews(house.laptop));
  BOOST_TEST(signs_in(house, valid_password));
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 1);
  BOOST_TEST(house.events_of(EventKind::password_changed) == 0);
}

BOOST_AUTO_TEST_CASE(the_new_password_must_be_another_one) {
  WithAda house;
  BOOST_TEST((house.refusal(valid_password, valid_password) == PasswordChangeRefusal::same_as_before));
  BOOST_TEST(house.renews(house.laptop));
  // Only who knows the current one is told.
  BOOST_TEST((house.refusal("wrong", valid_password) == PasswordChangeRefusal::wrong_password));
  BOOST_TEST((house.refusal("wrong", "wrong") == PasswordChangeRefusal::too_short));
  BOOST_TEST((house.refusal("wrong password", "wrong password") == PasswordChangeRefusal::wrong_password));
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_does_not_get_its_first_one_this_way) {
  WithAda house;
  BOOST_REQUIRE(house.store.set_password(house.ada.id, "", house.now));
  house.phone = house.start(house.ada, "phone");
  for (const auto* current : {"", "anything", "correct horse battery staple"})
    BOOST_TEST((house.refusal(current, new_password) == PasswordChangeRefusal::wrong_password));
}

BOOST_AUTO_TEST_CASE(a_password_that_no_registration_would_take_is_refused_before_anything_is_counted) {
  WithAda house;
  BOOST_TEST((house.refusal(valid_password, "short") == PasswordChangeRefusal::too_short));
  BOOST_TEST((house.refusal(valid_password, std::string(2000, 'x')) == PasswordChangeRefusal::too_long));
  BOOST_TEST((house.refusal(valid_password, "\xFF\xFE no text at all") == PasswordChangeRefusal::not_text));
  BOOST_TEST(house.store.writes().throttles == 0);
}

BOOST_AUTO_TEST_CASE(guesses_are_slowed_down_and_do_not_lock_the_owner_s_sign_in_out) {
  WithAda house;
  for (int i = 0; i < 5; ++i)
    BOOST_TEST((house.refusal("wrong", new_password) == PasswordChangeRefusal::wrong_password));
  const auto outcome = house.change(valid_password, new_password);
  const auto& refused = std::get<PasswordChangeRefused>(outcome);
  BOOST_TEST((refused.why == PasswordChangeRefusal::too_many_attempts));
  BOOST_TEST(refused.retry_after.count() == 30);
  BOOST_TEST(signs_in(house, valid_password));
  house.now += seconds{30};
  BOOST_TEST(!house.refusal(valid_password, new_password).has_value());
}

BOOST_AUTO_TEST_CASE(a_right_password_counts_nothing) {
  WithAda house;
  std::string current(valid_password);
  for (int i = 0; i < 8; ++i) {
    const auto next = std::string(new_password) + std::to_string(i);
    const auto outcome = house.change(current, next);
    BOOST_REQUIRE(std::holds_alternative<Grant>(outcome));
    house.phone = std::get<Grant>(outcome);
    current = next;
  }
}

BOOST_AUTO_TEST_CASE(a_common_password_that_the_site_allows_is_told) {
  for (const auto& [chosen, common] :
       {std::pair{"password123", true}, std::pair{"a wholly new phrase", false}}) {
    WithAda house;
    HashingSlots slots(house.key_directory() + "/other.lock", 1, seconds{10});
    auto lenient = house.settings.password;
    lenient.common = CommonPolicy::warn;
    Passwords passwords(lenient, slots);
    const auto own = house.deps();
    const Deps deps{own.settings, own.store,   own.keys,    own.revoked,
                    passwords,    own.entropy, own.letters, own.http};
    const auto outcome =
        change_password({.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(chosen)},
                        house.state_of(house.phone.session.id), house.caller(), deps);
    BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(outcome));
    BOOST_TEST(std::get<Grant>(outcome).common_password == common);
  }
}

BOOST_AUTO_TEST_CASE(a_browser_that_said_cookie_has_said_it_for_the_new_session_too) {
  for (const auto said : {Transport::cookie, Transport::unknown}) {
    WithAda house;
    house.phone = std::get<Grant>(start_session(house.user_of(house.ada),
                                                {.id = "phone", .name = "", .transport = said}, "password",
                                                house.caller(), house.deps()));
    const auto outcome = house.change(valid_password, new_password);
    BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(outcome));
    BOOST_TEST((house.row_of(std::get<Grant>(outcome)).transport == said));
  }
}

BOOST_AUTO_TEST_CASE(without_a_hashing_slot_no_password_is_changed_and_no_guess_counted) {
  WithAda house;
  HashingSlots slots(house.key_directory() + "/busy.lock", 1, milliseconds{1});
  const auto taken = slots.enter();
  BOOST_TEST_REQUIRE(taken.has_value());
  Passwords passwords(house.settings.password, slots);
  const auto deps = house.deps();
  const Deps busy{deps.settings, deps.store,   deps.keys,    deps.revoked,
                  passwords,     deps.entropy, deps.letters, deps.http};
  for (int i = 0; i < 10; ++i) {
    const auto outcome =
        change_password({.current = Secret::copy_of("wrong"), .chosen = Secret::copy_of(new_password)},
                        house.state_of(house.phone.session.id), house.caller(), busy);
    const auto& refused = std::get<PasswordChangeRefused>(outcome);
    BOOST_TEST((refused.why == PasswordChangeRefusal::busy));
    BOOST_TEST(refused.retry_after.count() == 2);
  }
  BOOST_TEST(!house.refusal(valid_password, new_password).has_value());
}

// Other processes may take the slot between two of the three computations.
BOOST_AUTO_TEST_CASE(a_change_that_loses_its_hashing_slot_on_the_way_changes_nothing) {
  int busy = 0, granted = 0;
  for (int statements = 0; statements < 12; ++statements) BOOST_TEST_CONTEXT(statements) {
      WithAda house;
      HashingSlots slots(house.key_directory() + "/busy.lock", 1, milliseconds{1});
      Passwords passwords(house.settings.password, slots);
      const auto own = house.deps();
      const Deps deps{own.settings, own.store,   own.keys,    own.revoked,
                      passwords,    own.entropy, own.letters, own.http};
      std::optional<HashingSlots::Slot> taken;
      const auto state = house.state_of(house.phone.session.id);
      house.store.after_some(statements, [&] { taken = slots.enter(); });
      const auto outcome = change_password(
          {.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(new_password)}, state,
          house.caller(), deps);
      BOOST_TEST(taken.has_value());
      if (const auto* refused = std::get_if<PasswordChangeRefused>(&outcome)) {
        ++busy;
        BOOST_TEST((refused->why == PasswordChangeRefusal::busy));
        BOOST_TEST(house.user_of(house.ada).password_hash == house.ada.password_hash);
      } else {
        ++granted;
      }
    }
  BOOST_TEST(busy > 0);
  BOOST_TEST(granted > 0);
}

// The letter is not sent, so it is not counted either.
BOOST_AUTO_TEST_CASE(a_change_that_another_request_overtook_counts_as_no_change) {
  WithAda house;
  house.settings.mail.from = "noreply@example.com";
  for (int i = 0; i < 6; ++i) {
    const auto before = house.state_of(house.phone.session.id);
    BOOST_REQUIRE(house.store.set_password(house.ada.id, before.user.password_hash, house.now));
    const auto outcome =
        change_password({.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(new_password)},
                        before, house.caller(), house.deps());
    BOOST_TEST((std::get<PasswordChangeRefused>(outcome).why == PasswordChangeRefusal::busy));
  }
  BOOST_TEST(house.letters().empty());
  house.phone = house.start(house.ada, "phone");
  BOOST_TEST(!house.refusal(valid_password, new_password).has_value());
}

BOOST_AUTO_TEST_CASE(changes_are_refused_where_their_letters_would_be_too_many) {
  WithAda house;
  house.settings.mail.from = "noreply@example.com";
  std::string current(valid_password);
  const auto change_once = [&](int number) {
    const auto next = std::string(new_password) + std::to_string(number);
    const auto outcome = house.change(current, next);
    if (const auto* refused = std::get_if<PasswordChangeRefused>(&outcome)) return *refused;
    house.phone = std::get<Grant>(outcome);
    current = next;
    return PasswordChangeRefused{};
  };
  int refused = 0;
  for (int i = 0; i < 20; ++i)
    refused += change_once(i).why == PasswordChangeRefusal::too_many_attempts ? 1 : 0;
  BOOST_TEST(refused == 15);
  BOOST_TEST(house.letters().size() == 5U);  // as many as there were changes
  BOOST_TEST(house.events_of(EventKind::password_changed) == 5);
  // Refused before the password is looked at: a guess is neither judged nor counted.
  BOOST_TEST((house.refusal("wrong", new_password) == PasswordChangeRefusal::too_many_attempts));
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 0);
  BOOST_TEST(signs_in(house, current));
  house.now += std::chrono::hours{1};
  BOOST_TEST((change_once(20).why != PasswordChangeRefusal::too_many_attempts));
}

BOOST_AUTO_TEST_CASE(a_neighbour_s_guesses_at_the_same_address_do_not_stop_a_change) {
  WithAda house;
  house.settings.limits.address_failures.failures = 3;
  for (int i = 0; i < 3; ++i)
    (void)sign_in({.login = "bob@example.com", .password = Secret::copy_of("wrong"), .device = {}},
                  house.caller(), house.deps());
  BOOST_TEST(!house.refusal(valid_password, new_password).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
