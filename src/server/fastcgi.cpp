#include "server/fastcgi.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <variant>

#include "server/log.h"
#include "server/records.h"
#include "web/answer.h"
#include "web/handle.h"

namespace cardea {
namespace {

// One shot each: the thread that is woken has the connection until it waits again.
constexpr std::uint32_t readable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
constexpr std::uint32_t writable = EPOLLOUT | EPOLLONESHOT;

// After so many steps in a row a thread looks at the other connections again.
constexpr int max_in_a_row = 32;

// Of what a peer sends behind a request that was refused early, so much is thrown away: a connection that is closed
// while bytes arrive takes the answer with it.
constexpr std::size_t max_drained = 16 * 1024 * 1024;

// When the server stops, what waits in the queues is answered for so long, then refused.
constexpr seconds patience_at_the_end{5};

// A connection that holds less is not closed for its memory: between two requests it holds next to nothing, and its web
// server may be sending the next one. All that there may be hold half of max_incomplete_bytes so.
constexpr std::size_t noticeable_bytes = 1024;

// For the database, files, programs; the rest of the process's descriptors is for connections.
constexpr std::size_t spare_descriptors = 64;
constexpr std::size_t wanted_descriptors = 16'384;

// How many connections there may be. The soft limit of the process is raised to the hard one for them.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return spare_descriptors;
  const auto wanted = std::min<rlim_t>(limit.rlim_max, wanted_descriptors);
  if (limit.rlim_cur < wanted) {
    const rlimit raised{.rlim_cur = wanted, .rlim_max = limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const auto all = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, wanted_descriptors));
  return all - std::min(spare_descriptors, all / 2);
}

// No descriptor or no memory is left for one more: asking again at once would keep a core busy.
bool is_out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

std::string refusal(const Response& refused) {
  auto response = refused;
  add_common_headers(response);
  return cgi_bytes(response);
}

std::string too_busy() {
  auto response = refuse({.status = 503,
                          .error = "temporarily_unavailable",
                          .reason = {},
                          .description = "Too many requests wait to be answered; try again in a moment."});
  response.set("Retry-After", "2");
  return refusal(response);
}

}  // namespace

enum class FastCgiServer::Arrived { nothing, some, much, end };

struct FastCgiServer::Connection {
  Connection(Descriptor peer, std::size_t max_body, std::atomic<std::size_t>& counter)
      : socket(std::move(peer)), reader(max_body), open(counter) {
    ++open;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { --open; }

  // Of memory. What was sent stays until all of it is.
  [[nodiscard]] std::size_t bytes() const { return reader.memory() + unread.capacity() + output.capacity(); }
  // Gives the reader what has arrived. much: there may be more.
  Arrived read_some();
  // Writes what the peer takes. False if it has gone.
  bool write_some();
  // Throws away what arrives. False at its end.
  bool drain();
  // Lets the thread that hears of it close the connection.
  void shut() {
    if (!std::exchange(is_shut, true)) ::shutdown(socket.number(), SHUT_RDWR);
  }
  // True if the peer no longer waits for an answer: it has closed the connection, or aborted the request.
  [[nodiscard]] bool is_given_up() const;

  Descriptor socket;
  RequestReader reader;
  std::string unread;  // arrived behind the request that is being answered
  std::string output;  // for the peer, from `sent` on
  std::size_t sent = 0;
  bool is_last = false;      // no further request is read
  bool has_rest = false;     // more of the last one may arrive
  bool is_draining = false;  // our side is closed
  std::size_t drained = 0;
  unsigned since = 0;  // tick: the beginning of the request, or of the connection; not changed while it waits
  bool is_kept = false;  // between two requests: it may stay so, unless its peer does not read
  bool is_shut = false;
  bool is_watched = false;
  std::size_t counted = 0;  // of waiting_bytes_
  Connections::iterator place;
  std::atomic<std::size_t>& open;
};

FastCgiServer::Arrived FastCgiServer::Connection::read_some() {
  if (!unread.empty()) {
    const auto bytes = std::exchange(unread, {});
    unread.assign(bytes, reader.take(bytes));
    return Arrived::much;
  }
  std::array<char, 16'384> buffer;  // not zeroed: recv says how much of it counts
  for (;;) {
    const auto got = ::recv(socket.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN ? Arrived::nothing : Arrived::end;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    unread = bytes.substr(reader.take(bytes));
    return bytes.size() == buffer.size() ? Arrived::much : Arrived::some;
  }
}

bool FastCgiServer::Connection::write_some() {
  while (sent < output.size()) {
    const auto written =
        ::send(socket.number(), output.data() + sent, output.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN;
    sent += static_cast<std::size_t>(written);
  }
  std::string().swap(output);  // clear() would keep the memory of the largest answer
  sent = 0;
  return true;
}

bool FastCgiServer::Connection::drain() {
  std::array<char, 16'384> buffer;  // not zeroed: nobody reads it
  for (int i = 0; i < max_in_a_row; ++i) {
    const auto got = ::recv(socket.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    drained += static_cast<std::size_t>(got);
    if (got == 0 || drained > max_drained) return false;
  }
  return true;
}

bool FastCgiServer::Connection::is_given_up() const {
  pollfd peer{.fd = socket.number(), .events = POLLIN | POLLRDHUP, .revents = 0};
  if (::poll(&peer, 1, 0) == 1 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return true;
  if (!unread.empty()) return unread.size() > 1 && is_abort(unread[1]);
  std::array<char, 2> head{};
  return ::recv(socket.number(), head.data(), head.size(), MSG_PEEK | MSG_DONTWAIT) == 2 && is_abort(head[1]);
}

// A request in the queue of a lane, with its connection.
class FastCgiServer::Task final : public LaneTask {
 public:
  Task(FastCgiServer& server, Connections one, Request request)
      : server_(server), one_(std::move(one)), request_(std::move(request)), bytes_(size_of(request_)) {}

  void run(Answerer& answerer) override {
    reply(answerer);
    one_.clear();
    if (server_.paused_) server_.resume_accepting();
  }
  [[nodiscard]] std::size_t bytes() const override { return bytes_; }
  [[nodiscard]] Connections give_back() { return std::move(one_); }

 private:
  void reply(Answerer& answerer) {
    if (one_.front().is_given_up()) return;
    if (server_.is_late()) return server_.reply(std::move(one_), too_busy(), nullptr);
    server_.reply(std::move(one_), answerer.answer(std::move(request_)), &answerer);
  }
  static std::size_t size_of(const Request& request) {
    auto bytes =
        request.body.size() + request.path.size() + request.query.size() + request.original_uri.size();
    for (const auto& [name, value] : request.headers) bytes += name.size() + value.size();
    return bytes;
  }

  FastCgiServer& server_;
  Connections one_;
  Request request_;
  std::size_t bytes_;
};

FastCgiServer::FastCgiServer(Descriptor listener, FastCgiOptions options)
    : listener_(std::move(listener)),
      options_(std::move(options)),
      events_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      max_connections_(std::min(options_.max_connections, raise_descriptor_limit())) {
  if (!events_.is_open() || !stop_event_.is_open())
    throw std::system_error(errno, std::generic_category(), "epoll");
  // Several processes may share the socket, so another one may be faster between being woken and accepting.
  ::fcntl(listener_.number(), F_SETFL, ::fcntl(listener_.number(), F_GETFL) | O_NONBLOCK);
  // The stop event stays readable: it wakes every thread.
  if (!watch(EPOLL_CTL_ADD, listener_.number(), readable, &listener_) ||
      !watch(EPOLL_CTL_ADD, stop_event_.number(), EPOLLIN, &stop_event_))
    throw std::runtime_error("the kernel does not watch the listening socket");
}

FastCgiServer::~FastCgiServer() {
  stop();
}

bool FastCgiServer::watch(int operation, int descriptor, std::uint32_t events, void* data) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = data;
  if (::epoll_ctl(events_.number(), operation, descriptor, &event) == 0) return true;
  log_.write("error", description_of(std::system_error(errno, std::generic_category(), "epoll_ctl")));
  return false;
}

// Threads

void FastCgiServer::start() {
  for (std::size_t lane = static_cast<std::size_t>(Lane::memory) + 1; lane < lane_count; ++lane)
    lanes_[lane] = std::make_unique<LaneQueue>(static_cast<Lane>(lane), options_.lanes[lane],
                                               options_.make_answerer, log_);
  start_thread();
}

void FastCgiServer::start_thread() {
  const std::lock_guard lock(threads_mutex_);
  const auto max = static_cast<std::size_t>(options_.lanes[static_cast<std::size_t>(Lane::memory)].threads);
  if (stopping_ || threads_.size() >= max) return;
  auto& added = threads_.emplace_back(Thread{options_.make_answerer(Lane::memory), {}});
  ++idle_;  // first: it may find work before we are back here
  try {
    added.thread = std::thread([this, &added] { work(*added.answerer); });
  } catch (...) {
    --idle_;
    threads_.pop_back();
    throw;
  }
}

// The last idle thread has found work. If there can be no other, the next request waits a little.
void FastCgiServer::grow() noexcept {
  try {
    start_thread();
  } catch (const std::exception& failure) {
    log_.write("warning", "no further thread: " + description_of(failure));
  }
}

void FastCgiServer::work(Answerer& answerer) {
  while (!stopping_) {
    epoll_event event{};
    if (::epoll_wait(events_.number(), &event, 1, -1) != 1 || event.data.ptr == &stop_event_) continue;
    if (--idle_ == 0) grow();
    try {
      if (event.data.ptr == &listener_) {
        accept_some(answerer);
      } else {
        serve(take_back(*static_cast<Connection*>(event.data.ptr)), answerer);
        if (paused_) resume_accepting();
      }
    } catch (const std::exception& failure) {  // no memory: its connection is closed
      log_.write("error", description_of(failure));
    }
    ++idle_;
  }
}

void FastCgiServer::tick() {
  const unsigned now = ++tick_;
  log_.tick();
  if (paused_) resume_accepting();
  if (const auto count = turned_away_.exchange(0); count != 0)
    log_message("warning", std::to_string(count) + " requests were refused because too many were waiting");
  const std::lock_guard lock(waiting_mutex_);
  for (auto& [since, connections] : waiting_) {
    if (now - since <= static_cast<unsigned>(options_.request_time.count())) break;
    for (auto& connection : connections)
      if (!connection.is_kept || !connection.output.empty()) connection.shut();
  }
}

bool FastCgiServer::is_late() const {
  return stopping_ && std::chrono::steady_clock::now() > refuse_from_;
}

void FastCgiServer::stop() {
  if (stopping_) return;
  refuse_from_ = std::chrono::steady_clock::now() + patience_at_the_end;
  stopping_ = true;
  ::eventfd_write(stop_event_.number(), 1);
  // Without the lock: a thread that is about to start another one waits for it. No thread is added any more.
  { const std::lock_guard lock(threads_mutex_); }
  for (auto& thread : threads_) thread.thread.join();
  for (auto& lane : lanes_) lane.reset();
  waiting_.clear();
}

// Connections

int FastCgiServer::accept_one() {
  return ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

void FastCgiServer::accept_some(Answerer& answerer) {
  bool is_watched = false;
  for (int i = 0; i < max_in_a_row && !stopping_; ++i) {
    if (open_ >= max_connections_) return pause_accepting(EMFILE);
    Descriptor peer(accept_one());
    if (!peer.is_open() && is_out_of_resources(errno)) return pause_accepting(errno);
    if (!std::exchange(is_watched, true)) watch_listener();  // the next one may wake another thread
    if (!peer.is_open()) return;
    Connections one;
    one.emplace_back(std::move(peer), options_.max_body, open_).since = tick_;
    serve(std::move(one), answerer);
  }
}

// The peer that has waited longest makes room. When a connection has been closed, or at the next tick, the server
// accepts again. (The kernel says that there is no descriptor before it looks whether there is a connection.)
void FastCgiServer::pause_accepting(int error) {
  pollfd listener{.fd = listener_.number(), .events = POLLIN, .revents = 0};
  if (::poll(&listener, 1, 0) == 0) return watch_listener();
  if (!paused_.exchange(true))
    log_.write("error", description_of(std::system_error(error, std::generic_category(),
                                                         "no further connection is accepted")));
  close_oldest(std::unique_lock(waiting_mutex_), 0);
}

void FastCgiServer::resume_accepting() {
  if (paused_.exchange(false)) watch_listener();
}

void FastCgiServer::watch_listener() {
  if (!watch(EPOLL_CTL_MOD, listener_.number(), readable, &listener_)) paused_ = true;
}

// Of those that hold so much memory.
void FastCgiServer::close_oldest(const std::unique_lock<std::mutex>& /* of waiting_mutex_ */,
                                 std::size_t min_bytes) {
  for (auto& [since, connections] : waiting_)
    for (auto& connection : connections)
      if (!connection.is_shut && connection.counted >= min_bytes) return connection.shut();
}

FastCgiServer::Connections FastCgiServer::take_back(Connection& connection) {
  Connections one;
  const std::lock_guard lock(waiting_mutex_);
  waiting_bytes_ -= std::exchange(connection.counted, 0);
  const auto found = waiting_.find(connection.since);
  one.splice(one.begin(), found->second, connection.place);
  if (found->second.empty()) waiting_.erase(found);
  return one;
}

// Until there is something to do, no thread has the connection.
void FastCgiServer::wait_for(Connections one, std::uint32_t events) {
  auto& connection = one.front();
  if (stopping_ || connection.is_shut) return;
  const int operation = std::exchange(connection.is_watched, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  const std::unique_lock lock(waiting_mutex_);
  auto& connections = waiting_[connection.since];
  waiting_bytes_ += connection.counted = connection.bytes();
  connections.splice(connections.end(), one);
  connection.place = std::prev(connections.end());
  if (waiting_bytes_ > options_.max_incomplete_bytes) close_oldest(lock, noticeable_bytes);
  // Another thread may have it as soon as the lock is given back.
  if (watch(operation, connection.socket.number(), events, &connection)) return;
  waiting_bytes_ -= connection.counted;
  connections.erase(connection.place);
}

// Reads and writes what can be read and written at once.
void FastCgiServer::serve(Connections one, Answerer& answerer) {
  auto& connection = one.front();
  for (int i = 0; i < max_in_a_row; ++i) {
    if (!connection.write_some()) return;
    if (!connection.output.empty()) return wait_for(std::move(one), writable);
    if (connection.is_last) return end(std::move(one));
    const auto arrived = connection.read_some();
    if (arrived == Arrived::end) return;
    connection.output += connection.reader.take_replies();
    note_progress(connection);
    if (connection.reader.state() == RequestReader::State::closed) {
      connection.is_last = true;
    } else if (!connection.reader.is_taking()) {
      return dispatch(std::move(one), answerer);
    } else if (arrived != Arrived::much && connection.output.empty()) {
      return wait_for(std::move(one), readable);
    }
  }
  wait_for(std::move(one), readable | writable);
}

// The time of a request on a kept connection begins with its first byte.
void FastCgiServer::note_progress(Connection& connection) const {
  if (!connection.is_kept || connection.reader.is_untouched()) return;
  connection.is_kept = false;
  connection.since = tick_;
}

// A request has arrived in full, or will be refused whatever else arrives.
void FastCgiServer::dispatch(Connections one, Answerer& answerer) {
  auto& connection = one.front();
  auto& reader = connection.reader;
  connection.has_rest = reader.state() != RequestReader::State::complete;
  connection.is_last = connection.has_rest || reader.is_authorizer() || !reader.keeps_connection();
  if (reader.state() == RequestReader::State::malformed)
    return reply(std::move(one), refusal(refuse_request("The request's variables cannot be read.")), nullptr);
  if (reader.state() == RequestReader::State::too_large)
    return reply(std::move(one), refusal(refuse_request("The request's headers are too large.")), nullptr);
  auto taken = answerer.take(reader.environment(), reader.take_body());
  if (const auto* answer = std::get_if<std::string>(&taken)) return reply(std::move(one), *answer, &answerer);
  auto& queued = std::get<Queued>(taken);
  const auto lane = static_cast<std::size_t>(queued.lane);
  reader.next_request();  // its bytes are in the request now
  auto task = std::make_unique<Task>(*this, std::move(one), std::move(queued.request));
  std::unique_ptr<LaneTask> waiting = std::move(task);
  if (lanes_[lane]->add(waiting)) return;
  ++turned_away_;
  reply(static_cast<Task&>(*waiting).give_back(), too_busy(), nullptr);
}

// answerer: the one that made the answer; null if none did.
void FastCgiServer::reply(Connections one, std::string_view answer, Answerer* answerer) {
  auto& connection = one.front();
  connection.reader.next_request();
  connection.output += answer_records(connection.reader.id(), answer);
  connection.since = tick_;
  const bool is_there = connection.write_some();
  if (answerer != nullptr) answerer->finish();
  if (!is_there) return;
  if (!connection.output.empty()) return wait_for(std::move(one), writable);
  if (connection.is_last) return end(std::move(one));
  connection.is_kept = true;
  wait_for(std::move(one), connection.unread.empty() ? readable : readable | writable);
}

// Closes the connection; after an early refusal once the peer has closed its side.
void FastCgiServer::end(Connections one) {
  auto& connection = one.front();
  if (!connection.has_rest) return;
  if (!std::exchange(connection.is_draining, true)) ::shutdown(connection.socket.number(), SHUT_WR);
  if (connection.drain()) wait_for(std::move(one), readable);
}

}  // namespace cardea
