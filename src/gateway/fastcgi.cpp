#include "gateway/fastcgi.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/failure.h"
#include "gateway/access_log.h"
#include "gateway/clock.h"
#include "gateway/connection.h"
#include "gateway/exchange.h"
#include "gateway/housekeeping.h"

namespace cardea {
namespace {

// One shot each: whoever is woken owns the descriptor until it arms it again.
constexpr std::uint32_t once_readable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}

// So many connections are taken one after the other before a thread looks at the kept ones again.
constexpr int most_in_a_row = 32;

// A peer that has begun a request and not finished it after so many seconds is given up.
constexpr unsigned patience_ticks = 10;

// More threads than cores would only stand in each other's way; those that wait for somebody else do not
// count.
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
  Server(Descriptor listener, Runtime& runtime, const FastCgiOptions& options)
      : listener_(std::move(listener)),
        runtime_(runtime),
        options_(options),
        events_(::epoll_create1(EPOLL_CLOEXEC)),
        stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!events_.is_open() || !stop_.is_open())
      throw std::system_error(errno, std::generic_category(), "epoll");
    // Several processes may share the socket, so another one may be faster between being woken and accepting.
    ::fcntl(listener_.number(), F_SETFL, ::fcntl(listener_.number(), F_GETFL) | O_NONBLOCK);
    watch(EPOLL_CTL_ADD, listener_.number(), once_readable);
    watch(EPOLL_CTL_ADD, stop_.number(), EPOLLIN);  // stays readable: wakes everybody
  }

  // Throws KeyError when the keys cannot be read, std::system_error when the host allows no further thread.
  void start_thread(int most) {
    const std::lock_guard lock(threads_mutex_);
    if (stopping_ || static_cast<int>(threads_.size()) >= most) return;
    auto& thread = threads_.emplace_back(runtime_);
    ++idle_;  // first: it may find work before we are back here
    try {
      thread.thread = std::thread([this, &thread] { work(thread); });
    } catch (...) {
      --idle_;
      threads_.pop_back();
      throw;
    }
  }

  // To be called once a second: looks after peers that keep threads waiting, and gives up those that do so
  // for too long.
  void tick() {
    const unsigned now = ++tick_;
    if (starved_.exchange(false)) watch(EPOLL_CTL_MOD, listener_.number(), once_readable);
    runtime_.store().close_idle_connections();
    // All threads wait for slow peers, which nobody could foresee: one more.
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
    // Without the lock: a thread that is about to start another one waits for it. Nobody adds one any more.
    for (auto& thread : threads_) thread.thread.join();
  }

 private:
  struct Thread {
    explicit Thread(Runtime& runtime) : worker(runtime, system_now()) {}
    Worker worker;
    Waiting waiting;
    std::thread thread;
  };

  void watch(int operation, int descriptor, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = descriptor;
    ::epoll_ctl(events_.number(), operation, descriptor, &event);
  }

  // A request that has not arrived in full is not one we owe an answer.
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
    if (!first.is_open() && is_starved(errno)) return wait_for_room(errno);
    watch(EPOLL_CTL_MOD, listener_.number(), once_readable);  // the next one may wake somebody else
    welcome(std::move(first), self);
    // Under load the next one has come meanwhile; being woken for it would take two more calls.
    for (int more = 0; more < most_in_a_row && !stopping_; ++more)
      if (!welcome(Descriptor(accept_one()), self)) return;
  }

  // Most connections come with their request, which saves them a round of waiting; a silent one holds no
  // thread. False if there is no connection.
  bool welcome(Descriptor connection, Thread& self) {
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
    connection = serve_one(std::move(connection), self.worker, self.waiting, before_waiting);
    ++answered_;
    if (!connection.is_open()) return;  // closing took it off the watch list
    // Ours until it is armed; afterwards another thread may have it already.
    watch(operation, connection.release(), once_readable);
  }

  // No descriptor or no memory is left for one more: to ask at once again would take a core.
  static bool is_starved(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
  }

  // The next tick looks again; meanwhile the connections that there are get their answers.
  void wait_for_room(int error) {
    log_message("error", description_of(std::system_error(error, std::generic_category(),
                                                          "no further connection is accepted")));
    starved_ = true;
  }

  int accept_one() { return ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC); }

  Descriptor listener_;
  Runtime& runtime_;
  FastCgiOptions options_;
  Descriptor events_;
  Descriptor stop_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> starved_{false};
  std::atomic<int> idle_{0};
  std::atomic<unsigned> answered_{0};  // since the last tick
  std::atomic<unsigned> tick_{0};      // seconds since the start
  std::mutex threads_mutex_;
  std::list<Thread> threads_;  // a list: threads hold on to their own entry
};

// The threads beside those that answer. A host that allows no thread for now may do so later.
class Helpers {
 public:
  explicit Helpers(Runtime& runtime) : runtime_(runtime) {}

  // To be called once a second.
  void start() {
    try {
      if (!housekeeper_) housekeeper_.emplace(runtime_.settings());
      if (!carrier_) carrier_.emplace(runtime_.traffic(), runtime_.store());
      told_ = false;
    } catch (const std::exception& failure) {
      if (!told_) log_message("error", "no thread for housekeeping: " + description_of(failure));
      told_ = true;
    }
  }

  [[nodiscard]] bool stop() {
    carrier_.reset();
    return !housekeeper_ || housekeeper_->stop();
  }

 private:
  Runtime& runtime_;
  std::optional<Housekeeper> housekeeper_;
  std::optional<TrafficCarrier> carrier_;
  bool told_ = false;
};

bool is_told_to_stop() {
  const auto signals = stop_signals();
  constexpr timespec at_once{};
  return ::sigtimedwait(&signals, nullptr, &at_once) >= 0;
}

}  // namespace

bool serve_broken_fastcgi(int listener, std::string_view cause) {
  constexpr int look_around = 200;  // milliseconds
  const auto signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  prepare_fastcgi_library();
  ::fcntl(listener, F_SETFL, ::fcntl(listener, F_GETFL) | O_NONBLOCK);
  const auto end = std::chrono::steady_clock::now() + seconds{1};
  while (!is_told_to_stop()) {
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, look_around) != 1) continue;
    if (std::chrono::steady_clock::now() >= end) return true;
    Descriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.is_open()) serve_broken(std::move(connection), cause);
  }
  return false;
}

int serve_fastcgi(Descriptor listener, Runtime& runtime, const FastCgiOptions& options) {
  ::mallopt(M_ARENA_MAX, 2);  // memory is dearer than contention here
  std::signal(SIGPIPE, SIG_IGN);
  const auto signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the first thread, so that all inherit it
  prepare_fastcgi_library();

  Server server(std::move(listener), runtime, options);
  server.start_thread(options.threads);
  Helpers helpers(runtime);
  helpers.start();
  constexpr timespec second{.tv_sec = 1, .tv_nsec = 0};
  while (::sigtimedwait(&signals, nullptr, &second) < 0) {
    server.tick();
    helpers.start();
  }
  server.stop();
  if (!helpers.stop()) std::_Exit(0);
  return 0;
}

}  // namespace cardea
