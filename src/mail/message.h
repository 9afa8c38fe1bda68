// Messages: what the rules write (Letter), where they put it until it is sent (Outbox), and its form for a mail
// program (RFC 5322): header, blank line, text. Lines end with \n, which such programs expect and translate.
//
// Text that is not ASCII goes as base64 (RFC 2045 section 6.8) and in headers as encoded words (RFC 2047). An
// address with a non-ASCII local part stands in the header as it is (RFC 6532).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/language.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"

namespace cardea {

// A message as the rules write it: to which address, about what, in which language.
struct Letter {
  std::string id;  // unique; letters, digits, '-' and '_'
  Instant at{};
  std::string to;       // one address, as base/email.h accepts it
  std::string subject;  // UTF-8, one line
  Secret text;          // UTF-8, lines end with \n; may hold a link that is a key
  Language language = Language::en;
};

// Each header is one field whatever the letter and the settings hold: control characters become blanks. The message
// says that a program wrote it (Auto-Submitted, RFC 3834 section 5), so that no automatic reply is sent.
[[nodiscard]] Secret message_of(const Letter& letter, const MailSettings& settings);

// Where the rules put their letters. They are sent after the answer to the client, so that no answer waits for a mail
// program, fails with it, or tells by its time whether there was something to send. Belongs to one thread.
class Outbox {
 public:
  void put(Letter letter) { letters_.push_back(std::move(letter)); }
  // All letters that were put since the last call.
  [[nodiscard]] std::vector<Letter> take() { return std::exchange(letters_, {}); }

 private:
  std::vector<Letter> letters_;
};

}  // namespace cardea
