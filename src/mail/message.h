// A letter as a message (RFC 5322) for a program that takes mail: header, blank line, text; lines end with
// \n, which is what such programs expect and turn into what the wire wants.
//
// Text that is not ASCII goes as base64 (RFC 2045 section 6.8) and in headers as encoded words (RFC 2047). An
// address with a non-ASCII local part stands in the header as it is (RFC 6532).
#pragma once

#include "base/secret.h"
#include "config/settings.h"
#include "mail/letter.h"

namespace cardea {

// Whatever the letter and the settings hold, each header is one field: control characters become blanks. The
// message says that a program wrote it (Auto-Submitted, RFC 3834 section 5), so that no answering machine
// answers.
[[nodiscard]] Secret message_of(const Letter& letter, const MailSettings& settings);

}  // namespace cardea
