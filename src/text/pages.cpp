#include "text/pages.h"

#include <algorithm>
#include <array>

namespace cardea {
namespace {

// In the order of Language.
template <class Thing>
using InEachLanguage = std::array<Thing, languages.size()>;

constexpr InEachLanguage<ActivityWords> words{
    ActivityWords{.title = "Account overview",
                  .account = "My account",
                  .devices = "Signed-in devices",
                  .devices_text = "Where your account is open at present. Sign out what you do not know.",
                  .this_device = "This device",
                  .seen = "Last seen ",
                  .sign_out = "Sign out",
                  .unknown = "Unknown device",
                  .ways = "Ways to sign in",
                  .ways_text = "Connect another service, and sign in with it too.",
                  .connected = "Connected",
                  .connect = "Connect",
                  .disconnect = "Disconnect",
                  .password = "Password",
                  .sign_in_again = "To continue, sign out and sign in again.",
                  .events = "What happened lately",
                  .events_text = "Sign-ins and changes to your account.",
                  .no_events = "Nothing has happened yet."},
    ActivityWords{
        .title = "계정 한눈에 보기",
        .account = "내 계정",
        .devices = "로그인된 기기",
        .devices_text = "지금 회원님의 계정으로 로그인된 기기입니다. 모르는 기기는 로그아웃해 주세요.",
        .this_device = "이 기기",
        .seen = "마지막 접속 ",
        .sign_out = "로그아웃",
        .unknown = "알 수 없는 기기",
        .ways = "로그인 방법",
        .ways_text = "다른 서비스를 연결하면 그 서비스로도 로그인할 수 있습니다.",
        .connected = "연결됨",
        .connect = "연결",
        .disconnect = "연결 해제",
        .password = "비밀번호",
        .sign_in_again = "계속하려면 로그아웃한 뒤 다시 로그인해 주세요.",
        .events = "최근 활동",
        .events_text = "로그인과 계정 변경 내역입니다.",
        .no_events = "아직 활동 내역이 없습니다."},
    ActivityWords{.title = "アカウントの概要",
                  .account = "アカウント",
                  .devices = "ログイン中の端末",
                  .devices_text = "現在このアカウントにログインしている端末です。"
                                  "見覚えのない端末はログアウトしてください。",
                  .this_device = "この端末",
                  .seen = "最終利用：",
                  .sign_out = "ログアウト",
                  .unknown = "不明な端末",
                  .ways = "ログイン方法",
                  .ways_text = "ほかのサービスを連携すると、そのサービスでもログインできます。",
                  .connected = "連携済み",
                  .connect = "連携する",
                  .disconnect = "連携を解除",
                  .password = "パスワード",
                  .sign_in_again = "続けるには、ログアウトしてからもう一度ログインしてください。",
                  .events = "最近のアクティビティ",
                  .events_text = "ログインとアカウントの変更の記録です。",
                  .no_events = "まだ記録はありません。"}};

struct Problem {
  std::string_view word;
  InEachLanguage<std::string_view> text;
};

constexpr std::array problems{
    Problem{"last_way",
            {"The only way to sign in cannot be disconnected.", "하나뿐인 로그인 방법은 해제할 수 없습니다.",
             "唯一のログイン方法は解除できません。"}},
    Problem{"insufficient_user_authentication",
            {"Enter your password to continue, or sign out and sign in again.",
             "계속하려면 비밀번호를 입력하시거나, 로그아웃한 뒤 다시 로그인해 주세요.",
             "続けるには、パスワードを入力するか、ログアウトしてからもう一度ログインしてください。"}},
    Problem{"invalid_credentials",
            {"The current password is incorrect.", "현재 비밀번호가 올바르지 않습니다.",
             "現在のパスワードが正しくありません。"}},
    Problem{"too_many_attempts",
            {"Too many attempts. Wait a few minutes, then try again.",
             "시도 횟수를 초과했습니다. 몇 분 뒤에 다시 시도해 주세요.",
             "試行回数の上限に達しました。数分待ってからお試しください。"}},
    Problem{"identity_in_use",
            {"That sign-in belongs to another account of this site.",
             "이 로그인은 이 사이트의 다른 계정에 이미 연결되어 있습니다.",
             "このログインは、当サイトの別のアカウントとすでに連携されています。"}},
    Problem{"already_linked",
            {"Your account is connected to another sign-in of that service already.",
             "회원님의 계정은 그 서비스의 다른 로그인에 이미 연결되어 있습니다.",
             "お客様のアカウントは、そのサービスの別のログインとすでに連携されています。"}},
    Problem{"provider_refused",
            {"The other service did not confirm who you are. Try again.",
             "다른 서비스에서 본인을 확인하지 못했습니다. 다시 시도해 주세요.",
             "外部サービスで本人確認ができませんでした。もう一度お試しください。"}},
    Problem{"temporarily_unavailable",
            {"This does not work at the moment. Try again shortly.",
             "지금은 이용할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
             "ただいまご利用いただけません。しばらくしてからお試しください。"}},
};

constexpr InEachLanguage<std::string_view> something_else{"Something went wrong. Please try again.",
                                                          "문제가 생겼습니다. 다시 시도해 주세요.",
                                                          "問題が発生しました。もう一度お試しください。"};

std::size_t place_of(Language language) {
  return static_cast<std::size_t>(language);
}

}  // namespace

const ActivityWords& activity_words(Language language) {
  return words.at(place_of(language));
}

std::string_view problem_in_words(std::string_view problem, Language language) {
  const auto* found = std::find_if(problems.begin(), problems.end(),
                                   [&](const Problem& known) { return known.word == problem; });
  return (found == problems.end() ? something_else : found->text).at(place_of(language));
}

std::string onwards_in_words(std::string_view label, Language language) {
  const auto name = std::string(label);
  switch (language) {
    case Language::ko:
      return name + " 계속하기";
    case Language::ja:
      return name + " に進む";
    case Language::en:
      break;
  }
  return "Continue to " + name;
}

}  // namespace cardea
