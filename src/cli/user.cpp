// cardea user add, list, show, set-password, set-email, disable, enable, grant, revoke-scope, delete.
#include "cli/user.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "auth/account/password.h"
#include "auth/session/context.h"
#include "base/utf8.h"
#include "cli/job.h"
#include "config/values.h"

namespace cardea {
namespace {

std::string_view shown_status(const User& user) {
  if (user.status == UserStatus::disabled) return "disabled";
  return user.closed_at != never ? "closed" : "active";
}

Json json_user(const User& user) {
  return {{"id", user.id.text()},
          {"email", user.email.typed},
          {"email_verified", user.email_proven_at != never},
          {"name", user.name},
          {"status", shown_status(user)},
          {"scope", user.scope},
          {"has_password", !user.password_hash.empty()},
          {"last_method", user.last_method},
          {"created_at", json_time(user.created_at)},
          {"last_sign_in_at", json_time(user.last_sign_in_at)},
          {"closed_at", json_time(user.closed_at)}};
}

ExitCode add(Job& job) {
  User user;
  const auto email = parse_email(job.line.text("--email").value_or(""));
  if (!email) return misused(job.console, "--email is not an e-mail address");
  const auto typed_name = job.line.text("--name").value_or("");
  const auto name = display_name(typed_name);
  if (name.empty() && !typed_name.empty()) return misused(job.console, "--name holds nothing that is seen");
  const auto scope = tidy_scope(job.line.text("--scope").value_or(""));
  if (!scope)
    return misused(job.console,
                   "--scope must be words of visible ASCII without \" and \\, at most 255 bytes");
  const std::string taken = printable(email->typed) + " is in use by another user";
  if (job.tools.store().user_of(*email)) return refuse(job.console, taken);

  auto hash = read_and_hash_password(names_of_account(email->typed, name, job.tools.settings().site), job);
  if (const auto* code = std::get_if<ExitCode>(&hash)) return *code;
  user.id = UserId::make(job.tools.now(), job.tools.entropy());
  user.email = *email;
  user.name = name;
  user.password_hash = std::get<std::string>(std::move(hash));
  user.scope = *scope;
  user.last_method = "password";
  user.created_at = job.tools.now();
  user.email_proven_at = job.tools.now();  // trusted
  if (!job.tools.store().add_user(user)) return refuse(job.console, taken);
  job.tools.record(EventKind::registered, user.id, "added by an administrator");
  job.console.out << user.id.text() << '\n';
  return ExitCode::done;
}

ExitCode list(Job& job) {
  std::optional<UserId> after;
  if (const auto text = job.line.text("--after")) {
    after = UserId::of_text(*text);
    if (!after) return misused(job.console, "--after is not a user's id");
  }
  const auto users = job.tools.store().users(after, job.line.number("--limit", 100));
  if (job.line.has("--json")) {
    Json rows = Json::array();
    for (const User& user : users) rows.push_back(json_user(user));
    job.console.out << json_text(rows) << '\n';
    return ExitCode::done;
  }
  TextTable table({"id", "email", "name", "status", "created", "last sign-in"});
  for (const User& user : users)
    table.add({user.id.text(), user.email.typed, user.name, std::string(shown_status(user)),
               shown_time(user.created_at), shown_time(user.last_sign_in_at)});
  if (!table.empty()) table.print(job.console.out);
  return ExitCode::done;
}

ExitCode show(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  const auto sessions = job.tools.store().sessions_of(user.id);
  const auto devices = std::count_if(sessions.begin(), sessions.end(), [&](const Session& session) {
    return standing_of({session, user}, job.tools.now()) == Standing::stands;
  });
  if (job.line.has("--json")) {
    Json shown = json_user(user);
    shown["devices"] = devices;
    job.console.out << json_text(shown) << '\n';
    return ExitCode::done;
  }
  TextTable table({"id", user.id.text()});
  table.add({"email", user.email.typed});
  table.add({"verified", shown_time(user.email_proven_at)});
  table.add({"name", user.name});
  table.add({"status", std::string(shown_status(user))});
  table.add({"scope", user.scope});
  table.add({"password", user.password_hash.empty() ? "none" : "set"});
  table.add({"last method", user.last_method});
  table.add({"created", shown_time(user.created_at)});
  table.add({"last sign-in", shown_time(user.last_sign_in_at)});
  table.add({"devices", std::to_string(devices)});
  table.print(job.console.out);
  return ExitCode::done;
}

ExitCode set_password(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  const auto hash =
      read_and_hash_password(names_of_account(user.email.typed, user.name, job.tools.settings().site), job);
  if (const auto* code = std::get_if<ExitCode>(&hash)) return *code;
  if (!job.tools.end_sessions(NewPassword{user.id, std::get<std::string>(hash)}, job.console.err))
    return refuse(job.console, "the user was deleted in the meantime");
  job.tools.record(EventKind::password_changed, user.id, "set by an administrator");
  job.console.out << shown_person(user) << " has a new password and is signed out everywhere\n";
  return ExitCode::done;
}

ExitCode set_email(Job& job) {
  const auto email = job.line.rest.size() == 1 ? parse_email(job.line.rest.front()) : std::nullopt;
  if (!email) return misused(job.console, "ADDRESS must be one e-mail address");
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  const auto outcome = job.tools.store().set_address(user.id, *email, job.tools.now());
  if (outcome == AddressOutcome::taken)
    return refuse(job.console, printable(email->typed) +
                                   " is in use by another user, or may be given back to one by an undo");
  if (outcome == AddressOutcome::gone) return refuse(job.console, "the user was deleted in the meantime");
  job.tools.record(EventKind::address_changed, user.id, "by an administrator");
  job.console.out << shown_person(user) << " has the address " << printable(email->typed)
                  << ", which counts as verified\n";
  return ExitCode::done;
}

ExitCode change_status(Job& job, UserStatus status) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  const bool disabling = status == UserStatus::disabled;
  const bool there = disabling ? job.tools.end_sessions(DisabledUser{user.id}, job.console.err)
                               : job.tools.store().set_status(user.id, status, job.tools.now());
  if (!there) return refuse(job.console, "the user was deleted in the meantime");
  job.tools.record(disabling ? EventKind::user_disabled : EventKind::user_enabled, user.id,
                   "by an administrator");
  job.console.out << shown_person(user)
                  << (disabling ? " is disabled and signed out everywhere\n" : " may sign in\n");
  return ExitCode::done;
}

ExitCode disable(Job& job) {
  return change_status(job, UserStatus::disabled);
}

ExitCode enable(Job& job) {
  return change_status(job, UserStatus::active);
}

ExitCode remove(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  if (!job.line.has("--yes"))
    return misused(job.console, "this cannot be undone; to delete " + shown_person(user) + " add --yes");
  if (!job.tools.end_sessions(DeletedUser{user.id}, job.console.err))
    return refuse(job.console, "the user was deleted in the meantime");
  job.tools.store().forget_erased();
  job.tools.record(EventKind::user_deleted, user.id, "by an administrator");
  job.console.out << shown_person(user) << " is deleted\n";
  return ExitCode::done;
}

constexpr std::size_t scope_limit = 255;  // bytes
constexpr int race_limit = 5;             // administrators who change the same user at the same moment

bool is_scope_letter(char letter) {
  return letter > ' ' && letter <= '~' && letter != '"' && letter != '\\';
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string with(const std::string& scope, const std::string& more) {
  auto words = split_words(scope);
  for (const std::string_view word : split_words(more))
    if (!has(words, word)) words.push_back(word);
  return joined(words);
}

std::string without(const std::string& scope, const std::string& less) {
  auto words = split_words(scope);
  const auto gone = split_words(less);
  std::erase_if(words, [&](std::string_view word) { return has(gone, word); });
  return joined(words);
}

ExitCode confirm(Job& job, const User& user, const std::string& scope) {
  job.console.out << shown_person(user) << " may: " << (scope.empty() ? "nothing special" : scope)
                  << ". Tokens say so from their next renewal on, within "
                  << duration_text(job.tools.settings().tokens.access_ttl) << '\n';
  return ExitCode::done;
}

ExitCode change(Job& job, std::string (*changed)(const std::string&, const std::string&)) {
  std::string named;
  for (const std::string& word : job.line.rest) named.append(named.empty() ? "" : " ").append(word);
  const auto wanted = tidy_scope(named);
  if (!wanted || wanted->empty())
    return misused(job.console, "SCOPE must be words of visible ASCII without \" and \\, at most 255 bytes");
  for (int race = 0; race < race_limit; ++race) {
    const auto found = find_user(job.line.operand, job);
    if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
    const User& user = std::get<User>(found);
    const auto scope = changed(user.scope, *wanted);
    if (scope.size() > scope_limit)
      return refuse(job.console, "all scopes of a user together have at most 255 bytes");
    if (scope == user.scope) return confirm(job, user, scope);
    if (!job.tools.store().set_scope({user.id, user.scope, scope})) continue;
    job.tools.record(EventKind::scope_changed, user.id, "by an administrator, to: " + scope);
    return confirm(job, user, scope);
  }
  return refuse(job.console, "another administrator is changing this user; try again");
}

ExitCode grant(Job& job) {
  return change(job, with);
}

ExitCode revoke_scope(Job& job) {
  return change(job, without);
}

Command grant_command() {
  return {"user grant",
          "EMAIL|ID",
          "lets a user do more",
          "Gates and verify ask for scopes. Tokens carry the new ones from their next renewal on.",
          {},
          grant,
          "SCOPE…"};
}

Command revoke_scope_command() {
  return {"user revoke-scope",
          "EMAIL|ID",
          "lets a user do less",
          "Tokens lose the scopes at their next renewal, at the latest when they end ([tokens] access_ttl). "
          "`cardea user\ndisable` does not wait.",
          {},
          revoke_scope,
          "SCOPE…"};
}

Command set_email_command() {
  return {
      "user set-email",
      "EMAIL|ID",
      "sets another address, which counts as verified",
      "Changes of the address that wait or could be undone are void. Nobody is signed out, and no email is sent.",
      {},
      set_email,
      "ADDRESS"};
}

constexpr std::string_view stdin_rule =
    "The password is the first line of standard input; at a terminal it is asked for, without echo.";

}  // namespace

std::optional<std::string> tidy_scope(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split_words(text)) {
    if (!std::all_of(word.begin(), word.end(), is_scope_letter)) return std::nullopt;
    if (!has(words, word)) words.push_back(word);
  }
  auto scope = joined(words);
  return scope.size() <= scope_limit ? std::optional<std::string>{std::move(scope)} : std::nullopt;
}

std::vector<Command> user_commands() {
  const Option json{"--json", "", ValueKind::none, "for programs"};
  return {
      {"user add",
       "",
       "adds a user and prints the new id",
       stdin_rule,
       {{"--email", "EMAIL", ValueKind::text, "what the user signs in with", true},
        {"--name", "NAME", ValueKind::text, "shown to people"},
        {"--scope", "SCOPES", ValueKind::text, "what the user may do, words with blanks between them"}},
       add},
      {"user list",
       "",
       "lists users, the oldest first",
       "",
       {{"--limit", "N", ValueKind::number, "at most this many (100)"},
        {"--after", "ID", ValueKind::text, "begins after that user: the last id of the page before"},
        json},
       list},
      {"user show", "EMAIL|ID", "shows one user", "", {json}, show},
      {"user set-password",
       "EMAIL|ID",
       "sets a password and signs the user out everywhere",
       stdin_rule,
       {},
       set_password},
      set_email_command(),
      {"user disable", "EMAIL|ID", "keeps a user out and signs the user out everywhere", "", {}, disable},
      {"user enable", "EMAIL|ID", "lets a disabled user sign in again", "", {}, enable},
      grant_command(),
      revoke_scope_command(),
      {"user delete",
       "EMAIL|ID",
       "removes a user with all devices; events stay",
       "",
       {{"--yes", "", ValueKind::none, "I mean it"}},
       remove},
  };
}

}  // namespace cardea
