#include "auth/account/password.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/providers.h"
#include "auth/new_password.h"
#include "auth/session/refresh.h"
#include "base/email.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithMail : House {
  User ada = add_user("ada@example.com");
  WithMail() { settings.mail.from = "noreply@example.com"; }

  std::optional<seconds> forget(const std::string& email = "ada@example.com") {
    return request_password_reset(email, caller(), deps());
  }
  std::string link(const std::string& email = "ada@example.com") {
    BOOST_REQUIRE(!forget(email).has_value());
    const auto sent = letters();
    BOOST_REQUIRE(sent.size() == 1U);
    const auto text = std::string(sent[0].text.reveal());
    const auto begin = text.find("https://example.com/reset.html#");
    BOOST_REQUIRE(begin != text.npos);
    const auto token = text.find('#', begin) + 1;
    return text.substr(token, text.find('\n', token) - token);
  }
  std::optional<ResetRefusal> reset(std::string_view token, std::string_view password = new_password) {
    return why(
        reset_password({.token = Secret::copy_of(token)}, Secret::copy_of(password), caller(), deps()));
  }
  // By the code that stands in the letter.
  std::optional<ResetRefused> reset_by_code(std::string_view code,
                                            const std::string& email = "ada@example.com",
                                            std::string_view password = new_password) {
    return reset_password({.email = email, .code = Secret::copy_of(code)}, Secret::copy_of(password),
                          caller(), deps());
  }
  // The code of a new letter.
  std::string code() {
    BOOST_REQUIRE(!forget().has_value());
    const auto sent = letters();
    BOOST_REQUIRE(sent.size() == 1U);
    const auto text = std::string(sent[0].text.reveal());
    const auto begin = text.find("\n    ") + 5;
    return text.substr(begin, 9);
  }
  static std::optional<ResetRefusal> why(const std::optional<ResetRefused>& refused) {
    return refused ? std::optional{refused->why} : std::nullopt;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(password_reset)

BOOST_AUTO_TEST_CASE(the_link_sets_a_password_and_ends_all_sessions) {
  WithMail house;
  const auto phone = house.start(house.ada, "phone");
  const auto token = house.link();
  BOOST_TEST(!house.reset(token).has_value());
  BOOST_TEST(signs_in(house, new_password));
  BOOST_TEST(!signs_in(house, valid_password));
  const auto renewed =
      refresh({.tokens = by_cookie(phone), .idempotency_key = {}}, house.caller(), house.deps());
  BOOST_TEST((std::get<RefreshRefusal>(renewed) == RefreshRefusal::revoked));
  BOOST_TEST(house.events_of(EventKind::password_reset_requested) == 1);
  BOOST_TEST(house.events_of(EventKind::password_reset) == 1);
  BOOST_TEST(house.letters().size() == 1U);  // that it was done
}

// A stranger registered the address, connected a provider and stayed; the owner resets the password by mail.
BOOST_AUTO_TEST_CASE(a_reset_puts_out_who_was_in_and_names_the_providers_that_went) {
  for (const auto language : languages) {
    WithMail house;
    BOOST_TEST(house.store.set_profile(house.ada.id, {.name = "", .language = language}));
    ProviderSettings google;
    google.name = "google";
    google.label = "Google";
    google.issuer = "https://accounts.google.com";
    house.settings.providers.push_back(google);
    const auto strangers = house.start(house.ada, "thief");
    const Person stranger{
        .issuer = google.issuer, .subject = "666", .provider = "google", .email = {}, .name = "Mallory"};
    const auto state = house.state_of(strangers.session.id);
    (void)link_identity(state, stranger, house.caller(), house.deps());
    (void)house.letters();

    BOOST_TEST(!house.reset(house.link()).has_value());
    const auto told = house.letters();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].text.reveal().find("    Google\n") != std::string_view::npos));
    BOOST_TEST(house.store.provider_identities_of(house.ada.id).empty());
    BOOST_TEST(house.events_of(EventKind::identity_unlinked) == 1);
    const auto renewed =
        refresh({.tokens = by_cookie(strangers), .idempotency_key = {}}, house.caller(), house.deps());
    BOOST_TEST((std::get<RefreshRefusal>(renewed) == RefreshRefusal::revoked));
    const auto back =
        sign_in_by_provider(stranger, {.id = "thief", .name = ""}, house.caller(), house.deps());
    BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(back));
    BOOST_TEST((std::get<Grant>(back).user.id != house.ada.id));  // an account of the stranger's own
    const auto linked = link_identity(state, stranger, house.caller(), house.deps());
    BOOST_TEST((std::get<LinkOutcome>(linked) != LinkOutcome::linked));
    BOOST_TEST(!signs_in(house, valid_password));
    BOOST_TEST(signs_in(house, new_password));
  }
}

BOOST_AUTO_TEST_CASE(a_letter_names_the_kind_of_device_and_never_what_a_client_typed) {
  for (const auto* agent : {"Test/1.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Buy-pills"}) {
    WithMail house;
    auto caller = house.caller();
    caller.user_agent = agent;
    const auto grant = std::get<Grant>(start_session(
        house.ada, {.id = "spam", .name = "Buy pills at spam.example"}, "password", caller, house.deps()));
    const auto changed =
        change_password({.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(new_password)},
                        house.state_of(grant.session.id), caller, house.deps());
    BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(changed));
    const auto told = house.letters();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].text.reveal().find("pills") == std::string_view::npos));
    BOOST_TEST((told[0].text.reveal().find("Ada") == std::string_view::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_letter_shows_an_address_or_a_question_mark_and_no_words_of_a_client) {
  for (const auto& [address, words] : {std::pair{*parse_address("192.0.2.7"), "IP address: 192.0.2.7\n"},
                                       std::pair{unknown_client("buy-pills"), "IP address: ?\n"}}) {
    WithMail house;
    auto caller = house.caller();
    caller.address = address;
    const auto grant = house.start(house.ada);
    const auto changed =
        change_password({.current = Secret::copy_of(valid_password), .chosen = Secret::copy_of(new_password)},
                        house.state_of(grant.session.id), caller, house.deps());
    BOOST_TEST_REQUIRE(std::holds_alternative<Grant>(changed));
    const auto told = house.letters();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].text.reveal().find(words) != std::string_view::npos), told[0].text.reveal());
  }
}

BOOST_AUTO_TEST_CASE(without_a_hashing_slot_the_link_stays_valid) {
  WithMail house;
  const auto token = house.link();
  HashingSlots slots(house.key_directory() + "/busy.lock", 1, milliseconds{1});
  const auto taken = slots.enter();
  BOOST_TEST_REQUIRE(taken.has_value());
  Passwords passwords(house.settings.password, slots);
  const auto deps = house.deps();
  const Deps busy{deps.settings, deps.store,   deps.keys,    deps.revoked,
                  passwords,     deps.entropy, deps.letters, deps.http};
  const auto refused =
      reset_password({.token = Secret::copy_of(token)}, Secret::copy_of(new_password), house.caller(), busy);
  BOOST_TEST((WithMail::why(refused) == ResetRefusal::busy));
  BOOST_TEST(!house.reset(token).has_value());
}

// Their row has the key of an older version, but sign-ins are counted by the key that their address has today.
BOOST_AUTO_TEST_CASE(a_reset_ends_the_wait_of_a_user_whose_address_has_an_older_key) {
  WithMail house;
  const std::string typed = "\u00C9va@example.com";
  auto eva = house.ada;
  eva.id = UserId::make(house.now, house.entropy);
  eva.email = {typed, older_key(typed)};
  BOOST_TEST_REQUIRE(eva.email.key != parse_email(typed)->key);
  BOOST_TEST_REQUIRE(house.store.add_user(eva));
  const auto gets_in = [&](std::string_view password) {
    const auto outcome = sign_in({.login = typed, .password = Secret::copy_of(password), .device = {}},
                                 house.caller(), house.deps());
    return std::holds_alternative<Grant>(outcome);
  };
  BOOST_TEST(gets_in(valid_password));
  for (int i = 0; i < 5; ++i) BOOST_TEST(!gets_in("wrong"));
  BOOST_TEST(!gets_in(valid_password));
  BOOST_TEST(!house.reset(house.link(typed)).has_value());
  BOOST_TEST(gets_in(new_password));
}

BOOST_AUTO_TEST_CASE(a_link_works_once) {
  WithMail house;
  const auto first = house.link();
  const auto second = house.link();
  BOOST_TEST(!house.reset(first).has_value());
  BOOST_TEST((house.reset(first, "yet another pass phrase") == ResetRefusal::bad_proof));
  BOOST_TEST((house.reset(second, "yet another pass phrase") == ResetRefusal::bad_proof));
  BOOST_TEST(signs_in(house, new_password));
}

BOOST_AUTO_TEST_CASE(a_link_ends_after_an_hour_and_with_what_it_is_bound_to) {
  WithMail house;
  const auto old = house.link();
  house.now += std::chrono::hours{1};
  BOOST_TEST((house.reset(old) == ResetRefusal::bad_proof));
  const auto token = house.link();
  BOOST_REQUIRE(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST((house.reset(token) == ResetRefusal::bad_proof));
  BOOST_TEST((house.reset("") == ResetRefusal::bad_proof));
  BOOST_TEST((house.reset(std::string(100, 'A')) == ResetRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(a_password_that_is_none_leaves_the_link_good) {
  WithMail house;
  const auto token = house.link();
  BOOST_TEST((house.reset(token, "short") == ResetRefusal::too_short));
  BOOST_TEST((house.reset(token, std::string(2000, 'x')) == ResetRefusal::too_long));
  BOOST_TEST((house.reset(token, "\xFF\xFE not any text") == ResetRefusal::not_text));
  BOOST_TEST(!house.reset(token).has_value());
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_gets_its_first_one) {
  WithMail house;
  BOOST_REQUIRE(house.store.set_password(house.ada.id, "", house.now));
  BOOST_TEST(!house.reset(house.link()).has_value());
  BOOST_TEST(signs_in(house, new_password));
}

BOOST_AUTO_TEST_CASE(whoever_is_unknown_or_disabled_gets_no_mail_and_the_same_answer) {
  WithMail house;
  const auto calls_for = [&house](const std::string& email) {
    const auto before = house.store.calls();
    const auto writes = house.store.writes().total();
    BOOST_TEST(!house.forget(email).has_value());
    return std::pair{house.store.calls() - before, house.store.writes().total() - writes};
  };
  const auto known = calls_for("ada@example.com");
  BOOST_TEST(house.letters().size() == 1U);
  BOOST_TEST((calls_for("nobody@example.com") == known));
  BOOST_REQUIRE(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST((calls_for("ada@example.com") == known));
  BOOST_TEST(house.letters().empty());
  BOOST_TEST(!house.forget("no address").has_value());
}

BOOST_AUTO_TEST_CASE(one_address_gets_a_few_mails_and_one_network_asks_a_few_times) {
  WithMail house;
  for (int i = 0; i < 10; ++i) BOOST_TEST(!house.forget().has_value());
  BOOST_TEST(house.letters().size() == 3U);
  house.now += std::chrono::minutes{59};
  BOOST_TEST(!house.forget().has_value());
  BOOST_TEST(house.letters().empty());  // three an hour, however they are spread
  for (int i = 11; i < 20; ++i) (void)house.forget("someone@example.com");
  BOOST_TEST(house.forget("other@example.com").has_value());
}

BOOST_AUTO_TEST_CASE(the_code_of_the_letter_does_what_its_link_does_and_is_spent_with_it) {
  WithMail house;
  const auto code = house.code();
  const auto link = house.link();
  BOOST_TEST(!house.reset_by_code(code).has_value());
  BOOST_TEST(signs_in(house, new_password));
  BOOST_TEST((WithMail::why(house.reset_by_code(code)) == ResetRefusal::bad_proof));
  BOOST_TEST((house.reset(link) == ResetRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(a_code_may_be_typed_in_small_letters_with_blanks_and_without_its_hyphen) {
  for (const bool small : {false, true}) {
    WithMail house;
    auto code = house.code();
    code.erase(4, 1);
    if (small)
      for (auto& letter : code) letter = static_cast<char>(letter - 'A' + 'a');
    BOOST_TEST(!house.reset_by_code(" " + code + " ", " Ada@Example.com ").has_value());
  }
}

BOOST_AUTO_TEST_CASE(an_address_has_five_tries_and_a_new_letter_brings_new_ones) {
  WithMail house;
  const auto code = house.code();
  for (int left = 4; left >= 0; --left) {
    const auto refused = house.reset_by_code("BBBB-BBBB");
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST((refused->proof.why == MailProofRefusal::bad_code));
    BOOST_TEST(refused->proof.tries_left == left);
  }
  const auto closed = house.reset_by_code(code);
  BOOST_REQUIRE(closed.has_value());
  BOOST_TEST((closed->proof.why == MailProofRefusal::too_many_attempts));
  BOOST_TEST(closed->proof.retry_after.count() > 3500);
  BOOST_TEST(!house.reset_by_code(house.code()).has_value());
}

BOOST_AUTO_TEST_CASE(a_right_code_costs_no_try) {
  WithMail house;
  const auto code = house.code();
  for (int i = 0; i < 8; ++i)
    BOOST_TEST(
        (WithMail::why(house.reset_by_code(code, "ada@example.com", "short")) == ResetRefusal::too_short));
  BOOST_TEST(!house.reset_by_code(code).has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_code_tells_nothing_about_who_has_an_account) {
  WithMail house;
  const auto ask = [&house](const std::string& email) {
    const auto calls = house.store.calls();
    const auto refused = house.reset_by_code("BBBB-BBBB", email);
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST((refused->proof.why == MailProofRefusal::bad_code));
    return std::pair{refused->proof.tries_left, house.store.calls() - calls};
  };
  const auto known = ask("ada@example.com");
  const auto unknown = ask("nobody@example.com");
  BOOST_TEST(known.first == unknown.first);
  BOOST_TEST(known.second == unknown.second);  // as many statements
}

BOOST_AUTO_TEST_CASE(a_code_of_another_address_or_of_an_hour_ago_is_wrong) {
  WithMail house;
  (void)house.add_user("eve@example.com");
  const auto code = house.code();
  BOOST_TEST((WithMail::why(house.reset_by_code(code, "eve@example.com")) == ResetRefusal::bad_proof));
  house.now += std::chrono::minutes{59};
  BOOST_TEST(
      (WithMail::why(house.reset_by_code(code, "ada@example.com", "short")) == ResetRefusal::too_short));
  house.now += std::chrono::minutes{17};
  BOOST_TEST((WithMail::why(house.reset_by_code(code)) == ResetRefusal::bad_proof));
}

BOOST_AUTO_TEST_CASE(a_letter_about_a_reset_is_in_the_outbox_before_the_answer_and_without_link_or_code) {
  WithMail house;
  BOOST_TEST(!house.forget().has_value());
  const auto waiting = house.store.letters_of(house.ada.id);
  BOOST_REQUIRE(waiting.size() == 1U);
  BOOST_TEST((waiting[0].kind == LetterKind::reset));
  BOOST_TEST(house.deps().letters.take());
  BOOST_TEST(!house.deps().letters.take());
}

BOOST_AUTO_TEST_SUITE_END()
