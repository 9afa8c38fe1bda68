// Lanes: which requests may run, and which must wait. A request that needs a database, a hash or a provider waits in
// the queue of its lane (Lane in web/route.h), and each lane has threads of its own. So no queue stands in front of
// another: to verify a token never waits for a sign-in, a refresh never waits for a hash.
//
// Lane::memory has neither queue nor threads of its own: the threads that look at the sockets answer such requests
// themselves (server/fastcgi.h).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "base/secret.h"
#include "server/log.h"
#include "web/http.h"
#include "web/in.h"
#include "web/route.h"

namespace cardea {

// A request that must wait for a thread of its lane.
struct Queued {
  Lane lane = Lane::database;
  Request request;
};

// What one thread answers requests with; never used by two threads. Nothing of it throws.
class Answerer {
 public:
  virtual ~Answerer() = default;
  // The answer in CGI form, or the request if it must wait for a lane.
  [[nodiscard]] virtual std::variant<std::string, Queued> take(const Environment& environment,
                                                               Secret body) = 0;
  // The answer to a request whose turn has come.
  [[nodiscard]] virtual std::string answer(Request request) = 0;
  // After an answer was sent: what no client should wait for.
  virtual void finish() = 0;
};

// Makes one for a thread of that lane. May throw: then the thread is not started.
using MakeAnswerer = std::function<std::unique_ptr<Answerer>(Lane)>;

// What waits in a queue. Run once, by a thread of the lane.
class LaneTask {
 public:
  virtual ~LaneTask() = default;
  virtual void run(Answerer& answerer) = 0;
  // What it keeps in memory while it waits.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

struct LaneLimits {
  int threads = 1;
  int niceness = 0;  // of the threads, see nice(2): 19 takes what others leave of the processor
  std::size_t max_waiting = 512;
  std::size_t max_bytes = 16 * 1024 * 1024;  // of all that wait
};

// The queue and the threads of one lane. A task that finds no idle thread gets a new one, up to the limit; a thread
// ends with the queue. A task that throws costs what it holds, and no other task. What the first thread needs is made
// with the queue: a key file that breaks later stops none.
class LaneQueue {
 public:
  // Throws what make_answerer throws. The log must outlive the queue.
  LaneQueue(Lane lane, LaneLimits limits, MakeAnswerer make_answerer, BoundedLog& log);
  LaneQueue(const LaneQueue&) = delete;
  LaneQueue& operator=(const LaneQueue&) = delete;
  // Runs what waits, then ends. No task may be added meanwhile.
  ~LaneQueue();

  // From any thread; does not wait. Takes the task over, or leaves it where it is and returns false: the queue is
  // full, or there is no thread and none can be made.
  [[nodiscard]] bool add(std::unique_ptr<LaneTask>& task);

 private:
  struct Thread {
    std::unique_ptr<Answerer> answerer;
    std::thread thread;
  };
  void start_thread();
  void work(Answerer& answerer);
  void run(std::unique_ptr<LaneTask> task, Answerer& answerer);

  const Lane lane_;
  const LaneLimits limits_;
  const MakeAnswerer make_answerer_;
  BoundedLog& log_;
  std::unique_ptr<Answerer> first_;  // until the first thread has it
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<LaneTask>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t idle_ = 0;  // threads
  bool stopping_ = false;
  std::list<Thread> threads_;  // a list: each thread holds on to its own entry
};

}  // namespace cardea
