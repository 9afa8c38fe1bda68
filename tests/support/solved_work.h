// The answer to a proof of work, written out by token/work.h and not by the functions under test.
#pragma once

#include <string>

#include "base/digest.h"
#include "token/work.h"

namespace cardea::testing {

// The challenge with the first number whose hash has as many zero bits as asked for; or, with enough = false, fewer.
inline std::string answer_to(const WorkChallenge& challenge, bool enough = true) {
  for (int number = 0;; ++number) {
    auto work = challenge.text + "." + std::to_string(number);
    const auto digest = sha256(work);
    int zeros = 0;
    while (zeros < 256 && (digest[static_cast<std::size_t>(zeros / 8)] & (0x80 >> (zeros % 8))) == 0) ++zeros;
    if ((zeros >= challenge.bits) == enough) return work;
  }
}

}  // namespace cardea::testing
