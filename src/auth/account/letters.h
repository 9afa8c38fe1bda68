// The letters that users get: an account was changed, something happened to it, a link and a code that prove an address or
// reset a password. A rule writes a letter into the outbox (store/store.h) with the change that it tells of; the process
// sends it after the answer (auth/account/outbox.h). Its words are in text/text.h.
//
// The row names what the letter is about. Its link and its code are made when it is sent, of the key directory and of what
// the database says then, and are valid from then: a copy of the table opens no account, and a letter that waited for the
// mail server for an hour has not lost that hour.
//
// A letter holds nothing that a client typed (names of users and devices), because it may go to an address that nobody has
// verified yet. Its links lead to pages of this site. A token stands behind the #, which browsers send to no server: it
// reaches no log, and a mail scanner that opens the link gets a static page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/session/context.h"
#include "mail/message.h"
#include "token/link_token.h"

namespace cardea {

// To whom, and in which language: the user's, or else that of the request.
struct Recipient {
  std::optional<UserId> user;  // empty: an address without an account
  std::string address;         // as typed
  std::optional<Language> language;
};
[[nodiscard]] Recipient recipient_of(const User& user);
// The same user at another address: the new one, or the one of before.
[[nodiscard]] Recipient recipient_of(const User& user, const std::string& address);

// What a letter says of an act: when, from where, on which device. user_agent: of the device; as sent.
[[nodiscard]] LetterFacts facts_of_act(std::string_view user_agent, const Caller& caller);

// The letter, for the store's call that makes the change it tells of (PasswordChange::letters and the like), or for
// post(). Empty if the site sends no mail or the recipient has no address. The process looks at the outbox after the answer.
[[nodiscard]] OutboxLetters letter_to(const Recipient& recipient, LetterKind kind, LetterFacts facts,
                                      const Caller& caller, const Deps& deps);

// For a request whose answer must not tell whether the address has an account: a row that is never sent, so that the same
// statements run as for letter_to.
[[nodiscard]] OutboxLetters letter_to_nobody(LetterKind kind, const Caller& caller, const Deps& deps);

// Writes letters that tell of no change of an account, one statement each. Throws like the store.
void post(const OutboxLetters& letters, const Deps& deps);

// What writing a letter in full needs. The key ring belongs to one thread.
struct LetterParts {
  const Settings& settings;
  Store& store;
  KeyRing& keys;
};

// The letter as it is sent now. Empty if there is nothing left that its link could open: the user or the session is gone,
// or the user is disabled. Throws like the store, and KeyError.
[[nodiscard]] std::optional<Letter> write_letter(const OutboxLetter& letter, const LetterParts& parts,
                                                 Instant now);

// How long a letter of that kind is tried, from when it was put into the outbox. What a person waits for is not sent at all
// after that time, which is a day at most; a notice goes out however late, once.
[[nodiscard]] std::chrono::hours life_in_outbox(LetterKind kind);
inline constexpr std::chrono::hours longest_wait{24};
// How long a link and a code for that purpose are valid, from when the letter is sent.
[[nodiscard]] std::chrono::hours life_of(LinkPurpose purpose);

// Whom and what a link or a code is about.
struct LinkSubject {
  LinkPurpose purpose = LinkPurpose::reset_password;
  UserId user;
  SessionId session = {};    // all zero if no session is meant
  std::string address = {};  // confirm_address: the new one; as typed
};

// What in the database a link and a code are bound to (token/link_token.h): when it changes, they are not valid any more.
// Empty if there is nothing that they could open. Throws like the store.
[[nodiscard]] std::optional<std::string> link_state(const LinkSubject& subject, Store& store);
// The same for a session whose row the caller has.
[[nodiscard]] std::string state_of_session(const Session& session);

}  // namespace cardea
