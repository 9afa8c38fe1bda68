#include "upkeep/upgrade.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fcntl.h>

#include "base/descriptor.h"
#include "base/digest.h"
#include "support/temporary_directory.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

std::string read(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes, mode_t mode = 0644) {
  std::ofstream{path, std::ios::binary} << bytes;
  ::chmod(path.c_str(), mode);
}

// A real program that ignores its words: the machine's own `echo`, which prints them; it names no version.
std::string echo() {
  return read("/bin/echo");
}

struct Beside {
  TemporaryDirectory directory{"upgrade"};
  ProgramFiles files{directory.file("cardea"), directory.file("cardea.ini")};

  Beside() { write(files.program, "the running one", 0755); }
  LookedAt look() const { return look_at_program(files.candidate(), files.sums()); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(upgrading)

BOOST_AUTO_TEST_CASE(what_is_no_program_of_this_user_is_not_run) {
  Beside host;
  BOOST_TEST((host.look().fault == ProgramFault::absent));
  BOOST_TEST_REQUIRE(::symlink("/bin/echo", host.files.candidate().c_str()) == 0);
  BOOST_TEST((host.look().fault == ProgramFault::not_a_file));
  ::unlink(host.files.candidate().c_str());
  BOOST_TEST_REQUIRE(::mkdir(host.files.candidate().c_str(), 0755) == 0);
  BOOST_TEST((host.look().fault == ProgramFault::not_a_file));
  ::rmdir(host.files.candidate().c_str());
  write(host.files.candidate(), "x", 0666);
  BOOST_TEST((host.look().fault == ProgramFault::writable));
  ::chmod(host.files.candidate().c_str(), 0644);
  BOOST_TEST((host.look().fault == ProgramFault::runs_not));
}

BOOST_AUTO_TEST_CASE(half_an_upload_is_told_by_its_sum) {
  Beside host;
  write(host.files.candidate(), "half of it");
  const auto sum = [](std::string_view bytes) { return hex_encode(view_of(sha256(bytes))); };
  write(host.files.sums(), sum("all of it") + "  cardea/cardea\n");
  BOOST_TEST((host.look().fault == ProgramFault::incomplete));
  write(host.files.sums(), sum("all of it") + "  READ-ME-FIRST.html\n");
  BOOST_TEST((host.look().fault == ProgramFault::runs_not));
  write(host.files.sums(), sum("half of it") + " *cardea.new\r\n");
  BOOST_TEST((host.look().fault == ProgramFault::runs_not));
  BOOST_TEST(host.look().is_compared);
}

BOOST_AUTO_TEST_CASE(a_program_that_names_no_version_is_refused_whatever_its_mode) {
  Beside host;
  write(host.files.candidate(), echo(), 0644);
  const auto looked = host.look();
  BOOST_TEST((looked.fault == ProgramFault::runs_not));
  BOOST_TEST(looked.version == "");
  BOOST_TEST((looked.digest == sha256(echo())));
}

BOOST_AUTO_TEST_CASE(a_file_that_changed_after_it_was_seen_replaces_nothing) {
  Beside host;
  write(host.files.candidate(), echo());
  BOOST_TEST((upgrade_program(host.files, Digest{}).step == UpgradeStep::changed));
  BOOST_TEST(read(host.files.program) == "the running one");
}

// echo prints its words and ends with 0, as a `migrate` that worked.
BOOST_AUTO_TEST_CASE(the_new_program_takes_the_place_and_the_mode_and_the_old_one_is_kept) {
  Beside host;
  ::chmod(host.files.program.c_str(), 0700);
  write(host.files.candidate(), echo(), 0644);
  const auto result = upgrade_program(host.files, sha256(echo()));
  BOOST_TEST((result.step == UpgradeStep::done), result.said);
  BOOST_TEST(read(host.files.program) == echo());
  BOOST_TEST(read(host.files.former()) == "the running one");
  struct stat status {};
  BOOST_TEST(::stat(host.files.program.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0700U);
  BOOST_TEST(::access(host.files.candidate().c_str(), F_OK) != 0);
  BOOST_TEST(::access(host.directory.file("cardea.swap").c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_CASE(going_back_exchanges_the_two) {
  Beside host;
  write(host.files.former(), echo(), 0755);
  write(host.directory.file("cardea.swap"), "left by a killed process");
  BOOST_TEST((go_back(host.files, sha256(echo())).step == UpgradeStep::done));
  BOOST_TEST(read(host.files.program) == echo());
  BOOST_TEST(read(host.files.former()) == "the running one");
}

BOOST_AUTO_TEST_CASE(tables_that_cannot_be_upgraded_leave_everything_as_it_is) {
  Beside host;
  const auto no = read("/bin/false");
  write(host.files.candidate(), no);
  BOOST_TEST((upgrade_program(host.files, sha256(no)).step == UpgradeStep::tables_failed));
  BOOST_TEST(read(host.files.program) == "the running one");
  BOOST_TEST(read(host.files.candidate()) == no);
}

boost::test_tools::assertion_result may_not_write_everywhere(boost::unit_test::test_unit_id /* test */) {
  boost::test_tools::assertion_result result(::geteuid() != 0);
  result.message() << "root may write everywhere";
  return result;
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_written_says_why,
                     *boost::unit_test::precondition(may_not_write_everywhere)) {
  Beside host;
  write(host.files.candidate(), echo());
  ::chmod(host.directory.path().c_str(), 0500);
  const auto result = upgrade_program(host.files, sha256(echo()));
  ::chmod(host.directory.path().c_str(), 0700);
  BOOST_TEST((result.step == UpgradeStep::not_placed));
  BOOST_TEST(!result.said.empty());
}

BOOST_AUTO_TEST_SUITE_END()
