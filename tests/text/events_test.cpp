#include "text/events.h"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace cardea;

namespace {

std::string words(EventKind kind, const std::string& detail, Language language = Language::en) {
  Event event;
  event.kind = kind;
  event.detail = detail;
  return event_words(event, language);
}

// All of them: the names go on until there is none.
std::vector<EventKind> all_kinds() {
  std::vector<EventKind> kinds;
  for (int number = 0; event_name(static_cast<EventKind>(number)) != "unknown"; ++number)
    kinds.push_back(static_cast<EventKind>(number));
  return kinds;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_words_text)

BOOST_AUTO_TEST_CASE(reuse_tells_when_the_token_had_been_replaced_and_what_was_done) {
  const std::string detail = "replaced=2026-03-03T10:02:41Z action=revoke_device";
  BOOST_TEST(
      words(EventKind::token_reused, detail) ==
      "A token that had been replaced on March 3, 2026, 10:02 UTC was used again; this device was signed "
      "out.");
  BOOST_TEST(
      words(EventKind::token_reused, detail, Language::ko) ==
      "이미 교체된 토큰(2026년 3월 3일 19:02(KST))이 다시 사용되었습니다. 이 기기를 로그아웃시켰습니다.");
  BOOST_TEST(
      words(EventKind::token_reused, detail, Language::ja) ==
      "置き換え済みのトークン（2026年3月3日 19:02（JST））が再び使われました。この端末をログアウトさせました。");
}

BOOST_AUTO_TEST_CASE(facts_stand_in_the_sentence) {
  BOOST_TEST(words(EventKind::platform_changed, "from=Windows to=Android action=tell") ==
             "A device that was signed in on Windows renewed its sign-in on Android.");
  BOOST_TEST(words(EventKind::many_devices, "count=5 action=revoke_all") ==
             "5 new devices signed in within an hour; all devices were signed out.");
}

BOOST_AUTO_TEST_CASE(a_detail_without_facts_makes_a_sentence_all_the_same) {
  for (const char* detail : {"", "replaced=", "replaced=yesterday", "replaced=2026-13-99T00:00:00Z",
                             "a token that had been replaced", "replacedx=2026-03-03T10:02:41Z"})
    BOOST_TEST(words(EventKind::token_reused, detail) == "A token that had been replaced was used again.");
  BOOST_TEST(words(EventKind::many_devices, "") == "? new devices signed in within an hour.");
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_sentence_of_its_own_in_every_language) {
  std::set<std::string> seen;
  for (const auto kind : all_kinds())
    for (const auto language : languages) {
      const auto text = words(kind, "count=7 from=A to=B", language);
      BOOST_TEST(text.find('{') == text.npos, text);
      BOOST_TEST(text.find(event_name(kind)) == text.npos, text);
      BOOST_TEST(seen.insert(text).second, text);
    }
  BOOST_TEST(seen.size() >= 20U * 3U);
}

BOOST_AUTO_TEST_CASE(times_are_in_words_and_name_their_zone) {
  const Instant at = from_unix_seconds(1795317300);
  BOOST_TEST(time_in_words(at, Language::en) == "November 22, 2026, 03:15 UTC");
  BOOST_TEST(time_in_words(at, Language::ko) == "2026년 11월 22일 12:15(KST)");
  BOOST_TEST(time_in_words(at, Language::ja) == "2026年11月22日 12:15（JST）");
}

BOOST_AUTO_TEST_SUITE_END()
