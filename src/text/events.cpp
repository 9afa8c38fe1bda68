#include "text/events.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/encoding.h"

namespace cardea {
namespace {

// One sentence in our languages, in the order of Language. {…} stand for facts of the detail.
struct Sentence {
  EventKind kind;
  std::string_view text[3];
};

constexpr Sentence sentences[] = {
    {EventKind::signed_in, {"Signed in", "로그인했습니다", "ログインしました"}},
    {EventKind::sign_in_failed, {"A sign-in failed", "로그인에 실패했습니다", "ログインに失敗しました"}},
    {EventKind::registered, {"The account was opened", "계정을 만들었습니다", "アカウントが作成されました"}},
    {EventKind::signed_out, {"Signed out", "로그아웃했습니다", "ログアウトしました"}},
    {EventKind::signed_out_everywhere,
     {"Signed out on all devices", "모든 기기에서 로그아웃했습니다", "すべての端末からログアウトしました"}},
    {EventKind::device_signed_out,
     {"A device was signed out from the list of devices", "기기 목록에서 기기를 로그아웃시켰습니다",
      "端末の一覧から端末をログアウトさせました"}},
    {EventKind::token_reused,
     {"A token that had been replaced{replaced} was used again",
      "이미 교체된 토큰{replaced}이 다시 사용되었습니다",
      "置き換え済みのトークン{replaced}が再び使われました"}},
    {EventKind::database_rolled_back,
     {"The database was older than a token: a backup may have been restored",
      "데이터베이스가 토큰보다 오래되었습니다. 백업이 복원되었을 수 있습니다",
      "データベースがトークンより古い状態でした。バックアップが復元された可能性があります"}},
    {EventKind::password_changed,
     {"The password was changed", "비밀번호가 변경되었습니다", "パスワードが変更されました"}},
    {EventKind::user_disabled,
     {"The account was disabled", "계정이 정지되었습니다", "アカウントが停止されました"}},
    {EventKind::user_enabled,
     {"The account was enabled", "계정이 다시 활성화되었습니다", "アカウントが再び有効になりました"}},
    {EventKind::user_deleted,
     {"The account was deleted", "계정이 삭제되었습니다", "アカウントが削除されました"}},
    {EventKind::identity_linked,
     {"The account was linked to {provider}", "계정이 {provider}에 연결되었습니다",
      "アカウントが {provider} と連携されました"}},
    {EventKind::identity_unlinked,
     {"The account was unlinked from {provider}", "{provider} 연결이 해제되었습니다",
      "{provider} との連携が解除されました"}},
    {EventKind::scope_changed,
     {"What the account may do was changed", "계정의 권한이 변경되었습니다",
      "アカウントの権限が変更されました"}},
    {EventKind::platform_changed,
     {"A device that was signed in on {from} renewed its sign-in on {to}",
      "{from}에서 로그인한 기기가 {to}에서 로그인을 연장했습니다",
      "{from} でログインした端末が {to} でログインを更新しました"}},
    {EventKind::many_devices,
     {"{count} new devices signed in within an hour", "한 시간 안에 새 기기 {count}대가 로그인했습니다",
      "1 時間のうちに新しい端末 {count} 台がログインしました"}},
    {EventKind::many_networks,
     {"Sign-ins came from {count} networks within an hour",
      "한 시간 안에 네트워크 {count}곳에서 로그인했습니다",
      "1 時間のうちに {count} か所のネットワークからログインがありました"}},
    {EventKind::password_guessed,
     {"A new device signed in after {count} wrong passwords",
      "비밀번호가 {count}번 틀린 뒤 새 기기가 로그인했습니다",
      "パスワードの誤りが {count} 回続いた後、新しい端末がログインしました"}},
    {EventKind::device_disowned,
     {"A device was signed out by the link in a mail", "메일의 링크로 기기를 로그아웃시켰습니다",
      "メールのリンクから端末をログアウトさせました"}},
    {EventKind::password_reset_requested,
     {"A mail for setting a new password was asked for", "새 비밀번호 설정 메일을 요청했습니다",
      "新しいパスワードを設定するメールが請求されました"}},
    {EventKind::password_reset,
     {"The password was set anew by the link in a mail", "메일의 링크로 비밀번호를 새로 설정했습니다",
      "メールのリンクから新しいパスワードが設定されました"}},
};

struct Consequence {
  std::string_view action;
  std::string_view text[3];
};

constexpr Consequence consequences[] = {
    {"revoke_device",
     {"; this device was signed out", ". 이 기기를 로그아웃시켰습니다", "。この端末をログアウトさせました"}},
    {"revoke_all",
     {"; all devices were signed out", ". 모든 기기를 로그아웃시켰습니다",
      "。すべての端末をログアウトさせました"}},
};

std::size_t column_of(Language language) {
  return static_cast<std::size_t>(language);
}

// The value of "name=value" among the words of the detail; empty if it is not there.
std::string_view fact(std::string_view detail, std::string_view name) {
  while (!detail.empty()) {
    const auto word = detail.substr(0, detail.find(' '));
    detail.remove_prefix(std::min(detail.size(), word.size() + 1));
    if (word.starts_with(name) && word.substr(name.size()).starts_with('='))
      return word.substr(name.size() + 1);
  }
  return {};
}

// What base/time.h's rfc3339 writes, read back.
std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    return static_cast<int>(whole_number(text.substr(at, size), 9999).value_or(0));
  };
  const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{part(11, 2)} +
         std::chrono::minutes{part(14, 2)} + seconds{part(17, 2)};
}

// " on March 3, 2026, 10:02 UTC", or nothing where the event does not say.
std::string replaced_words(std::string_view detail, Language language) {
  const auto at = parse_rfc3339(fact(detail, "replaced"));
  if (!at) return "";
  const auto time = time_in_words(*at, language);
  if (language == Language::en) return " on " + time;
  return language == Language::ko ? "(" + time + ")" : "（" + time + "）";
}

void fill_in(std::string& text, std::string_view place, std::string_view value) {
  const auto at = text.find(place);
  if (at != text.npos) text.replace(at, place.size(), value);
}

std::string_view sentence_of(EventKind kind, Language language) {
  for (const auto& sentence : sentences)
    if (sentence.kind == kind) return sentence.text[column_of(language)];
  return event_name(kind);
}

std::string_view consequence_of(std::string_view action, Language language) {
  for (const auto& consequence : consequences)
    if (consequence.action == action) return consequence.text[column_of(language)];
  return "";
}

}  // namespace

std::string event_words(const Event& event, Language language) {
  std::string text(sentence_of(event.kind, language));
  fill_in(text, "{replaced}", replaced_words(event.detail, language));
  for (const std::string_view name : {"from", "to", "count", "provider"}) {
    const auto value = fact(event.detail, name);
    fill_in(text, "{" + std::string(name) + "}", value.empty() ? "?" : value);
  }
  text += consequence_of(fact(event.detail, "action"), language);
  return text + (language == Language::ja ? "。" : ".");
}

std::string time_in_words(Instant at, Language language) {
  constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  if (language != Language::en) at += std::chrono::hours{9};  // Korea and Japan, the whole year
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(at - midnight)};
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto hours = static_cast<int>(clock.hours().count());
  const auto minutes = static_cast<int>(clock.minutes().count());
  char text[64];
  if (language == Language::ko)
    std::snprintf(text, sizeof text, "%d년 %u월 %u일 %02d:%02d(KST)", year, month, day, hours, minutes);
  else if (language == Language::ja)
    std::snprintf(text, sizeof text, "%d年%u月%u日 %02d:%02d（JST）", year, month, day, hours, minutes);
  else
    std::snprintf(text, sizeof text, "%s %u, %d, %02d:%02d UTC", months[month - 1], day, year, hours,
                  minutes);
  return text;
}

}  // namespace cardea
