#include "auth/watch/watch.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace cardea;

namespace {

constexpr Instant noon{milliseconds{1795317300000}};

constexpr const char* chrome_windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36";
constexpr const char* newer_chrome_windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 "
    "Safari/537.36 Edg/150.0";
constexpr const char* safari_mac =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 "
    "Safari/605.1.15";
constexpr const char* safari_iphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1";
constexpr const char* chrome_android =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
    "Safari/537.36";
constexpr const char* firefox_linux =
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
constexpr const char* chrome_os =
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36";
constexpr const char* curl = "curl/7.88.1";

Uuid uuid(int number) {
  Uuid id{};
  id[15] = static_cast<std::uint8_t>(number);
  id[14] = static_cast<std::uint8_t>(number >> 8);
  return id;
}

Session session(int number, const std::string& device, std::chrono::minutes ago) {
  Session made;
  made.id = {uuid(number)};
  made.device_id = device;
  made.method = "password";
  made.ip = "192.0.2.1";
  made.created_at = noon - ago;
  return made;
}

Session fresh(const std::string& device, const std::string& ip = "192.0.2.1") {
  auto made = session(1000, device, std::chrono::minutes{0});
  made.ip = ip;
  return made;
}

Event event(EventKind kind, const std::string& ip, int session_number = 1) {
  Event made;
  made.kind = kind;
  made.at = noon - std::chrono::minutes{5};
  made.session = SessionId{uuid(session_number)};
  made.ip = ip;
  return made;
}

std::vector<Event> failures(int count) {
  return std::vector<Event>(static_cast<std::size_t>(count),
                            event(EventKind::sign_in_failed, "198.51.100.1"));
}

std::vector<Event> sign_ins(const std::vector<std::string>& addresses) {
  std::vector<Event> events;
  for (const auto& ip : addresses) events.push_back(event(EventKind::signed_in, ip));
  return events;
}

// "many_devices 5, guessed_password 7"
std::string verdict(const std::vector<Suspicion>& found) {
  std::string text;
  for (const auto& [rule, count] : found)
    text +=
        (text.empty() ? "" : ", ") + std::string(event_name(event_of(rule))) + " " + std::to_string(count);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(watch)

BOOST_AUTO_TEST_CASE(a_user_agent_says_which_platform_it_runs_on) {
  struct Row {
    const char* user_agent;
    Platform platform;
  };
  const Row rows[] = {{chrome_windows, Platform::windows},
                      {newer_chrome_windows, Platform::windows},
                      {safari_mac, Platform::macos},
                      {safari_iphone, Platform::ios},
                      {"Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X)", Platform::ios},
                      {chrome_android, Platform::android},
                      {"Dalvik/2.1.0 (Linux; U; Android 14; SM-S918N)", Platform::android},
                      {firefox_linux, Platform::linux},
                      {chrome_os, Platform::linux},
                      {curl, Platform::other},
                      {"okhttp/4.12.0", Platform::other},
                      {"MyApp/1 CFNetwork/1490 Darwin/23.2.0", Platform::other},
                      {"", Platform::other}};
  for (const auto& row : rows) BOOST_TEST((platform_of(row.user_agent) == row.platform), row.user_agent);
}

BOOST_AUTO_TEST_CASE(another_platform_is_told_from_another_version_and_from_a_desktop_site) {
  struct Row {
    const char* before;
    const char* now;
    bool changes;
  };
  const Row rows[] = {
      {chrome_windows, chrome_windows, false},
      {chrome_windows, newer_chrome_windows, false},  // an update
      {chrome_windows, safari_mac, true},
      {chrome_windows, chrome_android, true},
      {chrome_windows, firefox_linux, true},
      {safari_iphone, chrome_android, true},
      {chrome_android, firefox_linux, false},  // "desktop site" on Android
      {firefox_linux, chrome_android, false},
      {safari_iphone, safari_mac, false},  // the same on iOS
      {safari_mac, safari_iphone, false},
      {chrome_windows, curl, true},  // a script with a stolen token
      {chrome_windows, "", true},
      {curl, chrome_windows, false},  // it never said what it was
      {"okhttp/4.12.0", "Dalvik/2.1.0 (Linux; U; Android 14)", false},
      {"", "", false},
  };
  for (const auto& row : rows)
    BOOST_TEST(changes_platform(row.before, row.now) == row.changes, row.before << " -> " << row.now);
}

BOOST_AUTO_TEST_CASE(new_devices_are_counted_within_an_hour) {
  struct Row {
    const char* what;
    std::vector<Session> sessions;
    Session fresh;
    std::string verdict;
  };
  const auto minutes = [](int count) { return std::chrono::minutes{count}; };
  const std::vector<Session> four{session(1, "a", minutes(50)), session(2, "b", minutes(40)),
                                  session(3, "c", minutes(30)), session(4, "d", minutes(20))};
  auto old_hands = four;
  old_hands.push_back(session(5, "a", minutes(3000)));
  auto one_too_old = four;
  one_too_old[0].created_at = noon - minutes(61);
  auto same_device = four;
  same_device[3].device_id = "c";
  auto with_itself = four;
  with_itself.push_back(fresh("e"));
  const Row rows[] = {
      {"the first device of all", {}, fresh("a"), ""},
      {"four others within the hour", four, fresh("e"), "many_devices 5"},
      {"the row of the new session is there already", with_itself, fresh("e"), "many_devices 5"},
      {"a device that is known signs in again", four, fresh("d"), ""},
      {"one of the others was known before", old_hands, fresh("e"), ""},
      {"one of the others is older than an hour", one_too_old, fresh("e"), ""},
      {"one of the others signed in twice", same_device, fresh("e"), ""},
  };
  for (const auto& row : rows)
    BOOST_TEST(verdict(watch_sign_in(row.fresh, row.sessions, {})) == row.verdict, row.what);
}

BOOST_AUTO_TEST_CASE(networks_are_counted_by_24_and_48_bits) {
  struct Row {
    const char* what;
    std::vector<std::string> addresses;
    const char* here;
    std::string verdict;
  };
  const Row rows[] = {
      {"three others", {"192.0.2.1", "198.51.100.1", "203.0.113.1"}, "10.0.0.1", "many_networks 4"},
      {"two others", {"192.0.2.1", "198.51.100.1"}, "10.0.0.1", ""},
      {"one network with many addresses",
       {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"},
       "192.0.2.250",
       ""},
      {"a known one of four", {"192.0.2.1", "198.51.100.1", "203.0.113.1", "10.0.0.1"}, "10.0.0.9", ""},
      {"a provider's IPv6, one /48",
       {"2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"},
       "2001:db8:1:4::1",
       ""},
      {"four of IPv6",
       {"2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1"},
       "2001:db8:4::1",
       "many_networks 4"},
      {"what is no address counts nothing", {"", "x", "192.0.2.1", "198.51.100.1"}, "10.0.0.1", ""},
  };
  const std::vector<Session> known{session(1, "a", std::chrono::minutes{3000})};
  for (const auto& row : rows)
    BOOST_TEST(verdict(watch_sign_in(fresh("a", row.here), known, sign_ins(row.addresses))) == row.verdict,
               row.what);
}

BOOST_AUTO_TEST_CASE(the_event_of_the_new_session_itself_is_no_other_network) {
  const std::vector<Session> known{session(1, "a", std::chrono::minutes{3000})};
  auto recent = sign_ins({"192.0.2.1", "198.51.100.1", "203.0.113.1"});
  recent.push_back(event(EventKind::signed_in, "10.0.0.1", 1000));
  BOOST_TEST(verdict(watch_sign_in(fresh("a", "10.0.0.1"), known, recent)) == "many_networks 4");
}

BOOST_AUTO_TEST_CASE(guessing_that_ends_in_success_is_a_new_device_after_wrong_passwords) {
  const std::vector<Session> known{session(1, "a", std::chrono::minutes{3000})};
  BOOST_TEST(verdict(watch_sign_in(fresh("b"), known, failures(5))) == "password_guessed 5");
  BOOST_TEST(verdict(watch_sign_in(fresh("b"), known, failures(4))) == "");
  BOOST_TEST(verdict(watch_sign_in(fresh("a"), known, failures(50))) == "");
  auto by_provider = fresh("b");
  by_provider.method = "google";
  BOOST_TEST(verdict(watch_sign_in(by_provider, known, failures(50))) == "");
}

BOOST_AUTO_TEST_CASE(an_hour_is_quiet_when_no_rule_can_apply) {
  BOOST_TEST(is_quiet({}));
  BOOST_TEST(is_quiet(failures(4)));
  BOOST_TEST(!is_quiet(failures(5)));
  BOOST_TEST(is_quiet(sign_ins({"a", "b", "c"})));
  BOOST_TEST(!is_quiet(sign_ins({"a", "b", "c", "d"})));
}

BOOST_AUTO_TEST_SUITE_END()
