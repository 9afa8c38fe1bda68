#include "cli/scopes.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "cli/output.h"
#include "cli/people.h"
#include "config/values.h"

namespace cardea {

namespace {

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
  return refuse(job.console, "somebody else changes this user at the moment; try again");
}

ExitCode grant(Job& job) {
  return change(job, with);
}

ExitCode revoke_scope(Job& job) {
  return change(job, without);
}

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

}  // namespace cardea
