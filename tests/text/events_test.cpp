#include "text/events.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

using namespace cardea;

namespace {

std::vector<ProviderSettings> offered() {
  std::vector<ProviderSettings> providers(1);
  providers[0].name = "naver";
  providers[0].label = "네이버";
  return providers;
}

std::string words(EventKind kind, const std::string& detail, Language language = Language::en) {
  Event event;
  event.kind = kind;
  event.detail = detail;
  return event_words(event, language, offered());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_words_text)

BOOST_AUTO_TEST_CASE(reuse_tells_when_the_sign_in_had_been_replaced_and_what_was_done) {
  const std::string detail = "replaced=2026-03-03T10:02:41Z action=revoke_device";
  BOOST_TEST(
      words(EventKind::token_reused, detail) ==
      "A sign-in that had been replaced on March 3, 2026, 10:02 UTC was used again. The device was signed "
      "out.");
  BOOST_TEST(
      words(EventKind::token_reused, detail, Language::ko) ==
      "이전 로그인 정보(2026년 3월 3일 19:02(KST))가 다시 사용되었습니다. 해당 기기에서 로그아웃되었습니다.");
  BOOST_TEST(
      words(EventKind::token_reused, detail, Language::ja) ==
      "古いログイン情報（2026年3月3日 19:02（JST））が再び使われました。該当の端末からログアウトされました。");
}

BOOST_AUTO_TEST_CASE(facts_stand_in_the_sentence) {
  BOOST_TEST(words(EventKind::platform_changed, "from=Windows to=Android action=tell") ==
             "A sign-in from Windows was used on Android.");
  BOOST_TEST(words(EventKind::many_devices, "count=5 action=revoke_all") ==
             "5 new devices signed in within an hour. All devices were signed out.");
}

BOOST_AUTO_TEST_CASE(a_system_that_is_not_known_is_called_another_system_in_the_readers_language) {
  BOOST_TEST(words(EventKind::platform_changed, "from=Windows to=other") ==
             "A sign-in from Windows was used on another system.");
  BOOST_TEST(words(EventKind::platform_changed, "from=other to=Android", Language::ko) ==
             "다른 시스템에서 로그인한 정보가 Android에서 사용되었습니다.");
}

BOOST_AUTO_TEST_CASE(a_provider_is_called_by_its_label_and_by_its_name_once_the_site_has_it_no_more) {
  BOOST_TEST(words(EventKind::identity_linked, "provider=naver", Language::ko) ==
             "네이버 계정이 연결되었습니다.");
  BOOST_TEST(words(EventKind::identity_unlinked, "provider=github") == "github was disconnected.");
}

BOOST_AUTO_TEST_CASE(a_detail_without_facts_makes_a_sentence_all_the_same) {
  for (const char* detail : {"", "replaced=", "replaced=yesterday", "replaced=2026-13-99T00:00:00Z",
                             "a token that had been replaced", "replacedx=2026-03-03T10:02:41Z"})
    BOOST_TEST(words(EventKind::token_reused, detail) == "A sign-in that had been replaced was used again.");
  BOOST_TEST(words(EventKind::many_devices, "") == "? new devices signed in within an hour.");
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_sentence_of_its_own_in_every_language) {
  std::set<std::string> seen;
  for (std::size_t number = 0; number < event_kind_count; ++number)
    for (const auto language : languages) {
      const auto kind = static_cast<EventKind>(number);
      const auto text = words(kind, "count=7 from=A to=B provider=naver", language);
      BOOST_TEST(text.find('{') == text.npos, text);
      BOOST_TEST(text.find(event_name(kind)) == text.npos, text);
      BOOST_TEST(seen.insert(text).second, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
