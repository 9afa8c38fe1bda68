#include "text/text.h"

namespace cardea {

constexpr Texts texts::ja{
    .ahead_of_utc = std::chrono::hours{9},
    .times = {.moment = "{year}年{month}月{day}日 {clock}（JST）",
              .months = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
              .hour = "{count} 時間",
              .hours = "{count} 時間",
              .day = "{count} 日間",
              .days = "{count} 日間"},
    .events =
        {.sentences =
             {{EventKind::signed_in, "ログインしました"},
              {EventKind::sign_in_failed, "ログインに失敗しました"},
              {EventKind::registered, "アカウントが作成されました"},
              {EventKind::signed_out, "ログアウトしました"},
              {EventKind::signed_out_everywhere, "すべての端末からログアウトしました"},
              {EventKind::device_signed_out, "端末 1 台がログアウトされました"},
              {EventKind::token_reused, "古いログイン情報{replaced}が再び使われました"},
              {EventKind::database_rolled_back,
               "サイトの記録がこのログインより古い状態でした。バックアップが復元された可能性があります"},
              {EventKind::password_changed, "パスワードが変更されました"},
              {EventKind::user_disabled, "アカウントが停止されました"},
              {EventKind::user_enabled, "アカウントの停止が解除されました"},
              {EventKind::user_deleted, "アカウントが削除されました"},
              {EventKind::platform_changed, "{from} でのログイン情報が {to} で使われました"},
              {EventKind::many_devices, "1 時間のうちに新しい端末 {count} 台がログインしました"},
              {EventKind::many_networks, "1 時間のうちに {count} か所のネットワークからログインがありました"},
              {EventKind::password_guessed,
               "パスワードの誤りが {count} 回続いた後、新しい端末がログインしました"},
              {EventKind::device_disowned, "メールのリンクを使って端末からログアウトしました"},
              {EventKind::password_reset_requested, "パスワード再設定メールの送信が依頼されました"},
              {EventKind::password_reset, "メールのリンクからパスワードが再設定されました"},
              {EventKind::scope_changed, "アカウントの権限が変更されました"},
              {EventKind::identity_linked, "アカウントが {provider} と連携されました"},
              {EventKind::identity_unlinked, "{provider} との連携が解除されました"}},
         .replaced = "（{time}）",
         .other_system = "別のシステム",
         .device_ended = "。該当の端末からログアウトされました",
         .all_ended = "。すべての端末からログアウトされました",
         .full_stop = "。"},
    .devices = {.unknown = "不明な端末", .named = "{browser}（{system}）"},
    .letters = {.alert_subject = "【{site}】アカウントの操作についてご確認ください",
                .alert = "{site} をご利用いただき、ありがとうございます。\n\n"
                         "アカウントで次の操作がありました。\n\n"
                         "    {what}\n\n"
                         "    端末：{device}\n"
                         "    IP アドレス：{ip}\n"
                         "    日時：{time}\n\n",
                .sign_out = "お心当たりがある場合は、何もする必要はありません。\n\n"
                            "お心当たりがない場合は、次のページでその端末からログアウトしてください。"
                            "パスワードは必要ありません。リンクの有効期間は {life}です。\n\n"
                            "{link}\n\n"
                            "その後、新しいパスワードを設定してください。\n\n"
                            "{password}\n",
                .advice = "お心当たりがある場合は、何もする必要はありません。"
                          "お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
                          "{password}\n",
                .removed_ways = "次のログイン方法をアカウントから削除しました。\n\n"
                                "{ways}\n"
                                "引き続きお使いになる場合は、アカウントのページで再度連携してください。\n\n"
                                "{account}\n\n",
                .way_added_subject = "【{site}】ログイン方法追加のお知らせ",
                .way_added =
                    "{site} をご利用いただき、ありがとうございます。\n\n"
                    "アカウントに新しいログイン方法が追加されました。\n\n"
                    "    {way}\n\n"
                    "    端末：{device}\n"
                    "    IP アドレス：{ip}\n"
                    "    日時：{time}\n\n"
                    "お心当たりがない場合は、追加された方法を削除し、パスワードを変更してください。\n\n"
                    "{account}\n",
                .way_removed_subject = "【{site}】ログイン方法削除のお知らせ",
                .way_removed = "{site} をご利用いただき、ありがとうございます。\n\n"
                               "アカウントからログイン方法が削除されました。\n\n"
                               "    {way}\n\n"
                               "    端末：{device}\n"
                               "    IP アドレス：{ip}\n"
                               "    日時：{time}\n\n"
                               "お心当たりがない場合は、パスワードを再設定してください。\n\n"
                               "{password}\n",
                .reset_subject = "【{site}】パスワード再設定のご案内",
                .reset =
                    "{site} をご利用いただき、ありがとうございます。\n\n"
                    "パスワード再設定のお申し込みを受け付けました。"
                    "次のリンクから新しいパスワードを設定してください。\n\n"
                    "{link}\n\n"
                    "リンクの有効期間は {life}で、一度だけ使用できます。"
                    "お心当たりがない場合は、このメールを破棄してください。パスワードは変更されません。\n"},
    .pages = {.title = "アカウントの概要",
              .account = "アカウント",
              .about = "{what}：{name}",
              .devices = "ログイン中の端末",
              .devices_text = "現在ログインしている端末です。見覚えのない端末からはログアウトしてください。",
              .this_device = "この端末",
              .seen = "最終利用：{time}",
              .sign_out = "ログアウト",
              .ways = "ログイン方法",
              .ways_text = "ほかのサービスを連携すると、そのサービスでもログインできます。",
              .connected = "連携済み",
              .connect = "連携する",
              .disconnect = "連携を解除",
              .password = "パスワード",
              .sign_in_again = "続けるには、ログアウトしてからもう一度ログインしてください。",
              .events = "最近のアクティビティ",
              .events_text = "ログインとアカウントの変更の記録です。",
              .no_events = "まだ記録はありません。",
              .onwards = "{label} に進む"},
    .problems = {
        .last_way = "ほかにログイン方法がないため、連携を解除できません。"
                    "先にパスワードを設定するか、別のサービスと連携してください。",
        .insufficient_user_authentication =
            "続けるには、パスワードを入力するか、ログアウトしてからもう一度ログインしてください。",
        .invalid_credentials = "現在のパスワードが正しくありません。",
        .too_many_attempts = "試行回数の上限に達しました。数分待ってからお試しください。",
        .identity_in_use = "選択した外部アカウントは、このサイトの別のアカウントとすでに連携されています。",
        .already_linked =
            "そのサービスの別のアカウントとすでに連携されています。先に連携を解除してください。",
        .provider_refused =
            "外部サービスでログインできませんでした。もう一度試すか、別の方法をお選びください。",
        .temporarily_unavailable = "ただいまご利用いただけません。しばらくしてからお試しください。",
        .other = "問題が発生しました。もう一度お試しください。"}};

}  // namespace cardea
