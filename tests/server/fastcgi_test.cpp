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

#include "server/error_output.h"
#include "server/listener.h"
#include "server/records.h"
#include "support/temporary_directory.h"

using namespace cardea;
using cardea::testing::ErrorOutput;
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

// Kept, with a variable of 60,000 bytes.
std::string large_request(const std::string& path) {
  const auto large = std::string("\x06\x80\x00\xEA\x60", 5) + "HTTP_X" + std::string(60'000, 'x');
  return request(path, "", Ending::keeps).substr(0, 16) +
         record(FCGI_PARAMS, pair("REQUEST_URI", path) + large) + record(FCGI_PARAMS, "") +
         record(FCGI_STDIN, "");
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
  // False once the server has closed the connection.
  [[nodiscard]] bool try_send(std::string_view bytes) const {
    return ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
  }
  // Nothing more will be sent; what the server writes can still be read.
  void finish_sending() const { BOOST_TEST_REQUIRE(::shutdown(socket_.number(), SHUT_WR) == 0); }
  // What the server writes until the request ends; "closed" if it closes the connection first.
  std::string answer() {
    std::string output;
    for (;;) {
      const auto [type, content] = next_record();
      if (type == 0) return "closed";
      if (type == FCGI_STDOUT) output += content;
      if (type == FCGI_END_REQUEST) return output;
    }
  }
  // Type and content; the type is 0 if the server closes the connection first.
  std::pair<int, std::string> next_record() {
    const auto head = read(8);
    if (head.size() < 8) return {0, ""};
    const auto byte = [&head](std::size_t at) { return std::size_t{static_cast<unsigned char>(head[at])}; };
    const auto size = byte(4) << 8 | byte(5);
    return {static_cast<int>(byte(1)), read(size + byte(6)).substr(0, size)};
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
    if (request.path == "/wait-no-memory") throw std::bad_alloc();
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

BOOST_AUTO_TEST_CASE(a_request_that_comes_byte_by_byte_gets_no_more_time) {
  Running running;
  auto peer = running.web_server();
  const auto whole = request("/slow", "body");
  for (std::size_t i = 0; i < 11; ++i) {
    BOOST_TEST(peer.try_send(whole.substr(i, 1)));
    BOOST_TEST(running.answers());
    running.pass(1);
  }
  BOOST_TEST(peer.is_closed());
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

BOOST_AUTO_TEST_CASE(garbage_behind_a_request_on_a_kept_connection_closes_it_and_no_other) {
  Running running;
  auto kept = running.web_server();
  BOOST_TEST(kept.send(request("/one", "", Ending::keeps)).answer() == "/one 0");
  kept.send("GET / HTTP/1.1\r\n\r\n");
  BOOST_TEST(kept.is_closed());
  BOOST_TEST(running.answers());
}

BOOST_AUTO_TEST_CASE(a_second_end_of_the_body_on_a_kept_connection_is_left_out) {
  Running running;
  auto kept = running.web_server();
  kept.send(request("/one", "b", Ending::keeps) + record(FCGI_STDIN, ""));
  BOOST_TEST(kept.answer() == "/one 1");
  BOOST_TEST(kept.send(record(FCGI_STDIN, "") + request("/two", "cd")).answer() == "/two 2");
}

BOOST_AUTO_TEST_CASE(a_request_that_is_aborted_as_it_arrives_ends_and_the_next_one_is_answered) {
  Running running;
  auto kept = running.web_server();
  kept.send(request("/one", "", Ending::keeps).substr(0, 16) +
            record(FCGI_PARAMS, pair("REQUEST_URI", "/one")) + record(FCGI_ABORT_REQUEST, ""));
  BOOST_TEST(kept.answer() == "");  // the end of the request, without an answer
  BOOST_TEST(kept.send(request("/two")).answer() == "/two 0");
}

BOOST_AUTO_TEST_CASE(questions_about_the_program_are_answered_before_the_request) {
  Running running;
  auto peer = running.web_server();
  peer.send(record(FCGI_GET_VALUES, pair(FCGI_MPXS_CONNS, ""), 0) + record(77, "odd", 0));
  BOOST_TEST(peer.next_record().second == pair(FCGI_MPXS_CONNS, "0"));
  BOOST_TEST(peer.next_record().first == FCGI_UNKNOWN_TYPE);
  BOOST_TEST(peer.send(request("/one")).answer() == "/one 0");
}

BOOST_AUTO_TEST_CASE(a_kept_connection_whose_peer_asks_on_and_on_and_reads_nothing_is_closed) {
  Running running;
  auto kept = running.web_server();
  BOOST_TEST(kept.send(request("/one", "", Ending::keeps)).answer() == "/one 0");
  std::string questions;  // their answers are twice as long, and more than the socket holds
  for (int i = 0; i < 20'000; ++i) questions += record(77, "", 0);
  kept.send(questions);
  for (int i = 0; i < 1000 && !kept.is_hung_up(); ++i) {
    BOOST_TEST(running.answers());
    running.pass(11);
  }
  BOOST_TEST(kept.is_hung_up());
}

BOOST_AUTO_TEST_CASE(a_peer_that_sends_many_requests_and_reads_nothing_keeps_nobody_waiting) {
  Running running;
  constexpr int count = 1000;
  std::string requests;
  for (int i = 0; i < count; ++i) requests += request("/many", "", Ending::keeps);
  auto peer = running.web_server();
  peer.send(requests);
  for (int i = 0; i < 20; ++i) BOOST_TEST(running.answers());
  for (int i = 0; i < count; ++i) BOOST_TEST_REQUIRE(peer.answer() == "/many 0");
}

BOOST_AUTO_TEST_CASE(kept_connections_hold_no_memory_of_earlier_requests_and_answers) {
  FastCgiOptions options;
  options.max_incomplete_bytes = 200'000;
  Running running({}, std::move(options));
  std::vector<WebServer> peers;
  for (int i = 0; i < 10; ++i) {
    peers.push_back(running.web_server());
    BOOST_TEST(peers.back().send(large_request("/one")).answer() == "/one 0");
  }
  for (auto& peer : peers) BOOST_TEST(peer.send(request("/two")).answer() == "/two 0");

  Running usual;  // 32 MiB
  peers.clear();
  for (int i = 0; i < 10; ++i) {
    peers.push_back(usual.web_server());
    BOOST_TEST(peers.back().send(request("/large", "", Ending::keeps)).answer().size() == 4'000'000U);
  }
  for (auto& peer : peers) BOOST_TEST(peer.send(request("/two")).answer() == "/two 0");
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
  BOOST_TEST(running.script.begun() == 2);  // no more threads than the lane may have
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

BOOST_AUTO_TEST_CASE(a_peer_that_has_closed_its_side_is_answered_from_memory_and_has_given_up_what_waits) {
  Running running({.threads = 1});
  auto quick = running.web_server();
  quick.send(request("/quick", "", Ending::keeps)).finish_sending();
  BOOST_TEST(quick.answer() == "/quick 0");
  BOOST_TEST(quick.is_closed());
  auto large = running.web_server();
  large.send(request("/large")).finish_sending();
  BOOST_TEST(large.answer().size() == 4'000'000U);
  auto half = running.web_server();
  half.send(request("/half").substr(0, 20)).finish_sending();
  BOOST_TEST(half.is_closed());
  auto first = running.web_server();
  first.send(request("/wait"));
  BOOST_TEST_REQUIRE(running.script.has_begun(1));
  auto second = running.web_server();
  second.send(request("/wait")).finish_sending();
  BOOST_TEST(running.answers());
  running.script.let_go();
  BOOST_TEST(first.answer() == "/wait");
  BOOST_TEST(second.answer() == "closed");
  BOOST_TEST(running.script.begun() == 1);
}

BOOST_AUTO_TEST_CASE(what_follows_a_refused_request_is_thrown_away_for_a_time_and_up_to_a_size) {
  FastCgiOptions options;
  options.max_body = 1000;
  Running running({}, std::move(options));
  const auto whole = request("/too-long", std::string(1001, 'x'));
  const auto refused = whole.substr(0, whole.size() - 8);
  auto silent = running.web_server();
  BOOST_TEST(silent.send(refused).answer() == "/too-long 1001");
  for (int i = 0; i < 1000 && !silent.is_hung_up(); ++i) {
    BOOST_TEST(running.answers());
    running.pass(11);
  }
  BOOST_TEST(silent.is_hung_up());
  auto endless = running.web_server();
  BOOST_TEST(endless.send(refused).answer() == "/too-long 1001");
  const auto more = record(FCGI_STDIN, std::string(60'000, 'x'));
  int taken = 0;
  while (taken < 400 && endless.try_send(more)) ++taken;
  BOOST_TEST(taken < 400);  // 24 MB
  BOOST_TEST(running.answers());
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
  options.max_incomplete_bytes = 3 * 70'000;  // a text of 50,000 bytes that grew has up to 65,536 of memory
  Running running({}, std::move(options));
  auto idle = running.web_server();
  BOOST_TEST(idle.send(request("/one", "", Ending::keeps)).answer() == "/one 0");
  running.pass(1);
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
  BOOST_TEST(idle.send(request("/two")).answer() == "/two 0");  // it has waited longest, and holds nothing
}

BOOST_AUTO_TEST_CASE(at_the_bound_of_connections_the_one_that_has_waited_longest_makes_room) {
  FastCgiOptions options;
  options.max_connections = 3;
  Running running({}, std::move(options));
  std::vector<WebServer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(running.web_server());
    BOOST_TEST(peers.back().send(request("/one", "", Ending::keeps)).answer() == "/one 0");
    running.pass(1);
  }
  BOOST_TEST(running.answers());
  BOOST_TEST(peers[0].is_closed());
  BOOST_TEST(peers[2].send(request("/two")).answer() == "/two 0");
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_in_a_lane_makes_room_at_once) {
  TemporaryDirectory directory("fastcgi");
  ErrorOutput output(directory.file("log"));
  FastCgiOptions options;
  options.max_connections = 2;
  Running running({.threads = 2}, std::move(options));
  std::vector<WebServer> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(running.web_server());
    waiting.back().send(request("/wait"));
  }
  BOOST_TEST_REQUIRE(running.script.has_begun(2));
  auto third = running.web_server();
  third.send(request("/quick"));
  for (int i = 0; i < patience && output.written().find("no further connection") == std::string::npos; ++i)
    std::this_thread::sleep_for(milliseconds{1});
  running.script.let_go();
  BOOST_TEST(third.answer() == "/quick 0");  // before the next tick
}

BOOST_AUTO_TEST_CASE(a_request_for_which_there_is_no_memory_costs_its_connection_and_no_other) {
  Running running;
  auto unlucky = running.web_server();
  BOOST_TEST(unlucky.send(request("/no-memory")).answer() == "closed");
  BOOST_TEST(running.answers());
  auto waiting = running.web_server();
  BOOST_TEST(waiting.send(request("/wait-no-memory")).answer() == "closed");
  running.script.let_go();
  BOOST_TEST(running.web_server().send(request("/wait")).answer() == "/wait");
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
