// What [watch] causes, from the request to the mail.
#include "auth/watch/alarm.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/letters.h"
#include "auth/account/sign_in.h"
#include "auth/session/context.h"
#include "auth/session/refresh.h"
#include "auth/session/sign_out.h"
#include "support/house.h"
#include "token/link_token.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr const char* windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
constexpr const char* android = "Mozilla/5.0 (Linux; Android 14; K)";

struct Watched : House {
  User ada = add_user("ada@example.com");
  std::string user_agent = windows;
  std::string ip = "192.0.2.7";

  Watched() {
    settings.mail.from = "noreply@example.com";
    all_rules(WatchAction::tell);
  }
  void all_rules(WatchAction action) {
    auto& watch = settings.watch;
    for (auto* rule : {&watch.token_reuse, &watch.platform_change, &watch.many_devices, &watch.many_networks,
                       &watch.guessed_password})
      *rule = action;
  }
  [[nodiscard]] Caller asking() const {
    return {.now = now, .address = *parse_address(ip), .user_agent = user_agent};
  }
  std::variant<Grant, SignInRefused> sign_in_from(const std::string& device,
                                                  std::string_view password = valid_password) {
    return sign_in({.login = "ada@example.com",
                    .password = Secret::copy_of(password),
                    .device = {.id = device, .name = device}},
                   asking(), deps());
  }
  Grant signed_in(const std::string& device) { return std::get<Grant>(sign_in_from(device)); }
  std::variant<Grant, RefreshRefusal> renew(const Grant& grant) {
    now += std::chrono::hours{1};
    return refresh({.tokens = by_cookie(grant), .idempotency_key = {}}, asking(), deps());
  }
  // The session that the link or code of a letter ends.
  std::optional<SessionId> disowned(const MailProof& proof) {
    const auto found = disown_device(proof, asking(), deps());
    const auto* state = std::get_if<SessionState>(&found);
    return state == nullptr ? std::nullopt : std::optional{state->session.id};
  }
  bool stands(const Grant& grant) { return standing_of(state_of(grant.session.id), now) == Standing::stands; }
  Event newest_event() { return store.events({.user = ada.id}).front(); }
  // Two renewals by two holders: the first one's token comes back spent.
  RefreshRefusal reuse(const Grant& grant) {
    BOOST_REQUIRE(std::holds_alternative<Grant>(renew(grant)));
    return std::get<RefreshRefusal>(renew(grant));
  }
};

bool holds(const Letter& letter, std::string_view part) {
  return letter.text.reveal().find(part) != std::string_view::npos;
}

std::string token_in(const Letter& letter) {
  const auto text = std::string(letter.text.reveal());
  const auto begin = text.find('#') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(alarm_)

BOOST_AUTO_TEST_CASE(reuse_is_told_by_mail_and_signs_that_device_out_alone) {
  Watched house;
  const auto phone = house.signed_in("phone");
  const auto laptop = house.signed_in("laptop");
  BOOST_TEST((house.reuse(phone) == RefreshRefusal::reused));
  BOOST_TEST(!house.stands(phone));
  BOOST_TEST(house.stands(laptop));
  const auto event = house.newest_event();
  BOOST_TEST((event.kind == EventKind::token_reused));
  BOOST_TEST(event.detail.ends_with(" action=revoke_device"), event.detail);
  const auto letters = house.letters();
  BOOST_REQUIRE(letters.size() == 1U);
  BOOST_TEST(letters[0].to == "ada@example.com");
  BOOST_TEST(holds(letters[0], "was used again. The device was signed out."));
  BOOST_TEST(holds(letters[0], "Device: Windows\n"));  // not the name it gave itself
  BOOST_TEST(!holds(letters[0], "#"));                 // nothing to sign out any more
}

BOOST_AUTO_TEST_CASE(a_letter_names_the_browser_and_the_system_of_the_device_as_its_language_does) {
  struct Row {
    const char* user_agent;
    Language language;
    const char* device;
  };
  constexpr Row rows[] = {
      {"Mozilla/5.0 (Linux; Android 14; K) Chrome/142.0.0.0 Mobile Safari/537.36", Language::en,
       "Device: Chrome on Android\n"},
      {"Mozilla/5.0 (Linux; Android 14; K) Chrome/142.0.0.0 Safari/537.36 KAKAOTALK 2510700", Language::ko,
       "기기: KakaoTalk (Android)\n"},
      {"Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", Language::ja,
       "端末：Edge（Windows）\n"},
      {"curl/8.14.1", Language::en, "Device: curl\n"},
      {"Buy-pills/1.0", Language::ko, "기기: 알 수 없는 기기\n"}};
  for (const auto& row : rows) {
    Watched house;
    BOOST_REQUIRE(house.store.set_profile(house.ada.id, {.name = "Ada", .language = row.language}));
    house.user_agent = row.user_agent;
    const auto phone = house.signed_in("phone");
    BOOST_TEST((house.reuse(phone) == RefreshRefusal::reused));
    const auto letters = house.letters();
    BOOST_REQUIRE(letters.size() == 1U);
    BOOST_TEST(holds(letters[0], row.device), letters[0].text.reveal());
  }
}

BOOST_AUTO_TEST_CASE(reuse_ends_the_session_and_is_recorded_though_the_rule_is_off) {
  Watched house;
  house.all_rules(WatchAction::off);
  const auto phone = house.signed_in("phone");
  BOOST_TEST((house.reuse(phone) == RefreshRefusal::reused));
  BOOST_TEST(house.events_of(EventKind::token_reused) == 1);
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(reuse_can_sign_all_devices_out) {
  Watched house;
  house.settings.watch.token_reuse = WatchAction::revoke_all;
  const auto phone = house.signed_in("phone");
  const auto laptop = house.signed_in("laptop");
  BOOST_TEST((house.reuse(phone) == RefreshRefusal::reused));
  BOOST_TEST(!house.stands(laptop));
  BOOST_TEST(house.newest_event().detail.ends_with(" action=revoke_all"));
}

BOOST_AUTO_TEST_CASE(another_platform_is_told_once_and_the_device_stays) {
  Watched house;
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  auto renewed = house.renew(phone);
  BOOST_REQUIRE(std::holds_alternative<Grant>(renewed));
  BOOST_TEST(house.newest_event().detail == "from=Windows to=Android action=tell");
  const auto letters = house.letters();
  BOOST_REQUIRE(letters.size() == 1U);
  BOOST_TEST(holds(letters[0], "A sign-in from Windows was used on Android."));
  BOOST_TEST(holds(letters[0], "https://example.com/alert.html#"));
  BOOST_TEST(holds(letters[0], "The link works for 7 days:"));
  renewed = house.renew(std::get<Grant>(renewed));
  BOOST_REQUIRE(std::holds_alternative<Grant>(renewed));
  BOOST_TEST(house.events_of(EventKind::platform_changed) == 1);
}

BOOST_AUTO_TEST_CASE(another_platform_can_sign_the_device_out) {
  Watched house;
  house.settings.watch.platform_change = WatchAction::revoke_device;
  const auto phone = house.signed_in("phone");
  const auto laptop = house.signed_in("laptop");
  house.user_agent = android;
  const auto outcome = house.renew(phone);
  BOOST_TEST((std::get<RefreshRefusal>(outcome) == RefreshRefusal::revoked));
  BOOST_TEST(!house.stands(phone));
  BOOST_TEST(house.stands(laptop));
}

BOOST_AUTO_TEST_CASE(a_renewal_that_is_not_odd_asks_and_writes_nothing_more) {
  Watched house;
  const auto phone = house.signed_in("phone");
  const auto calls = house.store.calls();
  const auto writes = house.store.writes();
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  BOOST_TEST(house.store.calls() - calls <= 3);
  BOOST_TEST(house.store.writes().total() - writes.total() == 1);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_off_records_nothing) {
  Watched house;
  house.all_rules(WatchAction::off);
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  BOOST_TEST(house.events_of(EventKind::platform_changed) == 0);
}

BOOST_AUTO_TEST_CASE(the_fifth_new_device_within_an_hour_is_told) {
  Watched house;
  for (const auto* device : {"a", "b", "c", "d"}) (void)house.signed_in(device);
  BOOST_TEST(house.letters().empty());
  (void)house.signed_in("e");
  BOOST_TEST(house.newest_event().detail == "count=5 action=tell");
  const auto letters = house.letters();
  BOOST_REQUIRE(letters.size() == 1U);
  BOOST_TEST(holds(letters[0], "5 new devices signed in within an hour."));
}

BOOST_AUTO_TEST_CASE(a_sign_in_whose_session_a_rule_ends_is_refused_and_gets_no_tokens) {
  Watched house;
  house.settings.watch.many_devices = WatchAction::revoke_device;
  std::vector<Grant> before;
  for (const auto* device : {"a", "b", "c", "d"}) before.push_back(house.signed_in(device));
  const auto fifth = house.sign_in_from("e");
  BOOST_REQUIRE(std::holds_alternative<SignInRefused>(fifth));
  BOOST_TEST((std::get<SignInRefused>(fifth).why == SignInRefusal::ended_by_watch));
  BOOST_TEST(house.stands(before[0]));
  const auto row = house.store.latest_sessions_of(house.ada.id, 1).at(0);
  BOOST_TEST(row.device_id == "e");
  BOOST_TEST((row.revoked_at == house.now));
  BOOST_TEST((row.revoke_reason == RevokeReason::watch));
}

BOOST_AUTO_TEST_CASE(start_session_names_the_session_that_the_watch_ended) {
  Watched house;
  house.settings.watch.many_devices = WatchAction::revoke_device;
  for (const auto* device : {"a", "b", "c", "d"}) (void)house.signed_in(device);
  const auto started = start_session(house.user_of(house.ada), {.id = "e", .name = ""}, "password",
                                     house.asking(), house.deps());
  BOOST_REQUIRE(std::holds_alternative<EndedByWatch>(started));
  const auto row = house.state_of(std::get<EndedByWatch>(started).session).session;
  BOOST_TEST(row.device_id == "e");
  BOOST_TEST((row.revoke_reason == RevokeReason::watch));
}

BOOST_AUTO_TEST_CASE(sign_ins_from_four_networks_can_sign_everybody_out) {
  Watched house;
  house.settings.watch.many_networks = WatchAction::revoke_all;
  std::vector<Grant> grants;
  for (const auto* ip : {"192.0.2.1", "198.51.100.1", "203.0.113.1"}) {
    house.ip = ip;
    grants.push_back(house.signed_in("phone"));
    house.now += seconds{60};
  }
  house.ip = "10.0.0.1";
  const auto fourth = house.sign_in_from("phone");
  BOOST_REQUIRE(std::holds_alternative<SignInRefused>(fourth));
  BOOST_TEST((std::get<SignInRefused>(fourth).why == SignInRefusal::ended_by_watch));
  for (const auto& grant : grants) BOOST_TEST(!house.stands(grant));
  BOOST_TEST(devices_of(house.user_of(house.ada), house.asking(), house.deps()).empty());
  BOOST_TEST((house.newest_event().kind == EventKind::many_networks));
}

BOOST_AUTO_TEST_CASE(guessing_that_succeeds_is_told_in_the_language_of_the_user) {
  Watched house;
  BOOST_REQUIRE(house.store.set_profile(house.ada.id, {.name = "Ada", .language = Language::ko}));
  (void)house.signed_in("phone");
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(std::holds_alternative<SignInRefused>(house.sign_in_from("thief", "wrong")));
    house.now += seconds{40};
  }
  (void)house.signed_in("thief");
  const auto letters = house.letters();
  BOOST_REQUIRE(letters.size() == 1U);
  BOOST_TEST((letters[0].language == Language::ko));
  BOOST_TEST(holds(letters[0], "비밀번호가 5번 틀린 뒤 새 기기가 로그인했습니다."));
  BOOST_TEST(holds(letters[0], "(KST)\n"));  // nobody has to convert a time
  BOOST_TEST(holds(letters[0], "링크는 7일 동안 사용할 수 있습니다."));
}

BOOST_AUTO_TEST_CASE(without_mail_tell_is_record) {
  Watched house;
  house.settings.mail.from.clear();
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  BOOST_TEST(house.newest_event().detail == "from=Windows to=Android action=record");
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(an_attack_brings_a_few_letters_not_hundreds) {
  Watched house;
  house.settings.limits.devices_per_user = 0;
  for (int i = 0; i < 60; ++i) (void)house.signed_in("device-" + std::to_string(i));
  BOOST_TEST(house.events_of(EventKind::many_devices) == 56);
  BOOST_TEST(house.letters().size() == 5U);
}

BOOST_AUTO_TEST_CASE(the_link_of_a_letter_signs_its_device_out_and_no_other) {
  Watched house;
  const auto phone = house.signed_in("phone");
  const auto laptop = house.signed_in("laptop");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  const auto token = token_in(house.letters().at(0));
  const auto session = house.disowned({.token = Secret::copy_of(token)});
  BOOST_REQUIRE(session.has_value());
  BOOST_TEST((*session == phone.session.id));
  BOOST_TEST(!house.stands(phone));
  BOOST_TEST(house.stands(laptop));
  BOOST_TEST((house.row_of(phone).revoke_reason == RevokeReason::disowned));
  BOOST_TEST(house.disowned({.token = Secret::copy_of(token)}).has_value());  // safe to repeat
  BOOST_TEST(house.events_of(EventKind::device_disowned) == 1);
}

BOOST_AUTO_TEST_CASE(the_code_of_a_letter_signs_its_device_out_and_no_other) {
  Watched house;
  const auto laptop = house.signed_in("laptop");
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  const auto text = std::string(house.letters().at(0).text.reveal());
  const auto code = text.substr(text.find("    ", text.find("code")) + 4, 9);
  const auto typed = [&code](const std::string& email) {
    return MailProof{.email = email, .code = Secret::copy_of(code)};
  };
  BOOST_TEST(!house.disowned(typed("nobody@example.com")).has_value());
  BOOST_TEST(!house.disowned({.email = "ada@example.com", .code = Secret::copy_of("BBBB-BBBB")}).has_value());
  const auto session = house.disowned(typed("ada@example.com"));
  BOOST_REQUIRE(session.has_value());
  BOOST_TEST((*session == phone.session.id));
  BOOST_TEST(!house.stands(phone));
  BOOST_TEST(house.stands(laptop));
  BOOST_TEST(house.disowned(typed("ada@example.com")).has_value());  // safe to repeat
  BOOST_TEST(house.events_of(EventKind::device_disowned) == 1);
}

BOOST_AUTO_TEST_CASE(a_link_for_another_user_or_for_no_session_does_nothing) {
  Watched house;
  const auto phone = house.signed_in("phone");
  const auto bob = house.add_user("bob@example.com");
  Link link{.purpose = LinkPurpose::sign_out_device,
            .user = bob.id,
            .session = phone.session.id,
            .ends = house.now + std::chrono::hours{1}};
  const auto disowns = [&] {
    const auto deps = house.deps();
    const auto state = state_of_session(house.row_of(phone));
    const auto token = make_link_token(link, state, deps.keys, house.now);
    return std::holds_alternative<SessionState>(
        disown_device({.token = Secret::copy_of(token.reveal())}, house.asking(), deps));
  };
  BOOST_TEST(!disowns());
  link.user = house.ada.id;
  link.session = SessionId{};
  BOOST_TEST(!disowns());
  BOOST_TEST(house.stands(phone));
  link.session = phone.session.id;
  BOOST_TEST(disowns());
}

BOOST_AUTO_TEST_CASE(a_link_that_is_too_old_or_spoilt_does_nothing) {
  Watched house;
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  const auto token = token_in(house.letters().at(0));
  auto spoilt = token;
  spoilt[50] = spoilt[50] == 'A' ? 'B' : 'A';
  BOOST_TEST(!house.disowned({.token = Secret::copy_of(spoilt)}).has_value());
  house.now += std::chrono::hours{24 * 7};
  BOOST_TEST(!house.disowned({.token = Secret::copy_of(token)}).has_value());
  BOOST_TEST(house.stands(phone));
}

// A process that dies between the event and its letter.
BOOST_AUTO_TEST_CASE(an_alarm_whose_letter_got_lost_is_told_later_once) {
  Watched house;
  const auto phone = house.signed_in("phone");
  house.user_agent = android;
  BOOST_REQUIRE(std::holds_alternative<Grant>(house.renew(phone)));
  for (const auto& letter : house.store.letters_of(house.ada.id))
    house.store.settle_letter(letter.id, 0, LetterOutcome::given_up, never);
  const auto found = [&house] { return house.store.untold_alarms(house.now - seconds{60}, 10).size(); };
  BOOST_TEST(found() == 0U);  // its letter is known, whatever became of it
  const auto purged = house.store.purge({.letters_before = house.now + seconds{1}, .rows = 10});
  BOOST_TEST(purged.letters == 1);  // as if it had never been written
  BOOST_TEST(found() == 1U);
  tell_untold_alarms(house.settings, house.store, house.now);
  tell_untold_alarms(house.settings, house.store, house.now);
  const auto letters = house.letters();
  BOOST_REQUIRE(letters.size() == 1U);
  BOOST_TEST(holds(letters[0], "A sign-in from Windows was used on Android."));
  BOOST_TEST(holds(letters[0], "Device: Android\n"));
  BOOST_TEST(holds(letters[0], "IP address: 192.0.2.7\n"));
  BOOST_TEST(house.disowned({.token = Secret::copy_of(token_in(letters[0]))}).has_value());
  tell_untold_alarms(house.settings, house.store, house.now);
  BOOST_TEST(house.letters().empty());
}

BOOST_AUTO_TEST_CASE(an_alarm_that_is_not_told_on_purpose_is_not_taken_for_one_that_got_lost) {
  Watched house;
  house.settings.watch.many_devices = WatchAction::revoke_device;
  house.settings.limits.devices_per_user = 0;
  for (int i = 0; i < 12; ++i) (void)house.sign_in_from("device-" + std::to_string(i));
  BOOST_TEST(house.letters().size() == 5U);  // more than that in an hour would be too many
  house.all_rules(WatchAction::record);
  (void)house.sign_in_from("one more");
  BOOST_TEST(house.store.untold_alarms(house.now - seconds{60}, 100).empty());
}

BOOST_AUTO_TEST_SUITE_END()
