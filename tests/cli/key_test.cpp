#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "command_case.h"

using namespace cardea;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "ES256 signs, refresh signs": what `key list` says, in its order.
std::string states(CommandCase& cardea) {
  std::string text;
  for (const Json& key : cardea.run({"key", "list", "--json"}).json())
    text += (text.empty() ? "" : ", ") + key["algorithm"].get<std::string>() + " " +
            key["state"].get<std::string>();
  return text;
}

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? status.st_mode & 07777 : 0;
}

// "key export" to a file of that name in the case's directory.
Ran export_to(CommandCase& cardea, std::string_view name, const std::string& more = "") {
  std::vector<std::string> arguments{"key", "export", "--file", cardea.path(name).string()};
  if (!more.empty()) arguments.push_back(more);
  return cardea.run(std::move(arguments));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_key)

BOOST_AUTO_TEST_CASE(one_command_makes_a_fresh_installation_complete) {
  CommandCase cardea;
  const Ran made = cardea.run({"key", "new"});
  BOOST_TEST((made.code == ExitCode::done), made.err);
  BOOST_TEST(states(cardea) == "ES256 signs, refresh signs");
  for (const Json& key : cardea.run({"key", "list", "--json"}).json()) {
    const std::string file = key["file"];
    struct stat status {};
    BOOST_TEST_REQUIRE(stat((cardea.path("keys") / file).c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600U);
    BOOST_TEST(has(made.out, file));
  }
}

BOOST_AUTO_TEST_CASE(a_successor_waits_until_caches_know_it) {
  CommandCase cardea;
  (void)cardea.run({"key", "new"});
  cardea.now += seconds{5};
  const Ran made = cardea.run({"key", "new"});
  BOOST_TEST(has(made.out, "signs from " + rfc3339(cardea.now + seconds{600})), made.out);
  BOOST_TEST(states(cardea) == "ES256 signs, ES256 waits, refresh signs");
  cardea.now += seconds{600};
  BOOST_TEST(states(cardea) == "ES256 verifies, ES256 signs, refresh signs");
}

BOOST_AUTO_TEST_CASE(a_key_begins_when_it_is_told_to) {
  CommandCase cardea;
  (void)cardea.run({"key", "new"});
  cardea.now += seconds{5};
  (void)cardea.run({"key", "new", "--in", "0s"});
  BOOST_TEST(states(cardea) == "ES256 verifies, ES256 signs, refresh signs");
  (void)cardea.run({"key", "new", "--in", "1d"});
  BOOST_TEST(states(cardea) == "ES256 verifies, ES256 signs, ES256 waits, refresh signs");
}

BOOST_AUTO_TEST_CASE(a_key_of_another_algorithm_only_verifies) {
  CommandCase cardea;
  (void)cardea.run({"key", "new"});
  for (const char* algorithm : {"eddsa", "HS256"}) {
    const Ran made = cardea.run({"key", "new", "--algorithm", algorithm});
    BOOST_TEST((made.code == ExitCode::done), made.err);
    BOOST_TEST(has(made.out, "only verifies while [tokens] algorithm is ES256"), made.out);
  }
  const std::string all = states(cardea);
  BOOST_TEST(has(all, "ES256 signs"), all);
  BOOST_TEST(has(all, "EdDSA verifies"), all);
  BOOST_TEST(has(all, "HS256 verifies"), all);
}

BOOST_AUTO_TEST_CASE(a_key_of_refresh_tokens_is_made_alone) {
  CommandCase cardea;
  (void)cardea.run({"key", "new", "--refresh"});
  BOOST_TEST(states(cardea) == "refresh signs");
  (void)cardea.run({"key", "new", "--refresh"});
  BOOST_TEST(states(cardea) == "refresh signs, refresh waits");
  // The first key of the algorithm begins at once, and another refresh key is not needed.
  (void)cardea.run({"key", "new"});
  BOOST_TEST(states(cardea) == "ES256 signs, refresh signs, refresh waits");
}

BOOST_AUTO_TEST_CASE(a_wrong_kind_of_key_is_wrong_usage) {
  CommandCase cardea;
  const Ran unknown = cardea.run({"key", "new", "--algorithm", "none"});
  BOOST_TEST((unknown.code == ExitCode::usage));
  BOOST_TEST(has(unknown.err, "es256, eddsa, rs256, hs256"));
  BOOST_TEST((cardea.run({"key", "new", "--refresh", "--algorithm", "es256"}).code == ExitCode::usage));
  BOOST_TEST(!std::filesystem::exists(cardea.path("keys")));
  const Ran none = cardea.run({"key", "list"});
  BOOST_TEST((none.code == ExitCode::refused));
  BOOST_TEST(has(none.err, "keys"), none.err);
}

BOOST_AUTO_TEST_CASE(an_export_holds_every_public_key_and_replaces_the_one_before) {
  CommandCase cardea;
  (void)cardea.run({"key", "new"});
  const Ran first = export_to(cardea, "keys.json");
  BOOST_TEST((first.code == ExitCode::done), first.err);
  BOOST_TEST(has(first.out, "keys.json: 1 key\n"), first.out);
  (void)cardea.run({"key", "new", "--algorithm", "eddsa"});
  (void)cardea.run({"key", "new", "--in", "1d"});
  const Ran second = export_to(cardea, "keys.json");
  BOOST_TEST(has(second.out, "keys.json: 3 keys\n"), second.out);
  BOOST_TEST(mode_of(cardea.path("keys.json")) == 0644U);
  BOOST_TEST(!std::filesystem::exists(cardea.path("keys.json.new")));

  const auto set = parse_json(whole_file(cardea.path("keys.json")));
  BOOST_TEST_REQUIRE((set && set->is_object() && set->at("keys").is_array()));
  std::vector<std::string> listed;
  for (const Json& key : cardea.run({"key", "list", "--json"}).json())
    if (key["kid"].is_string()) listed.push_back(key["kid"]);
  std::vector<std::string> exported;
  for (const Json& key : set->at("keys")) {
    exported.push_back(key.at("kid"));
    BOOST_TEST(key.at("use") == "sig");
    for (const char* secret : {"d", "p", "k"}) BOOST_TEST(!key.contains(secret));
  }
  BOOST_TEST(exported == listed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_secret_is_exported_only_when_it_is_asked_for) {
  CommandCase cardea;
  (void)cardea.run({"key", "new", "--algorithm", "hs256"});
  const Ran refused = export_to(cardea, "keys.json");
  BOOST_TEST((refused.code == ExitCode::refused));
  BOOST_TEST(has(refused.err, "--with-secrets"), refused.err);
  BOOST_TEST(!std::filesystem::exists(cardea.path("keys.json")));

  (void)cardea.run({"key", "new"});
  const Ran without = export_to(cardea, "keys.json");
  BOOST_TEST(has(without.out, "keys.json: 1 key; left out: 1 of HS256"), without.out);
  BOOST_TEST(!has(whole_file(cardea.path("keys.json")), "oct"));

  const Ran with = export_to(cardea, "keys.json", "--with-secrets");
  BOOST_TEST(has(with.out, "keys.json: 2 keys\n"), with.out);
  BOOST_TEST(mode_of(cardea.path("keys.json")) == 0600U);
  const auto set = parse_json(whole_file(cardea.path("keys.json"))).value_or(Json::object());
  BOOST_TEST_REQUIRE(set["keys"].size() == 2U);
  for (const Json& key : set["keys"]) {
    if (key["kty"] != "oct") continue;
    BOOST_TEST(key["alg"] == "HS256");
    BOOST_TEST(key["kid"].get<std::string>().size() == 43U);
    BOOST_TEST(key["k"].get<std::string>().size() == 43U);  // 32 bytes
    BOOST_TEST(!has(with.out + with.err, key["k"].get<std::string>()));
  }
}

BOOST_AUTO_TEST_CASE(an_export_that_cannot_be_written_says_why) {
  CommandCase cardea;
  const Ran no_directory = export_to(cardea, "keys.json");
  BOOST_TEST((no_directory.code == ExitCode::refused));
  (void)cardea.run({"key", "new", "--refresh"});
  const Ran no_key = export_to(cardea, "keys.json");
  BOOST_TEST((no_key.code == ExitCode::refused));
  BOOST_TEST(has(no_key.err, "cardea key new"), no_key.err);
  (void)cardea.run({"key", "new"});
  const Ran nowhere = export_to(cardea, "missing/keys.json");
  BOOST_TEST((nowhere.code == ExitCode::refused));
  BOOST_TEST(has(nowhere.err, "No such file"), nowhere.err);
  const Ran directory = export_to(cardea, "keys");
  BOOST_TEST((directory.code == ExitCode::refused));
  BOOST_TEST(!std::filesystem::exists(cardea.path("keys.new")));
  BOOST_TEST((cardea.run({"key", "export"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(what_root_makes_belongs_to_the_owner_of_the_key_directory) {
  if (geteuid() != 0) return;
  constexpr uid_t nobody = 65534;
  CommandCase cardea;
  (void)cardea.run({"key", "new"});
  for (const auto& place : {cardea.path(""), cardea.path("keys")})
    BOOST_TEST_REQUIRE(chown(place.c_str(), nobody, nobody) == 0);
  for (const auto& file : std::filesystem::directory_iterator(cardea.path("keys")))
    BOOST_TEST_REQUIRE(chown(file.path().c_str(), nobody, nobody) == 0);

  const pid_t child = fork();
  if (child == 0) {
    const bool done = cardea.run({"migrate"}).code == ExitCode::done && geteuid() == nobody;
    _exit(done ? 0 : 1);
  }
  int status = -1;
  BOOST_TEST_REQUIRE(waitpid(child, &status, 0) == child);
  BOOST_TEST(status == 0);
  struct stat made {};
  BOOST_TEST_REQUIRE(stat(cardea.path("db.sqlite").c_str(), &made) == 0);
  BOOST_TEST(made.st_uid == nobody);
}

BOOST_AUTO_TEST_SUITE_END()
