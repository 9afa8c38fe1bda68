// Threads of a test: an exception in one of them fails the test.
//
// The assertions of Boost.Test are for the main thread only. What runs in a thread throws instead, or counts in an atomic, and the
// test asserts behind join(). tests/tools/threads refuses any other thread, and any assertion in one.
#pragma once

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cardea::testing {

class Threads {
 public:
  Threads() = default;
  // join() sets `over`, for bodies that go on until then.
  explicit Threads(std::atomic<bool>& over) : over_(&over) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { join(); }

  // Runs body() in a thread of its own. What body refers to must live until join() or the end of this object.
  template <class Body>
  void start(Body body) {
    threads_.emplace_back([this, run = std::move(body)]() mutable {
      try {
        run();
      } catch (const std::exception& error) {
        note(error.what());
      } catch (...) {
        note("an exception of another type");
      }
    });
  }

  // Waits until all have ended; each exception of theirs is an error of the running test. By the main thread.
  void join() {
    if (over_ != nullptr) *over_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    for (const auto& problem : problems_) BOOST_ERROR("in a thread: " + problem);
    problems_.clear();
  }

 private:
  void note(std::string problem) {
    const std::scoped_lock lock(mutex_);
    problems_.push_back(std::move(problem));
  }

  std::atomic<bool>* over_ = nullptr;
  std::mutex mutex_;
  std::vector<std::string> problems_;
  std::vector<std::thread> threads_;
};

}  // namespace cardea::testing
