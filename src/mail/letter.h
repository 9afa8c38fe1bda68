// A mail as the rules write it: to whom, about what, in which language. mail/message.h makes it a message.
#pragma once

#include <string>

#include "base/language.h"
#include "base/secret.h"
#include "base/time.h"

namespace cardea {

struct Letter {
  std::string id;  // unique; letters, digits, '-' and '_'
  Instant at{};
  std::string to;       // one address, as base/email.h accepts it
  std::string subject;  // UTF-8, one line
  Secret text;          // UTF-8, lines end with \n; may hold a link that is a key
  Language language = Language::en;
};

}  // namespace cardea
