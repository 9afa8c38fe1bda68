// Proof of work: who may answer a challenge, with what, and until when.
#include "token/work.h"

#include <boost/test/unit_test.hpp>

#include "support/key_room.h"
#include "support/solved_work.h"

using namespace cardea;
using testing::answer_to;

namespace {

constexpr int few_bits = 6;

struct Scene {
  KeyRoom room;
  KeyRing ring = ring_with_refresh_key(room);
  SystemEntropy entropy;

  WorkChallenge challenge(int bits = few_bits, WorkPurpose purpose = WorkPurpose::registration) {
    return make_work_challenge(purpose, bits, "192.0.2.7", ring, entropy, morning);
  }
  bool is_valid(std::string_view work, int bits = few_bits, std::string_view client = "192.0.2.7",
                Instant now = morning, WorkPurpose purpose = WorkPurpose::registration) {
    return open_work(work, purpose, bits, client, ring, now).has_value();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(proof_of_work)

BOOST_FIXTURE_TEST_CASE(an_answer_with_enough_zero_bits_is_valid, Scene) {
  const auto asked = challenge();
  BOOST_TEST(asked.text.size() == 59U);
  BOOST_TEST(asked.bits == few_bits);
  BOOST_TEST((asked.ends == morning + work_life));
  BOOST_TEST(is_valid(answer_to(asked)));
  BOOST_TEST(!is_valid(answer_to(asked, false)));
}

BOOST_FIXTURE_TEST_CASE(an_answer_is_valid_for_its_client_purpose_and_time_only, Scene) {
  const auto work = answer_to(challenge());
  BOOST_TEST(!is_valid(work, few_bits, "192.0.2.8"));
  BOOST_TEST(!is_valid(work, few_bits, "192.0.2.7", morning, WorkPurpose::sign_in));
  BOOST_TEST(is_valid(work, few_bits, "192.0.2.7", morning + work_life - seconds{1}));
  BOOST_TEST(!is_valid(work, few_bits, "192.0.2.7", morning + work_life));
}

BOOST_FIXTURE_TEST_CASE(an_easier_challenge_than_asked_for_does_not_count, Scene) {
  const auto work = answer_to(challenge());
  BOOST_TEST(is_valid(work, few_bits - 1));
  BOOST_TEST(!is_valid(work, few_bits + 1));
}

BOOST_FIXTURE_TEST_CASE(a_challenge_never_asks_for_more_than_the_limit, Scene) {
  BOOST_TEST(challenge(40).bits == max_work_bits);
  BOOST_TEST(challenge(-1).bits == 0);
}

BOOST_FIXTURE_TEST_CASE(a_challenge_that_is_not_ours_is_refused_at_every_byte, Scene) {
  const auto asked = challenge(0);
  BOOST_TEST(is_valid(asked.text + ".0", 0));
  for (std::size_t at = 0; at < asked.text.size(); ++at) {
    auto changed = asked.text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    BOOST_TEST_CONTEXT("byte " << at) BOOST_TEST(!is_valid(changed + ".0", 0));
  }
}

BOOST_FIXTURE_TEST_CASE(the_number_is_one_to_sixteen_digits, Scene) {
  const auto text = challenge(0).text;
  for (const auto* number : {".0", ".0000000000000000", ".9999999999999999"})
    BOOST_TEST(is_valid(text + number, 0), number);
  for (const auto* number : {"", ".", ".00000000000000000", ".-1", ".1a", ". 1", ".1 ", "0", "x1", ".1.1"})
    BOOST_TEST(!is_valid(text + number, 0), number);
  BOOST_TEST(!is_valid("", 0));
  BOOST_TEST(!is_valid(std::string(100'000, 'A'), 0));
}

BOOST_FIXTURE_TEST_CASE(two_challenges_are_never_the_same, Scene) {
  const auto first =
      open_work(answer_to(challenge()), WorkPurpose::registration, 0, "192.0.2.7", ring, morning);
  const auto second =
      open_work(answer_to(challenge()), WorkPurpose::registration, 0, "192.0.2.7", ring, morning);
  BOOST_TEST((first.value().challenge != second.value().challenge));
}

BOOST_AUTO_TEST_SUITE_END()
