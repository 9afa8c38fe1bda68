// Signing in as a person whom a provider confirmed.
#include "auth/account/providers.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/registration.h"
#include "auth/account/sign_in.h"
#include "support/house.h"
#include "support/resets.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using Answer = std::variant<Grant, ProviderSignInRefused>;

Person kim(const std::string& email = "kim@example.com") {
  return {.issuer = "https://accounts.google.com",
          .subject = "1098",
          .provider = "google",
          .email = parse_email(email),
          .name = "Kim"};
}

Answer sign_in_as(House& house, const Person& person, const std::string& device = "phone") {
  return sign_in_by_provider(person, {.id = device, .name = ""}, house.caller(), house.deps());
}

const Grant& granted(const Answer& answer) {
  BOOST_REQUIRE(std::holds_alternative<Grant>(answer));
  return std::get<Grant>(answer);
}

bool is_refused(const Answer& answer, ProviderSignInRefusal why) {
  const auto* refused = std::get_if<ProviderSignInRefused>(&answer);
  return refused != nullptr && refused->why == why;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(provider_sign_in)

BOOST_AUTO_TEST_CASE(a_new_person_gets_an_account_with_address_and_name) {
  House house;
  const auto answer = sign_in_as(house, kim());
  const auto& grant = granted(answer);
  const auto user = house.user_of(grant.user);
  BOOST_TEST(user.email.key == "kim@example.com");
  BOOST_TEST(user.name == "Kim");
  BOOST_TEST(user.password_hash.empty());
  BOOST_TEST(user.last_method == "google");
  BOOST_TEST(grant.user.last_method == "google");
  BOOST_TEST(grant.session.method == "google");
  BOOST_TEST(house.events_of(EventKind::registered) == 1);
  BOOST_TEST((house.store.provider_identity("https://accounts.google.com", "1098")->user == user.id));
}

BOOST_AUTO_TEST_CASE(the_same_person_comes_back_to_the_same_account_whatever_the_address) {
  House house;
  const auto first = granted(sign_in_as(house, kim())).user.id;
  for (const std::string email : {"kim@example.com", "new@example.com", ""})
    BOOST_TEST((granted(sign_in_as(house, kim(email))).user.id == first), email);
  BOOST_TEST(house.events_of(EventKind::registered) == 1);
  BOOST_TEST(house.store.users(std::nullopt, 10).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_name_is_taken_the_first_time_only) {
  House house;
  auto person = kim();
  (void)sign_in_as(house, person);
  person.name = "Somebody else";
  BOOST_TEST(granted(sign_in_as(house, person)).user.name == "Kim");
}

BOOST_AUTO_TEST_CASE(other_subjects_and_other_issuers_are_other_people) {
  House house;
  const auto first = granted(sign_in_as(house, kim())).user.id;
  auto other = kim("");
  other.subject = "1099";
  BOOST_TEST((granted(sign_in_as(house, other)).user.id != first));
  other = kim("");
  other.issuer = "https://kauth.kakao.com";
  BOOST_TEST((granted(sign_in_as(house, other)).user.id != first));
}

// Linking by address would give the account to a thief who registered the address first.
BOOST_AUTO_TEST_CASE(the_address_of_another_account_is_refused_and_links_nothing) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto before = house.store.writes();
  const auto answer = sign_in_as(house, kim("ada@example.com"));
  BOOST_TEST(is_refused(answer, ProviderSignInRefusal::email_in_use));
  BOOST_TEST(std::get<ProviderSignInRefused>(answer).strategy == "password");
  BOOST_TEST((house.store.writes() == before));
  BOOST_TEST(house.store.provider_identities_of(ada.id).empty());
}

BOOST_AUTO_TEST_CASE(the_refusal_names_the_provider_that_the_account_uses) {
  House house;
  (void)sign_in_as(house, kim());
  auto other = kim();
  other.issuer = "https://kauth.kakao.com";
  other.provider = "kakao";
  const auto answer = sign_in_as(house, other);
  BOOST_TEST(is_refused(answer, ProviderSignInRefusal::email_in_use));
  BOOST_TEST(std::get<ProviderSignInRefused>(answer).strategy == "google");
}

BOOST_AUTO_TEST_CASE(people_without_a_verified_address_get_accounts_without_one) {
  House house;
  auto person = kim("");
  BOOST_TEST(granted(sign_in_as(house, person)).user.email.key.empty());
  person.subject = "2";
  BOOST_TEST(granted(sign_in_as(house, person)).user.email.key.empty());
}

BOOST_AUTO_TEST_CASE(a_closed_site_takes_nobody_new_but_who_was_there_comes_in) {
  House house;
  (void)sign_in_as(house, kim());
  house.settings.registration_open = false;
  (void)granted(sign_in_as(house, kim()));
  auto other = kim("other@example.com");
  other.subject = "2";
  BOOST_TEST(is_refused(sign_in_as(house, other), ProviderSignInRefusal::closed));
}

BOOST_AUTO_TEST_CASE(a_disabled_account_is_refused) {
  House house;
  const auto user = granted(sign_in_as(house, kim())).user;
  BOOST_TEST(house.store.set_status(user.id, UserStatus::disabled, Instant{}));
  BOOST_TEST(is_refused(sign_in_as(house, kim()), ProviderSignInRefusal::account_disabled));
}

BOOST_AUTO_TEST_CASE(first_sign_ins_at_the_same_moment_get_one_account) {
  House house;
  constexpr int count = 8;
  std::vector<std::optional<UserId>> ids(count);
  Threads threads;
  for (int i = 0; i < count; ++i)
    threads.start([&, i] {
      House::Thread own(house);
      const auto answer = sign_in_by_provider(kim(), {.id = "", .name = ""}, house.caller(), own.deps());
      if (const auto* grant = std::get_if<Grant>(&answer)) ids[static_cast<std::size_t>(i)] = grant->user.id;
    });
  threads.join();
  for (const auto& id : ids) {
    BOOST_REQUIRE(id.has_value());
    BOOST_TEST((*id == *ids.front()));
  }
  BOOST_TEST(house.store.users(std::nullopt, 10).size() == 1U);
}

// The program ended between the claim and the account.
BOOST_AUTO_TEST_CASE(an_interrupted_first_sign_in_is_finished_by_the_next) {
  House house;
  const auto id = UserId::make(house.now, house.entropy);
  BOOST_TEST(house.store.add_provider_identity({.issuer = kim().issuer,
                                                .subject = kim().subject,
                                                .provider = "google",
                                                .user = id,
                                                .created_at = house.now}));
  BOOST_TEST((granted(sign_in_as(house, kim())).user.id == id));
}

BOOST_AUTO_TEST_CASE(a_password_tells_nothing_of_an_account_that_only_has_a_provider) {
  House house;
  (void)sign_in_as(house, kim());
  const auto answer = sign_in({.login = "kim@example.com",
                               .password = Secret::copy_of(valid_password),
                               .device = {.id = "phone", .name = ""}},
                              house.caller(), house.deps());
  BOOST_REQUIRE(std::holds_alternative<SignInRefused>(answer));
  BOOST_TEST((std::get<SignInRefused>(answer).why == SignInRefusal::invalid_credentials));

  const auto registered = register_user({.email = "kim@example.com",
                                         .password = Secret::copy_of(valid_password),
                                         .name = "",
                                         .device = {.id = "phone", .name = ""}},
                                        house.caller(), house.deps());
  BOOST_REQUIRE(std::holds_alternative<RegistrationRefused>(registered));
  BOOST_TEST(std::get<RegistrationRefused>(registered).strategy == "google");
}

BOOST_AUTO_TEST_CASE(a_signed_in_user_links_and_unlinks) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto link = [&](const User& user, const Person& person) {
    const auto state = house.state_of(house.start(user).session.id);
    return std::get<LinkOutcome>(link_identity(state, person, house.caller(), house.deps()));
  };
  BOOST_TEST((link(ada, kim("ada@example.com")) == LinkOutcome::linked));
  BOOST_TEST((link(ada, kim()) == LinkOutcome::linked_before));
  BOOST_TEST((granted(sign_in_as(house, kim("kim@example.com"))).user.id == ada.id));
  BOOST_TEST(house.events_of(EventKind::identity_linked) == 1);

  const auto bob = house.add_user("bob@example.com");
  BOOST_TEST((link(bob, kim()) == LinkOutcome::in_use));
  auto second = kim();
  second.subject = "2";
  BOOST_TEST((link(ada, second) == LinkOutcome::already_linked));

  const auto unlink = [&](const User& user) {
    const auto state = house.state_of(house.start(user).session.id);
    return std::get<IdentityRemoval>(unlink_identity(state, kim().issuer, house.caller(), house.deps()));
  };
  BOOST_TEST((unlink(bob) == IdentityRemoval::absent));
  BOOST_TEST((unlink(ada) == IdentityRemoval::removed));
  BOOST_TEST(house.events_of(EventKind::identity_unlinked) == 1);
  BOOST_TEST((granted(sign_in_as(house, kim())).user.id != ada.id));
}

// The identity was read before the reset and its user after it: the session would begin under the new epoch.
BOOST_AUTO_TEST_CASE(a_reset_between_the_steps_of_a_sign_in_keeps_the_stranger_out) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto phone = house.start(ada);
  (void)link_identity(house.state_of(phone.session.id), kim(), house.caller(), house.deps());
  house.store.before_user_read([&house, &ada] {
    const auto removed = house.store.reset_password(reset_of(ada, "$new$", house.now));
    BOOST_TEST(removed.has_value());
  });
  BOOST_CHECK_THROW((void)sign_in_as(house, kim()), StoreUnavailable);
  BOOST_TEST(house.store.open_sessions_of(ada.id).size() == 1U);  // Ada's own, of before
}

BOOST_AUTO_TEST_CASE(a_link_that_a_reset_overtakes_adds_nothing) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto before = house.state_of(house.start(ada).session.id);
  const auto removed = house.store.reset_password(reset_of(ada, "$new$", house.now));
  BOOST_TEST(removed.has_value());
  const auto linked = link_identity(before, kim(), house.caller(), house.deps());
  BOOST_TEST((std::get<LinkOutcome>(linked) == LinkOutcome::session_ended));
  BOOST_TEST(house.store.provider_identities_of(ada.id).empty());
  BOOST_TEST(house.events_of(EventKind::identity_linked) == 0);
}

BOOST_AUTO_TEST_CASE(each_change_is_told_in_the_user_s_language_and_past_ten_an_hour_refused) {
  House house;
  house.settings.mail.from = "noreply@example.com";
  auto ada = house.add_user("ada@example.com");
  BOOST_TEST(house.store.set_profile(ada.id, {.name = "Ada", .language = Language::ko}));
  const auto state = house.state_of(house.start(ada).session.id);
  (void)house.letters();
  int told = 0;
  for (int i = 0; i < 5; ++i) {
    const auto linked = link_identity(state, kim(), house.caller(), house.deps());
    BOOST_TEST((std::get<LinkOutcome>(linked) == LinkOutcome::linked));
    const auto added = house.letters();
    BOOST_TEST_REQUIRE(added.size() == 1U);
    BOOST_TEST(added[0].subject.find("새 로그인 방법") != std::string::npos);
    BOOST_TEST(added[0].text.reveal().find("google") != std::string::npos);
    BOOST_TEST((std::get<IdentityRemoval>(unlink_identity(state, kim().issuer, house.caller(),
                                                          house.deps())) == IdentityRemoval::removed));
    const auto removed = house.letters();
    BOOST_TEST_REQUIRE(removed.size() == 1U);
    BOOST_TEST(removed[0].subject.find("삭제") != std::string::npos);
    told += 2;
  }
  BOOST_TEST(told == 10);
  const auto refused = link_identity(state, kim(), house.caller(), house.deps());
  BOOST_TEST_REQUIRE(std::holds_alternative<seconds>(refused));
  BOOST_TEST(std::get<seconds>(refused).count() == 3600);
  BOOST_TEST(house.letters().empty());
  BOOST_TEST(house.store.provider_identities_of(ada.id).empty());
}

BOOST_AUTO_TEST_SUITE_END()
