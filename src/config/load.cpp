#include "config/load.h"

#include <algorithm>
#include <set>
#include <utility>

#include "config/consistency.h"
#include "config/ini_text.h"
#include "config/private_file.h"
#include "config/table.h"

namespace cardea {
namespace {

using Errors = std::vector<ConfigError>;

std::string full_name(std::string_view section, std::string_view key) {
  return '[' + std::string{section} + "] " + std::string{key};
}

// The names, each once, in the order of the table.
template <class NameOf>
std::string known_names(NameOf name_of) {
  std::string names;
  std::string_view last;
  for (const auto& setting : settings_table()) {
    const std::string_view name = name_of(setting);
    if (name.empty() || name == last) continue;
    names += (names.empty() ? "" : ", ") + std::string{name};
    last = name;
  }
  return names;
}

// What the table calls the section.
std::string_view table_name(std::string_view section) {
  return provider_name_of(section) ? provider_section : section;
}

bool is_known_section(std::string_view section) {
  const auto& table = settings_table();
  const auto name = table_name(section);
  return section != provider_section &&
         std::any_of(table.begin(), table.end(),
                     [name](const Setting& setting) { return setting.section == name; });
}

bool is_known_key(std::string_view section, std::string_view key) {
  const auto& table = settings_table();
  const auto name = table_name(section);
  return std::any_of(table.begin(), table.end(), [name, key](const Setting& setting) {
    return setting.section == name && setting.key == key;
  });
}

// Turns one text into settings, and remembers everything that is wrong with it.
class Reading {
 public:
  Reading(std::string_view text, const std::string& file) : file_(file), ini_(read_ini(text)) {
    settings_.file = file;
  }

  [[nodiscard]] std::variant<Settings, Errors> run() {
    for (const auto& finding : ini_.findings) refuse(finding.line, finding.message);
    refuse_unknown_sections();
    refuse_unknown_keys();
    for (const auto& setting : settings_table())
      if (setting.section != provider_section) apply(setting, setting.section);
    apply_providers();
    if (errors_.empty()) complete();
    if (errors_.empty()) return std::move(settings_);
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(errors_);
  }

 private:
  void refuse(int line, std::string message) {
    errors_.push_back({file_, line, std::move(message), std::nullopt});
  }

  void refuse_unknown_sections() {
    for (const auto& section : ini_.sections)
      if (!is_known_section(section.name))
        refuse(section.line, '[' + section.name + "] is not a known section; known are " +
                                 known_names([](const Setting& setting) { return setting.section; }));
  }

  // The keys of an unknown section are not judged: the section has been.
  void refuse_unknown_keys() {
    for (const auto& [name, value] : ini_.values) {
      const auto& [section, key] = name;
      if (section.empty())
        refuse(value.line, key + " stands before the first section; write a line such as [site] above it");
      else if (is_known_section(section) && !is_known_key(section, key))
        refuse(value.line, full_name(section, key) + " is not a known key; known are " + known_keys(section));
    }
  }

  [[nodiscard]] static std::string known_keys(std::string_view section) {
    return known_names([section](const Setting& setting) {
      return setting.section == table_name(section) ? setting.key : std::string_view{};
    });
  }

  // A section that is written in two places is one.
  void apply_providers() {
    std::set<std::string> seen;
    for (const auto& section : ini_.sections) {
      const auto name = provider_name_of(section.name);
      if (!name || !seen.insert(section.name).second) continue;
      settings_.providers.emplace_back().name = *name;
      for (const auto& setting : settings_table())
        if (setting.section == provider_section) apply(setting, section.name, section.line);
    }
  }

  // section_line: what to point at when the key is not written.
  void apply(const Setting& setting, std::string_view section, int section_line = 0) {
    const auto* written = find(section, setting.key);
    const auto value = written != nullptr ? written->value.reveal() : setting.default_text;
    const int line = written != nullptr ? written->line : section_line;
    if (setting.required && value.empty()) return refuse_missing(line, full_name(section, setting.key));
    if (auto problem = setting.apply(value, settings_))
      refuse(line, full_name(section, setting.key) + ": " + *problem);
  }

  // Unless a line could not be read: it may be the one.
  void refuse_missing(int line, const std::string& name) {
    if (ini_.findings.empty()) refuse(line, name + " is missing and has no default");
  }

  void complete() {
    fill_in_derived_defaults(settings_);
    for (const auto& [section, key, message] : contradictions_in(settings_)) {
      const auto* written = find(section, key);
      refuse(written != nullptr ? written->line : 0, full_name(section, key) + ": " + message);
    }
  }

  [[nodiscard]] const IniValue* find(std::string_view section, std::string_view key) const {
    const auto found = ini_.values.find({std::string{section}, std::string{key}});
    return found == ini_.values.end() ? nullptr : &found->second;
  }

  const std::string& file_;
  IniText ini_;
  Settings settings_;
  Errors errors_;
};

}  // namespace

std::string ConfigError::text() const {
  return file + (line > 0 ? ':' + std::to_string(line) : "") + ": " + message;
}

std::string_view cause_of(const std::vector<ConfigError>& errors) {
  if (errors.empty() || !errors.front().fault) return "configuration_invalid";
  switch (*errors.front().fault) {
    case FileFault::missing:
      return "configuration_missing";
    case FileFault::exposed:
      return "configuration_exposed";
    case FileFault::unreadable:
      break;
  }
  return "configuration_unreadable";
}

std::variant<Settings, std::vector<ConfigError>> load_settings(const std::string& path) {
  auto read = read_private_file(path);
  if (const auto* unreadable = std::get_if<Unreadable>(&read))
    return Errors{{path, 0, unreadable->reason, unreadable->fault}};
  auto& text = std::get<std::string>(read);
  auto settings = parse_settings(text, path);
  wipe(text);
  return settings;
}

std::variant<Settings, std::vector<ConfigError>> parse_settings(const std::string& text,
                                                                const std::string& file) {
  return Reading{text, file}.run();
}

}  // namespace cardea
