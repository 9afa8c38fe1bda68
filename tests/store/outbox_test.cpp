// The contract of store/store.h for letters that wait to be sent.
#include <atomic>
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "samples.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

LetterId letter_id(int number) {
  return LetterId{event_id(number).uuid};
}

OutboxLetter sample_letter(int number) {
  OutboxLetter letter;
  letter.id = letter_id(number);
  letter.kind = LetterKind::alert;
  letter.user = user_id(1);
  letter.address = "ada@example.com";
  letter.facts.at = at(number);
  letter.language = Language::ko;
  letter.created_at = at(number);
  letter.next_try_at = at(number);
  return letter;
}

LetterFacts all_facts() {
  return {.at = at(7),
          .ip = "2001:db8::1",
          .browser = "Chrome",
          .system = "Android",
          .session = session_id(3),
          .event = EventKind::platform_changed,
          .detail = "from=Windows to=Android action=tell",
          .things = {"provider=google", "password"},
          .address = "Éva@example.com",
          .until = at(9)};
}

void check_same(const OutboxLetter& left, const OutboxLetter& right) {
  BOOST_TEST((left.id == right.id));
  BOOST_TEST((left.kind == right.kind));
  BOOST_TEST((left.user == right.user));
  BOOST_TEST(left.address == right.address);
  BOOST_TEST((left.facts == right.facts));
  BOOST_TEST((left.language == right.language));
  BOOST_TEST((left.created_at == right.created_at));
  BOOST_TEST((left.next_try_at == right.next_try_at));
  BOOST_TEST(left.tries == right.tries);
  BOOST_TEST((left.outcome == right.outcome));
}

PasswordChange change_of(const User& user, OutboxLetters letters) {
  return {.user = user.id,
          .epoch = user.epoch,
          .from = user.password_hash,
          .to = "$new$",
          .at = at(2),
          .letters = std::move(letters)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox)

BOOST_AUTO_TEST_CASE_TEMPLATE(letters_come_back_as_they_went_in, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  auto full = sample_letter(1);
  full.facts = all_facts();
  auto bare = sample_letter(2);
  bare.user = std::nullopt;
  store.add_letter(full);
  store.add_letter(full);  // sent twice, kept once
  store.add_letter(bare);
  const auto due = store.due_letters(at(2), 10);
  BOOST_REQUIRE(due.size() == 2u);
  check_same(due[0], full);
  check_same(due[1], bare);
  const auto own = store.letters_of(user_id(1));
  BOOST_REQUIRE(own.size() == 1u);
  check_same(own[0], full);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(letters_of_every_kind_are_kept, Backend, Backends) {
  Backend backend;
  for (std::size_t kind = 0; kind < letter_kind_count; ++kind) {
    auto letter = sample_letter(static_cast<int>(kind));
    letter.kind = static_cast<LetterKind>(kind);
    backend.store().add_letter(letter);
  }
  const auto due = backend.store().due_letters(at(1000), 100);
  BOOST_REQUIRE(due.size() == letter_kind_count);
  for (std::size_t kind = 0; kind < letter_kind_count; ++kind)
    BOOST_TEST((due[kind].kind == static_cast<LetterKind>(kind)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_due_comes_the_longest_due_first_and_no_more_than_asked, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {5, 3, 4, 9}) store.add_letter(sample_letter(number));
  BOOST_TEST(store.due_letters(at(2), 10).empty());
  const auto due = store.due_letters(at(5), 2);
  BOOST_REQUIRE(due.size() == 2u);
  BOOST_TEST((due[0].id == letter_id(3)));
  BOOST_TEST((due[1].id == letter_id(4)));
  BOOST_TEST(store.due_letters(at(5), 10).size() == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_claim_of_a_letter_succeeds_until_it_is_due_again, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  store.add_letter(sample_letter(1));
  const auto read = store.due_letters(at(1), 1).at(0);
  BOOST_TEST(store.claim_letter(read, at(100)));
  BOOST_TEST(!store.claim_letter(read, at(100)));
  BOOST_TEST(store.due_letters(at(99), 10).empty());
  const auto again = store.due_letters(at(100), 10);
  BOOST_REQUIRE(again.size() == 1u);
  BOOST_TEST(again[0].tries == 1);
  BOOST_TEST(store.claim_letter(again[0], at(200)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_who_claim_a_letter_at_once_one_gets_it, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  store.add_letter(sample_letter(1));
  const auto read = store.due_letters(at(1), 1).at(0);
  std::atomic<int> claimed{0};
  Threads threads;
  for (int i = 0; i < 8; ++i) threads.start([&] { claimed += store.claim_letter(read, at(100)) ? 1 : 0; });
  threads.join();
  BOOST_TEST(claimed == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_letter_that_has_left_keeps_nothing_personal_and_waits_no_more, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const auto outcome : {LetterOutcome::sent, LetterOutcome::refused, LetterOutcome::given_up}) {
    const int number = static_cast<int>(outcome);
    auto letter = sample_letter(number);
    letter.facts = all_facts();
    store.add_letter(letter);
    BOOST_TEST(store.claim_letter(letter, at(100)));
    store.settle_letter(letter.id, 1, outcome, at(200));
  }
  BOOST_TEST(store.due_letters(at(1000), 10).empty());
  const auto left = store.letters_of(user_id(1));
  BOOST_REQUIRE(left.size() == 3u);
  for (const auto& letter : left) {
    BOOST_TEST(letter.address == "");
    BOOST_TEST((letter.facts == LetterFacts{}));
    BOOST_TEST((letter.next_try_at == never));
    BOOST_TEST((letter.outcome == static_cast<LetterOutcome>(letter.id.uuid[15])));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_process_that_lost_its_claim_settles_nothing, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  auto letter = sample_letter(1);
  store.add_letter(letter);
  BOOST_TEST(store.claim_letter(letter, at(100)));
  const auto again = store.due_letters(at(100), 1).at(0);
  BOOST_TEST(store.claim_letter(again, at(300)));
  store.settle_letter(letter.id, 1, LetterOutcome::waiting, at(150));
  store.settle_letter(letter.id, 1, LetterOutcome::given_up, never);
  BOOST_TEST(store.due_letters(at(299), 10).empty());
  BOOST_TEST(store.due_letters(at(300), 10).at(0).address == "ada@example.com");
  store.settle_letter(letter.id, 2, LetterOutcome::waiting, at(400));
  BOOST_TEST(store.due_letters(at(399), 10).empty());
  BOOST_TEST(store.due_letters(at(400), 10).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_password_and_the_letter_about_it_are_written_together_or_not_at_all, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  auto stale = user;
  stale.epoch += 1;
  BOOST_TEST(!store.change_password(change_of(stale, {sample_letter(1)})));
  BOOST_TEST(store.due_letters(at(100), 10).empty());
  BOOST_TEST(store.change_password(change_of(user, {sample_letter(2), sample_letter(3)})));
  BOOST_TEST(store.due_letters(at(100), 10).size() == 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_letter_about_a_reset_lists_what_was_removed, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  for (const auto* provider : {"google", "kakao"})
    BOOST_TEST(store.add_provider_identity({.issuer = std::string("https://") + provider + ".example",
                                            .subject = "1",
                                            .provider = provider,
                                            .user = user.id,
                                            .created_at = at(1)}));
  const AccountReset reset{.change = change_of(user, {sample_letter(1)}),
                           .email_key = user.email.key,
                           .name = user.name,
                           .username = {},
                           .proven_at = at(20)};
  BOOST_TEST(store.reset_password(reset).has_value());
  const auto due = store.due_letters(at(100), 10);
  BOOST_REQUIRE(due.size() == 1u);
  BOOST_TEST((due[0].facts.things == std::vector<std::string>{"provider=google", "provider=kakao"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_linked_and_a_removed_identity_bring_their_letters, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const ProviderIdentity identity{.issuer = "https://google.example",
                                  .subject = "1",
                                  .provider = "google",
                                  .user = user.id,
                                  .created_at = at(1)};
  BOOST_TEST(store.link_provider_identity(identity, user.epoch, {sample_letter(1)}));
  BOOST_TEST(!store.link_provider_identity(identity, user.epoch, {sample_letter(2)}));  // it is there already
  BOOST_TEST(store.letters_of(user.id).size() == 1u);
  BOOST_TEST((store.remove_provider_identity(user.id, "https://other.example", {sample_letter(3)}) ==
              IdentityRemoval::absent));
  BOOST_TEST(store.letters_of(user.id).size() == 1u);
  BOOST_TEST((store.remove_provider_identity(user.id, identity.issuer, {sample_letter(4)}) ==
              IdentityRemoval::removed));
  BOOST_TEST(store.letters_of(user.id).size() == 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_who_is_deleted_takes_the_letters_along, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  store.add_letter(sample_letter(1));
  auto other = sample_letter(2);
  other.user = user_id(2);
  store.add_letter(other);
  BOOST_TEST(store.delete_user(user.id, at(10)));
  const auto due = store.due_letters(at(100), 10);
  BOOST_REQUIRE(due.size() == 1u);
  BOOST_TEST((due[0].id == other.id));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(purge_removes_letters_that_left_and_none_that_waits, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {1, 2, 3}) store.add_letter(sample_letter(number));
  for (const int number : {1, 3}) {
    BOOST_TEST(store.claim_letter(sample_letter(number), at(100)));
    store.settle_letter(letter_id(number), 1, LetterOutcome::sent, never);
  }
  const PurgeLimits limits{.letters_before = at(3), .rows = 10};
  BOOST_TEST(store.purge(limits).letters == 1);  // the second one waits, the third one is too new
  BOOST_TEST(store.letters_of(user_id(1)).size() == 2u);
  const int week = 7 * 24 * 3600;
  BOOST_TEST(store.purge({.letters_before = at(week + 2), .rows = 10}).letters == 1);  // the third one
  BOOST_TEST(store.purge({.letters_before = at(week + 3), .rows = 10}).letters ==
             1);  // nobody sends mail here any more
}

BOOST_AUTO_TEST_CASE(a_change_that_is_begun_again_leaves_one_letter) {
  TestStore store;
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  store.fail_next({{.code = 2013, .after = true}});
  BOOST_TEST(store.change_password(change_of(user, {sample_letter(1)})));
  BOOST_TEST(store.due_letters(at(100), 10).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_damaged_row_does_not_keep_the_others) {
  TestStore store;
  store.add_letter(sample_letter(1));
  store.add_letter(sample_letter(2));
  const auto connection = store.connect();
  connection->execute("UPDATE {prefix}outbox SET parameters = '{' WHERE created_at = " +
                      std::to_string(unix_milliseconds(at(1))));
  const auto due = store.due_letters(at(100), 10);
  BOOST_REQUIRE(due.size() == 1u);
  BOOST_TEST((due[0].id == letter_id(2)));
}

BOOST_AUTO_TEST_SUITE_END()
