// What a reader takes out of a letter: the token of its link, and its code.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "auth/account/mail_proof.h"
#include "mail/message.h"

namespace cardea::testing {

// The name of the page that the link leads to; empty if there is no link.
[[nodiscard]] inline std::string page_in(const Letter& letter) {
  const auto text = std::string(letter.text.reveal());
  const auto end = text.find(".html#");
  if (end == text.npos) return "";
  return text.substr(text.rfind('/', end) + 1, end - text.rfind('/', end) - 1);
}

[[nodiscard]] inline MailProof link_in(const Letter& letter) {
  const auto text = std::string(letter.text.reveal());
  const auto at = text.find(".html#");
  BOOST_TEST_REQUIRE(at != text.npos);
  return {.token = Secret(text.substr(at + 6, 100)), .email = {}, .code = {}};
}

// Together with the address that the letter went to. The code stands on a line of its own: "    WDJB-MJHT".
[[nodiscard]] inline MailProof code_in(const Letter& letter) {
  const auto text = std::string(letter.text.reveal());
  for (auto at = text.find("\n    "); at != text.npos; at = text.find("\n    ", at + 1))
    if (text.find('\n', at + 1) == at + 14 && text[at + 9] == '-')
      return {.token = {}, .email = letter.to, .code = Secret(text.substr(at + 5, 9))};
  BOOST_FAIL("the letter has no code");
  return {};
}

}  // namespace cardea::testing
