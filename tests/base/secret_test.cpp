#include "base/secret.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <concepts>
#include <ostream>
#include <string>
#include <utility>

using namespace cardea;

namespace {

template <class Value>
concept Printable = requires(std::ostream& out, const Value& value) {
  out << value;
};

static_assert(!Printable<Secret>, "a secret must not reach a stream by accident");
static_assert(!std::equality_comparable<Secret>, "secrets are compared by equal_in_constant_time only");
static_assert(!std::convertible_to<Secret, std::string_view>, "reading a secret takes a call to reveal()");
static_assert(!std::convertible_to<std::string, Secret>, "making a secret is never an accident");

const std::string short_text = "hunter2";  // fits into the string itself
const std::string long_text(100, 'x');     // lives on the heap

}  // namespace

BOOST_AUTO_TEST_SUITE(secret)

BOOST_AUTO_TEST_CASE(taking_bytes_over_empties_their_owner) {
  for (const auto& text : {short_text, long_text}) {
    auto bytes = text;
    const Secret taken{std::move(bytes)};
    BOOST_TEST(taken.reveal() == text);
    BOOST_TEST(bytes.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_moved_secret_leaves_nothing_behind) {
  for (const auto& text : {short_text, long_text}) {
    auto source = Secret::copy_of(text);
    const char* kept = source.reveal().data();
    Secret target{std::move(source)};
    BOOST_TEST(target.reveal() == text);
    BOOST_TEST(source.empty());
    if (text == short_text)
      BOOST_TEST(std::count(kept, kept + text.size(), '\0') == static_cast<long>(text.size()));
    Secret assigned = Secret::copy_of("before");
    assigned = std::move(target);
    BOOST_TEST(assigned.reveal() == text);
    BOOST_TEST(target.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_copy_is_independent) {
  auto first = Secret::copy_of(short_text);
  const auto second = first;
  first = Secret::copy_of(long_text);
  BOOST_TEST(second.reveal() == short_text);
  const auto& itself = first;
  first = itself;
  BOOST_TEST(first.reveal() == long_text);
}

BOOST_AUTO_TEST_CASE(wiping_overwrites_also_the_spare_capacity) {
  std::string bytes = long_text;
  bytes.resize(10);
  const char* memory = bytes.data();
  const auto capacity = bytes.capacity();
  wipe(bytes);
  BOOST_TEST(bytes.empty());
  BOOST_TEST(bytes.data() == memory);
  BOOST_TEST(std::all_of(memory, memory + capacity, [](char byte) { return byte == '\0'; }));
}

BOOST_AUTO_TEST_CASE(equality_looks_at_every_byte_and_the_length) {
  BOOST_TEST(equal_in_constant_time("", ""));
  BOOST_TEST(equal_in_constant_time("abc", "abc"));
  BOOST_TEST(!equal_in_constant_time("abc", "abd"));
  BOOST_TEST(!equal_in_constant_time("abc", "bbc"));
  BOOST_TEST(!equal_in_constant_time("abc", "ab"));
  BOOST_TEST(!equal_in_constant_time("abc", ""));
  BOOST_TEST(!equal_in_constant_time({"a\0b", 3}, {"a\0c", 3}));
}

BOOST_AUTO_TEST_SUITE_END()
