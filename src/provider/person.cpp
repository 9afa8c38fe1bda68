#include "provider/person.h"

#include "base/json.h"
#include "base/utf8.h"

namespace cardea {
namespace {

bool is_true(const Json& claims, std::string_view name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return false;
  return found->is_boolean() ? found->get<bool>() : string_member(claims, name) == "true";
}

std::string joined(const Json& object, std::string_view first, std::string_view last) {
  return string_member(object, first).value_or("") + " " + string_member(object, last).value_or("");
}

std::string first_name_in(const Json& claims, std::initializer_list<std::string_view> members) {
  for (const auto member : members) {
    auto name = display_name(string_member(claims, member).value_or(""));
    if (!name.empty()) return name;
  }
  return {};
}

Person person_of(const ProviderSettings& provider, std::string subject) {
  return {.issuer = provider.issuer,
          .subject = std::move(subject),
          .provider = provider.name,
          .email = std::nullopt,
          .name = {}};
}

std::optional<Email> primary_address(const Json& emails) {
  if (!emails.is_array()) return std::nullopt;
  for (const auto& entry : emails)
    if (entry.is_object() && is_true(entry, "primary") && is_true(entry, "verified"))
      return parse_email(string_member(entry, "email").value_or(""));
  return std::nullopt;
}

}  // namespace

Person person_of_claims(const Json& claims, const ProviderSettings& provider) {
  auto person = person_of(provider, string_member(claims, "sub").value_or(""));
  if (is_true(claims, "email_verified"))
    person.email = parse_email(string_member(claims, "email").value_or(""));
  person.name = first_name_in(claims, {"name", "nickname"});
  if (person.name.empty()) person.name = display_name(joined(claims, "given_name", "family_name"));
  return person;
}

std::optional<Person> person_of_github(const Json& user, const Json& emails,
                                       const ProviderSettings& provider) {
  const auto id = integer_member(user, "id").value_or(0);
  if (id <= 0) return std::nullopt;
  auto person = person_of(provider, std::to_string(id));
  person.email = primary_address(emails);
  person.name = first_name_in(user, {"name", "login"});
  return person;
}

std::optional<Person> person_of_naver(const Json& answer, const ProviderSettings& provider) {
  if (!answer.is_object() || string_member(answer, "resultcode") != "00") return std::nullopt;
  const auto profile = answer.find("response");
  if (profile == answer.end() || !profile->is_object()) return std::nullopt;
  const auto id = string_member(*profile, "id").value_or("");
  if (id.empty() || id.size() > 255) return std::nullopt;
  auto person = person_of(provider, id);
  person.name = first_name_in(*profile, {"name", "nickname"});
  return person;
}

std::string name_of_apple_user(std::string_view text) {
  const auto user = parse_json(text);
  if (!user || !user->is_object()) return {};
  const auto name = user->find("name");
  if (name == user->end() || !name->is_object()) return {};
  return display_name(joined(*name, "firstName", "lastName"));
}

}  // namespace cardea
