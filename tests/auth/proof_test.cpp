// Proof of an address: who gets an account whose address nobody has proven, and what the account keeps.
#include "auth/account/proof.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/password.h"
#include "auth/account/providers.h"
#include "auth/account/registration.h"
#include "auth/account/sign_in.h"
#include "auth/account/verification.h"
#include "auth/letters_in.h"
#include "auth/new_password.h"
#include "auth/session/verify.h"
#include "support/contains.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};
const std::string address = "ada@example.com";

struct Proving : House {
  explicit Proving(VerifyEmail when = VerifyEmail::later) {
    settings.mail.from = "noreply@example.com";
    settings.verify_email = when;
    settings.providers.push_back(google());
  }
  static ProviderSettings google() {
    ProviderSettings provider;
    provider.name = "google";
    provider.label = "Google";
    provider.issuer = "https://accounts.google.com";
    return provider;
  }
  static Person person(const std::string& subject, const std::string& email) {
    return {.issuer = "https://accounts.google.com",
            .subject = subject,
            .provider = "google",
            .email = parse_email(email),
            .name = "Kim"};
  }

  RegistrationOutcome enroll(const std::string& email = address, std::string_view password = valid_password) {
    return register_user({.email = email,
                          .password = Secret::copy_of(password),
                          .name = "Ada",
                          .device = {.id = "phone", .name = ""}},
                         caller(), deps());
  }
  Grant enroll_and_sign_in() { return std::get<Grant>(enroll()); }
  User user() { return store.user_by_email(address).value(); }
  Letter letter() {
    auto arrived = letters();
    BOOST_TEST_REQUIRE(arrived.size() == 1U);
    return std::move(arrived.front());
  }

  // From a browser without a session and without the mark of a registration.
  std::variant<Verified, VerificationRefused> verify_elsewhere(MailProof proof, std::string_view password,
                                                               std::string_view chosen) {
    return verify_with(std::move(proof), {}, {}, password, chosen);
  }
  std::variant<Verified, VerificationRefused> verify_with(MailProof proof, std::optional<UserId> signed_in,
                                                          Secret mark, std::string_view password = "",
                                                          std::string_view chosen = "") {
    return verify_address({.proof = std::move(proof),
                           .signed_in = signed_in,
                           .mark = std::move(mark),
                           .password = Secret::copy_of(password),
                           .chosen = Secret::copy_of(chosen),
                           .device = {.id = "tablet", .name = ""}},
                          caller(), deps());
  }
  bool stands(const Grant& grant) {
    return std::holds_alternative<SessionState>(verify_live(by_cookie(grant), caller(), deps()));
  }
};

bool is_refused(const std::variant<Verified, VerificationRefused>& answer, VerificationRefusal why) {
  const auto* refused = std::get_if<VerificationRefused>(&answer);
  return refused != nullptr && refused->why == why;
}

bool is_verified(const std::variant<Verified, VerificationRefused>& answer) {
  return std::holds_alternative<Verified>(answer);
}

SignInRefusal why_not(House& house, std::string_view password) {
  const auto outcome = sign_in(
      {.login = address, .password = Secret::copy_of(password), .device = {.id = "tablet", .name = ""}},
      house.caller(), house.deps());
  BOOST_REQUIRE(std::holds_alternative<SignInRefused>(outcome));
  return std::get<SignInRefused>(outcome).why;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proof_of_an_address)

BOOST_AUTO_TEST_CASE(with_first_a_registration_signs_nobody_in_before_the_address_is_proven) {
  Proving house(VerifyEmail::first);
  BOOST_TEST(std::holds_alternative<VerificationSent>(house.enroll()));
  BOOST_TEST(house.store.sessions_of(house.user().id).empty());
  BOOST_TEST((house.user().email_proven_at == never));
  BOOST_TEST((why_not(house, valid_password) == SignInRefusal::email_unverified));
  BOOST_TEST((why_not(house, "wrong password, wrong") == SignInRefusal::invalid_credentials));
  BOOST_TEST(page_in(house.letter()) == "verify");
}

BOOST_AUTO_TEST_CASE(the_browser_that_registered_is_signed_in_by_its_link_and_keeps_everything) {
  Proving house(VerifyEmail::first);
  auto sent = house.enroll();
  auto mark = std::move(std::get<VerificationSent>(sent).mark);
  const auto answer = house.verify_with(link_in(house.letter()), {}, std::move(mark));
  BOOST_TEST_REQUIRE(is_verified(answer));
  BOOST_TEST_REQUIRE(std::get<Verified>(answer).grant.has_value());
  BOOST_TEST(house.stands(*std::get<Verified>(answer).grant));
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(house.user().name == "Ada");
  BOOST_TEST(signs_in(house, valid_password));
  BOOST_TEST(house.events_of(EventKind::address_verified) == 1);
}

BOOST_AUTO_TEST_CASE(the_mark_of_another_registration_is_no_mark) {
  Proving house(VerifyEmail::first);
  (void)house.enroll();
  const auto letter = house.letter();
  auto again = house.enroll(address, "the password of a stranger");
  auto other = house.enroll("bob@example.com");
  for (auto* sent : {&again, &other}) {
    auto mark = std::move(std::get<VerificationSent>(*sent).mark);
    BOOST_TEST(is_refused(house.verify_with(link_in(letter), {}, std::move(mark)),
                          VerificationRefusal::password_needed));
  }
  BOOST_TEST((house.user().email_proven_at == never));
}

// Whoever asks about an address with first learns nothing, by no number of hashes, statements or letters.
BOOST_AUTO_TEST_CASE(a_known_and_an_unknown_address_cost_the_same) {
  struct Cost {
    unsigned hashes;
    int statements;
    int letters;
    bool operator==(const Cost&) const = default;
  };
  const auto cost_of = [](Proving& house, const auto& act) {
    const auto hashes = house.hashes();
    const auto calls = house.store.calls();
    const auto letters = house.store.writes().letters;
    act();
    return Cost{house.hashes() - hashes, house.store.calls() - calls, house.store.writes().letters - letters};
  };
  Proving house(VerifyEmail::first);
  (void)house.add_user(address);          // proven
  (void)house.enroll("new@example.com");  // not proven
  const auto enroll = [&](const std::string& email) {
    return cost_of(house, [&] { BOOST_TEST(std::holds_alternative<VerificationSent>(house.enroll(email))); });
  };
  const auto unknown = enroll("nobody@example.com");
  BOOST_TEST(unknown.hashes == 1U);
  BOOST_TEST(unknown.letters == 1);
  BOOST_TEST((enroll(address) == unknown));
  BOOST_TEST((enroll("new@example.com") == unknown));
  const auto send = [&](const std::string& email) {
    return cost_of(house,
                   [&] { BOOST_TEST(!send_verification(email, house.caller(), house.deps()).has_value()); });
  };
  const auto asked = send("nobody-else@example.com");
  BOOST_TEST(asked.letters == 1);
  BOOST_TEST((send(address) == asked));
  BOOST_TEST((send("new@example.com") == asked));
}

BOOST_AUTO_TEST_CASE(the_owner_of_a_known_address_gets_a_letter_that_says_so) {
  Proving house(VerifyEmail::first);
  (void)house.add_user(address);
  (void)house.enroll();
  const auto told = house.letter();
  BOOST_TEST(told.to == address);
  BOOST_TEST(page_in(told) != "verify");
  BOOST_TEST(contains(told.subject, "already have an account"));
  BOOST_TEST(signs_in(house, valid_password));
}

BOOST_AUTO_TEST_CASE(with_later_tokens_come_at_once_and_a_proof_in_the_session_keeps_everything) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  BOOST_TEST((house.user().email_proven_at == never));
  const auto answer = house.verify_with(code_in(house.letter()), phone.user.id, {});
  BOOST_TEST_REQUIRE(is_verified(answer));
  BOOST_TEST(std::get<Verified>(answer).in_session);
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(house.user().name == "Ada");
  BOOST_TEST(house.stands(phone));
  BOOST_TEST(signs_in(house, valid_password));
}

BOOST_AUTO_TEST_CASE(a_proof_elsewhere_needs_the_password_or_a_new_one_and_spends_nothing_before) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto letter = house.letter();
  BOOST_TEST(
      is_refused(house.verify_elsewhere(link_in(letter), "", ""), VerificationRefusal::password_needed));
  BOOST_TEST(is_refused(house.verify_elsewhere(link_in(letter), "not the password", ""),
                        VerificationRefusal::wrong_password));
  BOOST_TEST(
      is_refused(house.verify_elsewhere(link_in(letter), "", "short"), VerificationRefusal::too_short));
  BOOST_TEST((house.user().email_proven_at == never));
  BOOST_TEST(is_verified(house.verify_elsewhere(link_in(letter), valid_password, "")));
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(house.stands(phone));
  BOOST_TEST(house.user().name == "Ada");
}

BOOST_AUTO_TEST_CASE(a_new_password_takes_the_account_over_and_the_letter_lists_what_was_removed) {
  Proving house;
  const auto strangers = house.enroll_and_sign_in();
  const auto verification = house.letter();
  BOOST_TEST(house.store.set_username(strangers.user.id, parse_username("mallory").value()));
  (void)link_identity(house.state_of(strangers.session.id), Proving::person("666", "mallory@example.net"),
                      house.caller(), house.deps());
  (void)house.letters();
  BOOST_TEST(is_verified(house.verify_elsewhere(link_in(verification), "", new_password)));

  BOOST_TEST((house.user().id == strangers.user.id));
  BOOST_TEST(house.user().name.empty());
  BOOST_TEST(!house.store.user_by_username("mallory").has_value());
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(!house.stands(strangers));
  BOOST_TEST(!signs_in(house, valid_password));
  BOOST_TEST(signs_in(house, new_password));
  BOOST_TEST(house.store.provider_identities_of(house.user().id).empty());
  BOOST_TEST(house.events_of(EventKind::account_taken_over) == 1);
  const auto told = house.letter();
  for (const auto* thing : {"    Password\n", "    Name\n", "    All sign-ins\n", "    Google\n"})
    BOOST_TEST(contains(told.text.reveal(), thing));
}

BOOST_AUTO_TEST_CASE(a_provider_that_verified_the_address_takes_an_unproven_account_over) {
  Proving house;
  const auto strangers = house.enroll_and_sign_in();
  (void)house.letters();
  const auto answer = sign_in_by_provider(Proving::person("1098", address), {.id = "laptop", .name = ""},
                                          house.caller(), house.deps());
  BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(answer));
  BOOST_TEST((std::get<Grant>(answer).user.id == strangers.user.id));
  BOOST_TEST(!house.stands(strangers));
  BOOST_TEST(!signs_in(house, valid_password));
  BOOST_TEST(house.user().password_hash.empty());
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(house.letter().to == address);
}

BOOST_AUTO_TEST_CASE(a_provider_takes_no_account_that_is_proven_or_trusted) {
  for (const auto mode : {VerifyEmail::no, VerifyEmail::later, VerifyEmail::first}) {
    Proving house(mode);
    (void)house.add_user(address);
    const auto answer = sign_in_by_provider(Proving::person("1098", address), {.id = "laptop", .name = ""},
                                            house.caller(), house.deps());
    BOOST_TEST_REQUIRE(std::holds_alternative<ProviderSignInRefused>(answer));
    BOOST_TEST((std::get<ProviderSignInRefused>(answer).why == ProviderSignInRefusal::email_in_use));
    BOOST_TEST(signs_in(house, valid_password));
  }
}

BOOST_AUTO_TEST_CASE(with_no_nobody_takes_an_address_from_anybody) {
  Proving house(VerifyEmail::no);
  const auto phone = house.enroll_and_sign_in();
  BOOST_TEST(house.letters().empty());
  const auto answer = sign_in_by_provider(Proving::person("1098", address), {.id = "laptop", .name = ""},
                                          house.caller(), house.deps());
  BOOST_TEST(std::holds_alternative<ProviderSignInRefused>(answer));
  const auto again = house.enroll();
  BOOST_TEST_REQUIRE(std::holds_alternative<RegistrationRefused>(again));
  BOOST_TEST(std::get<RegistrationRefused>(again).strategy == "password");
  BOOST_TEST(!send_verification(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(is_refused(house.verify_elsewhere(link_in(house.letter()), "", new_password),
                        VerificationRefusal::password_needed));
  BOOST_TEST(house.stands(phone));
}

BOOST_AUTO_TEST_CASE(a_reset_proves_the_address_and_a_later_one_keeps_the_name) {
  Proving house;
  const auto strangers = house.enroll_and_sign_in();
  (void)house.letters();
  BOOST_TEST(!request_password_reset(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(
      !reset_password(link_in(house.letter()), Secret::copy_of(new_password), house.caller(), house.deps())
           .has_value());
  BOOST_TEST((house.user().email_proven_at == house.now));
  BOOST_TEST(house.user().name.empty());
  BOOST_TEST(!house.stands(strangers));
  (void)house.letters();

  BOOST_TEST(house.store.set_profile(house.user().id, {.name = "Ada", .language = {}}));
  BOOST_TEST(house.store.set_username(house.user().id, parse_username("ada").value()));
  const auto proven = house.user().email_proven_at;
  house.now += minute;
  BOOST_TEST(!request_password_reset(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(
      !reset_password(link_in(house.letter()), Secret::copy_of(valid_password), house.caller(), house.deps())
           .has_value());
  BOOST_TEST(house.user().name == "Ada");
  BOOST_TEST(house.user().username.typed == "ada");
  BOOST_TEST((house.user().email_proven_at == proven));
}

BOOST_AUTO_TEST_CASE(linking_a_provider_that_verified_the_same_address_proves_it) {
  for (const bool same : {true, false}) {
    Proving house;
    const auto phone = house.enroll_and_sign_in();
    (void)link_identity(house.state_of(phone.session.id),
                        Proving::person("1098", same ? address : "kim@example.net"), house.caller(),
                        house.deps());
    BOOST_TEST((house.user().email_proven_at != never) == same);
    BOOST_TEST(house.stands(phone));
    BOOST_TEST(signs_in(house, valid_password));
  }
}

BOOST_AUTO_TEST_CASE(with_first_a_linked_provider_lets_nobody_in_before_the_proof) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto other = Proving::person("1098", "kim@example.net");
  (void)link_identity(house.state_of(phone.session.id), other, house.caller(), house.deps());
  house.settings.verify_email = VerifyEmail::first;
  const auto answer = sign_in_by_provider(other, {.id = "laptop", .name = ""}, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(std::holds_alternative<ProviderSignInRefused>(answer));
  BOOST_TEST((std::get<ProviderSignInRefused>(answer).why == ProviderSignInRefusal::email_unverified));
}

BOOST_AUTO_TEST_CASE(a_link_and_a_code_work_once) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto letter = house.letter();
  BOOST_TEST(is_verified(house.verify_with(link_in(letter), phone.user.id, {})));
  BOOST_TEST(
      is_refused(house.verify_with(link_in(letter), phone.user.id, {}), VerificationRefusal::bad_proof));
  BOOST_TEST(
      is_refused(house.verify_with(code_in(letter), phone.user.id, {}), VerificationRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(a_code_is_tried_five_times) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto letter = house.letter();
  const auto wrong = [&] {
    return house.verify_with({.token = {}, .email = address, .code = Secret("BBBB-BBBB")}, phone.user.id, {});
  };
  for (int i = 0; i < code_tries; ++i) BOOST_TEST(is_refused(wrong(), VerificationRefusal::bad_proof));
  BOOST_TEST(!is_verified(house.verify_with(code_in(letter), phone.user.id, {})));
  BOOST_TEST(is_verified(house.verify_with(link_in(letter), phone.user.id, {})));
}

// As in notice 65.13 of django-allauth: the tokens of a deactivated user do nothing.
BOOST_AUTO_TEST_CASE(links_of_a_disabled_user_do_nothing) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto letter = house.letter();
  BOOST_TEST(house.store.set_status(phone.user.id, UserStatus::disabled, house.now));
  BOOST_TEST(is_refused(house.verify_elsewhere(link_in(letter), valid_password, ""),
                        VerificationRefusal::bad_proof));
  BOOST_TEST(
      is_refused(house.verify_elsewhere(code_in(letter), "", new_password), VerificationRefusal::bad_proof));
  const auto answer = sign_in_by_provider(Proving::person("1098", address), {.id = "laptop", .name = ""},
                                          house.caller(), house.deps());
  BOOST_TEST(std::holds_alternative<ProviderSignInRefused>(answer));
  BOOST_TEST((house.user().email_proven_at == never));
}

BOOST_AUTO_TEST_CASE(a_proven_address_gets_no_other_letter_to_verify_it) {
  Proving house;
  (void)house.add_user(address);
  BOOST_TEST(!send_verification(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(!send_verification("nobody@example.com", house.caller(), house.deps()).has_value());
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(one_address_gets_three_letters_an_hour_and_the_answer_stays_the_same) {
  Proving house;
  (void)house.enroll_and_sign_in();
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(!send_verification(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(house.letters().size() == 3U);
  house.now += 61 * minute;
  BOOST_TEST(!send_verification(address, house.caller(), house.deps()).has_value());
  BOOST_TEST(house.letters().size() == 1U);
}

BOOST_AUTO_TEST_CASE(tokens_say_whether_the_address_is_proven) {
  Proving house;
  const auto phone = house.enroll_and_sign_in();
  const auto says = [&](const Grant& grant) {
    return std::get<AccessClaims>(verify(by_cookie(grant), house.caller(), house.deps())).proven;
  };
  BOOST_TEST(!says(phone));
  BOOST_TEST(is_verified(house.verify_with(link_in(house.letter()), phone.user.id, {})));
  BOOST_TEST(says(house.start(house.user(), "laptop")));
}

BOOST_AUTO_TEST_SUITE_END()
