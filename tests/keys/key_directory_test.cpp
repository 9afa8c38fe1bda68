// Who may read keys, and how they come and go.
#include "keys/directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "support/key_room.h"
#include "support/threads.h"

using namespace cardea;

namespace {

constexpr uid_t stranger = 12345;

bool is_root() {
  return ::geteuid() == 0;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  BOOST_TEST_REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::pair<uid_t, gid_t> owner_of(const std::string& path) {
  struct stat status {};
  BOOST_TEST_REQUIRE(::stat(path.c_str(), &status) == 0);
  return {status.st_uid, status.st_gid};
}

bool opens(const KeyRoom& room) {
  try {
    (void)room.ring(morning);
    return true;
  } catch (const KeyError&) {
    return false;
  }
}

bool opens_as_file_mode(mode_t mode) {
  const KeyRoom room;
  const auto path = room.path_of(room.add(Algorithm::eddsa, morning));
  ::chmod(path.c_str(), mode);
  return opens(room);
}

bool opens_as_directory_mode(mode_t mode) {
  const KeyRoom room;
  room.add(Algorithm::eddsa, morning);
  ::chmod(room.path().c_str(), mode);
  const bool opened = opens(room);
  ::chmod(room.path().c_str(), 0700);
  return opened;
}

std::vector<std::string> names_in(const KeyRoom& room) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{room.path()})
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(key_directory)

BOOST_AUTO_TEST_CASE(a_file_that_others_may_read_is_no_key) {
  for (const mode_t mode : {0600U, 0400U}) BOOST_TEST(opens_as_file_mode(mode));
  for (const mode_t mode : {0644U, 0604U, 0602U, 0601U, 0620U, 0660U, 0622U, 0666U, 0777U})
    BOOST_TEST_CONTEXT(std::oct << mode) BOOST_TEST(!opens_as_file_mode(mode));
  BOOST_TEST(opens_as_file_mode(0640) == is_root());  // the group of root's files may read them
}

BOOST_AUTO_TEST_CASE(a_directory_that_others_may_enter_is_none) {
  for (const mode_t mode : {0700U, 0500U}) BOOST_TEST(opens_as_directory_mode(mode));
  for (const mode_t mode : {0755U, 0705U, 0701U, 0702U, 0770U, 0720U, 0777U, 01777U})
    BOOST_TEST_CONTEXT(std::oct << mode) BOOST_TEST(!opens_as_directory_mode(mode));
  BOOST_TEST(opens_as_directory_mode(0750) == is_root());
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_file_or_directory_is_refused_and_nothing_hangs) {
  const KeyRoom elsewhere;
  const auto name = elsewhere.add(Algorithm::eddsa, morning);
  {
    const KeyRoom room;
    std::filesystem::create_symlink(elsewhere.path_of(name), room.path_of(name));
    BOOST_TEST(!opens(room));
  }
  {
    const KeyRoom room;
    BOOST_TEST(::mkfifo(room.path_of(name).c_str(), 0600) == 0);
    BOOST_TEST(!opens(room));
  }
  {
    const KeyRoom room;
    std::filesystem::create_directory(room.path_of(name));
    BOOST_TEST(!opens(room));
  }
  const KeyRoom room;
  const auto link = room.path_of("link");
  std::filesystem::create_symlink(elsewhere.path(), link);
  BOOST_CHECK_THROW((KeyRing{link, Algorithm::es256, morning}), KeyError);
  BOOST_CHECK_THROW((KeyRing{room.path_of("missing"), Algorithm::es256, morning}), KeyError);
  BOOST_CHECK_THROW((KeyRing{elsewhere.path_of(name), Algorithm::es256, morning}), KeyError);
  BOOST_CHECK_THROW((KeyRing{"", Algorithm::es256, morning}), KeyError);
}

BOOST_AUTO_TEST_CASE(keys_of_another_user_are_not_trusted,
                     *boost::unit_test::precondition([](auto) { return is_root(); })) {
  const KeyRoom room;
  const auto path = room.path_of(room.add(Algorithm::eddsa, morning));
  BOOST_TEST(::chown(path.c_str(), stranger, stranger) == 0);
  BOOST_TEST(!opens(room));  // his file in root's directory
  BOOST_TEST(::chown(room.path().c_str(), stranger, stranger) == 0);
  BOOST_TEST(opens(room));  // all his: root may look after it
  BOOST_TEST(::chown(path.c_str(), 0, 0) == 0);
  BOOST_TEST(opens(room));
  BOOST_TEST(::chown(path.c_str(), stranger + 1, stranger) == 0);
  BOOST_TEST(!opens(room));
  BOOST_TEST(::chown(path.c_str(), stranger, stranger) == 0);
  ::chmod(path.c_str(), 0640);
  BOOST_TEST(!opens(room));  // group access is root's alone to give
}

BOOST_AUTO_TEST_CASE(what_root_writes_the_gate_can_read,
                     *boost::unit_test::precondition([](auto) { return is_root(); })) {
  const KeyRoom his;
  BOOST_TEST(::chown(his.path().c_str(), stranger, stranger + 1) == 0);
  const auto his_key = his.path_of(his.add(Algorithm::es256, morning));
  BOOST_TEST((owner_of(his_key) == std::pair<uid_t, gid_t>{stranger, stranger + 1}));
  BOOST_TEST(mode_of(his_key) == 0600U);

  const KeyRoom shared;
  BOOST_TEST(::chown(shared.path().c_str(), 0, stranger) == 0);
  ::chmod(shared.path().c_str(), 0750);
  const auto shared_key = shared.path_of(shared.add_refresh(morning));
  BOOST_TEST((owner_of(shared_key) == std::pair<uid_t, gid_t>{0, stranger}));
  BOOST_TEST(mode_of(shared_key) == 0640U);
  BOOST_TEST(opens(shared));
}

BOOST_AUTO_TEST_CASE(a_new_key_is_private_whole_and_alone) {
  const KeyRoom room;
  const auto directory = room.path_of("etc/cardea/keys");
  SystemEntropy entropy;
  const auto old_mask = ::umask(0);
  const auto name = create_signing_key(directory, Algorithm::es256, morning + milliseconds{900}, entropy);
  const auto refresh_name = create_refresh_key(directory, morning, entropy);
  ::umask(old_mask);
  BOOST_TEST(name == "20261122T031500Z-es256.pem");
  BOOST_TEST(refresh_name == "20261122T031500Z-refresh-1.pem");
  BOOST_TEST(mode_of(directory) == 0700U);
  BOOST_TEST(mode_of(directory + '/' + name) == 0600U);
  BOOST_TEST(mode_of(directory + '/' + refresh_name) == 0600U);
  const KeyRing ring{directory, Algorithm::es256, morning};
  BOOST_TEST(ring.signing_keys().size() == 1U);
  BOOST_TEST(ring.refresh_keys().size() == 1U);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator{directory}, {}) == 2);
}

BOOST_AUTO_TEST_CASE(what_a_crash_left_behind_is_no_obstacle) {
  const KeyRoom room;
  room.write(".20261122T031500Z-es256.pem.new", "half a k");
  BOOST_TEST(room.add(Algorithm::es256, morning) == "20261122T031500Z-es256.pem");
  BOOST_TEST((names_in(room) == Names{"20261122T031500Z-es256.pem"}));
}

BOOST_AUTO_TEST_CASE(keys_made_in_the_same_second_take_the_next) {
  const KeyRoom room;
  BOOST_TEST(room.add(Algorithm::es256, morning) == "20261122T031500Z-es256.pem");
  BOOST_TEST(room.add(Algorithm::es256, morning) == "20261122T031501Z-es256.pem");
  BOOST_TEST(room.add(Algorithm::es256, morning) == "20261122T031502Z-es256.pem");
  BOOST_TEST(room.add(Algorithm::eddsa, morning) == "20261122T031500Z-eddsa.pem");
  BOOST_TEST(room.add_refresh(morning) == "20261122T031500Z-refresh-1.pem");
  BOOST_TEST(room.add_refresh(morning) == "20261122T031501Z-refresh-2.pem");
}

BOOST_AUTO_TEST_CASE(numbers_of_refresh_keys_go_round) {
  const KeyRoom room;
  const auto first = room.text_of(room.add_refresh(morning));
  room.write("20261122T031501Z-refresh-255.pem", first);
  BOOST_TEST(room.add_refresh(morning + seconds{2}) == "20261122T031502Z-refresh-2.pem");
  std::filesystem::remove(room.path_of("20261122T031500Z-refresh-1.pem"));
  BOOST_TEST(room.add_refresh(morning + seconds{3}) == "20261122T031503Z-refresh-3.pem");
  for (int number = 1; number <= 254; ++number)
    room.write("20270101T000000Z-refresh-" + std::to_string(number) + ".pem", first);
  BOOST_CHECK_THROW(room.add_refresh(morning), KeyError);
}

BOOST_AUTO_TEST_CASE(many_writers_at_once_lose_nothing) {
  const KeyRoom room;
  testing::Threads writers;
  for (int i = 0; i < 8; ++i)
    writers.start([&] {
      for (int round = 0; round < 5; ++round) room.add_refresh(morning);
    });
  writers.join();
  BOOST_TEST(room.ring(morning).refresh_keys().size() == 40U);
}

BOOST_AUTO_TEST_CASE(spent_keys_are_removed_and_the_current_ones_stay) {
  const KeyRoom room;
  const auto day = std::chrono::hours{24};
  const auto first = room.add(Algorithm::es256, morning);
  const auto foreign = room.add(Algorithm::eddsa, morning + seconds{5});
  const auto second = room.add(Algorithm::es256, morning + day);
  const auto third = room.add(Algorithm::es256, morning + 10 * day);
  const auto future = room.add(Algorithm::es256, morning + 300 * day);
  const auto refresh_one = room.add_refresh(morning);
  const auto refresh_two = room.add_refresh(morning + 2 * day);
  room.write("hashing.lock", "");
  const auto purge = [&](Instant now) {
    return remove_spent_keys(room.path(), Algorithm::es256, 30 * day, now);
  };
  BOOST_TEST(purge(morning + 31 * day).empty());
  BOOST_TEST((purge(morning + 31 * day + seconds{1}) == Names{first, foreign}));
  BOOST_TEST(purge(morning + 31 * day + seconds{1}).empty());
  BOOST_TEST((purge(morning + 33 * day) == Names{refresh_one}));
  BOOST_TEST((purge(morning + 100 * day) == Names{second}));
  BOOST_TEST(purge(morning + 299 * day).empty());
  BOOST_TEST((purge(morning + 3000 * day) == Names{third}));
  BOOST_TEST((names_in(room) == Names{refresh_two, future, "hashing.lock"}));
}

BOOST_AUTO_TEST_CASE(a_directory_with_a_name_that_is_not_understood_is_not_purged) {
  const KeyRoom room;
  room.add(Algorithm::es256, morning);
  room.add(Algorithm::es256, morning + seconds{5});
  room.write("backup.pem", "");
  BOOST_CHECK_THROW((void)remove_spent_keys(room.path(), Algorithm::es256, seconds{0}, morning + seconds{60}),
                    KeyError);
  BOOST_TEST(names_in(room).size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
