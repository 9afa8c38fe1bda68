// What a look at the installation found: one of the kinds of text/findings.h with its facts. Words come last, in the language
// of the reader.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "text/findings.h"

namespace cardea {

// "path" for {path}, and its value: names, addresses and numbers, never a secret. What the system or a server said is English.
using Facts = std::vector<std::pair<std::string, std::string>>;

struct Finding {
  FindingKind kind = FindingKind::configuration_read;
  Facts facts = {};

  [[nodiscard]] Result result() const { return facts_of(kind).result; }
  [[nodiscard]] std::string_view area() const { return facts_of(kind).area; }  // "keys"
  [[nodiscard]] std::string text(Language language = Language::en) const;      // what was found
  [[nodiscard]] std::string cure(Language language = Language::en) const;      // what to do; may be empty
  [[nodiscard]] std::string fact(std::string_view place) const;                // empty if there is none
};

using Findings = std::vector<Finding>;

void append(Findings& findings, Findings more);
[[nodiscard]] bool has_failure(const Findings& findings);

// [{"result":"FAIL","kind":"gate_open","area":"gates","text":…,"cure":…,"facts":{…}}], in that language.
[[nodiscard]] Json json_of_findings(const Findings& findings, Language language = Language::en);
// Reads what json_of_findings wrote. Rows of a kind that this program does not know are left out.
[[nodiscard]] Findings findings_of_json(const Json& rows);

// "ok", "skip", "warn", "FAIL".
[[nodiscard]] std::string_view result_word(Result result);

}  // namespace cardea
