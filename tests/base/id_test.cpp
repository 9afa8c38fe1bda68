#include "base/id.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <type_traits>
#include <vector>

using namespace cardea;

namespace {

class AllOnes final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), std::uint8_t{0xFF}); }
};

static_assert(!std::is_convertible_v<UserId, SessionId> && !std::is_constructible_v<UserId, SessionId>,
              "ids of different things must not be mixed up");

}  // namespace

BOOST_AUTO_TEST_SUITE(id)

// RFC 9562 appendix A.6 has the time 0x017F22E279B0.
BOOST_AUTO_TEST_CASE(an_id_has_the_time_the_version_and_the_variant_in_their_places) {
  AllOnes ones;
  const auto at = from_unix_milliseconds(0x017F22E279B0);
  BOOST_TEST(uuid_text(new_uuid(at, ones)) == "017f22e2-79b0-7fff-bfff-ffffffffffff");
}

BOOST_AUTO_TEST_CASE(later_ids_sort_behind_earlier_ones) {
  SystemEntropy entropy;
  const auto at = from_unix_milliseconds(1'700'000'000'000);
  for (int i = 0; i < 100; ++i)
    BOOST_CHECK(UserId::make(at + milliseconds{i}, entropy) <
                UserId::make(at + milliseconds{i + 1}, entropy));
}

BOOST_AUTO_TEST_CASE(ids_of_one_millisecond_differ) {
  SystemEntropy entropy;
  BOOST_CHECK(UserId::make(never, entropy) != UserId::make(never, entropy));
}

BOOST_AUTO_TEST_CASE(text_and_bytes_lead_back_to_the_id) {
  SystemEntropy entropy;
  const auto id = SessionId::make(from_unix_milliseconds(1'700'000'000'000), entropy);
  BOOST_CHECK(SessionId::of_text(id.text()) == id);
  BOOST_CHECK(SessionId::of_bytes(id.bytes()) == id);
  BOOST_TEST(id.bytes().size() == 16U);
}

BOOST_AUTO_TEST_CASE(only_the_form_we_write_is_read) {
  const std::string good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  BOOST_TEST(uuid_of_text(good).has_value());
  const std::vector<std::string> hostile{
      "",
      "0",
      "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
      "017f22e279b07cc398c4dc0c0c07398f",
      good + "0",
      " " + good,
      good + "\n",
      "{" + good + "}",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
      "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
      "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
      std::string(36, '-'),
      "' OR 1=1-- aaaaaaaaaaaaaaaaaaaaaaaaa",
  };
  for (const auto& text : hostile) BOOST_TEST(!uuid_of_text(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_SUITE_END()
