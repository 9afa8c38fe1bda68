#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/digest.h"
#include "base/encoding.h"
#include "cli/legacy.h"
#include "command_case.h"

using namespace cardea;

namespace {

const std::string digest = hex_encode(view_of(sha256("an old refresh token")));

struct Installed : CommandCase {
  Installed() {
    install();
    add_user("ada@example.com");
  }
  Ran import_file(const std::string& text) {
    std::ofstream(path("old.csv")) << text;
    return run({"legacy", "import", path("old.csv").string()});
  }
  Ran import_key(std::vector<std::string> more, const std::string& secret = std::string(40, 'x') + "\n") {
    more.insert(more.begin(), {"key", "import", "--hs256", "--verify-only"});
    return run(std::move(more), secret);
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_legacy)

BOOST_AUTO_TEST_CASE(users_and_tokens_of_the_former_system_are_taken_over_once) {
  Installed cardea;
  const std::string lines =
      std::string(legacy_header) + "\nada@example.com,42," + digest + ",1893456000\r\n\n";
  const Ran first = cardea.import_file(lines);
  BOOST_TEST_REQUIRE((first.code == ExitCode::done), first.err);
  BOOST_TEST(has(first.out, "imported 1, known already 0, refused 0"));
  BOOST_TEST(has(cardea.import_file(lines).out, "imported 0, known already 1, refused 0"));
  const auto store = cardea.store();
  BOOST_TEST(store->user_of_identity("legacy", "42")->email.key == "ada@example.com");
  const auto token = store->legacy_token(sha256("an old refresh token"));
  BOOST_REQUIRE(token);
  BOOST_TEST((token->expires_at == from_unix_seconds(1893456000)));
}

BOOST_AUTO_TEST_CASE(what_was_taken_over_is_told_also_when_the_database_fails_on_the_way) {
  Installed cardea;
  cardea.drop_table("legacy_token");
  const Ran ran = cardea.import_file("\xEF\xBB\xBF" + std::string(legacy_header) +
                                     "\nada@example.com,42,,\nada@example.com,," + digest +
                                     ",1893456000\nada@example.com,42,,\n");
  BOOST_TEST((ran.code == ExitCode::refused));
  BOOST_TEST(has(ran.out, "imported 1, known already 0, refused 0; the rest was not tried"), ran.out);
}

BOOST_AUTO_TEST_CASE(a_line_that_cannot_be_taken_over_is_told_and_the_others_are_taken) {
  Installed cardea;
  cardea.add_user("bob@example.com");
  const Ran ran =
      cardea.import_file("ada@example.com,42,,\nnobody@example.com,43,,\nbob@example.com,42,,\nnonsense\n");
  BOOST_TEST((ran.code == ExitCode::refused));
  BOOST_TEST(has(ran.out, "imported 1, known already 0, refused 3"));
  BOOST_TEST(has(ran.err, "line 2: there is no such user"));
  BOOST_TEST(has(ran.err, "line 3: there is no such user, or the legacy id is another user's"));
  BOOST_TEST(has(ran.err, "line 4: wanted: user,legacy_id,token_sha256,expires_at"));
}

BOOST_AUTO_TEST_CASE(lines_are_read_strictly) {
  BOOST_TEST(parse_legacy_line("a@b.c,42,,").has_value());
  BOOST_TEST(parse_legacy_line("a@b.c,," + digest + ",1").has_value());
  for (const std::string& bad :
       {std::string(), std::string("a@b.c"), std::string("a@b.c,,,"), std::string(",42,,"),
        "a@b.c,42," + digest + ",", std::string("a@b.c,42,,1"), "a@b.c,42," + digest + ",x",
        "a@b.c,42," + digest.substr(2) + ",1", "a@b.c,42," + digest + ",1,", std::string("a@b.c,\"42\",,"),
        std::string("a@b.c,4\x01,,"), "a@b.c," + std::string(256, '4') + ",,"})
    BOOST_TEST(!parse_legacy_line(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_foreign_secret_is_kept_as_a_key_that_only_verifies_until_its_day) {
  Installed cardea;
  const Ran ran = cardea.import_key({"--until", "2026-12-31", "--subject-claim", "memberId"});
  BOOST_TEST_REQUIRE((ran.code == ExitCode::done), ran.err);
  BOOST_TEST(has(ran.out, "verifies until 2026-12-31T00:00:00Z"));
  BOOST_TEST(ran.err.empty());
  BOOST_TEST(!has(ran.out, "xxx"));
  BOOST_TEST(has(cardea.run({"key", "list"}).out, "HS256 (legacy)"));
}

BOOST_AUTO_TEST_CASE(a_short_secret_is_taken_with_a_warning) {
  Installed cardea;
  const Ran ran = cardea.import_key({"--until", "2026-12-31", "--base64"}, "bW9pYw==\n");
  BOOST_TEST((ran.code == ExitCode::done));
  BOOST_TEST(has(ran.err, "shorter than 32 bytes"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_key_is_refused) {
  Installed cardea;
  BOOST_TEST((cardea.import_key({}).code == ExitCode::usage));
  BOOST_TEST((cardea.import_key({"--until", "2020-01-01"}).code == ExitCode::usage));
  BOOST_TEST((cardea.import_key({"--until", "tomorrow"}).code == ExitCode::usage));
  BOOST_TEST((cardea.import_key({"--until", "2026-12-31", "--subject-claim", ""}).code == ExitCode::usage));
  BOOST_TEST((cardea.import_key({"--until", "2026-12-31"}, "").code == ExitCode::refused));
  BOOST_TEST((cardea.import_key({"--until", "2026-12-31", "--base64"}, "?\n").code == ExitCode::refused));
  BOOST_TEST((cardea.run({"key", "import", "--hs256", "--until", "2026-12-31"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(transport_tells_the_first_day_on_which_closing_hurts_nobody) {
  Installed cardea;
  BOOST_TEST(has(cardea.run({"transport"}).out, "closing the header signs nobody out: "));
  BOOST_TEST(has(cardea.run({"transport"}).out, "(now)"));
  const auto store = cardea.store();
  const auto user = store->user_by_email("ada@example.com");
  Session session;
  session.id = SessionId::of_bytes("0123456789abcdef");
  session.user = user->id;
  session.device_id = "old";
  session.user_epoch = user->epoch;
  session.created_at = cardea.now;
  session.idle_until = cardea.now + std::chrono::days{10};
  session.transport = Transport::header;
  store->add_session(session);
  const auto report = cardea.run({"transport", "--json"}).json();
  BOOST_TEST(report["header"]["sessions"] == 1);
  BOOST_TEST(report["closable_from"] == rfc3339(session.idle_until));
  // 2026-09-21T14:13:20Z and ten days, rounded up to a day
  BOOST_TEST(has(cardea.run({"transport"}).out, "signs nobody out: 2026-10-02\n"));
}

BOOST_AUTO_TEST_SUITE_END()
