#include "gateway/postman.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/failure.h"
#include "gateway/access_log.h"
#include "mail/message.h"
#include "mail/sendmail.h"

namespace cardea {
namespace {

constexpr milliseconds patience{20'000};  // with one mail program
constexpr milliseconds farewell{5'000};   // for all that is waiting when the server stops
constexpr std::size_t waiting_letters = 200;

void send_letter(const Letter& letter, const MailSettings& settings, milliseconds most) {
  const auto outcome = hand_over(message_of(letter, settings), settings.sendmail, most);
  if (outcome == Handover::taken) return;
  log_message("error", "mail: " + settings.sendmail.front() + ": " + std::string(handover_name(outcome)));
}

void leave_descriptors() {
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, standard);
}

}  // namespace

Postman::~Postman() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    end_ = std::chrono::steady_clock::now() + farewell;
  }
  news_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Postman::take(std::vector<Letter> letters) {
  if (letters.empty()) return;
  const std::lock_guard lock(mutex_);
  for (auto& letter : letters) {
    if (waiting_.size() >= waiting_letters) {
      log_message("error", "mail: too many letters are waiting; one was thrown away");
      continue;
    }
    waiting_.push_back(std::move(letter));
  }
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& failure) {
    log_message("error", "mail: no thread to send it: " + description_of(failure));
  }
  news_.notify_one();
}

void Postman::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    news_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto letter = std::move(waiting_.front());
    waiting_.pop_front();
    auto most = patience;
    if (stopping_)
      most =
          std::min(most, std::chrono::duration_cast<milliseconds>(end_ - std::chrono::steady_clock::now()));
    lock.unlock();
    if (most > milliseconds{0}) {
      send_letter(letter, settings_, most);
    } else {
      log_message("error", "mail: the server stops; a letter was not sent");
    }
    lock.lock();
  }
}

void send_from_child(const std::vector<Letter>& letters, const MailSettings& settings) {
  if (letters.empty()) return;
  const auto child = ::fork();
  if (child > 0) return;
  if (child == 0) {
    ::setsid();
    leave_descriptors();
  }
  for (const auto& letter : letters) send_letter(letter, settings, patience);
  if (child == 0) ::_exit(0);
}

}  // namespace cardea
