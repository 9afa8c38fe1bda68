#include "text/text.h"

#include <algorithm>
#include <cstdio>

namespace cardea {
namespace {

struct Problem {
  std::string_view word;
  Text ProblemTexts::*text;
};

constexpr Problem problems[] = {
    {"last_way", &ProblemTexts::last_way},
    {"insufficient_user_authentication", &ProblemTexts::insufficient_user_authentication},
    {"invalid_credentials", &ProblemTexts::invalid_credentials},
    {"too_many_attempts", &ProblemTexts::too_many_attempts},
    {"identity_in_use", &ProblemTexts::identity_in_use},
    {"already_linked", &ProblemTexts::already_linked},
    {"provider_refused", &ProblemTexts::provider_refused},
    {"temporarily_unavailable", &ProblemTexts::temporarily_unavailable},
    {"other", &ProblemTexts::other},
};
static_assert(sizeof(ProblemTexts) == std::size(problems) * sizeof(Text),
              "each text of a problem has its word");

}  // namespace

std::string filled(std::string_view text, std::initializer_list<Filling> fillings) {
  return filled(text, std::span<const Filling>(fillings.begin(), fillings.size()));
}

std::string filled(std::string_view text, std::span<const Filling> fillings) {
  std::string result;
  result.reserve(4096);  // so that no copy with a token of a letter stays behind
  while (!text.empty()) {
    const auto brace = std::min(text.find('{'), text.size());
    result.append(text.substr(0, brace));
    text.remove_prefix(brace);
    const auto place = text.substr(0, std::min(text.find('}'), text.size() - 1) + 1);
    const auto found = std::find_if(fillings.begin(), fillings.end(), [place](const Filling& filling) {
      return place.size() == filling.place.size() + 2 &&
             place.substr(1, filling.place.size()) == filling.place;
    });
    result.append(found == fillings.end() ? place : found->value);
    text.remove_prefix(place.size());
  }
  return result;
}

namespace {

std::string moment_in_words(Text TimeTexts::*form, Instant at, Language language) {
  const auto& texts = texts_of(language);
  at += texts.ahead_of_utc;
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{std::chrono::floor<seconds>(at - midnight)};
  char clock[24];
  std::snprintf(clock, sizeof clock, "%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()));
  return filled(texts.times.*form, {{"year", std::to_string(static_cast<int>(date.year()))},
                                    {"month", texts.times.months.at(static_cast<unsigned>(date.month()) - 1)},
                                    {"day", std::to_string(static_cast<unsigned>(date.day()))},
                                    {"clock", clock}});
}

}  // namespace

std::string time_in_words(Instant at, Language language) {
  return moment_in_words(&TimeTexts::moment, at, language);
}

std::string date_in_words(Instant at, Language language) {
  return moment_in_words(&TimeTexts::date, at, language);
}

std::string life_in_words(std::chrono::hours life, Language language) {
  const auto& times = texts_of(language).times;
  const bool whole_days = life.count() % 24 == 0;
  const auto count = whole_days ? life.count() / 24 : life.count();
  const auto& one = whole_days ? times.day : times.hour;
  const auto& many = whole_days ? times.days : times.hours;
  return filled(count == 1 ? one : many, {{"count", std::to_string(count)}});
}

std::string_view problem_in_words(std::string_view problem, Language language) {
  const auto& texts = texts_of(language).problems;
  const auto* found = std::find_if(std::begin(problems), std::end(problems),
                                   [&](const auto& row) { return row.word == problem; });
  return found == std::end(problems) ? texts.other : texts.*found->text;
}

}  // namespace cardea
