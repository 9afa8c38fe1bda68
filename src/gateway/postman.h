// Sends the letters that requests have left, after their answers. A server has one thread for it, started by
// the first letter; a plain CGI program leaves a child behind. No request waits for a mail program.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "mail/letter.h"

namespace cardea {

class Postman {
 public:
  // The settings must outlive it.
  explicit Postman(const MailSettings& settings) : settings_(settings) {}
  Postman(const Postman&) = delete;
  Postman& operator=(const Postman&) = delete;
  // Sends what is waiting, for a few seconds at most.
  ~Postman();

  // Safe from many threads. Returns at once; what goes wrong with a letter is logged. A mail program that
  // hangs costs at most a bounded number of letters, never memory without end.
  void take(std::vector<Letter> letters);

 private:
  void work();

  const MailSettings& settings_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Letter> waiting_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point end_;  // of what is sent while stopping
  std::thread thread_;
};

// For a process that is about to end: sends from a child that holds none of its descriptors, so that the web
// server sees the end of the answer at once. Call it in a program of one thread, after the answer.
void send_from_child(const std::vector<Letter>& letters, const MailSettings& settings);

}  // namespace cardea
