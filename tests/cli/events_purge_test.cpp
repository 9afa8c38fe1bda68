#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "command_case.h"
#include "store/sql/migrate.h"

using namespace cardea;

namespace {

constexpr std::chrono::hours day{24};

struct WithEvents : CommandCase {
  WithEvents() {
    install();
    user = add_user("ada@example.com");
  }

  void add_event(EventKind kind, Instant at, const std::string& detail = "") {
    SystemEntropy entropy;
    Event event;
    event.id = EventId::make(at, entropy);
    event.at = at;
    event.kind = kind;
    event.ip = "192.0.2.7";
    event.detail = detail;
    store()->add_event(event);
  }

  std::string user;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_events_and_purge)

BOOST_AUTO_TEST_CASE(migrate_says_what_it_did_and_then_that_there_is_nothing_to_do) {
  CommandCase cardea;
  const Json first = cardea.run({"migrate", "--json"}).json();
  BOOST_TEST(first["from"] == 0);
  BOOST_TEST(first["to"] == newest_schema_version());
  BOOST_TEST(!first["applied"].empty());
  const Ran second = cardea.run({"migrate"});
  BOOST_TEST((second.code == ExitCode::done));
  BOOST_TEST(second.out == "the tables are at version " + std::to_string(newest_schema_version()) +
                               "; there was nothing to do\n");
}

BOOST_AUTO_TEST_CASE(events_are_words_that_a_person_understands) {
  WithEvents cardea;
  cardea.add_event(EventKind::token_reused, cardea.now, "odd \x1b[31m detail");
  const Ran ran = cardea.run({"events"});
  BOOST_TEST((ran.code == ExitCode::done), ran.err);
  BOOST_TEST(has(ran.out, "A sign-in that had been replaced was used again"), ran.out);
  BOOST_TEST(has(ran.out, "The account was created"));
  BOOST_TEST(has(ran.out, cardea.user));
  BOOST_TEST(has(ran.out, rfc3339(cardea.now)));
  BOOST_TEST(!has(ran.out, "\x1b"));
}

BOOST_AUTO_TEST_CASE(events_name_the_device) {
  WithEvents cardea;
  SystemEntropy entropy;
  Session session;
  session.id = SessionId::make(cardea.now, entropy);
  session.user = *UserId::of_text(cardea.user);
  session.device_id = "tablet";
  session.device_name = "부엌 태블릿";
  session.created_at = cardea.now;
  session.idle_until = cardea.now + day;
  cardea.store()->add_session(session);
  Event event;
  event.id = EventId::make(cardea.now, entropy);
  event.at = cardea.now;
  event.user = session.user;
  event.session = session.id;
  cardea.store()->add_event(event);
  BOOST_TEST(has(cardea.run({"events"}).out, "부엌 태블릿"));
  const Json found = cardea.run({"events", "--json"}).json();
  BOOST_TEST(std::any_of(found.begin(), found.end(),
                         [](const Json& one) { return one.at("device") == "부엌 태블릿"; }));
}

BOOST_AUTO_TEST_CASE(every_kind_of_event_has_words) {
  WithEvents cardea;
  for (int kind = 0; kind <= static_cast<int>(EventKind::user_deleted); ++kind)
    cardea.add_event(static_cast<EventKind>(kind), cardea.now);
  BOOST_TEST(!has(cardea.run({"events"}).out, "_"));
}

BOOST_AUTO_TEST_CASE(events_are_chosen_by_user_time_and_number) {
  WithEvents cardea;
  cardea.add_event(EventKind::signed_in, cardea.now - 2 * day);
  cardea.add_event(EventKind::signed_out, cardea.now - seconds{30});
  const auto count = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"events", "--json"});
    return cardea.run(more).json().size();
  };
  BOOST_TEST(count({}) == 3U);
  BOOST_TEST(count({"--since", "1d"}) == 2U);
  BOOST_TEST(count({"--since", "100y"}) == 3U);
  BOOST_TEST(count({"--limit", "1"}) == 1U);
  BOOST_TEST(count({"--user", "ada@example.com"}) == 1U);
  BOOST_TEST(count({"--user", cardea.user}) == 1U);
  // Nobody has that id any more, but events might.
  BOOST_TEST(count({"--user", "0192f3c4-0000-7000-8000-000000000000"}) == 0U);
  BOOST_TEST((cardea.run({"events", "--user", "bob@example.com"}).code == ExitCode::refused));
}

BOOST_AUTO_TEST_CASE(purge_removes_what_is_over_and_nothing_else) {
  WithEvents cardea;
  for (int i = 0; i < 1203; ++i) cardea.add_event(EventKind::signed_in, cardea.now - 91 * day);
  cardea.add_event(EventKind::signed_in, cardea.now - 89 * day);
  (void)cardea.run({"key", "new", "--in", "0s"});

  const Ran purged = cardea.run({"purge", "--json"});
  BOOST_TEST_REQUIRE((purged.code == ExitCode::done), purged.err);
  BOOST_TEST(purged.json()["events"] == 1203);
  BOOST_TEST(purged.json()["sessions"] == 0);
  BOOST_TEST(purged.json()["keys"].empty());
  BOOST_TEST(cardea.run({"events", "--json", "--limit", "5000"}).json().size() == 2U);

  // session_max is a year: the first key is spent a year and a day after its successor began.
  cardea.now += 365 * day;
  BOOST_TEST(cardea.run({"purge", "--json"}).json()["keys"].empty());
  cardea.now += 2 * day;
  const Ran late = cardea.run({"purge"});
  BOOST_TEST(has(late.out, "1 keys"), late.out);
  BOOST_TEST(cardea.run({"key", "list", "--json"}).json().size() == 2U);
}

BOOST_AUTO_TEST_CASE(no_database_and_a_bad_configuration_are_told_apart) {
  CommandCase cardea;
  const Ran none = cardea.run({"user", "list"});
  BOOST_TEST((none.code == ExitCode::refused));
  BOOST_TEST(!none.err.empty());

  cardea.write_config("colour = blue\n[tokns]\nx = y\n");
  const Ran wrong = cardea.run({"user", "list"});
  BOOST_TEST((wrong.code == ExitCode::usage));
  BOOST_TEST(has(wrong.err, "colour"), wrong.err);
  BOOST_TEST(has(wrong.err, "tokns"), wrong.err);
  BOOST_TEST((cardea.run_bare({"--config", "/nonexistent.ini", "events"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_SUITE_END()
