#include "identity/document_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "token/key_directory.h"

namespace cardea {
namespace {

seconds life_of(const HttpAnswer& answer) {
  if (answer.max_age == seconds{0}) return usual_document_life;
  return std::clamp(answer.max_age, shortest_document_life, longest_document_life);
}

// Atomically: a reader sees the old file or the new one.
bool replace_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return false;
  const auto written = ::write(file, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size());
  const bool closed = ::close(file) == 0;
  if (whole && closed && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  ::unlink(temporary.c_str());
  return false;
}

}  // namespace

std::string DocumentCache::path_of(const DocumentWanted& wanted) const {
  return directory_ + "/provider-" + wanted.name + ".json";
}

// What cannot be read is as good as not there. The same goes for what came from another address, before the
// configuration was changed.
DocumentCache::Kept DocumentCache::read(const DocumentWanted& wanted) const {
  std::ifstream file(path_of(wanted), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = parse_json(text);
  Kept kept;
  kept.url = wanted.url;
  if (!json || !json->is_object() || string_member(*json, "url") != wanted.url) return kept;
  const auto instant = [&](std::string_view name) {
    return from_unix_milliseconds(integer_member(*json, name).value_or(0));
  };
  kept.body = string_member(*json, "body").value_or("");
  kept.asked_at = instant("asked_at");
  kept.good_until = instant("good_until");
  kept.failure = string_member(*json, "failure").value_or("");
  return kept;
}

void DocumentCache::write(const DocumentWanted& wanted, const Kept& kept) const {
  const Json json{{"url", kept.url},
                  {"asked_at", unix_milliseconds(kept.asked_at)},
                  {"good_until", unix_milliseconds(kept.good_until)},
                  {"failure", kept.failure},
                  {"body", kept.body}};
  if (!replace_file(path_of(wanted), json_text(json)))
    throw KeyError(path_of(wanted) + " cannot be written; the key directory must be writable");
}

DocumentCache::Kept DocumentCache::fetch(const DocumentWanted& wanted, Kept kept, Instant now) {
  auto came =
      http_.call({.method = "GET", .url = wanted.url, .headers = {}, .body = {}, .trust = wanted.trust});
  kept.asked_at = now;
  kept.failure.clear();
  if (const auto* failure = std::get_if<HttpFailure>(&came)) {
    kept.failure = failure->why;
  } else if (const auto& answer = std::get<HttpAnswer>(came); answer.status != 200) {
    kept.failure = wanted.url + " answers " + std::to_string(answer.status);
  } else if (const auto problem = wanted.problem(answer.body)) {
    kept.failure = wanted.url + " " + *problem;
  } else {
    kept.body = answer.body;
    kept.good_until = now + life_of(answer);
  }
  write(wanted, kept);
  return kept;
}

std::variant<std::string, HttpFailure> DocumentCache::get(const DocumentWanted& wanted, Instant now) {
  auto kept = read(wanted);
  const bool asked_in_the_future = kept.asked_at > now;  // the clock was set back
  if (!kept.body.empty() && now < kept.good_until && !asked_in_the_future) return kept.body;
  const bool failed_just_now =
      !kept.failure.empty() && now < kept.asked_at + failure_floor && !asked_in_the_future;
  if (!failed_just_now) kept = fetch(wanted, std::move(kept), now);
  if (!kept.body.empty() && now < kept.good_until + stale_document_life) return kept.body;
  return HttpFailure{kept.failure};
}

std::optional<std::string> DocumentCache::get_newer(const DocumentWanted& wanted, Instant now) {
  auto kept = read(wanted);
  if (now < kept.asked_at + refetch_floor && kept.asked_at <= now) return std::nullopt;
  kept = fetch(wanted, std::move(kept), now);
  return kept.failure.empty() ? std::optional{kept.body} : std::nullopt;
}

}  // namespace cardea
