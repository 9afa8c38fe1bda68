#include "auth/account/letters.h"

#include <algorithm>
#include <utility>

#include "auth/watch/watch.h"
#include "base/encoding.h"
#include "base/network.h"
#include "text/events.h"
#include "token/link_token.h"

namespace cardea {
namespace {

// In the order of Language. Words in braces are filled in.
using Texts = std::string_view[3];

constexpr Texts alert_subject{"{site}: was this you?", "{site}: 본인이 하신 일인가요?",
                              "{site}：ご本人の操作ですか？"};
constexpr Texts alert_text{
    "Hello,\n\nsomething happened to your account at {site}:\n\n"
    "    {what}\n\n    Device: {device}\n    Address: {ip}\n    Time: {time}\n\n",
    "안녕하세요.\n\n{site} 계정에 다음과 같은 일이 있었습니다.\n\n"
    "    {what}\n\n    기기: {device}\n    주소: {ip}\n    시각: {time}\n\n",
    "{site} のアカウントに次のことがありました。\n\n"
    "    {what}\n\n    端末：{device}\n    アドレス：{ip}\n    時刻：{time}\n\n"};
constexpr Texts sign_out_text{
    "If it was you, there is nothing to do.\n\n"
    "If it was not you, this page signs the device out; it takes no password. The link works for {life}:\n\n"
    "{link}\n\n"
    "Then choose a new password:\n\n"
    "{password}\n",
    "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다.\n\n"
    "본인이 아니라면 아래 페이지에서 그 기기를 로그아웃시킬 수 있습니다. 비밀번호는 필요 없으며,\n"
    "링크는 {life} 동안 사용할 수 있습니다.\n\n"
    "{link}\n\n"
    "그다음 비밀번호를 바꾸세요.\n\n"
    "{password}\n",
    "ご本人の操作であれば、何もする必要はありません。\n\n"
    "お心当たりがなければ、次のページでその端末をログアウトさせてください。パスワードは不要です。\n"
    "リンクの有効期間は {life}です。\n\n"
    "{link}\n\n"
    "その後、新しいパスワードを設定してください。\n\n"
    "{password}\n"};
constexpr Texts advice_text{"If it was not you, choose a new password:\n\n{password}\n",
                            "본인이 아니라면 비밀번호를 바꾸세요.\n\n{password}\n",
                            "お心当たりがなければ、新しいパスワードを設定してください。\n\n{password}\n"};
constexpr Texts removed_text{
    "These ways to sign in were removed from your account:\n\n"
    "{ways}\n"
    "If you use them, connect them again on your account page:\n\n"
    "{account}\n\n",
    "아래 로그인 방법은 계정에서 삭제되었습니다.\n\n"
    "{ways}\n"
    "계속 사용하시려면 계정 페이지에서 다시 연결해 주세요.\n\n"
    "{account}\n\n",
    "次のログイン方法をアカウントから削除しました。\n\n"
    "{ways}\n"
    "引き続きお使いになる場合は、アカウントのページで再度連携してください。\n\n"
    "{account}\n\n"};
constexpr Texts way_added_subject{"New way to sign in to {site}", "[{site}] 새 로그인 방법이 추가되었습니다",
                                  "【{site}】ログイン方法追加のお知らせ"};
constexpr Texts way_added_text{
    "Hello,\n\nA new way to sign in was added to your account at {site}:\n\n"
    "    {way}\n\n    Device: {device}\n    IP address: {ip}\n    Time: {time}\n\n"
    "If it wasn't you, remove it and change your password:\n\n{account}\n",
    "안녕하세요.\n\n{site} 계정에 새 로그인 방법이 추가되었습니다.\n\n"
    "    {way}\n\n    기기: {device}\n    IP 주소: {ip}\n    시각: {time}\n\n"
    "본인이 아니라면 추가된 방법을 삭제하고 비밀번호를 변경해 주세요.\n\n{account}\n",
    "{site} をご利用いただき、ありがとうございます。\n\nアカウントに新しいログイン方法が追加されました。\n\n"
    "    {way}\n\n    端末：{device}\n    IP アドレス：{ip}\n    日時：{time}\n\n"
    "お心当たりがない場合は、追加された方法を削除し、パスワードを変更してください。\n\n{account}\n"};
constexpr Texts way_removed_subject{"A way to sign in to {site} was removed",
                                    "[{site}] 로그인 방법이 삭제되었습니다",
                                    "【{site}】ログイン方法削除のお知らせ"};
constexpr Texts way_removed_text{
    "Hello,\n\nA way to sign in was removed from your account at {site}:\n\n"
    "    {way}\n\n    Device: {device}\n    IP address: {ip}\n    Time: {time}\n\n"
    "If it wasn't you, reset your password:\n\n{password}\n",
    "안녕하세요.\n\n{site} 계정에서 로그인 방법이 삭제되었습니다.\n\n"
    "    {way}\n\n    기기: {device}\n    IP 주소: {ip}\n    시각: {time}\n\n"
    "본인이 아니라면 비밀번호를 재설정해 주세요.\n\n{password}\n",
    "{site} をご利用いただき、ありがとうございます。\n\nアカウントからログイン方法が削除されました。\n\n"
    "    {way}\n\n    端末：{device}\n    IP アドレス：{ip}\n    日時：{time}\n\n"
    "お心当たりがない場合は、パスワードを再設定してください。\n\n{password}\n"};
constexpr Texts unknown_device{"Unknown device", "알 수 없는 기기", "不明な端末"};
constexpr Texts reset_subject{"{site}: a new password", "{site}: 새 비밀번호 설정",
                              "{site}：新しいパスワードの設定"};
constexpr Texts reset_text{
    "Hello,\n\n"
    "somebody asked for a new password for your account at {site}. If it was you, choose it here:\n\n"
    "{link}\n\n"
    "The link works once, for {life}. If it was not you, there is nothing to do: the password stays as "
    "it is.\n",
    "안녕하세요.\n\n"
    "{site} 계정의 새 비밀번호 설정이 요청되었습니다. 본인이라면 여기에서 설정하세요.\n\n"
    "{link}\n\n"
    "링크는 {life} 동안 한 번만 사용할 수 있습니다. 본인이 아니라면 아무것도 하지 않으셔도 됩니다. 비밀번호는 "
    "그대로입니다.\n",
    "{site} のアカウントについて、新しいパスワードの設定が請求されました。"
    "ご本人であれば、こちらで設定してください。\n\n"
    "{link}\n\n"
    "リンクの有効期間は {life}で、一度だけ使用できます。"
    "お心当たりがなければ、何もする必要はありません。パスワードは変わりません。\n"};

std::string_view in(const Texts& texts, Language language) {
  return texts[static_cast<std::size_t>(language)];
}

struct Filling {
  std::string_view place;  // "{site}"
  std::string_view value;
};

// Places in values are left alone: a provider's label may hold {link}.
std::string filled(std::string_view text, std::initializer_list<Filling> fillings) {
  std::string result;
  result.reserve(4096);  // so that no copy with a token stays behind
  while (!text.empty()) {
    const auto brace = std::min(text.find('{'), text.size());
    result.append(text.substr(0, brace));
    text.remove_prefix(brace);
    auto size = std::min<std::size_t>(1, text.size());
    std::string_view value = text.substr(0, size);
    for (const auto& filling : fillings) {
      if (!text.starts_with(filling.place)) continue;
      size = filling.place.size();
      value = filling.value;
    }
    result.append(value);
    text.remove_prefix(size);
  }
  return result;
}

// The pages lie beside the sign-in page.
std::string page_url(std::string_view name, Language language, const SiteSettings& site) {
  constexpr std::string_view place = "{language}";
  std::string path = site.sign_in_page;
  if (const auto at = path.find(place); at != path.npos)
    path.replace(at, place.size(), language_tag(language));
  return site.url + path.substr(0, path.rfind('/') + 1).append(name).append(".html");
}

Language language_of(const User& user, const Caller& caller) {
  return user.language.value_or(caller.language.value_or(Language::en));
}

Letter letter_to(const User& user, const Caller& caller, const Deps& deps) {
  Letter letter;
  letter.id = base64url_encode(view_of(random_array<16>(deps.entropy)));
  letter.at = caller.now;
  letter.to = user.email.typed;
  letter.language = language_of(user, caller);
  return letter;
}

// "1 hour", "7 days".
std::string life_in_words(std::chrono::hours life, Language language) {
  constexpr Texts hours{" hour", "시간", " 時間"};
  constexpr Texts days{" day", "일", " 日間"};
  const bool whole_days = life.count() % 24 == 0;
  const auto count = whole_days ? life.count() / 24 : life.count();
  const auto text = std::to_string(count) + std::string(in(whole_days ? days : hours, language));
  return language == Language::en && count != 1 ? text + "s" : text;
}

// The kind of device, and never the name that it gave itself.
std::string_view device_in_letter(const Session& session, Language language) {
  const auto platform = platform_of(session.user_agent);
  return platform == Platform::other ? in(unknown_device, language) : platform_name(platform);
}

// Whole seconds, as links have them.
Instant link_end(Instant now, std::chrono::hours life) {
  return std::chrono::floor<seconds>(now + life);
}

Secret sign_out_url(const SessionState& state, Instant end, const Caller& caller, const Deps& deps) {
  const Link link{.purpose = LinkPurpose::sign_out_device,
                  .user = state.user.id,
                  .session = state.session.id,
                  .ends = end};
  const auto token = make_link_token(link, sign_out_state(state.session), deps.keys, caller.now);
  const auto page = page_url("alert", language_of(state.user, caller), deps.settings.site);
  return Secret(page + "#" + std::string(token.reveal()));
}

}  // namespace

Letter alert_letter(const Event& event, const SessionState& state, AlertLink link, const Caller& caller,
                    const Deps& deps) {
  const auto& site = deps.settings.site;
  auto letter = letter_to(state.user, caller, deps);
  const auto language = letter.language;
  const auto end = link_end(caller.now, alert_link_life);
  const auto url = link == AlertLink::sign_out ? sign_out_url(state, end, caller, deps) : Secret{};
  const auto password = page_url("forgotten", language, site);
  const auto what = event_words(event, language);
  const auto device = device_in_letter(state.session, language);
  const auto time = time_in_words(event.at, language);
  const auto life = life_in_words(alert_link_life, language);
  const auto text = std::string(in(alert_text, language)) +
                    std::string(in(link == AlertLink::sign_out ? sign_out_text : advice_text, language));
  letter.subject = filled(in(alert_subject, language), {{"{site}", site.name}});
  letter.text = Secret(filled(text, {{"{site}", site.name},
                                     {"{what}", what},
                                     {"{device}", device},
                                     {"{ip}", parse_address(event.ip) ? event.ip : "?"},
                                     {"{time}", time},
                                     {"{life}", life},
                                     {"{link}", url.reveal()},
                                     {"{password}", password}}));
  return letter;
}

Letter way_letter(const Event& event, std::string_view way, const SessionState& state, const Caller& caller,
                  const Deps& deps) {
  const auto& site = deps.settings.site;
  auto letter = letter_to(state.user, caller, deps);
  const auto language = letter.language;
  const bool added = event.kind == EventKind::identity_linked;
  const auto time = time_in_words(event.at, language);
  const auto account = page_url("account", language, site);
  const auto password = page_url("forgotten", language, site);
  letter.subject =
      filled(in(added ? way_added_subject : way_removed_subject, language), {{"{site}", site.name}});
  letter.text = Secret(filled(in(added ? way_added_text : way_removed_text, language),
                              {{"{site}", site.name},
                               {"{way}", way},
                               {"{device}", device_in_letter(state.session, language)},
                               {"{ip}", event.ip},
                               {"{time}", time},
                               {"{account}", account},
                               {"{password}", password}}));
  return letter;
}

Letter reset_done_letter(const Event& event, const User& user, const std::vector<std::string>& removed,
                         const Caller& caller, const Deps& deps) {
  const auto& site = deps.settings.site;
  auto letter = letter_to(user, caller, deps);
  const auto language = letter.language;
  Session here;
  here.user_agent = caller.user_agent;
  const auto time = time_in_words(event.at, language);
  const auto what = event_words(event, language);
  const auto account = page_url("account", language, site);
  const auto password = page_url("forgotten", language, site);
  std::string ways;
  for (const auto& way : removed) ways.append("    ").append(way).append("\n");
  auto text = std::string(in(alert_text, language));
  if (!removed.empty()) text += in(removed_text, language);
  text += in(advice_text, language);
  letter.subject = filled(in(alert_subject, language), {{"{site}", site.name}});
  letter.text = Secret(filled(text, {{"{site}", site.name},
                                     {"{what}", what},
                                     {"{device}", device_in_letter(here, language)},
                                     {"{ip}", event.ip},
                                     {"{time}", time},
                                     {"{ways}", ways},
                                     {"{account}", account},
                                     {"{password}", password}}));
  return letter;
}

Letter reset_letter(const User& user, const Caller& caller, const Deps& deps) {
  const auto& site = deps.settings.site;
  auto letter = letter_to(user, caller, deps);
  const auto language = letter.language;
  const auto end = link_end(caller.now, reset_link_life);
  const auto token =
      make_link_token({.purpose = LinkPurpose::reset_password, .user = user.id, .session = {}, .ends = end},
                      reset_state(user), deps.keys, caller.now);
  const Secret url(page_url("reset", language, site) + "#" + std::string(token.reveal()));
  const auto life = life_in_words(reset_link_life, language);
  letter.subject = filled(in(reset_subject, language), {{"{site}", site.name}});
  letter.text = Secret(
      filled(in(reset_text, language), {{"{site}", site.name}, {"{link}", url.reveal()}, {"{life}", life}}));
  return letter;
}

std::string sign_out_state(const Session& session) {
  return std::string(view_of(session.nonce));
}

std::string reset_state(const User& user) {
  return std::to_string(user.epoch) + "\n" + user.password_hash;
}

}  // namespace cardea
