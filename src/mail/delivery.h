// How a letter leaves this host: by the SMTP server of [mail] smtp if one is set, and by the program of [mail] sendmail
// otherwise. Never by both.
#pragma once

#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "mail/message.h"
#include "mail/smtp.h"

namespace cardea {

// Blocks for `patience` at most. `why` names the way: "smtp.example.com port 465: refused: the answer to RCPT TO is 550
// 5.1.1", "/usr/sbin/sendmail: timed out". A mail program that does not take a letter never refuses it for good: its exit
// status does not tell a wrong address from a full disk. Safe from many threads.
[[nodiscard]] Delivery deliver(const Letter& letter, const MailSettings& settings, milliseconds patience);

// "smtp.example.com port 465" or "/usr/sbin/sendmail".
[[nodiscard]] std::string delivery_way(const MailSettings& settings);

}  // namespace cardea
