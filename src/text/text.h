// What people read, in each language. en.cpp, ko.cpp and ja.cpp define one Texts each: events, letters and the
// pages that are made on request. en.json, ko.json and ja.json beside them hold the strings of the pages in
// htdocs/cardea (src/tools/make-pages). The build fails if a text is missing or empty, if a kind of event has
// no sentence, and if a Language has no Texts. Words in braces are places, which `filled` fills in;
// tests/text/text_test.cpp compares those of all languages.
#pragma once

#include <array>
#include <chrono>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/language.h"
#include "store/records.h"
#include "text/findings.h"

namespace cardea {

// One text. It has no default: an aggregate that leaves one out does not compile, and neither does an empty one.
class Text {
 public:
  constexpr Text(const char* text) : text_(text) {
    if (text_.empty()) throw "a text is empty";
  }
  constexpr operator std::string_view() const { return text_; }

 private:
  std::string_view text_;
};

// One sentence for each kind of event, without its full stop. Places: {replaced} is `EventTexts::replaced` or
// nothing; {from}, {to}, {count} and {provider} are facts of the event's detail.
class EventSentences {
 public:
  struct Row {
    EventKind kind;
    Text sentence;
  };
  constexpr EventSentences(std::initializer_list<Row> rows) {
    std::size_t i = 0;
    for (const auto& [kind, sentence] : rows) {
      if (kind != static_cast<EventKind>(i)) throw "the sentences are not in the order of EventKind";
      sentences_[i++] = sentence;
    }
    if (i != event_kind_count) throw "a kind of event has no sentence";
  }
  [[nodiscard]] constexpr std::string_view of(EventKind kind) const {
    return sentences_.at(static_cast<std::size_t>(kind));
  }

 private:
  std::array<std::string_view, event_kind_count> sentences_{};
};

// Subject and text of each kind of letter. A text is paragraphs with an empty line between them; lines of facts are
// indented by four spaces, and a link stands on a line of its own (mail/message.h makes HTML of that). Places: {site};
// {link}, {code}, {life}: what the letter allows, and for how long; {what}: the event; {circumstances}, {removed}, {things}:
// as below, whole lines; {address}: the other address; {date}; {sign_in}, {account}, {password}: pages.
class LetterWordings {
 public:
  struct Wording {
    std::string_view subject, text;
  };
  struct Row {
    LetterKind kind;
    Text subject, text;
  };
  constexpr LetterWordings(std::initializer_list<Row> rows) {
    std::size_t i = 0;
    for (const auto& [kind, subject, text] : rows) {
      if (kind != static_cast<LetterKind>(i)) throw "the letters are not in the order of LetterKind";
      wordings_[i++] = {subject, text};
    }
    if (i != letter_kind_count) throw "a kind of letter has no words";
  }
  [[nodiscard]] constexpr const Wording& of(LetterKind kind) const {
    return wordings_.at(static_cast<std::size_t>(kind));
  }

 private:
  std::array<Wording, letter_kind_count> wordings_{};
};

struct TimeTexts {
  Text moment;  // {year} {month} {day} {clock}, and the zone's name
  Text date;    // {year} {month} {day}
  std::array<Text, 12> months;
  Text hour, hours, day, days;  // {count}
};

struct EventTexts {
  EventSentences sentences;
  Text replaced;      // {time}
  Text other_system;  // for a platform that is not known
  Text device_ended, all_ended;
  Text full_stop;
};

struct DeviceTexts {
  Text unknown;
  Text named;  // {browser} {system}
};

struct LetterTexts {
  LetterWordings wordings;
  Text circumstances;  // {device} {ip} {time}
  Text removed;        // {things} {account}
  // What {things} may name beside providers.
  Text password, name, passkeys, factors, app_passwords, sessions;
  Text foot;  // {site}; ends every letter
};

struct PageTexts {
  Text title, account, about;                               // {what} {name}
  Text devices, devices_text, this_device, seen, sign_out;  // {time}
  Text ways, ways_text, connected, connect, disconnect, password;
  Text events, events_text, no_events;
  Text onwards;                                   // {label}
  Text reopen_title, reopen_text, reopen_button;  // {date}
};

// What went wrong, by the API's word for it.
struct ProblemTexts {
  Text last_way, insufficient_user_authentication, invalid_credentials, too_many_attempts, identity_in_use,
      already_linked, provider_refused, temporarily_unavailable, other;
};

// A refusal that a browser shows by itself, because it navigates (web/refusal_page.h). Places: {email}, {scope}, {address}.
struct RefusalTexts {
  Text title, not_found_title, not_found, scope_of_account, scope, no_permission, sign_in_first, fresh,
      attempts, in_circles, other_name, foreign, not_private, unavailable, unanswerable, switch_account, sign_in,
      to_site, open_there;
};

// /auth/admin, and the letter about what the daily look from outside found: for administrators. Places: {count}, {version},
// {file}, {message}, {site}, {link}, {list}.
struct AdminTexts {
  Text title, account, checks, checks_text, trouble, all_good, look_again, outside, upgrade, upgrade_text,
      running, waiting, compared, not_compared, absent, not_a_file, foreign, writable, too_large, incomplete,
      runs_not, upgrade_button, former, back_text, back_button, done, changed, tables_failed, tables_go_on,
      not_placed, alarm_subject, alarm;
};

// Set-up and repair in the browser and at a terminal (src/setup): for the owner of the site. Places: {file}, {path},
// {user}, {email}, {count}, {version}; {server} and {way}; {step} is one of step_…; {message} is in English, of the
// program or of the database server.
struct SetupTexts {
  Text title, repair_title, not_ready_title, not_ready, broken_title, broken, closed_title, closed,
      not_private, foreign, proof, proof_download, proof_check, proof_missing, found, found_server,
      found_user, found_tls, found_no_tls, found_authorization, found_no_authorization, found_directory,
      found_databases, found_no_sqlite, no_place, config_exists, site, url, site_name, database,
      database_text, mysql, sqlite, host, schema, user, database_password, path, mail, mail_text, mail_from,
      administrator, administrator_text, email, admin_password, submit, check_fields, missing, not_usable,
      bad_url, bad_from, bad_path, bad_text, bad_email, too_short, too_long, too_common, denied, no_database,
      no_server, database_failed, said, database_used, path_public, path_network, path_unwritable,
      step_failed, step_folder, step_draft, step_pointer, step_keys, step_tables, step_administrator,
      step_php, step_server, step_note, step_marker, step_config, busy, done_title, done, fastcgi_works,
      fastcgi_refused, gate_works, gate_refused, gate_open, sign_in, delete_proof, starts, starts_not, lost,
      reopen, reopened, close_file, close_file_button, closed_file, checks, all_good, result_ok, result_skip,
      result_warn, result_fail, tables, tables_text, tables_button, tables_done, way_in, way_in_text,
      way_in_button, way_in_done, no_administrator, new_password, act_failed;
};

struct Texts {
  std::chrono::hours ahead_of_utc;  // in the zone that TimeTexts::moment names, all year
  TimeTexts times;
  EventTexts events;
  DeviceTexts devices;
  LetterTexts letters;
  PageTexts pages;
  ProblemTexts problems;
  RefusalTexts refusals;
  FindingWords findings;
  AdminTexts admin;
  SetupTexts setup;
};

namespace texts {
extern const Texts en, ko, ja;
inline constexpr auto all = std::to_array<const Texts*>({&en, &ko, &ja});  // in the order of Language
static_assert(all.size() == language_count, "each language has its texts");
}  // namespace texts

[[nodiscard]] constexpr const Texts& texts_of(Language language) {
  return *texts::all.at(static_cast<std::size_t>(language));
}

struct Filling {
  std::string_view place;  // "site" for {site}
  std::string_view value;
};

// The text with its places filled in. A place without a filling stays, and so does what looks like a place in a
// value: a provider's label may hold {link}.
[[nodiscard]] std::string filled(std::string_view text, std::span<const Filling> fillings);
[[nodiscard]] std::string filled(std::string_view text, std::initializer_list<Filling> fillings);

// "March 3, 2026, 10:02 UTC", "2026년 3월 3일 19:02(KST)", "2026年3月3日 19:02（JST）".
[[nodiscard]] std::string time_in_words(Instant at, Language language);

// The day of that moment: "March 3, 2026".
[[nodiscard]] std::string date_in_words(Instant at, Language language);

// "1 hour", "7 days".
[[nodiscard]] std::string life_in_words(std::chrono::hours life, Language language);

// "last_way" -> "This is your only way to sign in. …"; "Something went wrong. …" for a word that has no text.
[[nodiscard]] std::string_view problem_in_words(std::string_view problem, Language language);

}  // namespace cardea
