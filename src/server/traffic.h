// How many requests came by which transport, and how they were answered. Counted in the process, without a lock
// and without the database; added to the database every few seconds (server/background.h), where the counts of all
// processes and hosts add up. What was counted in the last seconds of a process is lost with it.
#pragma once

#include <array>
#include <atomic>

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

}  // namespace cardea
