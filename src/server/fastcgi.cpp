#include "server/fastcgi.h"

#include <arpa/inet.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include "auth/session/end.h"
#include "base/encoding.h"
#include "server/background.h"
#include "server/log.h"

namespace cardea {
namespace {

// Listeners

constexpr int backlog = 1024;

ListenError failed(const std::string& what) {
  return {what + ": " + std::strerror(errno)};
}

bool is_listened_on(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::variant<Descriptor, ListenError> listen_unix(const std::string& path, unsigned permissions) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return ListenError{path + ": a socket's path has 1 to 107 bytes"};
  path.copy(address.sun_path, path.size());
  struct stat old {};
  if (::lstat(path.c_str(), &old) == 0) {
    if (!S_ISSOCK(old.st_mode))
      return ListenError{path + ": there is a file of that name, and it is no socket"};
    if (is_listened_on(address)) return ListenError{path + ": another program listens there"};
    ::unlink(path.c_str());
  }
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Between bind and chmod no other user may connect.
  const auto mask = ::umask(0177);
  const bool bound =
      ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(mask);
  if (!bound) return failed(path);
  if (::chmod(path.c_str(), permissions) != 0) return failed(path);
  if (::listen(listener.number(), backlog) != 0) return failed(path);
  return listener;
}

std::variant<Descriptor, ListenError> listen_tcp(const std::string& where, const std::string& host,
                                                 int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool loopback =
      host.starts_with("127.") && ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1;
  if (!loopback)
    return ListenError{
        where +
        ": only loopback addresses (127.x.x.x) are listened on, because FastCGI has no authentication"};
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(where);
  if (::listen(listener.number(), backlog) != 0) return failed(where);
  return listener;
}

}  // namespace

bool is_listening_socket(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

std::variant<Descriptor, ListenError> open_listener(const std::string& where, unsigned permissions) {
  if (where.starts_with("unix:")) return listen_unix(where.substr(5), permissions);
  const auto colon = where.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : whole_number(where.substr(colon + 1), 65535);
  if (!port) return ListenError{where + ": write unix:/path or 127.0.0.1:PORT"};
  return listen_tcp(where, where.substr(0, colon), static_cast<int>(*port));
}

namespace {

// One connection while a request is on it: the part that libfcgi has.

// Where a thread waits for its peer: the connection, or -1, and since when, in ticks of the server's. The
// server shuts a connection down on which its thread has waited too long; if another connection has the same number by
// then, the web server at worst repeats one request.
struct Waiting {
  std::atomic<int> connection{-1};
  std::atomic<unsigned> since{0};
};

// So much of a body over the limit is read and thrown away, so that the connection can carry the next request; for a
// longer body it is closed.
constexpr std::size_t drain_limit = 16 * 1024 * 1024;

struct Input {
  Secret body;
  bool all_read = false;  // nothing of the request is left in the connection
};

// Reads standard input to its end: a server that keeps connections trips over what is left in them. Keeps one
// byte more than the limit: then the reader of the body knows that it is too long.
Input read_input(FCGX_Request& request, std::size_t limit) {
  std::string body;
  std::array<char, 8192> buffer;  // not zeroed: FCGX_GetStr says how much of it counts
  std::size_t total = 0;
  for (;;) {
    const int got = FCGX_GetStr(buffer.data(), static_cast<int>(buffer.size()), request.in);
    if (got <= 0) break;
    total += static_cast<std::size_t>(got);
    const auto room = limit + 1 - std::min(limit + 1, body.size());
    body.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    if (total > drain_limit) {
      request.keepConnection = 0;
      return {Secret(std::move(body)), false};
    }
  }
  return {Secret(std::move(body)), FCGX_GetError(request.in) == 0};
}

std::size_t body_limit(ThreadContext& context) {
  return static_cast<std::size_t>(context.settings().limits.body);
}

// True if the answer probably comes from memory. A guess by the path, which decides only about another thread.
bool is_quick(const Environment& environment) {
  const auto path = environment.value("SCRIPT_NAME");
  return is_authorizer(environment) || path.ends_with("/verify") ||
         environment.value("REQUEST_URI").find("/verify") != std::string_view::npos;
}

// An authorizer gets no standard input (FastCGI 1.0 section 6.3). Some servers send an empty one all the
// same, together with the variables; mod_authnz_fcgi does not, so waiting for its end would never end.
Input leave_input(FCGX_Request& request) {
  request.keepConnection = 0;
  std::array<char, 4096> rest;
  const auto arrived = ::recv(request.ipcFd, rest.data(), rest.size(), MSG_DONTWAIT);
  return {Secret{}, arrived < static_cast<ssize_t>(rest.size())};
}

// Ends the answer. libfcgi closes a connection by waiting until the peer has closed it, or for a while: what
// arrives after a close would take the answer with it. Where the request was read to its end nothing arrives,
// and closing at once saves four calls of the kernel, one of which waits.
Descriptor finish(FCGX_Request& request, bool all_read) {
  const bool peer_keeps = request.keepConnection != 0;
  if (all_read) request.keepConnection = 1;
  FCGX_Finish_r(&request);
  Descriptor connection{request.ipcFd};
  return peer_keeps ? std::move(connection) : Descriptor{};
}

// Once, before the first connection. Keeps libfcgi from waiting for peers longer than we would.
void prepare_library() {
  ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 1);  // milliseconds
  FCGX_Init();
}

// Reads one request from the connection, answers it, and returns the connection if the peer wants to keep it
// open. While it waits for the peer, `waiting` says so, and a shutdown of the connection interrupts it.
// `before_waiting` is called when the request is one that may wait for the database or for its turn to hash.
Descriptor serve_one(Descriptor connection, ThreadContext& context, Waiting& waiting,
                     const std::function<void()>& before_waiting) {
  FCGX_Request request;
  FCGX_InitRequest(&request, -1, 0);  // no listening socket: libfcgi must not accept by itself
  waiting.connection = connection.number();
  request.ipcFd = connection.release();
  request.keepConnection = 1;  // or the descriptor is closed before it is read
  if (FCGX_Accept_r(&request) != 0) {
    waiting.connection = -1;
    return Descriptor{};
  }
  const auto environment = environment_of(request.envp);
  auto input = is_authorizer(environment) ? leave_input(request) : read_input(request, body_limit(context));
  waiting.connection = -1;
  if (!is_quick(environment)) before_waiting();
  const auto bytes = exchange(environment, std::move(input.body), context);
  FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request.out);
  auto kept = finish(request, input.all_read);
  context.send_letters();
  return kept;
}

// Answers any request by unconfigured_answer(), without a thread that waits for the peer: one that is silent for some
// seconds is given up.
void serve_broken(Descriptor connection, const Unconfigured& why, const DoorContext& context) {
  constexpr timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  FCGX_Request request;
  FCGX_InitRequest(&request, -1, 0);
  request.ipcFd = connection.release();
  request.keepConnection = 1;
  if (FCGX_Accept_r(&request) != 0) return;
  const auto environment = environment_of(request.envp);
  auto input = is_authorizer(environment) ? leave_input(request) : read_input(request, visit_body_limit);
  request.keepConnection = 0;
  const auto bytes = unconfigured_answer(environment, std::move(input.body), why, context, system_now());
  FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request.out);
  (void)finish(request, input.all_read);
}

// The server: its threads and the connections they wait for

// One shot each: the thread that is woken owns the descriptor until it arms it again.
constexpr std::uint32_t once_readable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}

// After accepting so many connections in a row a thread looks at the kept ones again.
constexpr int max_in_a_row = 32;

// A peer that has begun a request and not finished it after so many seconds is given up.
constexpr unsigned patience_ticks = 10;

// More threads than cores do not answer faster, unless some of them wait for the database.
int cores() {
  static const int count = static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
  return count;
}

bool is_silent(int connection) {
  char first = 0;
  return ::recv(connection, &first, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

class Server {
 public:
  Server(Descriptor listener, Application& application, const FastCgiOptions& options)
      : listener_(std::move(listener)),
        application_(application),
        options_(options),
        events_(::epoll_create1(EPOLL_CLOEXEC)),
        stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!events_.is_open() || !stop_.is_open())
      throw std::system_error(errno, std::generic_category(), "epoll");
    // Several processes may share the socket, so another one may be faster between being woken and accepting.
    ::fcntl(listener_.number(), F_SETFL, ::fcntl(listener_.number(), F_GETFL) | O_NONBLOCK);
    watch(EPOLL_CTL_ADD, listener_.number(), once_readable);
    watch(EPOLL_CTL_ADD, stop_.number(), EPOLLIN);  // stays readable: wakes every thread
  }

  // Throws KeyError when the keys cannot be read, std::system_error when the host allows no further thread.
  void start_thread(int most) {
    const std::lock_guard lock(threads_mutex_);
    if (stopping_ || static_cast<int>(threads_.size()) >= most) return;
    auto& thread = threads_.emplace_back(application_);
    ++idle_;  // first: it may find work before we are back here
    try {
      thread.thread = std::thread([this, &thread] { work(thread); });
    } catch (...) {
      --idle_;
      threads_.pop_back();
      throw;
    }
  }

  // To be called once a second: accepts again where the host had no room, starts a thread where all wait, and closes
  // the connections of peers that keep a thread waiting for too long.
  void tick() {
    const unsigned now = ++tick_;
    if (out_of_resources_.exchange(false)) watch(EPOLL_CTL_MOD, listener_.number(), once_readable);
    application_.store().close_idle_connections();
    // All threads wait for slow peers, of which before_waiting() could not know: one more.
    if (idle_ == 0 && answered_.exchange(0) == 0) grow(options_.threads);
    const std::lock_guard lock(threads_mutex_);
    for (auto& thread : threads_)
      if (now - thread.waiting.since > patience_ticks) interrupt_waiting(thread);
  }

  void stop() {
    stopping_ = true;
    ::eventfd_write(stop_.number(), 1);
    {
      const std::lock_guard lock(threads_mutex_);
      for (auto& thread : threads_) interrupt_waiting(thread);
    }
    // Without the lock: a thread that is about to start another one waits for it. No thread is added any more.
    for (auto& thread : threads_) thread.thread.join();
  }

 private:
  struct Thread {
    explicit Thread(Application& application) : context(application, system_now()) {}
    ThreadContext context;
    Waiting waiting;
    std::thread thread;
  };

  void watch(int operation, int descriptor, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = descriptor;
    ::epoll_ctl(events_.number(), operation, descriptor, &event);
  }

  // A request that has not arrived in full needs no answer.
  static void interrupt_waiting(Thread& thread) {
    const int connection = thread.waiting.connection;
    if (connection >= 0) ::shutdown(connection, SHUT_RDWR);
  }

  void work(Thread& self) {
    while (!stopping_) {
      epoll_event event{};
      if (::epoll_wait(events_.number(), &event, 1, -1) != 1 || event.data.fd == stop_.number()) continue;
      if (--idle_ == 0) grow(std::min(cores(), options_.threads));
      take(event.data.fd, self);
      ++idle_;
    }
  }

  // The last idle thread has found work. If there can be no other, the next request waits a little.
  void grow(int most) noexcept {
    try {
      start_thread(most);
    } catch (const std::exception& failure) {
      log_message("warning", "no further thread: " + description_of(failure));
    }
  }

  void take(int descriptor, Thread& self) {
    if (descriptor != listener_.number()) return answer(Descriptor(descriptor), EPOLL_CTL_MOD, self);
    Descriptor first(accept_one());
    if (!first.is_open() && is_out_of_resources(errno)) return accept_again_later(errno);
    watch(EPOLL_CTL_MOD, listener_.number(), once_readable);  // the next one may wake another thread
    serve_new(std::move(first), self);
    // Under load the next one has come meanwhile; waiting to be woken for it would take two more calls.
    for (int more = 0; more < max_in_a_row && !stopping_; ++more)
      if (!serve_new(Descriptor(accept_one()), self)) return;
  }

  // Most connections come with their request, which saves them a round of waiting; a silent one holds no
  // thread. False if there is no connection.
  bool serve_new(Descriptor connection, Thread& self) {
    if (!connection.is_open()) return false;
    if (is_silent(connection.number())) {
      watch(EPOLL_CTL_ADD, connection.release(), once_readable);
    } else {
      answer(std::move(connection), EPOLL_CTL_ADD, self);
    }
    return true;
  }

  void answer(Descriptor connection, int operation, Thread& self) {
    self.waiting.since = tick_.load();
    const auto before_waiting = [this] {
      if (idle_ == 0) grow(options_.threads);
    };
    connection = serve_one(std::move(connection), self.context, self.waiting, before_waiting);
    ++answered_;
    if (!connection.is_open()) return;  // closing took it off the watch list
    // It belongs to this thread until it is armed; afterwards another thread may have it already.
    watch(operation, connection.release(), once_readable);
  }

  // No descriptor or no memory is left for one more: asking again at once would keep a core busy.
  static bool is_out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
  }

  // The next tick accepts again; meanwhile the open connections are answered.
  void accept_again_later(int error) {
    log_message("error", description_of(std::system_error(error, std::generic_category(),
                                                          "no further connection is accepted")));
    out_of_resources_ = true;
  }

  int accept_one() { return ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC); }

  Descriptor listener_;
  Application& application_;
  FastCgiOptions options_;
  Descriptor events_;
  Descriptor stop_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> out_of_resources_{false};
  std::atomic<int> idle_{0};
  std::atomic<unsigned> answered_{0};  // since the last tick
  std::atomic<unsigned> tick_{0};      // seconds since the start
  std::mutex threads_mutex_;
  std::list<Thread> threads_;  // a list: threads hold on to their own entry
};

bool is_stop_signal_pending() {
  const auto signals = stop_signals();
  constexpr timespec at_once{};
  return ::sigtimedwait(&signals, nullptr, &at_once) >= 0;
}

}  // namespace

bool serve_broken_fastcgi(int listener, const Unconfigured& why, const DoorContext& context) {
  constexpr int look_around = 200;  // milliseconds
  const auto signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  prepare_library();
  ::fcntl(listener, F_SETFL, ::fcntl(listener, F_GETFL) | O_NONBLOCK);
  const auto end = std::chrono::steady_clock::now() + seconds{1};
  while (!is_stop_signal_pending()) {
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, look_around) != 1) continue;
    if (std::chrono::steady_clock::now() >= end) return true;
    Descriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.is_open()) serve_broken(std::move(connection), why, context);
  }
  return false;
}

int serve_fastcgi(Descriptor listener, Application& application, const FastCgiOptions& options) {
  ::mallopt(M_ARENA_MAX, 2);  // memory is dearer than contention here
  std::signal(SIGPIPE, SIG_IGN);
  const auto signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the first thread, so that all inherit it
  prepare_library();

  Server server(std::move(listener), application, options);
  server.start_thread(options.threads);
  const auto& settings = application.settings();
  RevokedSessions revoked(settings.tokens.revocations, revocations_kept(settings.tokens));
  Background background(due_jobs(settings, revoked, application.traffic(), application.store()));
  background.start();
  constexpr timespec second{.tv_sec = 1, .tv_nsec = 0};
  while (::sigtimedwait(&signals, nullptr, &second) < 0) {
    server.tick();
    background.start();
  }
  server.stop();
  if (!background.stop()) std::_Exit(0);
  return 0;
}

}  // namespace cardea
