#include "base/descriptor.h"

#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>

#include "support/threads.h"

using namespace cardea;

namespace {

struct Pipe {
  Descriptor read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(descriptor)

BOOST_AUTO_TEST_CASE(all_of_a_text_is_written_although_the_kernel_takes_it_in_parts) {
  Pipe pipe;
  std::string text(1'000'000, 'x');  // more than a pipe holds
  text += "end";
  std::string received;
  {
    testing::Threads reader;
    reader.start([&] {
      std::array<char, 4096> part{};
      for (ssize_t got = 0; (got = ::read(pipe.read_end.number(), part.data(), part.size())) > 0;)
        received.append(part.data(), static_cast<std::size_t>(got));
    });
    BOOST_TEST(write_all(pipe.write_end.number(), text));
    pipe.write_end = Descriptor{};
  }
  BOOST_TEST((received == text));
}

BOOST_AUTO_TEST_CASE(a_text_that_no_process_reads_is_not_written) {
  Pipe pipe;
  auto* const before = std::signal(SIGPIPE, SIG_IGN);
  pipe.read_end = Descriptor{};
  errno = 0;
  const bool written = write_all(pipe.write_end.number(), "x");
  const int error = errno;
  std::signal(SIGPIPE, before);
  BOOST_TEST(!written);
  BOOST_TEST(error == EPIPE);
  BOOST_TEST(write_all(pipe.write_end.number(), ""));
}

BOOST_AUTO_TEST_SUITE_END()
