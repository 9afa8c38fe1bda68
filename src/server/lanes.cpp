#include "server/lanes.h"

#include <sys/resource.h>
#include <exception>
#include <utility>

#include "base/descriptor.h"

namespace cardea {

LaneQueue::LaneQueue(Lane lane, LaneLimits limits, MakeAnswerer make_answerer, BoundedLog& log)
    : lane_(lane),
      limits_(limits),
      make_answerer_(std::move(make_answerer)),
      log_(log),
      first_(make_answerer_(lane)) {}

LaneQueue::~LaneQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.thread.join();
}

bool LaneQueue::add(std::unique_ptr<LaneTask>& task) {
  const auto bytes = task->bytes();
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= limits_.max_waiting || bytes > limits_.max_bytes - waiting_bytes_) return false;
  if (idle_ <= waiting_.size() && threads_.size() < static_cast<std::size_t>(limits_.threads)) start_thread();
  if (threads_.empty()) return false;
  waiting_.push_back(std::move(task));
  waiting_bytes_ += bytes;
  changed_.notify_one();
  return true;
}

// A host that allows no further thread leaves the work to those that there are.
void LaneQueue::start_thread() {
  try {
    auto& added = threads_.emplace_back(Thread{first_ ? std::move(first_) : make_answerer_(lane_), {}});
    try {
      added.thread = std::thread([this, &added] { work(*added.answerer); });
    } catch (...) {
      if (threads_.size() == 1) first_ = std::move(added.answerer);
      threads_.pop_back();
      throw;
    }
  } catch (const std::exception& failure) {
    log_.write("warning", "no further thread: " + description_of(failure));
  }
}

void LaneQueue::work(Answerer& answerer) {
  if (limits_.niceness != 0) ::setpriority(PRIO_PROCESS, 0, limits_.niceness);  // Linux: of this thread alone
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= task->bytes();
    lock.unlock();
    run(std::move(task), answerer);
    lock.lock();
  }
}

// No memory: the task's connection is closed, with the task, before the lock is taken again.
void LaneQueue::run(std::unique_ptr<LaneTask> task, Answerer& answerer) {
  try {
    task->run(answerer);
  } catch (const std::exception& failure) {
    log_.write("error", description_of(failure));
  }
}

}  // namespace cardea
