#include "base/entropy.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>

using namespace cardea;

namespace {

// From now on this process has a kernel from before 3.17.
void lose_getrandom() {
  sock_filter rules[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{.len = std::size(rules), .filter = rules};
  const bool lost = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  if (!lost) ::_exit(2);
}

// What a forked child draws first, after some preparation.
std::string drawn_by_a_child(void (*prepare)() = [] {}) {
  int ends[2];
  BOOST_REQUIRE_EQUAL(::pipe(ends), 0);
  const auto child = ::fork();
  if (child == 0) {
    prepare();
    SystemEntropy entropy;
    try {
      const auto bytes = random_array<16>(entropy);
      ::_exit(::write(ends[1], bytes.data(), bytes.size()) == 16 ? 0 : 1);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  ::close(ends[1]);
  std::string bytes(16, '\0');
  const auto got = ::read(ends[0], bytes.data(), bytes.size());
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  BOOST_REQUIRE_EQUAL(got, 16);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entropy)

// 512 bytes are more than one getrandom call promises at once; a part left unfilled would stay zero.
BOOST_AUTO_TEST_CASE(all_of_the_span_is_filled) {
  SystemEntropy entropy;
  const auto bytes = random_array<4096>(entropy);
  for (std::size_t i = 0; i < bytes.size(); i += 64) {
    const std::set<std::uint8_t> kinds(bytes.begin() + static_cast<long>(i),
                                       bytes.begin() + static_cast<long>(i) + 64);
    BOOST_TEST(kinds.size() > 8U);
  }
}

BOOST_AUTO_TEST_CASE(no_two_draws_are_equal) {
  SystemEntropy entropy;
  std::set<std::array<std::uint8_t, 16>> drawn;
  for (int i = 0; i < 1000; ++i) drawn.insert(random_array<16>(entropy));
  BOOST_TEST(drawn.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(nothing_may_be_asked_for) {
  SystemEntropy entropy;
  BOOST_CHECK_NO_THROW(entropy.fill({}));
}

BOOST_AUTO_TEST_CASE(forked_children_draw_different_bytes) {
  BOOST_CHECK(drawn_by_a_child() != drawn_by_a_child());
}

BOOST_AUTO_TEST_CASE(an_old_kernel_has_a_device_instead) {
  const auto first = drawn_by_a_child(lose_getrandom);
  BOOST_TEST(first != drawn_by_a_child(lose_getrandom));
  BOOST_TEST(first != std::string(16, '\0'));
}

BOOST_AUTO_TEST_SUITE_END()
