#include "cli/legacy.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <ostream>

#include "auth/session/legacy.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "cli/job.h"
#include "config/values.h"
#include "keys/ring.h"

namespace cardea {
namespace {

constexpr std::size_t advisable_secret = 32;  // bytes, RFC 7518 section 3.2
constexpr int max_named_lines = 20;           // refused lines that are named one by one

bool is_claim_name(std::string_view text) {
  const auto visible = [](char letter) { return letter > ' ' && letter <= '~'; };
  return !text.empty() && text.size() <= claim_name_limit && std::all_of(text.begin(), text.end(), visible);
}

// Nothing after saying why.
std::optional<Secret> secret_of_input(Job& job) {
  auto line = read_secret("Secret of the former system: ", job.console);
  if (line && job.line.has("--base64")) {
    auto decoded = base64_decode(line->reveal());
    if (!decoded) decoded = base64url_decode(line->reveal());
    line = decoded ? std::optional<Secret>{Secret(std::move(*decoded))} : std::nullopt;
  }
  if (line && !line->empty() && line->size() <= legacy_secret_limit) return line;
  (void)refuse(job.console, "no usable secret came on standard input");
  return std::nullopt;
}

ExitCode import_key(Job& job) {
  if (!job.line.has("--hs256") || !job.line.has("--verify-only"))
    return misused(job.console, "only --hs256 --verify-only can be imported: a foreign secret never signs");
  const auto until = parse_date(job.line.text("--until").value_or(""));
  if (!until || *until <= job.tools.now())
    return misused(job.console, "--until must be a day to come, such as 2026-12-31");
  const auto claim = job.line.text("--subject-claim").value_or("sub");
  if (!is_claim_name(claim)) return misused(job.console, "--subject-claim must be the name of a claim");
  auto secret = secret_of_input(job);
  if (!secret) return ExitCode::refused;
  const bool weak = secret->size() < advisable_secret;
  const auto& directory = job.tools.settings().tokens.keys;
  const auto file = create_legacy_key(
      directory, {.name = {}, .until = *until, .subject_claim = claim, .bytes = std::move(*secret)},
      job.tools.now());
  job.console.out << directory << '/' << file << ": verifies until " << shown_time(*until) << '\n';
  if (weak)
    job.console.err << "cardea: the secret is shorter than 32 bytes and can be guessed: let it end soon\n";
  return ExitCode::done;
}

enum class LineResult { added, known, refused };

std::optional<User> user_named(const std::string& named, Store& store) {
  if (const auto id = UserId::of_text(named)) return store.user_by_id(*id);
  const auto email = parse_email(named);
  return email ? store.user_of(*email) : std::nullopt;
}

// The legacy id of a user stays the same user's, whatever a later file says.
bool belongs_to(const User& user, const std::string& subject, Store& store) {
  const auto owner = store.user_of_identity(legacy_provider, subject);
  return owner && owner->id == user.id;
}

LineResult import_line(const LegacyLine& line, Job& job) {
  auto& store = job.tools.store();
  const auto user = user_named(line.user, store);
  if (!user) return LineResult::refused;
  bool added = false;
  if (!line.subject.empty()) {
    added = store.add_identity({std::string(legacy_provider), line.subject, user->id, job.tools.now()});
    if (!added && !belongs_to(*user, line.subject, store)) return LineResult::refused;
  }
  if (line.digest)
    added |= store.add_legacy_token({.digest = *line.digest,
                                     .user = user->id,
                                     .expires_at = line.expires_at,
                                     .session = {},
                                     .exchanged_at = never});
  return added ? LineResult::added : LineResult::known;
}

struct Sums {
  int added = 0;
  int known = 0;
  int refused = 0;
};

void tell(Job& job, int number, std::string_view why) {
  job.console.err << "cardea: line " << number << ": " << why << '\n';
}

void import_lines(std::istream& in, Sums& sums, Job& job) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    if (number == 1 && text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty() || (number == 1 && text == legacy_header)) continue;
    const auto line = parse_legacy_line(text);
    const auto result = line ? import_line(*line, job) : LineResult::refused;
    sums.added += result == LineResult::added ? 1 : 0;
    sums.known += result == LineResult::known ? 1 : 0;
    if (result != LineResult::refused) continue;
    if (++sums.refused <= max_named_lines)
      tell(job, number,
           line ? "there is no such user, or the legacy id is another user's"
                : "wanted: user,legacy_id,token_sha256,expires_at");
  }
}

void show(const Sums& sums, std::string_view more, Console& console) {
  console.out << "imported " << sums.added << ", known already " << sums.known << ", refused " << sums.refused
              << more << '\n';
}

ExitCode import_legacy(Job& job) {
  std::ifstream file;
  const bool piped = job.line.operand == "-";
  if (!piped) file.open(job.line.operand);
  if (!piped && !file.is_open())
    return refuse(job.console, printable(job.line.operand) + " cannot be opened");
  Sums sums;
  try {
    import_lines(piped ? job.console.in : file, sums, job);
  } catch (const std::exception&) {
    show(sums, "; the rest was not tried", job.console);
    throw;
  }
  show(sums, "", job.console);
  return sums.refused == 0 ? ExitCode::done : ExitCode::refused;
}

}  // namespace

std::vector<Command> key_import_commands() {
  return {{"key import",
           "",
           "takes over the secret of a former system, so that its access tokens verify until they end",
           "The secret is the first line of standard input. Nothing is ever signed with it. Tokens are HS256 "
           "and say in\n"
           "--subject-claim who their user is, by the id that `cardea legacy import` knows.",
           {{"--hs256", "", ValueKind::none, "the kind of the secret"},
            {"--verify-only", "", ValueKind::none, "it verifies and never signs"},
            {"--until", "DATE", ValueKind::text, "the day on which it ends: 2026-12-31", true},
            {"--subject-claim", "NAME", ValueKind::text, "the claim that names the user (sub)"},
            {"--base64", "", ValueKind::none, "the line is base64 of the secret"}},
           import_key}};
}

std::vector<Command> legacy_commands() {
  return {
      {"legacy import",
       "FILE.csv",
       "takes over users' ids and refresh tokens of a former system",
       "Lines of user,legacy_id,token_sha256,expires_at: the user's e-mail or id here; the id there (may be\n"
       "empty); the SHA-256 of a refresh token in hex (may be empty); when that expires, in Unix seconds.\n"
       "Each token can be exchanged once at /refresh; the first import into a running host counts a\n"
       "minute later. - reads standard input. Safe to repeat.",
       {},
       import_legacy}};
}

namespace {

constexpr std::size_t line_limit = 1000;
constexpr std::size_t subject_limit = 255;
constexpr std::int64_t latest_end = 253'402'300'799;  // the year 9999

using Parts = std::array<std::string_view, 4>;

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(0, comma);
    text.remove_prefix(comma + 1);
  }
  parts.back() = text;
  if (text.find(',') != std::string_view::npos) return std::nullopt;
  return parts;
}

}  // namespace

std::optional<LegacyLine> parse_legacy_line(std::string_view text) {
  if (text.size() > line_limit) return std::nullopt;
  if (!is_utf8(text) || has_invisible(text) || text.find('"') != std::string_view::npos) return std::nullopt;
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  const auto& [user, subject, token, end] = *parts;
  if (user.empty() || subject.size() > subject_limit) return std::nullopt;
  if (token.empty() != end.empty() || (token.empty() && subject.empty())) return std::nullopt;
  LegacyLine line{.user = std::string(user), .subject = std::string(subject), .digest = {}, .expires_at = {}};
  if (token.empty()) return line;
  const auto bytes = hex_decode(ascii_lower(token));
  const auto expires_at = whole_number(end, latest_end);
  if (!bytes || bytes->size() != 32 || !expires_at) return std::nullopt;
  line.digest = array_of<32>(*bytes);
  line.expires_at = from_unix_seconds(*expires_at);
  return line;
}

}  // namespace cardea
