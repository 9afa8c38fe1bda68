#include "torture/shrinker.h"

#include <algorithm>

namespace cardea::torture {
namespace {

constexpr int trial_limit = 4000;

class Shrinker {
 public:
  explicit Shrinker(const std::function<bool(const History&)>& fails) : fails_(fails) {}

  History run(History history) {
    best_ = std::move(history);
    while (pass()) {
    }
    return best_;
  }

 private:
  bool try_out(History candidate) {
    if (++trials_ > trial_limit || !fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  bool pass() {
    bool better = false;
    for (auto size = std::max<std::size_t>(best_.steps.size() / 2, 1); size > 0; size /= 2)
      better |= leave_out(size);
    better |= leave_out_faults();
    better |= simplify();
    return better && trials_ <= trial_limit;
  }

  bool leave_out(std::size_t size) {
    bool better = false;
    for (std::size_t at = 0; at < best_.steps.size();) {
      auto candidate = best_;
      const auto first = candidate.steps.begin() + static_cast<std::ptrdiff_t>(at);
      const auto last =
          candidate.steps.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, best_.steps.size()));
      candidate.steps.erase(first, last);
      const bool smaller = try_out(std::move(candidate));
      better |= smaller;
      if (!smaller) at += size;
    }
    return better;
  }

  bool leave_out_faults() {
    bool better = false;
    for (std::size_t step = 0; step < best_.steps.size(); ++step) {
      for (std::size_t fault = 0; fault < best_.steps[step].faults.size();) {
        auto candidate = best_;
        auto& faults = candidate.steps[step].faults;
        faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(fault));
        const bool smaller = try_out(std::move(candidate)) || leave_out_inside(step, fault);
        better |= smaller;
        if (!smaller) ++fault;
      }
    }
    return better;
  }

  bool leave_out_inside(std::size_t step, std::size_t fault) {
    const auto count = best_.steps[step].faults[fault].inside.size();
    for (std::size_t at = 0; count > 1 && at < count; ++at) {
      auto candidate = best_;
      auto& inside = candidate.steps[step].faults[fault].inside;
      inside.erase(inside.begin() + static_cast<std::ptrdiff_t>(at));
      if (try_out(std::move(candidate))) return true;
    }
    for (std::size_t at = 0; at < count; ++at) {
      if (best_.steps[step].faults[fault].inside[at].faults.empty()) continue;
      auto candidate = best_;
      candidate.steps[step].faults[fault].inside[at].faults.clear();
      if (try_out(std::move(candidate))) return true;
    }
    return false;
  }

  bool try_change(std::size_t step, bool needed, void (*change)(Step&)) {
    if (!needed) return false;
    auto candidate = best_;
    change(candidate.steps[step]);
    return try_out(std::move(candidate));
  }

  bool simplify() {
    bool better = false;
    for (std::size_t at = 0; at < best_.steps.size(); ++at) {
      const auto& step = best_.steps[at];
      better |= try_change(at, step.pause > milliseconds{0}, [](Step& s) { s.pause = milliseconds{0}; });
      better |= try_change(at, step.host != 0, [](Step& s) { s.host = 0; });
      better |= try_change(at, step.held, [](Step& s) { s.held = false; });
    }
    return better;
  }

  const std::function<bool(const History&)>& fails_;
  History best_;
  int trials_ = 0;
};

}  // namespace

History shrink(History history, const std::function<bool(const History&)>& fails) {
  return Shrinker(fails).run(std::move(history));
}

}  // namespace cardea::torture
