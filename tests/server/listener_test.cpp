// The sockets on which requests arrive: who may reach them.
#include "server/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/temporary_directory.h"

using namespace cardea;
using cardea::testing::TemporaryDirectory;

namespace {

using Opened = std::variant<Descriptor, ListenError>;

std::string complaint(const Opened& opened) {
  const auto* error = std::get_if<ListenError>(&opened);
  return error == nullptr ? "" : error->message;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

unsigned mode_of(const std::string& path) {
  struct stat found {};
  BOOST_TEST_REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

bool can_connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const Descriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
  return ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listening)

BOOST_AUTO_TEST_CASE(a_unix_socket_has_the_permissions_that_were_asked_for_whatever_the_umask) {
  for (const unsigned permissions : {0600U, 0660U}) {
    TemporaryDirectory directory("listener");
    const auto path = directory.file("socket");
    const auto mask = ::umask(0);
    const auto opened = open_listener("unix:" + path, permissions);
    ::umask(mask);
    BOOST_TEST_REQUIRE(complaint(opened) == "");
    BOOST_TEST(mode_of(path) == permissions);
    BOOST_TEST(is_listening_socket(std::get<Descriptor>(opened).number()));
    BOOST_TEST(can_connect(path));
  }
}

BOOST_AUTO_TEST_CASE(opening_leaves_the_umask_as_it_was) {
  TemporaryDirectory directory("listener");
  const auto mask = ::umask(0027);
  const auto opened = open_listener("unix:" + directory.file("socket"), 0660);
  BOOST_TEST(::umask(mask) == 0027U);
}

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_listens_on_is_replaced) {
  TemporaryDirectory directory("listener");
  const auto where = "unix:" + directory.file("socket");
  { const auto gone = open_listener(where, 0660); }
  BOOST_TEST(!can_connect(directory.file("socket")));
  const auto opened = open_listener(where, 0660);
  BOOST_TEST(complaint(opened) == "");
  BOOST_TEST(can_connect(directory.file("socket")));
}

BOOST_AUTO_TEST_CASE(a_socket_in_use_is_left_alone) {
  TemporaryDirectory directory("listener");
  const auto where = "unix:" + directory.file("socket");
  const auto first = open_listener(where, 0660);
  BOOST_TEST(holds(complaint(open_listener(where, 0660)), "another program listens there"));
  BOOST_TEST(can_connect(directory.file("socket")));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_never_removed) {
  TemporaryDirectory directory("listener");
  const auto file = directory.file("precious");
  std::ofstream(file) << "content";
  BOOST_TEST(holds(complaint(open_listener("unix:" + file, 0660)), "it is no socket"));
  BOOST_TEST(::access(file.c_str(), F_OK) == 0);

  const auto link = directory.file("link");
  BOOST_TEST_REQUIRE(::symlink(file.c_str(), link.c_str()) == 0);
  BOOST_TEST(holds(complaint(open_listener("unix:" + link, 0660)), "it is no socket"));
  BOOST_TEST(::access(link.c_str(), F_OK) == 0);
}

BOOST_AUTO_TEST_CASE(places_that_cannot_be_are_told) {
  TemporaryDirectory directory("listener");
  BOOST_TEST(holds(complaint(open_listener("unix:", 0660)), "1 to 107 bytes"));
  BOOST_TEST(holds(complaint(open_listener("unix:/" + std::string(107, 'x'), 0660)), "1 to 107 bytes"));
  BOOST_TEST(holds(complaint(open_listener("unix:" + directory.file("no/socket"), 0660)), "No such file"));
  for (const auto* where : {"", "socket", "/run/socket", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                            "127.0.0.1:65536", "127.0.0.1:-1"})
    BOOST_TEST_CONTEXT(where)
  BOOST_TEST(holds(complaint(open_listener(where, 0660)), "write unix:/path or 127.0.0.1:PORT"));
}

BOOST_AUTO_TEST_CASE(only_loopback_addresses_are_listened_on) {
  for (const auto* where :
       {"0.0.0.0:0", "192.0.2.7:0", "*:0", "localhost:0", ":0", "127.evil:0", "[::1]:0", "10.127.0.1:0"})
    BOOST_TEST_CONTEXT(where)
  BOOST_TEST(holds(complaint(open_listener(where, 0660)), "only loopback addresses"));
  const auto opened = open_listener("127.0.0.1:0", 0660);
  BOOST_TEST_REQUIRE(complaint(opened) == "");
  BOOST_TEST(is_listening_socket(std::get<Descriptor>(opened).number()));
}

BOOST_AUTO_TEST_CASE(a_listening_socket_is_told_from_everything_else) {
  BOOST_TEST(!is_listening_socket(-1));
  const Descriptor plain(::socket(AF_UNIX, SOCK_STREAM, 0));
  BOOST_TEST(!is_listening_socket(plain.number()));
  int ends[2]{};
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  const Descriptor reading(ends[0]);
  const Descriptor writing(ends[1]);
  BOOST_TEST(!is_listening_socket(reading.number()));
}

BOOST_AUTO_TEST_CASE(a_descriptor_is_closed_once_by_its_last_owner) {
  int ends[2]{};
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  const Descriptor writing(ends[1]);
  {
    Descriptor first(ends[0]);
    Descriptor second(std::move(first));
    BOOST_TEST(first.number() == -1);
    Descriptor third;
    third = std::move(second);
    BOOST_TEST(third.number() == ends[0]);
    BOOST_TEST(::fcntl(ends[0], F_GETFD) >= 0);
  }
  BOOST_TEST(::fcntl(ends[0], F_GETFD) < 0);
}

BOOST_AUTO_TEST_SUITE_END()
