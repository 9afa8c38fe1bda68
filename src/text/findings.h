// What `cardea check`, /auth/admin/checks, /auth/repair and the daily look from outside can find. One kind of finding is one
// verdict: its area and its result are part of it, its words are in CheckTexts of each language. The build fails if a kind
// has no row here, no words in a language, or, as a warning or a failure, no cure.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace cardea {

enum class Result { ok, skip, warn, fail };

enum class FindingKind {
  configuration_read,
  keys_sign,
  keys_next,
  keys_old,
  keys_refresh,
  keys_failed,
  sign_outs_unseen,
  sign_outs_unwritable,
  sign_outs_closed,
  sign_outs_new,
  sign_outs_ready,
  sign_outs_network,
  database_server,
  database_current,
  database_older,
  database_newer,
  database_empty,
  database_clock_agrees,
  database_clock_differs,
  database_clock_wrong,
  database_warning,
  database_writes,
  database_refuses_file,
  database_refuses_writing,
  database_away,
  database_damaged,
  database_error,
  database_collated,
  database_collation,
  database_room,
  database_crowded,
  database_rights,
  database_rights_missing,
  database_rights_wide,
  addresses_pair,
  addresses_more,
  addresses_unseen,
  addresses_old,
  passwords_memory,
  passwords_half,
  passwords_too_much,
  passwords_cores,
  passwords_listed,
  passwords_list_unread,
  passwords_list_damaged,
  passwords_time,
  passwords_weak,
  passwords_slow,
  passwords_unmeasured,
  passwords_busy,
  passwords_failed,
  proxies_narrow,
  proxies_wide,
  proxies_unknown,
  provider_answers,
  provider_failed,
  provider_key,
  mail_program,
  mail_no_program,
  mail_smtp,
  mail_smtp_user,
  mail_smtp_failed,
  mail_off,
  mail_unasked,
  web_in_the_open,
  web_answers,
  web_silent,
  web_foreign,
  web_unwell,
  web_authorization,
  web_no_reason,
  web_kept_by_apache,
  web_kept,
  web_kept_by_apache_from_none,
  web_kept_from_none,
  web_fresh,
  web_cached,
  web_headers,
  web_headers_lost,
  name_leads,
  name_unused,
  name_elsewhere,
  name_double,
  name_plain,
  certificate_valid,
  certificate_ends,
  certificate_ends_soon,
  certificate_refused,
  gates_unnamed,
  gate_shut,
  gate_open,
  gate_unclear,
  secrets_hidden,
  secret_shown,
  secrets_tidy,
  secret_left,
  program_closed,
  program_writable,
  program_user,
  program_root,
  disk_room,
  disk_low,
  disk_full,
  disk_files_low,
  clock_set,
  clock_free,
  clock_off,
  administrators,
  administrators_none,
  canary_new,
  canary_well,
  canary_alarm,
  canary_late,
  token_life_long,
  session_life_endless,
  origin_in_the_open,
  registration_unproven,
  settings_cautious,
  count,  // not a kind; stays last
};
inline constexpr auto finding_kind_count = static_cast<std::size_t>(FindingKind::count);

struct FindingFacts {
  FindingKind kind;
  std::string_view name;  // for programs; never changed
  std::string_view area;
  Result result;
};
inline constexpr auto finding_table = std::to_array<FindingFacts>({
    {FindingKind::configuration_read, "configuration_read", "configuration", Result::ok},
    {FindingKind::keys_sign, "keys_sign", "keys", Result::ok},
    {FindingKind::keys_next, "keys_next", "keys", Result::ok},
    {FindingKind::keys_old, "keys_old", "keys", Result::warn},
    {FindingKind::keys_refresh, "keys_refresh", "keys", Result::ok},
    {FindingKind::keys_failed, "keys_failed", "keys", Result::fail},
    {FindingKind::sign_outs_unseen, "sign_outs_unseen", "sign-outs", Result::skip},
    {FindingKind::sign_outs_unwritable, "sign_outs_unwritable", "sign-outs", Result::fail},
    {FindingKind::sign_outs_closed, "sign_outs_closed", "sign-outs", Result::fail},
    {FindingKind::sign_outs_new, "sign_outs_new", "sign-outs", Result::ok},
    {FindingKind::sign_outs_ready, "sign_outs_ready", "sign-outs", Result::ok},
    {FindingKind::sign_outs_network, "sign_outs_network", "sign-outs", Result::warn},
    {FindingKind::database_server, "database_server", "database", Result::ok},
    {FindingKind::database_current, "database_current", "database", Result::ok},
    {FindingKind::database_older, "database_older", "database", Result::fail},
    {FindingKind::database_newer, "database_newer", "database", Result::fail},
    {FindingKind::database_empty, "database_empty", "database", Result::fail},
    {FindingKind::database_clock_agrees, "database_clock_agrees", "database", Result::ok},
    {FindingKind::database_clock_differs, "database_clock_differs", "database", Result::warn},
    {FindingKind::database_clock_wrong, "database_clock_wrong", "database", Result::fail},
    {FindingKind::database_warning, "database_warning", "database", Result::warn},
    {FindingKind::database_writes, "database_writes", "database", Result::ok},
    {FindingKind::database_refuses_file, "database_refuses_file", "database", Result::fail},
    {FindingKind::database_refuses_writing, "database_refuses_writing", "database", Result::fail},
    {FindingKind::database_away, "database_away", "database", Result::fail},
    {FindingKind::database_damaged, "database_damaged", "database", Result::fail},
    {FindingKind::database_error, "database_error", "database", Result::fail},
    {FindingKind::database_collated, "database_collated", "database", Result::ok},
    {FindingKind::database_collation, "database_collation", "database", Result::warn},
    {FindingKind::database_room, "database_room", "database", Result::ok},
    {FindingKind::database_crowded, "database_crowded", "database", Result::warn},
    {FindingKind::database_rights, "database_rights", "database", Result::ok},
    {FindingKind::database_rights_missing, "database_rights_missing", "database", Result::warn},
    {FindingKind::database_rights_wide, "database_rights_wide", "database", Result::warn},
    {FindingKind::addresses_pair, "addresses_pair", "addresses", Result::warn},
    {FindingKind::addresses_more, "addresses_more", "addresses", Result::warn},
    {FindingKind::addresses_unseen, "addresses_unseen", "addresses", Result::skip},
    {FindingKind::addresses_old, "addresses_old", "addresses", Result::warn},
    {FindingKind::passwords_memory, "passwords_memory", "passwords", Result::ok},
    {FindingKind::passwords_half, "passwords_half", "passwords", Result::warn},
    {FindingKind::passwords_too_much, "passwords_too_much", "passwords", Result::fail},
    {FindingKind::passwords_cores, "passwords_cores", "passwords", Result::warn},
    {FindingKind::passwords_listed, "passwords_listed", "passwords", Result::ok},
    {FindingKind::passwords_list_unread, "passwords_list_unread", "passwords", Result::fail},
    {FindingKind::passwords_list_damaged, "passwords_list_damaged", "passwords", Result::fail},
    {FindingKind::passwords_time, "passwords_time", "passwords", Result::ok},
    {FindingKind::passwords_weak, "passwords_weak", "passwords", Result::warn},
    {FindingKind::passwords_slow, "passwords_slow", "passwords", Result::warn},
    {FindingKind::passwords_unmeasured, "passwords_unmeasured", "passwords", Result::skip},
    {FindingKind::passwords_busy, "passwords_busy", "passwords", Result::warn},
    {FindingKind::passwords_failed, "passwords_failed", "passwords", Result::fail},
    {FindingKind::proxies_narrow, "proxies_narrow", "proxies", Result::ok},
    {FindingKind::proxies_wide, "proxies_wide", "proxies", Result::fail},
    {FindingKind::proxies_unknown, "proxies_unknown", "proxies", Result::warn},
    {FindingKind::provider_answers, "provider_answers", "providers", Result::ok},
    {FindingKind::provider_failed, "provider_failed", "providers", Result::fail},
    {FindingKind::provider_key, "provider_key", "providers", Result::fail},
    {FindingKind::mail_program, "mail_program", "mail", Result::ok},
    {FindingKind::mail_no_program, "mail_no_program", "mail", Result::fail},
    {FindingKind::mail_smtp, "mail_smtp", "mail", Result::ok},
    {FindingKind::mail_smtp_user, "mail_smtp_user", "mail", Result::ok},
    {FindingKind::mail_smtp_failed, "mail_smtp_failed", "mail", Result::fail},
    {FindingKind::mail_off, "mail_off", "mail", Result::skip},
    {FindingKind::mail_unasked, "mail_unasked", "mail", Result::skip},
    {FindingKind::web_in_the_open, "web_in_the_open", "web", Result::warn},
    {FindingKind::web_answers, "web_answers", "web", Result::ok},
    {FindingKind::web_silent, "web_silent", "web", Result::fail},
    {FindingKind::web_foreign, "web_foreign", "web", Result::fail},
    {FindingKind::web_unwell, "web_unwell", "web", Result::fail},
    {FindingKind::web_authorization, "web_authorization", "web", Result::ok},
    {FindingKind::web_no_reason, "web_no_reason", "web", Result::warn},
    {FindingKind::web_kept_by_apache, "web_kept_by_apache", "web", Result::fail},
    {FindingKind::web_kept, "web_kept", "web", Result::fail},
    {FindingKind::web_kept_by_apache_from_none, "web_kept_by_apache_from_none", "web", Result::warn},
    {FindingKind::web_kept_from_none, "web_kept_from_none", "web", Result::warn},
    {FindingKind::web_fresh, "web_fresh", "web", Result::ok},
    {FindingKind::web_cached, "web_cached", "web", Result::fail},
    {FindingKind::web_headers, "web_headers", "web", Result::ok},
    {FindingKind::web_headers_lost, "web_headers_lost", "web", Result::warn},
    {FindingKind::name_leads, "name_leads", "names", Result::ok},
    {FindingKind::name_unused, "name_unused", "names", Result::skip},
    {FindingKind::name_elsewhere, "name_elsewhere", "names", Result::warn},
    {FindingKind::name_double, "name_double", "names", Result::warn},
    {FindingKind::name_plain, "name_plain", "names", Result::warn},
    {FindingKind::certificate_valid, "certificate_valid", "certificate", Result::ok},
    {FindingKind::certificate_ends, "certificate_ends", "certificate", Result::warn},
    {FindingKind::certificate_ends_soon, "certificate_ends_soon", "certificate", Result::fail},
    {FindingKind::certificate_refused, "certificate_refused", "certificate", Result::fail},
    {FindingKind::gates_unnamed, "gates_unnamed", "gates", Result::skip},
    {FindingKind::gate_shut, "gate_shut", "gates", Result::ok},
    {FindingKind::gate_open, "gate_open", "gates", Result::fail},
    {FindingKind::gate_unclear, "gate_unclear", "gates", Result::warn},
    {FindingKind::secrets_hidden, "secrets_hidden", "secrets", Result::ok},
    {FindingKind::secret_shown, "secret_shown", "secrets", Result::fail},
    {FindingKind::secrets_tidy, "secrets_tidy", "secrets", Result::ok},
    {FindingKind::secret_left, "secret_left", "secrets", Result::warn},
    {FindingKind::program_closed, "program_closed", "program", Result::ok},
    {FindingKind::program_writable, "program_writable", "program", Result::warn},
    {FindingKind::program_user, "program_user", "program", Result::ok},
    {FindingKind::program_root, "program_root", "program", Result::warn},
    {FindingKind::disk_room, "disk_room", "host", Result::ok},
    {FindingKind::disk_low, "disk_low", "host", Result::warn},
    {FindingKind::disk_full, "disk_full", "host", Result::fail},
    {FindingKind::disk_files_low, "disk_files_low", "host", Result::warn},
    {FindingKind::clock_set, "clock_set", "host", Result::ok},
    {FindingKind::clock_free, "clock_free", "host", Result::warn},
    {FindingKind::clock_off, "clock_off", "host", Result::fail},
    {FindingKind::administrators, "administrators", "administrators", Result::ok},
    {FindingKind::administrators_none, "administrators_none", "administrators", Result::warn},
    {FindingKind::canary_new, "canary_new", "canary", Result::skip},
    {FindingKind::canary_well, "canary_well", "canary", Result::ok},
    {FindingKind::canary_alarm, "canary_alarm", "canary", Result::fail},
    {FindingKind::canary_late, "canary_late", "canary", Result::warn},
    {FindingKind::token_life_long, "token_life_long", "settings", Result::warn},
    {FindingKind::session_life_endless, "session_life_endless", "settings", Result::warn},
    {FindingKind::origin_in_the_open, "origin_in_the_open", "settings", Result::warn},
    {FindingKind::registration_unproven, "registration_unproven", "settings", Result::warn},
    {FindingKind::settings_cautious, "settings_cautious", "settings", Result::ok},
});
static_assert(
    finding_table.size() == finding_kind_count &&
        [] {
          for (std::size_t i = 0; i < finding_table.size(); ++i)
            if (finding_table[i].kind != static_cast<FindingKind>(i) || finding_table[i].name.empty())
              return false;
          return true;
        }(),
    "one row for each kind of finding, in the order of FindingKind");

[[nodiscard]] constexpr const FindingFacts& facts_of(FindingKind kind) {
  return finding_table.at(static_cast<std::size_t>(kind));
}

// A warning or a failure: what needs a cure.
[[nodiscard]] constexpr bool is_trouble(Result result) {
  return result == Result::warn || result == Result::fail;
}

// The words of one language: what was found, and what to do. Words in braces are places (text/text.h).
class FindingWords {
 public:
  struct Row {
    FindingKind kind;
    const char* text;
    const char* cure = "";
  };
  struct Words {
    std::string_view text, cure;
  };
  constexpr FindingWords(std::initializer_list<Row> rows) {
    std::size_t i = 0;
    for (const auto& row : rows) {
      const std::string_view text = row.text;
      const std::string_view cure = row.cure;
      if (row.kind != static_cast<FindingKind>(i)) throw "the words are not in the order of FindingKind";
      if (text.empty()) throw "a text is empty";
      if (is_trouble(facts_of(row.kind).result) == cure.empty())
        throw "what needs a cure has none, or the other way round";
      words_[i++] = {text, cure};
    }
    if (i != finding_kind_count) throw "a kind of finding has no words";
  }
  [[nodiscard]] constexpr const Words& of(FindingKind kind) const {
    return words_.at(static_cast<std::size_t>(kind));
  }

 private:
  std::array<Words, finding_kind_count> words_{};
};

}  // namespace cardea
