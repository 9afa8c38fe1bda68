// How many requests came by which transport, and how they were answered. Counted in the process, without a lock
// and without the database; carried there now and then, where the counts of all processes and hosts add up.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/store.h"
#include "web/http.h"

namespace cardea {

class Traffic {
 public:
  // From any thread, at any time.
  void count(const Response& response, Instant now);
  // Adds what was counted since the last call to the day of `now`. What cannot be added, because there is no
  // database, is kept for the next time.
  void carry(Store& store, Instant now);

 private:
  static constexpr std::size_t kinds = 6;  // by cookie, by header, answers 2xx to 5xx
  struct Count {
    std::atomic<std::int64_t> number{0};
    std::atomic<std::int64_t> last_at{0};  // Unix milliseconds
  };
  void add(std::size_t kind, Instant now);

  std::array<Count, kinds> counts_;
};

// Carries the counts every few seconds, on a thread of its own, for as long as it lives. What was counted in
// the last seconds of a process is lost with it.
class TrafficCarrier {
 public:
  // The store and the traffic must outlive it.
  TrafficCarrier(Traffic& traffic, Store& store);
  TrafficCarrier(const TrafficCarrier&) = delete;
  TrafficCarrier& operator=(const TrafficCarrier&) = delete;
  ~TrafficCarrier();

 private:
  void run();

  Traffic& traffic_;
  Store& store_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace cardea
