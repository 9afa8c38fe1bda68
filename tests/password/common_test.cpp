// Common passwords: the built-in list, and what is made of names.
#include "password/common.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

#include "password/desk.h"

namespace cardea::testing {
namespace {

std::set<std::string> listed() {
  std::set<std::string> entries;
  for (const auto* name : {"common-passwords.txt", "common-passwords-ko-ja.txt"}) {
    std::ifstream file(std::string(CARDEA_TESTS) + "/../src/password/lists/" + name);
    BOOST_REQUIRE(file.is_open());
    for (std::string line; std::getline(file, line);) entries.insert(line);
  }
  return entries;
}

bool is_listed(std::string_view lower) {
  for (const auto form : common_forms(lower))
    if (built_in_passwords().holds(form)) return true;
  return false;
}

bool is_refused(Desk& desk, std::string_view typed) {
  const auto chosen = desk.passwords.choose(secret(typed), {"Example", "kim.minsu@example.com", "Kim Minsu"});
  const auto* problem = std::get_if<PasswordProblem>(&chosen);
  return problem != nullptr && *problem == PasswordProblem::too_common;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(common_passwords)

BOOST_AUTO_TEST_CASE(every_entry_of_the_lists_is_found_also_with_digits_and_a_sign_behind_it) {
  const auto entries = listed();
  BOOST_TEST(entries.size() == 51'573U);
  int missed = 0;
  for (const auto& entry : entries) missed += is_listed(entry) && is_listed(entry + "!") ? 0 : 1;
  BOOST_TEST(missed == 0);
  BOOST_TEST(built_in_passwords().is_intact());
}

BOOST_AUTO_TEST_CASE(the_tool_of_the_build_makes_the_bytes_that_the_program_makes) {
  const auto entries = listed();
  std::vector<std::uint64_t> hashes;
  for (const auto& entry : entries) {
    auto forms = common_forms(entry);
    forms.erase(forms.begin());
    const bool is_needed = std::none_of(forms.begin(), forms.end(), [&](std::string_view form) {
      return entries.contains(std::string(form));
    });
    if (is_needed) hashes.push_back(text_hash(entry));
  }
  const auto bytes = encode_text_set(hashes);
  BOOST_TEST(bytes.size() <= 150'000U);
  BOOST_TEST((TextSet::of(bytes)->size() == built_in_passwords().size()));
}

BOOST_AUTO_TEST_CASE(other_texts_are_hardly_ever_found) {
  int found = 0;
  for (int i = 0; i < 1'000'000; ++i)
    found += built_in_passwords().holds("zq" + std::to_string(i) + "x") ? 1 : 0;
  BOOST_TEST(found <= 3);
}

BOOST_AUTO_TEST_CASE(what_many_people_use_and_what_is_made_of_names_is_refused) {
  Desk desk;
  for (const auto* typed : {"password123", "Password!", "tkfkdgo1", "12345678", "QWERTY123", "minsukim1990",
                            "kimminsu!!", "kim.minsu@example.com", "example2026"})
    BOOST_TEST(is_refused(desk, typed), typed);
  for (const auto* typed :
       {"correct horse battery staple", "a few words in a row", "minsu likes long walks", "8294710395"})
    BOOST_TEST(!is_refused(desk, typed), typed);
}

BOOST_AUTO_TEST_CASE(a_policy_warns_or_says_nothing) {
  auto settings = quick_settings();
  settings.common = CommonPolicy::warn;
  Desk warning(settings);
  BOOST_TEST(std::get<ChosenPassword>(warning.passwords.choose(secret("password123"), {})).is_common);
  settings.common = CommonPolicy::off;
  Desk silent(settings);
  BOOST_TEST(!std::get<ChosenPassword>(silent.passwords.choose(secret("password123"), {})).is_common);
}

BOOST_AUTO_TEST_CASE(bytes_that_were_cut_or_changed_are_no_set) {
  const auto bytes = encode_text_set({text_hash("password"), text_hash("tkfkdgo")});
  BOOST_TEST(TextSet::of(bytes)->holds("tkfkdgo"));
  for (std::size_t size = 0; size < bytes.size(); ++size) BOOST_TEST(!TextSet::of(bytes.substr(0, size)));
  auto changed = bytes;
  changed.back() = static_cast<char>(changed.back() ^ 0x40);
  BOOST_TEST(!TextSet::of(changed)->is_intact());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace cardea::testing
