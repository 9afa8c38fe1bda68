// Changing the address of an account, and undoing it.
#include "auth/account/address.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/closing.h"
#include "auth/account/password.h"
#include "auth/account/providers.h"
#include "auth/account/registration.h"
#include "auth/letters_in.h"
#include "auth/new_password.h"
#include "auth/session/end.h"
#include "auth/session/verify.h"
#include "store/users.h"
#include "support/contains.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours day{24};
constexpr milliseconds tick{1};
const std::string before = "ada@example.com";
const std::string after = "ada@example.net";
const std::string later = "ada@example.org";

// Ada, whose address is proven, signed in on her phone.
struct Changing : House {
  User ada;
  Grant phone;
  Changing() {
    settings.mail.from = "noreply@example.com";
    settings.verify_email = VerifyEmail::later;
    ada = add_user(before);
    phone = start(ada);
  }

  std::optional<ChangeRefused> ask(const std::string& wanted) {
    return request_address_change(wanted, state_of(phone.session.id), caller(), deps());
  }
  std::variant<User, ConfirmationRefused> confirm(MailProof proof, bool in_session = true,
                                                  std::string_view password = "") {
    return confirm_address_change({.proof = std::move(proof),
                                   .signed_in = in_session ? std::optional{ada.id} : std::nullopt,
                                   .password = Secret::copy_of(password)},
                                  caller(), deps());
  }
  std::variant<User, UndoRefused> undo(const MailProof& proof) {
    return undo_address_change(proof, caller(), deps());
  }
  // The only letter since the last call.
  Letter letter() {
    auto arrived = letters();
    BOOST_TEST_REQUIRE(arrived.size() == 1U);
    return std::move(arrived.front());
  }
  // Asks and confirms; returns the letter to the old address.
  Letter change_to(const std::string& wanted) {
    BOOST_TEST_REQUIRE(!ask(wanted).has_value());
    BOOST_TEST_REQUIRE(std::holds_alternative<User>(confirm(link_in(letter()))));
    return letter();
  }
  std::string address() { return user_of(ada).email.typed; }
  bool stands() {
    return std::holds_alternative<SessionState>(verify_live(by_cookie(phone), caller(), deps()));
  }
  RegistrationOutcome enroll(const std::string& email) {
    return register_user({.email = email,
                          .password = Secret::copy_of(valid_password),
                          .name = "",
                          .device = {.id = "other", .name = ""}},
                         caller(), deps());
  }
};

bool is_refused(const std::variant<User, ConfirmationRefused>& answer, ConfirmationRefusal why) {
  const auto* refused = std::get_if<ConfirmationRefused>(&answer);
  return refused != nullptr && refused->why == why;
}

bool is_done(const std::variant<User, UndoRefused>& answer) {
  return std::holds_alternative<User>(answer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(change_of_address)

BOOST_AUTO_TEST_CASE(nothing_changes_before_the_new_address_is_proven) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  BOOST_TEST(house.address() == before);
  const auto letter = house.letter();
  BOOST_TEST(letter.to == after);
  BOOST_TEST(page_in(letter) == "confirm");
  BOOST_TEST(std::holds_alternative<User>(house.confirm(link_in(letter))));
  BOOST_TEST(house.address() == after);
  BOOST_TEST((house.user_of(house.ada).email_proven_at == house.now));
  BOOST_TEST(house.stands());
  BOOST_TEST(!signs_in(house, valid_password));  // with the old one
}

// As in notices 65.12.1 and 65.14.1 of django-allauth: an address that waits for a proof is not the user's own.
BOOST_AUTO_TEST_CASE(an_address_that_waits_counts_for_nothing) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  (void)house.letters();
  BOOST_TEST(!house.store.user_by_email(after).has_value());
  BOOST_TEST(!house.store.address_reserved_for(after, house.now).has_value());
  BOOST_TEST(!request_password_reset(after, house.caller(), house.deps()).has_value());
  BOOST_TEST(house.letters().empty());
  const auto person = Person{.issuer = "https://accounts.google.com",
                             .subject = "7",
                             .provider = "google",
                             .email = parse_email(after),
                             .name = ""};
  const auto other = sign_in_by_provider(person, {.id = "laptop", .name = ""}, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(other));
  BOOST_TEST((std::get<Grant>(other).user.id != house.ada.id));
}

BOOST_AUTO_TEST_CASE(the_new_address_is_not_reserved_and_may_be_taken_meanwhile) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  const auto letter = house.letter();
  BOOST_TEST(std::holds_alternative<Grant>(house.enroll(after)));
  BOOST_TEST(is_refused(house.confirm(link_in(letter)), ConfirmationRefusal::taken));
  BOOST_TEST(house.address() == before);
}

BOOST_AUTO_TEST_CASE(an_address_with_an_account_gets_a_letter_that_says_so_and_the_answer_is_the_same) {
  Changing house;
  (void)house.add_user(after);
  BOOST_TEST(!house.ask(after).has_value());
  const auto told = house.letter();
  BOOST_TEST(told.to == after);
  BOOST_TEST(page_in(told).empty());
  BOOST_TEST(contains(told.subject, "already have an account"));
}

// A reader who presses the button in a letter that a stranger caused must not lend their address to the stranger.
BOOST_AUTO_TEST_CASE(a_confirmation_elsewhere_needs_the_password_and_spends_nothing_before) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  const auto letter = house.letter();
  BOOST_TEST(is_refused(house.confirm(link_in(letter), false), ConfirmationRefusal::bad_password));
  BOOST_TEST(is_refused(house.confirm(link_in(letter), false, "a wrong password"),
                        ConfirmationRefusal::bad_password));
  BOOST_TEST(house.address() == before);
  BOOST_TEST(std::holds_alternative<User>(house.confirm(code_in(letter), false, valid_password)));
  BOOST_TEST(house.address() == after);
}

BOOST_AUTO_TEST_CASE(a_second_request_makes_the_first_one_void) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  const auto first = house.letter();
  BOOST_TEST(!house.ask(later).has_value());
  const auto second = house.letter();
  BOOST_TEST(is_refused(house.confirm(link_in(first)), ConfirmationRefusal::bad_proof));
  BOOST_TEST(is_refused(house.confirm(code_in(first)), ConfirmationRefusal::bad_proof));
  BOOST_TEST(std::holds_alternative<User>(house.confirm(link_in(second))));
  BOOST_TEST(is_refused(house.confirm(link_in(second)), ConfirmationRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(what_ends_all_sessions_or_the_account_makes_a_waiting_change_void) {
  const auto void_after = [](const auto& act) {
    Changing house;
    BOOST_TEST(!house.ask(after).has_value());
    const auto letter = house.letter();
    act(house);
    BOOST_TEST(is_refused(house.confirm(link_in(letter)), ConfirmationRefusal::bad_proof));
    BOOST_TEST(house.address() == before);
  };
  void_after([](Changing& house) {
    BOOST_TEST(end_sessions(AllSessions{house.ada.id}, house.caller(), house.deps()));
  });
  void_after([](Changing& house) {
    BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  });
  void_after([](Changing& house) {
    BOOST_TEST(std::holds_alternative<Instant>(
        close_account(house.state_of(house.phone.session.id), house.caller(), house.deps())));
  });
}

BOOST_AUTO_TEST_CASE(a_waiting_change_ends_with_its_letter) {
  Changing house;
  BOOST_TEST(!house.ask(after).has_value());
  const auto letter = house.letter();
  house.now += day + tick;
  BOOST_TEST(is_refused(house.confirm(link_in(letter)), ConfirmationRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(the_old_address_is_told_and_stays_reserved_until_the_undo_ends) {
  Changing house;
  const auto told = house.change_to(after);
  BOOST_TEST(told.to == before);
  BOOST_TEST(page_in(told) == "undo");
  BOOST_TEST(contains(told.text.reveal(), after));
  const auto taken = house.enroll(before);
  BOOST_TEST_REQUIRE(std::holds_alternative<RegistrationRefused>(taken));
  BOOST_TEST((std::get<RegistrationRefused>(taken).why == RegistrationRefusal::email_in_use));
  house.now += 7 * day;
  BOOST_TEST(!is_done(house.undo(link_in(told))));
  BOOST_TEST(std::holds_alternative<Grant>(house.enroll(before)));
}

BOOST_AUTO_TEST_CASE(the_undo_gives_the_address_back_and_ends_all_sessions) {
  for (const bool by_code : {false, true}) {
    Changing house;
    const auto told = house.change_to(after);
    house.now += 6 * day;
    BOOST_TEST(is_done(house.undo(by_code ? code_in(told) : link_in(told))));
    BOOST_TEST(house.address() == before);
    BOOST_TEST((house.user_of(house.ada).email_proven_at == house.now));
    BOOST_TEST(!house.stands());
    BOOST_TEST(signs_in(house, valid_password));  // it is no new one
    BOOST_TEST(house.letter().to == before);
    BOOST_TEST(!is_done(house.undo(link_in(told))));
    BOOST_TEST(!house.store.user_by_email(after).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_undo_voids_a_new_password_drops_what_was_added_and_reopens_the_account) {
  Changing house;
  const Person mallory{.issuer = "https://accounts.google.com",
                       .subject = "666",
                       .provider = "google",
                       .email = {},
                       .name = ""};
  const Person own{
      .issuer = "https://kauth.kakao.com", .subject = "1", .provider = "kakao", .email = {}, .name = ""};
  const auto link = [&](const Person& person) {
    (void)link_identity(house.state_of(house.phone.session.id), person, house.caller(), house.deps());
  };
  link(own);
  house.now += tick;
  (void)house.letters();
  const auto told = house.change_to(after);
  link(mallory);
  auto changed =
      change_password({.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(new_password)},
                      house.state_of(house.phone.session.id), house.caller(), house.deps());
  BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(changed));
  BOOST_TEST(std::holds_alternative<Instant>(
      close_account(house.state_of(std::get<Grant>(changed).session.id), house.caller(), house.deps())));

  BOOST_TEST(is_done(house.undo(link_in(told))));
  const auto user = house.user_of(house.ada);
  BOOST_TEST(user.email.typed == before);
  BOOST_TEST(user.password_hash.empty());
  BOOST_TEST((user.closed_at == never));
  const auto left = house.store.provider_identities_of(user.id);
  BOOST_TEST_REQUIRE(left.size() == 1U);
  BOOST_TEST(left.front().provider == "kakao");
}

BOOST_AUTO_TEST_CASE(the_undo_of_the_first_change_wins_over_later_ones) {
  Changing house;
  const auto first = house.change_to(after);
  house.now += tick;
  const auto second = house.change_to(later);
  BOOST_TEST(second.to == after);
  BOOST_TEST(is_done(house.undo(link_in(first))));
  BOOST_TEST(house.address() == before);
  BOOST_TEST(!is_done(house.undo(link_in(second))));
  BOOST_TEST(house.address() == before);
  BOOST_TEST(!house.store.address_reserved_for(after, house.now).has_value());
}

BOOST_AUTO_TEST_CASE(the_undo_of_a_later_change_leaves_the_first_one_to_be_undone) {
  Changing house;
  const auto first = house.change_to(after);
  house.now += tick;
  const auto second = house.change_to(later);
  BOOST_TEST(is_done(house.undo(link_in(second))));
  BOOST_TEST(house.address() == after);
  BOOST_TEST(is_done(house.undo(link_in(first))));
  BOOST_TEST(house.address() == before);
}

BOOST_AUTO_TEST_CASE(a_thief_cannot_outrun_the_undo_by_changes_of_the_account) {
  Changing house;
  const auto told = house.change_to(after);
  house.store.before(sql_text::return_address, [&house] {
    BOOST_TEST(end_sessions(AllSessions{house.ada.id}, house.caller(), house.deps()));
  });
  BOOST_TEST(is_done(house.undo(link_in(told))));
  BOOST_TEST(house.address() == before);
}

BOOST_AUTO_TEST_CASE(a_disabled_account_is_given_back_to_nobody) {
  Changing house;
  const auto told = house.change_to(after);
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(!is_done(house.undo(link_in(told))));
  BOOST_TEST(house.address() == after);
}

BOOST_AUTO_TEST_CASE(an_address_that_was_never_proven_is_not_reserved_and_gets_no_undo) {
  Changing house;
  auto own = std::get<Grant>(house.enroll("victim@example.com"));
  (void)house.letters();
  BOOST_TEST(!request_address_change(after, house.state_of(own.session.id), house.caller(), house.deps())
                  .has_value());
  const auto confirmed =
      confirm_address_change({.proof = link_in(house.letter()), .signed_in = own.user.id, .password = {}},
                             house.caller(), house.deps());
  BOOST_TEST(std::holds_alternative<User>(confirmed));
  BOOST_TEST(house.letters().empty());
  BOOST_TEST(std::holds_alternative<Grant>(house.enroll("victim@example.com")));
}

BOOST_AUTO_TEST_CASE(with_no_an_unproven_address_can_be_given_back_without_the_password_of_before) {
  Changing house;
  house.settings.verify_email = VerifyEmail::no;
  const auto own = std::get<Grant>(house.enroll("victim@example.com"));
  BOOST_TEST(!request_address_change(after, house.state_of(own.session.id), house.caller(), house.deps())
                  .has_value());
  BOOST_TEST_REQUIRE(std::holds_alternative<User>(
      confirm_address_change({.proof = link_in(house.letter()), .signed_in = own.user.id, .password = {}},
                             house.caller(), house.deps())));
  const auto told = house.letter();
  BOOST_TEST(told.to == "victim@example.com");
  BOOST_TEST(is_done(house.undo(link_in(told))));
  const auto user = house.user_of(own.user);
  BOOST_TEST(user.email.typed == "victim@example.com");
  BOOST_TEST(user.password_hash.empty());
}

BOOST_AUTO_TEST_CASE(addresses_that_cannot_be_used_are_refused) {
  Changing house;
  BOOST_TEST((house.ask("no address")->why == ChangeRefusal::bad_email));
  BOOST_TEST((house.ask(" Ada@Example.COM ")->why == ChangeRefusal::same_as_before));
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(past_some_letters_an_hour_a_change_is_refused_and_not_left_untold) {
  Changing house;
  for (int i = 0; i < 3; ++i) BOOST_TEST(!house.ask(after).has_value());
  const auto refused = house.ask(after);
  BOOST_TEST_REQUIRE(refused.has_value());
  BOOST_TEST((refused->why == ChangeRefusal::too_many_attempts));
  BOOST_TEST((refused->retry_after > seconds{0}));
}

BOOST_AUTO_TEST_SUITE_END()
