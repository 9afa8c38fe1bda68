#include "upkeep/finding.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "text/text.h"

namespace cardea {
namespace {

std::string worded(std::string_view text, const Facts& facts) {
  std::vector<Filling> fillings;
  for (const auto& [place, value] : facts) fillings.push_back({place, value});
  return filled(text, fillings);
}

std::optional<FindingKind> kind_of(std::string_view name) {
  for (const auto& row : finding_table)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

}  // namespace

std::string Finding::text(Language language) const {
  return worded(texts_of(language).findings.of(kind).text, facts);
}

std::string Finding::cure(Language language) const {
  return worded(texts_of(language).findings.of(kind).cure, facts);
}

std::string Finding::fact(std::string_view place) const {
  for (const auto& [named, value] : facts)
    if (named == place) return value;
  return {};
}

void append(Findings& findings, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

bool has_failure(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.result() == Result::fail; });
}

Json json_of_findings(const Findings& findings, Language language) {
  Json rows = Json::array();
  for (const Finding& finding : findings) {
    Json facts = Json::object();
    for (const auto& [place, value] : finding.facts) facts[place] = value;
    rows.push_back({{"result", result_word(finding.result())},
                    {"kind", facts_of(finding.kind).name},
                    {"area", finding.area()},
                    {"text", finding.text(language)},
                    {"cure", finding.cure(language)},
                    {"facts", std::move(facts)}});
  }
  return rows;
}

Findings findings_of_json(const Json& rows) {
  Findings findings;
  if (!rows.is_array()) return findings;
  for (const auto& row : rows) {
    if (!row.is_object()) continue;
    const auto kind = kind_of(string_member(row, "kind").value_or(""));
    if (!kind) continue;
    Finding finding{*kind};
    const auto facts = row.find("facts");
    if (facts != row.end() && facts->is_object())
      for (const auto& [place, value] : facts->items())
        if (value.is_string()) finding.facts.emplace_back(place, value.get<std::string>());
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string_view result_word(Result result) {
  switch (result) {
    case Result::ok:
      return "ok";
    case Result::skip:
      return "skip";
    case Result::warn:
      return "warn";
    case Result::fail:
      break;
  }
  return "FAIL";
}

}  // namespace cardea
