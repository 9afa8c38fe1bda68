#include "auth/account/outbox.h"

#include <algorithm>

namespace cardea {
namespace {

constexpr int letters_at_once = 20;
constexpr int max_letters = 1000;  // of one call
constexpr int max_postponed = 3;   // of one call: then the mail server has no time for us
constexpr int max_doublings = 10;

seconds pause_after(int tries) {
  return std::min(last_retry, first_retry * (1 << std::clamp(tries - 1, 0, max_doublings)));
}

// One call of send_due_letters.
class Run {
 public:
  explicit Run(const Posting& posting) : posting_(posting) {}

  std::string send() {
    for (bool more = true; more && goes_on();) {
      const auto due = store().due_letters(now(), letters_at_once);
      more = !due.empty();
      for (const auto& letter : due)
        if (goes_on()) try_one(letter);
    }
    return std::move(trouble_);
  }

 private:
  [[nodiscard]] Store& store() const { return posting_.parts.store; }
  [[nodiscard]] Instant now() const { return posting_.clock.now(); }
  [[nodiscard]] bool goes_on() const {
    return tried_ < max_letters && postponed_ < max_postponed && !posting_.stopping();
  }

  void try_one(const OutboxLetter& letter) {
    ++tried_;
    if (!store().claim_letter(letter, now() + claim_life)) return;
    const auto written = is_too_late(letter) ? std::nullopt : write_letter(letter, posting_.parts, now());
    if (!written) return settle(letter, LetterOutcome::given_up);
    const auto delivery = posting_.deliver(*written);
    if (delivery.outcome != Outcome::taken) trouble_ = "mail: " + delivery.why;
    settle(letter, outcome_of(letter, delivery.outcome));
  }

  [[nodiscard]] bool is_too_late(const OutboxLetter& letter) const {
    const auto life = life_in_outbox(letter.kind);
    return life <= longest_wait && now() - letter.created_at >= life;
  }

  [[nodiscard]] LetterOutcome outcome_of(const OutboxLetter& letter, Outcome outcome) const {
    if (outcome == Outcome::taken) return LetterOutcome::sent;
    if (outcome == Outcome::refused) return LetterOutcome::refused;
    const auto over = now() + pause_after(letter.tries + 1) - letter.created_at;
    return over < life_in_outbox(letter.kind) ? LetterOutcome::waiting : LetterOutcome::given_up;
  }

  void settle(const OutboxLetter& letter, LetterOutcome outcome) {
    const int tries = letter.tries + 1;
    if (outcome == LetterOutcome::waiting) ++postponed_;
    if (outcome == LetterOutcome::given_up && !trouble_.empty())
      trouble_ += "; a letter was given up: " + std::string(letter_name(letter.kind));
    store().settle_letter(letter.id, tries, outcome, now() + pause_after(tries));
  }

  const Posting& posting_;
  int tried_ = 0;
  int postponed_ = 0;
  std::string trouble_;
};

}  // namespace

std::string send_due_letters(const Posting& posting) {
  return Run(posting).send();
}

}  // namespace cardea
