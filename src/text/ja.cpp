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
    .problems = {.last_way = "ほかにログイン方法がないため、連携を解除できません。"
                             "先にパスワードを設定するか、別のサービスと連携してください。",
                 .insufficient_user_authentication =
                     "続けるには、パスワードを入力するか、ログアウトしてからもう一度ログインしてください。",
                 .invalid_credentials = "現在のパスワードが正しくありません。",
                 .too_many_attempts = "試行回数の上限に達しました。数分待ってからお試しください。",
                 .identity_in_use =
                     "選択した外部アカウントは、このサイトの別のアカウントとすでに連携されています。",
                 .already_linked =
                     "そのサービスの別のアカウントとすでに連携されています。先に連携を解除してください。",
                 .provider_refused =
                     "外部サービスでログインできませんでした。もう一度試すか、別の方法をお選びください。",
                 .temporarily_unavailable = "ただいまご利用いただけません。しばらくしてからお試しください。",
                 .other = "問題が発生しました。もう一度お試しください。"},
    .refusals = {.title = "このページは表示できません",
                 .not_found_title = "ページが見つかりません",
                 .not_found = "このアドレスにページはありません。",
                 .scope_of_account =
                     "{email} でログインしています。このページの表示には「{scope}」の権限が必要です。管理者に依頼するか、別の"
                     "アカウントでログインしてください。",
                 .scope = "ログインしていますが、このページの表示には「{scope}」の権限が必要です。管理者に依頼するか、別の"
                          "アカウントでログインしてください。",
                 .no_permission = "ログインしていますが、このページを表示する権限がありません。管理者に依頼するか、別の"
                                  "アカウントでログインしてください。",
                 .sign_in_first = "このページを表示するには、ログインしてください。",
                 .fresh = "このページを表示するには、もう一度ログインしてください。",
                 .attempts = "試行回数の上限に達しました。数分後にもう一度お試しください。",
                 .in_circles =
                     "ログインページも保護されているため、誰もログインできません。管理者がログインページを公開する必要があります。",
                 .other_name = "このサイトの別のアドレスから送信されたフォームのため、何も変更していません。次のアドレスで"
                               "ページを開き、もう一度お試しください。",
                 .foreign = "別のサイトから送信されたフォームのため、何も変更していません。",
                 .not_private = "パスワードを送信するため、https でのみ使用できます。何も変更していません。",
                 .unavailable = "現在ご利用いただけません。しばらくしてから、もう一度お試しください。",
                 .other = "このリクエストは処理できません。前のページに戻って、もう一度お試しください。",
                 .switch_account = "別のアカウントでログイン",
                 .sign_in = "ログイン",
                 .to_site = "ホームページへ",
                 .open_there = "{address} を開く"},
    .setup = {
        .title = "初期設定",
        .repair_title = "修復",
        .not_ready_title = "このサイトはまだ設定されていません",
        .not_ready = "まだログインできません。このサイトの管理者の方は、初期設定ページを開いてください。",
        .broken_title = "現在ログインできません",
        .broken =
            "しばらくしてからもう一度お試しください。このサイトの管理者の方は、修復ページで原因を確認できます。",
        .closed_title = "ページが見つかりません",
        .closed =
            "このサイトでは初期設定ページを利用できません。このサイトの管理者の方は、修復ページで次の手順をご確認ください。",
        .not_private =
            "パスワードを入力するページのため、https でのみ利用できます。次のアドレスで開いてください。",
        .foreign =
            "ほかのサイトから送信されたフォームのため、何も変更していません。ページを開き直してください。",
        .proof =
            "サイトの所有者であることを確認します。次の名前の空のファイルを、FTP などでプログラムと同じフォルダーにアップロードしてください。",
        .proof_download = "ファイルをダウンロード",
        .proof_check = "もう一度確認",
        .proof_missing =
            "{file} が見つからないか、アップロードから 1 時間以上が経過しています。アップロードしてから、もう一度確認してください。フォルダーのパーミッションは 755 か、より厳しくする必要があります。",
        .found = "確認した内容",
        .found_server = "ウェブサーバー：{server}、プログラムの実行方式：{way}",
        .found_user = "プログラムの実行ユーザー：{user}",
        .found_tls = "https で暗号化された接続です。",
        .found_no_tls = "暗号化されていない接続です。この端末の中でのみ問題ありません。",
        .found_authorization = "アプリに必要な Authorization ヘッダーは、サーバーから渡されます。",
        .found_no_authorization =
            "Apache は .htaccess に「CGIPassAuth On」の行がある場合のみ Authorization ヘッダーを渡します。必要なのはアプリだけです。",
        .found_directory = "設定と鍵の保存先：{path}",
        .found_databases = "MySQL、MariaDB、SQLite を利用できます。",
        .found_no_sqlite =
            "MySQL と MariaDB を利用できます。ネットワークファイルシステムのため SQLite は利用できません：{path}",
        .no_place =
            "プログラムが公開フォルダーの外に書き込めないため、設定と鍵を安全に保存できません。CGI プログラムを契約者のユーザーで実行する（suexec）か、契約者のプログラムだけが書き込める公開フォルダー外のフォルダーを用意するよう、ホスティング会社にご依頼ください。",
        .config_exists =
            "{path} がすでにありますが、プログラムはこのファイルを読み込みません。名前を変更してから、もう一度確認してください。",
        .site = "サイト",
        .url = "サイトのアドレス",
        .site_name = "サイト名（任意）",
        .database = "データベース",
        .database_text =
            "コントロールパネルに表示されている MySQL の情報を入力するか、SQLite を選択してください。",
        .mysql = "MySQL または MariaDB",
        .sqlite = "SQLite（1 ファイル）",
        .host = "サーバー",
        .schema = "データベース名",
        .user = "データベースのユーザー",
        .database_password = "データベースのパスワード",
        .path = "SQLite のファイル（公開フォルダーの外）",
        .mail = "メール",
        .mail_text =
            "メールを送信しない場合は空欄にしてください。その場合、忘れたパスワードを変更できるのは管理者だけです。",
        .mail_from = "メールの送信元（任意）",
        .administrator = "管理者",
        .administrator_text = "設定後、このアカウントでログインします。",
        .email = "メールアドレス",
        .admin_password = "パスワード",
        .submit = "設定する",
        .check_fields = "まだ何も保存していません。入力内容をご確認ください。",
        .missing = "この項目を入力してください。",
        .not_usable = "この値は使用できません：{message}",
        .bad_url =
            "ブラウザーに表示されるアドレスを https://example.com のようにパスなしで入力してください。日本語ドメインは xn-- で始まる形式で入力してください。",
        .bad_from = "noreply@example.com のようなメールアドレスを入力するか、空欄にしてください。",
        .bad_path = "/ で始まる完全なパスを入力してください。?、%、# は使用できません。",
        .bad_text = "改行を含まない通常の文字を 1000 バイト以内で入力してください。",
        .bad_email = "メールアドレスは name@example.com の形式で入力してください。",
        .too_short = "{count} 文字以上で入力してください。",
        .too_long = "より短いパスワードを入力してください。",
        .too_common =
            "よく使われているか、サイト名やメールアドレスから作られた、推測されやすいパスワードです。別のパスワードを入力してください。",
        .denied =
            "データベースサーバーがこのユーザーとパスワードを受け付けませんでした。コントロールパネルの内容とご確認ください。",
        .no_database =
            "この名前のデータベースがないか、ユーザーに権限がありません。コントロールパネルで作成し、ユーザーにすべての権限を与えてください。",
        .no_server =
            "この名前のデータベースサーバーから応答がありません。コントロールパネルでサーバー名をご確認ください。多くの場合は localhost です。",
        .database_failed = "データベースをまだ利用できません。",
        .said = "受け取ったメッセージ：{message}",
        .database_used =
            "このデータベースの初期設定はすでに完了しています。別のデータベースを選択してください。設定ファイルを失った場合は、修復ページを開いてください。",
        .path_public = "公開フォルダー内のパスです。公開フォルダーの外を指定してください。",
        .path_network =
            "ネットワークファイルシステムでは SQLite のデータが失われることがあります。MySQL をご利用ください。",
        .path_unwritable = "プログラムがこのフォルダーに書き込めません。",
        .step_failed =
            "「{step}」を完了できませんでした。解決してから、もう一度ボタンを押してください。これまでの内容は失われません。",
        .step_folder = "設定と鍵のフォルダー",
        .step_draft = "プログラムだけが読み取れるファイル",
        .step_pointer = "設定の場所を示すファイル",
        .step_keys = "鍵",
        .step_tables = "データベースのテーブル",
        .step_administrator = "管理者アカウント",
        .step_php = "PHP 用の keys.json",
        .step_note = "データベースの完了記録",
        .step_marker = "フォルダーの完了記録",
        .step_config = "設定ファイル",
        .busy = "別のブラウザーで設定を進めています。しばらくしてから、もう一度ボタンを押してください。",
        .done_title = "初期設定が完了しました",
        .done = "作成した管理者アカウントでログインしてください。",
        .sign_in = "ログイン",
        .delete_proof = "プログラムのフォルダーから {file} を削除してください。",
        .starts = "プログラムは正常に起動します。設定ファイル：{path}",
        .starts_not = "プログラムを起動できません。",
        .lost =
            "{path} がありません。バックアップからアップロードしてください。ない場合は再設定できます。同じデータベースを選択すると、アカウントは維持されます。",
        .reopen = "再設定する",
        .reopened = "再設定できるようになりました。初期設定ページを開いてください。",
        .close_file = "ほかのユーザーが読み取りまたは変更できる状態です：{path}",
        .close_file_button = "プログラムだけが読み取れるようにする",
        .closed_file = "プログラムだけが読み取れるようになりました：{path}",
        .checks = "チェック結果",
        .all_good = "すべてのチェックに合格しました。",
        .result_ok = "正常",
        .result_skip = "省略",
        .result_warn = "注意",
        .result_fail = "問題",
        .tables = "データベースのテーブル",
        .tables_text = "アップグレード後は、テーブルをプログラムのバージョンに合わせる必要があります。",
        .tables_button = "テーブルを更新",
        .tables_done = "テーブルのバージョン：{version}",
        .way_in = "管理者の新しいログイン方法",
        .way_in_text =
            "管理者 1 名のパスワードを新しく設定し、そのアカウントをすべての端末からログアウトします。",
        .way_in_button = "パスワードを設定",
        .way_in_done = "パスワードを変更しました。新しいパスワードでログインしてください：{email}",
        .no_administrator = "このアドレスの管理者は見つかりません：{email}",
        .new_password = "新しいパスワード",
        .act_failed = "処理できませんでした。{message}"}};

}  // namespace cardea
