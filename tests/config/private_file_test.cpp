#include "config/private_file.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "config/temporary_directory.h"

using namespace cardea;

namespace {

constexpr uid_t stranger = 54'321;

bool is_root() {
  return ::geteuid() == 0;
}

boost::test_tools::assertion_result may_give_files_away() {
  boost::test_tools::assertion_result result(is_root());
  result.message() << "only root may give a file to another user";
  return result;
}

// Empty if the file is read.
std::string refusal_of(const std::string& path) {
  const auto read = read_private_file(path);
  const auto* unreadable = std::get_if<Unreadable>(&read);
  return unreadable == nullptr ? "" : unreadable->reason;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(private_file)

BOOST_AUTO_TEST_CASE(a_file_of_ours_alone_is_read) {
  const TemporaryDirectory directory;
  for (const mode_t mode : {0600, 0400, 0700}) {
    const auto path = directory.write("file" + std::to_string(mode), "contents\n", mode);
    BOOST_TEST(std::get<std::string>(read_private_file(path)) == "contents\n");
  }
  BOOST_TEST(std::get<std::string>(read_private_file(directory.write("empty", ""))).empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_others_can_read_or_change_is_refused) {
  const TemporaryDirectory directory;
  for (const mode_t mode : {0644, 0604, 0602, 0620, 0660, 0666, 0777, 0606, 0622}) {
    const auto reason = refusal_of(directory.write("file" + std::to_string(mode), "x", mode));
    BOOST_TEST(reason.find("others can read or change it") != std::string::npos, reason);
    BOOST_TEST(reason.find("0600") != std::string::npos, reason);
  }
}

BOOST_AUTO_TEST_CASE(the_group_may_read_what_belongs_to_root) {
  const TemporaryDirectory directory;
  const auto path = directory.write("file", "x", 0640);
  BOOST_TEST(refusal_of(path).empty() == is_root());
}

BOOST_AUTO_TEST_CASE(a_file_of_somebody_else_is_refused,
                     *boost::unit_test::precondition([](auto) { return may_give_files_away(); })) {
  const TemporaryDirectory directory;
  const auto path = directory.write("file", "x");
  BOOST_REQUIRE_EQUAL(::chown(path.c_str(), stranger, stranger), 0);
  BOOST_TEST(refusal_of(path).find("belongs to user 54321") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_refused) {
  const TemporaryDirectory directory;
  const auto target = directory.write("file", "x");
  BOOST_REQUIRE_EQUAL(::symlink(target.c_str(), directory.path("link").c_str()), 0);
  BOOST_TEST(refusal_of(directory.path("link")).find("symbolic link") != std::string::npos);
}

// Without O_NONBLOCK this would wait for a writer for ever.
BOOST_AUTO_TEST_CASE(a_fifo_is_refused_at_once, *boost::unit_test::timeout(10)) {
  const TemporaryDirectory directory;
  BOOST_REQUIRE_EQUAL(::mkfifo(directory.path("fifo").c_str(), 0600), 0);
  BOOST_TEST(refusal_of(directory.path("fifo")).find("not a regular file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(directories_and_devices_are_refused) {
  const TemporaryDirectory directory;
  BOOST_TEST(refusal_of(directory.path("")).find("not a regular file") != std::string::npos);
  BOOST_TEST(refusal_of("/dev/zero").find("not a regular file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_refused) {
  const TemporaryDirectory directory;
  BOOST_TEST(refusal_of(directory.path("none")).find("No such file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_limit_is_exact) {
  const TemporaryDirectory directory;
  BOOST_TEST(refusal_of(directory.write("most", std::string(private_file_limit, 'x'))).empty());
  BOOST_TEST(!refusal_of(directory.write("more", std::string(private_file_limit + 1, 'x'))).empty());
}

BOOST_AUTO_TEST_SUITE_END()
