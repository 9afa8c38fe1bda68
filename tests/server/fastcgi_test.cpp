// The FastCGI server, its lanes and its bounds, asked by peers of the test's own. Time is told by tick(): a test says how
// many seconds have passed.
#include "server/fastcgi.h"

#include <fastcgi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "server/listener.h"
#include "server/records.h"
#include "support/temporary_directory.h"

using namespace cardea;
using cardea::testing::TemporaryDirectory;

namespace {

constexpr int patience = 20'000;  // milliseconds; only a test that fails waits so long

std::string record(int type, std::string_view content, int id = 1) {
  const auto byte = [](std::size_t number) { return static_cast<char>(number & 0xFF); };
  const char head[] = {1,
                       static_cast<char>(type),
                       byte(static_cast<std::size_t>(id) >> 8),
                       byte(static_cast<std::size_t>(id)),
                       byte(content.size() >> 8),
                       byte(content.size()),
                       0,
                       0};
  return std::string(head, sizeof head).append(content);
}

std::string pair(std::string_view name, std::string_view value) {
  return std::string{static_cast<char>(name.size()), static_cast<char>(value.size())}.append(name).append(
      value);
}

enum class Ending { closes, keeps };

std::string request(const std::string& path, std::string_view body = "", Ending ending = Ending::closes) {
  const char keep = ending == Ending::keeps ? FCGI_KEEP_CONN : 0;
  const char begin[] = {0, FCGI_RESPONDER, keep, 0, 0, 0, 0, 0};
  return record(FCGI_BEGIN_REQUEST, {begin, sizeof begin}) +
         record(FCGI_PARAMS, pair("REQUEST_METHOD", "POST") + pair("REQUEST_URI", path)) +
         record(FCGI_PARAMS, "") + (body.empty() ? "" : record(FCGI_STDIN, body)) + record(FCGI_STDIN, "");
}

// The web server's side of one connection.
class WebServer {
 public:
  explicit WebServer(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    BOOST_TEST_REQUIRE(
        ::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }

  WebServer& send(std::string_view bytes) {
    BOOST_TEST_REQUIRE(write_all(socket_.number(), bytes));
    return *this;
  }
  // What the server writes until the request ends; "closed" if it closes the connection first.
  std::string answer() {
    std::string output;
    for (;;) {
      const auto head = read(8);
      if (head.size() < 8) return "closed";
      const auto byte = [&head](std::size_t at) { return std::size_t{static_cast<unsigned char>(head[at])}; };
      const auto content = read((byte(4) << 8 | byte(5)) + byte(6)).substr(0, byte(4) << 8 | byte(5));
      if (byte(1) == FCGI_STDOUT) output += content;
      if (byte(1) == FCGI_END_REQUEST) return output;
    }
  }
  // True once the server has closed the connection.
  bool is_closed() { return read(1).empty(); }
  // True if nothing has come from the server and the connection is open.
  [[nodiscard]] bool is_silent() const {
    char byte = 0;
    return ::recv(socket_.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }
  // True once the server has closed it, however much can still be read.
  [[nodiscard]] bool is_hung_up() const {
    pollfd input{.fd = socket_.number(), .events = 0, .revents = 0};
    return ::poll(&input, 1, 0) == 1 && (input.revents & POLLHUP) != 0;
  }
  void close() { socket_ = Descriptor(); }

 private:
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
      pollfd input{.fd = socket_.number(), .events = POLLIN, .revents = 0};
      BOOST_TEST_REQUIRE(::poll(&input, 1, patience) == 1);
      const auto part = ::recv(socket_.number(), bytes.data() + got, size - got, 0);
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    bytes.resize(got);
    return bytes;
  }

  Descriptor socket_;
};

// Requests for /wait... wait in the lane `hashing` until they are let go; everything else is answered at once, by the
// path and the size of the body.
class Script {
 public:
  void let_go() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void wait_until_open() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  // Waits until so many have begun to be answered.
  bool has_begun(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, milliseconds{patience}, [&] { return begun_ >= count; });
  }
  int begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int begun_ = 0;
};

class ScriptedAnswerer final : public Answerer {
 public:
  explicit ScriptedAnswerer(Script& script) : script_(script) {}
  std::variant<std::string, Queued> take(const Environment& environment, Secret body) override {
    Request request;
    request.path = environment.value("REQUEST_URI");
    if (request.path == "/no-memory") throw std::bad_alloc();
    if (request.path == "/large") return std::string(4'000'000, 'x');
    if (request.path.starts_with("/wait")) return Queued{Lane::hashing, request};
    return request.path + " " + std::to_string(body.size());
  }
  std::string answer(Request request) override {
    script_.wait_until_open();
    return request.path;
  }
  void finish() override {}

 private:
  Script& script_;
};

struct Running {
  TemporaryDirectory directory{"fastcgi"};
  std::string path = directory.file("socket");
  Script script;
  FastCgiServer server;

  explicit Running(LaneLimits hashing = {}, FastCgiOptions options = {})
      : server(std::get<Descriptor>(open_listener("unix:" + path, 0600)),
               complete(hashing, std::move(options))) {
    server.start();
  }
  ~Running() { script.let_go(); }
  FastCgiOptions complete(LaneLimits hashing, FastCgiOptions options) {
    options.lanes[static_cast<std::size_t>(Lane::memory)].threads = 2;
    options.lanes[static_cast<std::size_t>(Lane::hashing)] = hashing;
    options.make_answerer = [this](Lane) { return std::make_unique<ScriptedAnswerer>(script); };
    return options;
  }
  [[nodiscard]] WebServer web_server() const { return WebServer(path); }
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) server.tick();
  }
  // True if a client that has nothing to do with the others is answered.
  [[nodiscard]] bool answers() const { return web_server().send(request("/quick")).answer() == "/quick 0"; }
};

bool is_busy_answer(const std::string& answer) {
  return answer.starts_with("Status: 503 ") && answer.find("\r\nRetry-After: ") != std::string::npos &&
         answer.find("temporarily_unavailable") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fastcgi_server)

BOOST_AUTO_TEST_CASE(peers_that_are_silent_or_slow_hold_no_thread) {
  Running running;
  const auto whole = request("/half", "body");
  std::vector<WebServer> peers;
  for (std::size_t i = 0; i < 200; ++i) peers.push_back(running.web_server());
  for (std::size_t i = 0; i < peers.size(); ++i) peers[i].send(whole.substr(0, i % whole.size()));
  BOOST_TEST(running.answers());
  for (std::size_t i = 0; i < peers.size(); ++i) {
    peers[i].send(whole.substr(i % whole.size()));
    BOOST_TEST(peers[i].answer() == "/half 4");
    BOOST_TEST(peers[i].is_closed());
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_does_not_arrive_in_time_is_closed) {
  Running running;
  auto silent = running.web_server();
  auto half = running.web_server();
  half.send(request("/half").substr(0, 20));
  BOOST_TEST(running.answers());  // the server has seen the others by now
  running.pass(10);
  BOOST_TEST(silent.is_silent());
  BOOST_TEST(half.is_silent());
  running.pass(1);
  BOOST_TEST(silent.is_closed());
  BOOST_TEST(half.is_closed());
}

BOOST_AUTO_TEST_CASE(a_kept_connection_may_wait_for_its_next_request_but_not_within_one) {
  Running running;
  auto kept = running.web_server();
  BOOST_TEST(kept.send(request("/one", "", Ending::keeps)).answer() == "/one 0");
  running.pass(100);
  BOOST_TEST(kept.send(request("/two", "b", Ending::keeps)).answer() == "/two 1");
  running.pass(5);
  kept.send(request("/three").substr(0, 20));
  BOOST_TEST(running.answers());
  running.pass(10);
  BOOST_TEST(kept.is_silent());
  running.pass(1);
  BOOST_TEST(kept.is_closed());
}

BOOST_AUTO_TEST_CASE(a_part_of_the_first_record_begins_the_time_of_a_request_on_a_kept_connection) {
  for (const std::size_t size : {1, 7, 8, 12}) {
    Running running;
    auto kept = running.web_server();
    BOOST_TEST(kept.send(request("/one", "", Ending::keeps)).answer() == "/one 0");
    kept.send(request("/two").substr(0, size));
    for (int i = 0; i < 1000 && !kept.is_hung_up(); ++i) {
      BOOST_TEST(running.answers());
      running.pass(11);
    }
    BOOST_TEST(kept.is_hung_up(), size);
  }
}

BOOST_AUTO_TEST_CASE(requests_that_arrive_together_on_a_kept_connection_are_answered_in_turn) {
  Running running;
  running.script.let_go();
  auto kept = running.web_server();
  kept.send(request("/one", "", Ending::keeps) + request("/wait", "", Ending::keeps) +
            request("/three", "abc", Ending::keeps));
  BOOST_TEST(kept.answer() == "/one 0");
  BOOST_TEST(kept.answer() == "/wait");
  BOOST_TEST(kept.answer() == "/three 3");
}

BOOST_AUTO_TEST_CASE(what_needs_no_more_than_memory_passes_those_who_wait) {
  Running running({.threads = 2});
  std::vector<WebServer> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(running.web_server());
  for (auto& peer : waiting) peer.send(request("/wait"));
  BOOST_TEST_REQUIRE(running.script.has_begun(2));
  for (int i = 0; i < 20; ++i) BOOST_TEST(running.answers());
  for (auto& peer : waiting) BOOST_TEST(peer.is_silent());
  running.script.let_go();
  for (auto& peer : waiting) BOOST_TEST(peer.answer() == "/wait");
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_told_at_once) {
  Running running({.threads = 1, .max_waiting = 2});
  auto first = running.web_server();
  first.send(request("/wait"));
  BOOST_TEST_REQUIRE(running.script.has_begun(1));
  std::vector<WebServer> queued;
  for (int i = 0; i < 3; ++i) queued.push_back(running.web_server());
  for (auto& peer : queued) peer.send(request("/wait"));
  // The threads at the sockets read in any order: of three, one is too many.
  const auto is_answered = [](const WebServer& peer) { return !peer.is_silent(); };
  auto refused = queued.end();
  for (int i = 0; i < 1000 && refused == queued.end(); ++i) {
    BOOST_TEST(running.answers());
    refused = std::find_if(queued.begin(), queued.end(), is_answered);
  }
  BOOST_TEST_REQUIRE((refused != queued.end()));
  BOOST_TEST(is_busy_answer(refused->answer()));
  queued.erase(refused);
  running.script.let_go();
  for (auto& peer : queued) BOOST_TEST(peer.answer() == "/wait");
  BOOST_TEST(first.answer() == "/wait");
}

BOOST_AUTO_TEST_CASE(a_queue_has_a_bound_of_bytes_too) {
  Running running({.threads = 1, .max_bytes = 3});
  auto peer = running.web_server();
  BOOST_TEST(is_busy_answer(peer.send(request("/wait")).answer()));
  BOOST_TEST(peer.is_closed());
}

BOOST_AUTO_TEST_CASE(no_work_is_done_for_a_client_that_has_gone) {
  Running running({.threads = 1});
  auto first = running.web_server();
  first.send(request("/wait"));
  BOOST_TEST_REQUIRE(running.script.has_begun(1));
  auto gone = running.web_server();
  gone.send(request("/wait"));
  auto aborted = running.web_server();
  aborted.send(request("/wait", "", Ending::keeps) + record(FCGI_ABORT_REQUEST, ""));
  auto last = running.web_server();
  BOOST_TEST(running.answers());
  gone.close();
  last.send(request("/wait"));
  running.script.let_go();
  BOOST_TEST(first.answer() == "/wait");
  BOOST_TEST(last.answer() == "/wait");
  BOOST_TEST(aborted.is_closed());
  BOOST_TEST(running.script.begun() == 2);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_its_answer_holds_no_thread_and_gets_all_of_it) {
  Running running;
  std::vector<WebServer> lazy;
  for (int i = 0; i < 8; ++i) lazy.push_back(running.web_server());
  for (auto& peer : lazy) peer.send(request("/large", "", Ending::keeps));
  for (int i = 0; i < 8; ++i) BOOST_TEST(running.answers());
  for (auto& peer : lazy) BOOST_TEST(peer.answer().size() == 4'000'000U);
  BOOST_TEST(lazy.front().send(request("/more")).answer() == "/more 0");
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_reads_its_answer_is_closed) {
  Running running;
  auto lazy = running.web_server();
  lazy.send(request("/large"));
  for (int i = 0; i < 1000 && !lazy.is_hung_up(); ++i) {
    BOOST_TEST(running.answers());
    running.pass(11);
  }
  BOOST_TEST(lazy.is_hung_up());
  BOOST_TEST((lazy.answer() == "closed"));
}

BOOST_AUTO_TEST_CASE(an_early_answer_arrives_although_the_peer_goes_on_sending) {
  FastCgiOptions options;
  options.max_body = 1000;
  Running running({}, std::move(options));
  auto peer = running.web_server();
  const auto whole = request("/too-long", std::string(1001, 'x'));
  peer.send(whole.substr(0, whole.size() - 8));
  BOOST_TEST(peer.answer() == "/too-long 1001");
  for (int i = 0; i < 50; ++i) peer.send(record(FCGI_STDIN, std::string(20'000, 'x')));
  peer.send(record(FCGI_STDIN, ""));
  BOOST_TEST(peer.is_closed());
}

BOOST_AUTO_TEST_CASE(variables_that_are_too_large_or_unreadable_are_refused) {
  Running running;
  const auto begin = request("/x").substr(0, 16);
  auto large = running.web_server();
  large.send(begin);
  for (std::size_t sent = 0; sent <= variables_limit; sent += 60'000)
    large.send(record(FCGI_PARAMS, std::string(60'000, 'x')));
  BOOST_TEST(large.answer().starts_with("Status: 400 Bad Request\r\n"));
  auto unreadable = running.web_server();
  unreadable.send(begin + record(FCGI_PARAMS, "\xBF\xFF\xFF\xFF\xBF\xFF\xFF\xFFx") + record(FCGI_PARAMS, ""));
  BOOST_TEST(unreadable.answer().starts_with("Status: 400 Bad Request\r\n"));
  BOOST_TEST(running.answers());
}

BOOST_AUTO_TEST_CASE(at_the_bound_of_memory_the_request_that_waits_longest_goes) {
  FastCgiOptions options;
  options.max_incomplete_bytes = 3 * 50'000;
  Running running({}, std::move(options));
  const auto half = request("/half").substr(0, 16) + record(FCGI_PARAMS, std::string(50'000, 'x'));
  std::vector<WebServer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(running.web_server());
    peers.back().send(half);
    BOOST_TEST(running.answers());
    running.pass(1);
  }
  for (auto& peer : peers) BOOST_TEST(peer.is_silent());
  peers.push_back(running.web_server());
  peers.back().send(half);
  BOOST_TEST(peers[0].is_closed());
  for (std::size_t i = 1; i < peers.size(); ++i) BOOST_TEST(peers[i].is_silent());
}

BOOST_AUTO_TEST_CASE(a_request_for_which_there_is_no_memory_costs_its_connection_and_no_other) {
  Running running;
  auto unlucky = running.web_server();
  BOOST_TEST(unlucky.send(request("/no-memory")).answer() == "closed");
  BOOST_TEST(running.answers());
}

BOOST_AUTO_TEST_CASE(what_waits_is_answered_when_the_server_stops_and_the_rest_is_closed) {
  Running running({.threads = 1});
  std::vector<WebServer> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(running.web_server());
  for (auto& peer : waiting) peer.send(request("/wait"));
  auto half = running.web_server();
  half.send(request("/half").substr(0, 20));
  auto kept = running.web_server();
  BOOST_TEST(kept.send(request("/kept", "", Ending::keeps)).answer() == "/kept 0");
  BOOST_TEST_REQUIRE(running.script.has_begun(1));
  running.script.let_go();
  running.server.stop();
  for (auto& peer : waiting) BOOST_TEST(peer.answer() == "/wait");
  BOOST_TEST(half.is_closed());
  BOOST_TEST(kept.is_closed());
}

BOOST_AUTO_TEST_CASE(a_thread_that_cannot_be_equipped_is_told_at_the_start) {
  TemporaryDirectory directory("fastcgi");
  FastCgiOptions options;
  options.lanes.front().threads = 1;
  options.make_answerer = [](Lane) -> std::unique_ptr<Answerer> { throw std::runtime_error("no keys"); };
  FastCgiServer server(std::get<Descriptor>(open_listener("unix:" + directory.file("socket"), 0600)),
                       std::move(options));
  BOOST_CHECK_THROW(server.start(), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
