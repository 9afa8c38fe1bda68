// The FastCGI server: the sockets, and the threads that look at them.
//
// A request gets a thread when all of it is there. What arrives is read without waiting and collected
// (server/records.h); a connection on which bytes are missing, in either direction, holds no thread. Bounds: a request
// arrives within a limit of time, or its connection is closed; when descriptors run out, the connection that has waited
// longest is closed; when memory does, the one of those that hold some. So no number of silent or slow peers keeps
// others waiting.
//
// The threads that look at the sockets answer what needs only memory at once, and hand everything else to its lane
// (server/lanes.h).
#pragma once

#include <sys/epoll.h>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/descriptor.h"
#include "base/time.h"
#include "server/lanes.h"
#include "server/log.h"

namespace cardea {

struct FastCgiOptions {
  std::size_t max_body = 64 * 1024;
  seconds request_time{10};  // in which a request arrives, and an answer is taken
  std::size_t max_incomplete_bytes =
      32 * 1024 * 1024;                        // of memory, of all connections that wait for their peers
  std::size_t max_connections = 16'384;        // fewer where the process may not have so many descriptors
  std::array<LaneLimits, lane_count> lanes{};  // by Lane; of Lane::memory the number of threads
  MakeAnswerer make_answerer;
};

class FastCgiServer {
 public:
  // The listener must be open. Throws std::system_error.
  FastCgiServer(Descriptor listener, FastCgiOptions options);
  FastCgiServer(const FastCgiServer&) = delete;
  FastCgiServer& operator=(const FastCgiServer&) = delete;
  // As stop().
  ~FastCgiServer();

  // Starts the first thread. Throws what make_answerer throws, or std::system_error if the host allows no thread.
  void start();
  // To be called once a second: closes what has waited for too long, and accepts again where the host had no room.
  void tick();
  // Answers the requests that have arrived in full, for some seconds with what they ask for and then with 503; closes
  // everything else. Returns when the last thread has ended.
  void stop();

 private:
  enum class Arrived;
  struct Connection;
  class Task;
  using Connections = std::list<Connection>;  // with one element while a thread has it
  struct Thread {
    std::unique_ptr<Answerer> answerer;
    std::thread thread;
  };

  void start_thread();
  void grow() noexcept;
  void work(Answerer& answerer);
  void accept_some(Answerer& answerer);
  void serve(Connections one, Answerer& answerer);
  void note_progress(Connection& connection) const;
  void dispatch(Connections one, Answerer& answerer);
  void reply(Connections one, std::string_view answer, Answerer* answerer);
  void end(Connections one);
  void wait_for(Connections one, std::uint32_t events);
  Connections take_back(Connection& connection);
  void close_oldest(const std::unique_lock<std::mutex>& held, std::size_t min_bytes);
  void pause_accepting(int error);
  void resume_accepting();
  void watch_listener();
  [[nodiscard]] bool watch(int operation, int descriptor, std::uint32_t events, void* data);
  [[nodiscard]] int accept_one();
  [[nodiscard]] bool is_late() const;

  Descriptor listener_;
  const FastCgiOptions options_;
  BoundedLog log_;  // what peers can cause
  Descriptor events_;
  Descriptor stop_event_;
  std::size_t max_connections_;
  std::atomic<std::size_t> open_{0};  // connections
  std::atomic<unsigned> tick_{0};     // seconds since the start
  std::atomic<bool> stopping_{false};
  std::chrono::steady_clock::time_point refuse_from_;  // set before stopping_
  std::atomic<bool> paused_{false};                    // the listener is not watched
  std::atomic<int> idle_{0};                           // of threads_
  std::atomic<unsigned> turned_away_{0};               // because a queue was full, since the last tick

  std::mutex waiting_mutex_;
  // For their peers, by the tick since which they wait; no thread has them.
  std::map<unsigned, Connections> waiting_;
  std::size_t waiting_bytes_ = 0;

  std::mutex threads_mutex_;
  std::list<Thread> threads_;  // a list: each thread holds on to its own entry
  std::array<std::unique_ptr<LaneQueue>, lane_count> lanes_;
};

}  // namespace cardea
