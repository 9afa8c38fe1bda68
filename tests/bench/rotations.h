// Rotations without a web server: by the program, and by the two statements alone that one consists of.
#pragma once

#include <functional>
#include <vector>

#include "config/load.h"
#include "token/refresh_token.h"

namespace cardea::bench {

struct Load {
  int threads = 1;
  int seconds = 1;
};

struct Rate {
  double per_second = 0;
  int failed = 0;
  double processor = 0;  // seconds of processor time that this process used for each
};

// Calls what `prepare` returns for a thread's number again and again in that thread, until the time is over.
// It returns whether it went well. The clock starts when all threads are prepared.
[[nodiscard]] Rate measure(const Load& load, const std::function<std::function<bool()>(int)>& prepare);

// Session `number` of those that tests/bench/people.py makes.
[[nodiscard]] SessionId session_id_of(int number);
[[nodiscard]] Secret refresh_token_of(int number, Generation generation, const KeyRing& keys, Instant now);

// Sessions 0, 1, 2 ... stand at these generations; each thread moves every threads-th of them, in random
// order.
[[nodiscard]] Rate bare_rotations(const Settings& settings, const Load& load,
                                  std::vector<Generation>& generations);
[[nodiscard]] Rate handled_rotations(const Settings& settings, const Load& load,
                                     std::vector<Generation>& generations);

}  // namespace cardea::bench
