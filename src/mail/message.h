// Messages: a letter as it was written for one recipient, and its form for a mail program (RFC 5322): header, blank line,
// body. Lines end with \n, which such programs expect and translate.
//
// The body is the text twice (multipart/alternative, RFC 2046 section 5.1.4): as it is, and as HTML that is made of it.
// The HTML loads nothing: no picture, no font, no style sheet.
//
// Text that is not ASCII goes as base64 (RFC 2045 section 6.8) and in headers as encoded words (RFC 2047). An
// address with a non-ASCII local part stands in the header as it is (RFC 6532).
#pragma once

#include <string>

#include "base/language.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"

namespace cardea {

// A message to one address, in its language.
struct Letter {
  std::string id;       // unique, and the same when the letter is sent again; letters, digits, '-' and '_'
  Instant at{};         // when it was written
  std::string to;       // one address, as base/email.h accepts it
  std::string subject;  // UTF-8, one line
  Secret text;          // UTF-8, lines end with \n; may hold a link that is a key
  Language language = Language::en;
};

// Each header is one field whatever the letter and the settings hold: control characters become blanks. The message
// says that a program wrote it (Auto-Submitted, RFC 3834 section 5), so that no automatic reply is sent. The same letter
// makes the same message.
[[nodiscard]] Secret message_of(const Letter& letter, const MailSettings& settings);

}  // namespace cardea
