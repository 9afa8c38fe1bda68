// Letters from the rule that writes them to the mail server, in an installation in memory.
#include "auth/account/outbox.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithMail : House {
  User ada = add_user("ada@example.com");
  WithMail() { settings.mail.from = "noreply@example.com"; }

  // A letter of that kind to Ada, as a rule writes it.
  OutboxLetter write(LetterKind kind, LetterFacts facts) {
    const auto written = letter_to(recipient_of(user_of(ada)), kind, std::move(facts), caller(), deps());
    BOOST_REQUIRE(written.size() == 1U);
    post(written, deps());
    return written.front();
  }
  OutboxLetter write(LetterKind kind) { return write(kind, facts_of_act("curl/8", caller())); }
  OutboxLetter row(const OutboxLetter& letter) {
    for (auto& one : store.letters_of(ada.id))
      if (one.id == letter.id) return one;
    BOOST_FAIL("the letter is gone");
    return {};
  }
};

// A change of Ada's address, whose links name it in the place of a session.
AddressChange ask_for_change(WithMail& house, const std::string& to) {
  AddressChange change;
  change.id = ChangeId::make(house.now, house.entropy);
  change.user = house.ada.id;
  change.from = house.user_of(house.ada).email;
  change.to = {to, to};
  change.requested_at = house.now;
  change.pending_until = change.undo_until = house.now + std::chrono::hours{24 * 7};
  house.store.request_address_change(change, {});
  return change;
}

SessionId change_made(WithMail& house) {
  auto change = ask_for_change(house, "made@example.com");
  change.changed_at = house.now;
  BOOST_REQUIRE((house.store.make_address_change(change, {}) == AddressOutcome::changed));
  return {change.id.uuid};
}

SessionId change_that_waits(WithMail& house) {
  return {ask_for_change(house, "waits@example.com").id.uuid};
}

// Bob, whose address nobody has proven.
User add_unproven(WithMail& house, Language language) {
  User bob;
  bob.id = UserId::make(house.now, house.entropy);
  bob.email = {"bob@example.com", "bob@example.com"};
  bob.created_at = house.now;
  bob.language = language;
  BOOST_REQUIRE(house.store.add_user(bob));
  return bob;
}

std::string text_of(const Letter& letter) {
  return std::string(letter.text.reveal());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_)

BOOST_AUTO_TEST_CASE(a_letter_is_sent_once_and_its_row_keeps_nothing_personal) {
  WithMail house;
  const auto letter = house.write(LetterKind::reset);
  BOOST_TEST(house.letters().size() == 1U);
  BOOST_TEST(house.letters().empty());
  house.now += std::chrono::hours{24};
  BOOST_TEST(house.letters().empty());
  const auto row = house.row(letter);
  BOOST_TEST((row.outcome == LetterOutcome::sent));
  BOOST_TEST(row.address == "");
  BOOST_TEST((row.facts == LetterFacts{}));
}

BOOST_AUTO_TEST_CASE(what_the_mail_server_does_not_take_now_is_tried_again_ever_later) {
  WithMail house;
  const auto letter = house.write(LetterKind::password_changed);
  house.mail_server = Outcome::later;
  std::string trouble;
  for (const seconds pause : {seconds{5}, seconds{10}, seconds{20}, seconds{40}}) {
    BOOST_TEST(house.letters(&trouble).empty());
    BOOST_TEST(trouble == "mail: as the test says");
    BOOST_TEST((house.row(letter).next_try_at == house.now + pause));
    house.now += pause - milliseconds{1};
    (void)house.letters(&trouble);
    BOOST_TEST(trouble == "");  // it is not its time yet
    house.now += milliseconds{1};
  }
  house.mail_server = Outcome::taken;
  BOOST_TEST(house.letters(&trouble).size() == 1U);
  BOOST_TEST(trouble == "");
}

BOOST_AUTO_TEST_CASE(pauses_end_at_an_hour_and_the_letter_is_given_up_after_its_time) {
  WithMail house;
  const auto letter = house.write(LetterKind::password_changed);
  house.mail_server = Outcome::later;
  const auto began = house.now;
  std::string trouble;
  while (house.row(letter).outcome == LetterOutcome::waiting) {
    (void)house.letters(&trouble);
    const auto next = house.row(letter).next_try_at;
    if (next == never) break;
    BOOST_TEST((next - house.now <= std::chrono::hours{1}));
    house.now = next;
  }
  BOOST_TEST((house.row(letter).outcome == LetterOutcome::given_up));
  BOOST_TEST(trouble == "mail: as the test says; a letter was given up: password_changed");
  BOOST_TEST((house.now - began > std::chrono::hours{70}));
  BOOST_TEST((house.now - began < std::chrono::hours{72}));
}

BOOST_AUTO_TEST_CASE(a_letter_that_is_refused_for_good_is_not_tried_again_and_keeps_no_other) {
  WithMail house;
  const auto letter = house.write(LetterKind::reset);
  house.mail_server = Outcome::refused;
  std::string trouble;
  BOOST_TEST(house.letters(&trouble).empty());
  BOOST_TEST(trouble == "mail: as the test says");
  BOOST_TEST((house.row(letter).outcome == LetterOutcome::refused));
}

// As a process that dies between the mail server's answer and its own mark.
BOOST_AUTO_TEST_CASE(a_process_that_died_leaves_the_letter_to_the_next_one_with_the_same_message_id) {
  WithMail house;
  (void)house.write(LetterKind::reset);
  std::vector<Letter> first;
  const auto own = house.deps();
  const Posting dying{.parts = {house.settings, house.store, own.keys},
                      .clock = *own.clock,
                      .deliver = [&first](const Letter& letter) -> Delivery {
                        first.push_back(letter);
                        throw std::runtime_error("killed");
                      }};
  BOOST_CHECK_THROW((void)send_due_letters(dying), std::runtime_error);
  BOOST_TEST(house.letters().empty());  // it may still be sending
  house.now += claim_life;
  const auto second = house.letters();
  BOOST_REQUIRE((first.size() == 1U && second.size() == 1U));
  BOOST_TEST(first[0].id == second[0].id);
  BOOST_TEST((first[0].at == second[0].at));
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(a_letter_that_another_process_has_claimed_is_left_to_it) {
  WithMail house;
  const auto letter = house.write(LetterKind::reset);
  const auto read = house.row(letter);
  BOOST_TEST(house.store.claim_letter(read, house.now + claim_life));
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_takes_nothing_is_asked_three_times_and_then_left_alone) {
  WithMail house;
  for (int i = 0; i < 10; ++i) (void)house.write(LetterKind::reset);
  int asked = 0;
  const auto own = house.deps();
  (void)send_due_letters({.parts = {house.settings, house.store, own.keys},
                          .clock = *own.clock,
                          .deliver = [&asked](const Letter&) {
                            ++asked;
                            return Delivery{.outcome = Outcome::later, .why = "down", .said = {}};
                          }});
  BOOST_TEST(asked == 3);
  BOOST_TEST(house.letters().size() == 7U);
}

BOOST_AUTO_TEST_CASE(a_process_that_wants_to_end_begins_no_further_letter) {
  WithMail house;
  for (int i = 0; i < 3; ++i) (void)house.write(LetterKind::reset);
  int sent = 0;
  const auto own = house.deps();
  (void)send_due_letters({.parts = {house.settings, house.store, own.keys},
                          .clock = *own.clock,
                          .deliver =
                              [&sent](const Letter&) {
                                ++sent;
                                return Delivery{.outcome = Outcome::taken, .why = {}, .said = {}};
                              },
                          .stopping = [&sent] { return sent == 2; }});
  BOOST_TEST(sent == 2);
  BOOST_TEST(house.letters().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_link_that_waited_is_valid_for_its_whole_life_from_when_it_is_sent) {
  WithMail house;
  (void)house.write(LetterKind::reset);
  house.now += std::chrono::hours{2};
  const auto sent = house.letters();
  BOOST_REQUIRE(sent.size() == 1U);
  const auto text = text_of(sent[0]);
  const auto begin = text.find('#') + 1;
  const auto token = text.substr(begin, text.find('\n', begin) - begin);
  const auto own = house.deps();
  const auto ticket = open_link_token(token, LinkPurpose::reset_password, own.keys, house.now);
  BOOST_REQUIRE(ticket.has_value());
  BOOST_TEST((ticket->link.ends == house.now + std::chrono::hours{1}));
}

BOOST_AUTO_TEST_CASE(what_nobody_waits_for_any_more_is_not_sent_and_a_notice_goes_out_however_late) {
  WithMail house;
  const auto reset = house.write(LetterKind::reset);
  const auto notice = house.write(LetterKind::password_changed);
  house.now += std::chrono::hours{24 * 30};
  BOOST_TEST(house.letters().size() == 1U);
  BOOST_TEST((house.row(reset).outcome == LetterOutcome::given_up));
  BOOST_TEST((house.row(notice).outcome == LetterOutcome::sent));
}

BOOST_AUTO_TEST_CASE(a_letter_whose_link_would_open_nothing_is_not_sent) {
  WithMail house;
  const auto letter = house.write(LetterKind::reset);
  BOOST_REQUIRE(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(house.letters().empty());
  BOOST_TEST((house.row(letter).outcome == LetterOutcome::given_up));
}

BOOST_AUTO_TEST_CASE(no_row_holds_a_live_link_or_code) {
  WithMail house;
  const auto letter = house.write(LetterKind::reset);
  const auto row = house.row(letter);
  const auto text = text_of(house.letters().at(0));
  const auto link = text.substr(text.find('#') + 1, 20);
  const auto code = text.substr(text.find("\n    ") + 5, 9);
  for (const auto& part : {link, code})
    for (const auto& held : {row.address, row.facts.detail, row.facts.address, row.facts.ip})
      BOOST_TEST(held.find(part) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_kind_has_its_words_without_a_place_left_in_every_language) {
  for (const auto language : languages) {
    WithMail house;
    BOOST_REQUIRE(house.store.set_profile(house.ada.id, {.name = "Ada", .language = language}));
    const auto grant = house.start(house.ada);
    const auto made = change_made(house), waits = change_that_waits(house);
    const auto bob = add_unproven(house, language);
    for (std::size_t number = 0; number < letter_kind_count; ++number) {
      const auto kind = static_cast<LetterKind>(number);
      auto facts = facts_of_act("curl/8", house.caller());
      facts.session = kind == LetterKind::address_change_old   ? made
                      : kind == LetterKind::address_change_new ? waits
                                                               : grant.session.id;
      facts.event = EventKind::password_changed;
      facts.things = {"provider=google", "password",      "name",    "passkeys",
                      "factors",         "app_passwords", "sessions"};
      facts.address = "new@example.com";
      facts.until = house.now + std::chrono::hours{24 * 7};
      if (kind == LetterKind::verify_address)
        post(letter_to(recipient_of(bob), kind, facts, house.caller(), house.deps()), house.deps());
      else
        (void)house.write(kind, facts);
    }
    const auto sent = house.letters();
    BOOST_REQUIRE(sent.size() == letter_kind_count);
    for (const auto& letter : sent) {
      const auto text = text_of(letter);
      BOOST_TEST((letter.language == language));
      BOOST_TEST(letter.subject.find('{') == std::string::npos, letter.subject);
      BOOST_TEST(text.find('{') == std::string::npos, text);
      BOOST_TEST(text.find("\n\n\n") == std::string::npos, text);
      BOOST_TEST(text.find("app_passwords") == std::string::npos, text);
      BOOST_TEST(text.find("Ada") == std::string::npos, text);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_way_is_named_as_the_site_names_it_today) {
  WithMail house;
  ProviderSettings google;
  google.name = "google";
  google.label = "Google";
  house.settings.providers.push_back(google);
  for (const auto& [thing, words] :
       {std::pair{"provider=google", "    Google\n"}, std::pair{"provider=gone", "    gone\n"}}) {
    auto facts = facts_of_act("curl/8", house.caller());
    facts.things = {thing};
    (void)house.write(LetterKind::way_linked, facts);
    const auto text = text_of(house.letters().at(0));
    BOOST_TEST(text.find(words) != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(without_mail_or_without_an_address_there_is_no_letter) {
  WithMail house;
  auto nameless = house.ada;
  nameless.email = {};
  const auto facts = facts_of_act("curl/8", house.caller());
  BOOST_TEST(
      letter_to(recipient_of(nameless), LetterKind::alert, facts, house.caller(), house.deps()).empty());
  house.settings.mail.from.clear();
  BOOST_TEST(
      letter_to(recipient_of(house.ada), LetterKind::alert, facts, house.caller(), house.deps()).empty());
  BOOST_TEST(!house.deps().letters.take());
}

BOOST_AUTO_TEST_SUITE_END()
