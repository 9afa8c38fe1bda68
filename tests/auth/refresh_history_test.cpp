// Random histories of one browser with several tabs, lost answers and a database that fails now and then; the same
// ones in every run. Within the window no honest client is signed out; if a thief uses a token after it, the session
// ends.
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>

#include "auth/session/refresh.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::int64_t grace = 10'000;
constexpr std::int64_t hour = 3'600'000;

class Dice {
 public:
  explicit Dice(unsigned seed) : source_(seed) {}
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(source_() % static_cast<unsigned>(limit));
  }
  bool one_in(std::int64_t count) { return below(count) == 0; }

 private:
  std::mt19937 source_;
};

// Every token ever seen, by its generation: there must be one for each.
struct Seen {
  std::map<Generation, std::string> tokens;

  void look_at(House& house, const Grant& grant) {
    const auto text = std::string(grant.refresh_token.reveal());
    const auto [known, is_new] = tokens.emplace(grant.session.generation, text);
    BOOST_TEST((is_new || known->second == text));
    BOOST_TEST(grant.session.generation <= house.row_of(grant).generation);
  }
};

// One burst: tabs read the jar at about the same time and present what they read within the window. Answers
// get lost, but not the last one.
Grant burst(SignedIn& house, const Grant& jar, Dice& dice, Seen& seen) {
  const auto began = house.now;
  const auto tabs = 1 + dice.below(6);
  Grant arrived = jar;
  for (std::int64_t tab = 0; tab < tabs; ++tab) {
    if (dice.one_in(4))
      house.store.force_rotation(dice.one_in(2) ? ForcedRotation::unknown_though_moved
                                                : ForcedRotation::unknown_not_moved);
    const auto answer = house.refresh(jar);
    BOOST_TEST_REQUIRE(word(answer) == "granted");
    seen.look_at(house, std::get<Grant>(answer));
    const bool is_last = tab + 1 == tabs;
    if (is_last || !dice.one_in(3)) arrived = std::get<Grant>(answer);
    house.now = std::max(
        house.now, std::min(began + milliseconds{grace - 1}, house.now + milliseconds{dice.below(4000)}));
  }
  return arrived;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing_histories)

BOOST_AUTO_TEST_CASE(an_honest_browser_is_never_signed_out_and_each_generation_has_one_token) {
  for (unsigned history = 0; history < 40; ++history) {
    SignedIn house;
    Dice dice(history);
    Seen seen;
    auto jar = house.first;
    for (int event = 0; event < 25; ++event) {
      const auto before = house.row_of(jar).generation;
      jar = burst(house, jar, dice, seen);
      BOOST_TEST(house.row_of(jar).generation >= before);
      house.now += milliseconds{dice.one_in(2) ? dice.below(2 * grace) : dice.below(5 * hour)};
    }
    const auto row = house.row_of(jar);
    BOOST_TEST((row.revoked_at == never));
    BOOST_TEST(house.store.writes().rotations == static_cast<int>(row.generation));
    BOOST_TEST(house.store.sessions_of(house.ada.id).size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_thief_is_found_when_the_other_one_comes_after_the_window) {
  for (unsigned history = 100; history < 140; ++history) {
    SignedIn house;
    Dice dice(history);
    Seen seen;
    auto owner = house.first;
    for (auto quiet = dice.below(5); quiet > 0; --quiet) {
      owner = burst(house, owner, dice, seen);
      house.now += milliseconds{grace + dice.below(hour)};
    }
    auto thief = owner;
    auto& first = dice.one_in(2) ? owner : thief;
    auto& second = &first == &owner ? thief : owner;
    for (auto lead = 1 + dice.below(3); lead > 0; --lead) {
      first = house.renew(first);
      house.now += milliseconds{grace + 1 + dice.below(hour)};
    }
    BOOST_TEST(word(house.refresh(second)) == "reused");
    BOOST_TEST(word(house.refresh(first)) == "revoked");
    BOOST_TEST(house.events_of(EventKind::token_reused) == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
