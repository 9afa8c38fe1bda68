#include "text/text.h"

namespace cardea {

constexpr Texts texts::ja{
    .ahead_of_utc = std::chrono::hours{9},
    .times = {.moment = "{year}年{month}月{day}日 {clock}（JST）",
              .date = "{year}年{month}月{day}日",
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
              {EventKind::identity_unlinked, "{provider} との連携が解除されました"},
              {EventKind::reauthenticated, "本人確認が完了しました"},
              {EventKind::account_closed, "退会手続きが完了しました"},
              {EventKind::account_reopened, "退会が取り消されました"},
              {EventKind::account_exported, "アカウントデータのコピーがダウンロードされました"},
              {EventKind::address_verified, "メールアドレスが確認されました"},
              {EventKind::address_change_requested, "メールアドレスの変更が申請されました"},
              {EventKind::address_changed, "メールアドレスが変更されました"},
              {EventKind::address_change_undone, "メールアドレスの変更が取り消されました"},
              {EventKind::account_taken_over, "アカウントがメールアドレスの所有者に引き渡されました"},
              {EventKind::registration_repeated,
               "このアカウントのメールアドレスで新規登録の操作がありました"}},
         .replaced = "（{time}）",
         .other_system = "別のシステム",
         .device_ended = "。該当の端末からログアウトされました",
         .all_ended = "。すべての端末からログアウトされました",
         .full_stop = "。"},
    .devices = {.unknown = "不明な端末", .named = "{browser}（{system}）"},
    .letters =
        {.wordings =
             {{LetterKind::verify_address, "【{site}】メールアドレスの確認",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "次のリンクを開き、ボタンを押して、メールアドレスの確認を完了してください。\n\n"
               "{link}\n\n"
               "または、この確認コードを入力してください。\n\n"
               "    {code}\n\n"
               "有効期間は {life}で、一度だけ使用できます。お心当たりがない場合は、このメールを破棄してください。\n"},
              {LetterKind::address_known, "【{site}】アカウントはすでに登録されています",
               "{site} で新規登録の操作がありましたが、このメールアドレスはすでに登録されています。ご本人の場合は、ログインするか、パスワードを再設定してください。\n\n"
               "{sign_in}\n\n"
               "お心当たりがない場合は、何もする必要はありません。\n"},
              {LetterKind::address_change_new, "【{site}】メールアドレスの確認",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "次のリンクを開き、ボタンを押して、メールアドレスの確認を完了してください。\n\n"
               "{link}\n\n"
               "または、この確認コードを入力してください。\n\n"
               "    {code}\n\n"
               "有効期間は {life}で、一度だけ使用できます。お心当たりがない場合は、このメールを破棄してください。\n"},
              {LetterKind::address_change_old, "【{site}】メールアドレス変更のお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントのメールアドレスが {address} に変更されました。\n\n"
               "{circumstances}\n"
               "お心当たりがない場合は、次のリンクから変更を取り消してください。すべての端末からもログアウトします。リンクの有効期間は {life}です。\n\n"
               "{link}\n"},
              {LetterKind::reset, "【{site}】パスワード再設定のご案内",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "パスワード再設定のお申し込みを受け付けました。次のリンクから新しいパスワードを設定してください。\n\n"
               "{link}\n\n"
               "または、この確認コードを入力してください。\n\n"
               "    {code}\n\n"
               "有効期間は {life}で、一度だけ使用できます。お心当たりがない場合は、このメールを破棄してください。パスワードは変更されません。\n"},
              {LetterKind::reset_done, "【{site}】アカウントの操作についてご確認ください",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントで次の操作がありました。\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "{removed}お心当たりがある場合は、何もする必要はありません。お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::taken_over, "【{site}】アカウントの所有者確認のお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "メールアドレスが確認されたため、このメールアドレスで登録されていたアカウントは、ご本人のものになりました。ほかの人が登録した可能性があります。\n\n"
               "{circumstances}\n"
               "{removed}お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::alert, "【{site}】アカウントの操作についてご確認ください",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントで次の操作がありました。\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "お心当たりがある場合は、何もする必要はありません。\n\n"
               "お心当たりがない場合は、次のページでその端末からログアウトしてください。パスワードは必要ありません。リンクの有効期間は {life}です。\n\n"
               "{link}\n\n"
               "その後、新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::alert_ended, "【{site}】アカウントの操作についてご確認ください",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントで次の操作がありました。\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "お心当たりがある場合は、何もする必要はありません。お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::password_changed, "【{site}】アカウントの操作についてご確認ください",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントで次の操作がありました。\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "お心当たりがある場合は、何もする必要はありません。お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::way_linked, "【{site}】ログイン方法追加のお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントに新しいログイン方法が追加されました。\n\n"
               "{things}\n"
               "{circumstances}\n"
               "お心当たりがない場合は、追加された方法を削除し、パスワードを変更してください。\n\n"
               "{account}\n"},
              {LetterKind::way_unlinked, "【{site}】ログイン方法削除のお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "アカウントからログイン方法が削除されました。\n\n"
               "{things}\n"
               "{circumstances}\n"
               "お心当たりがない場合は、パスワードを再設定してください。\n\n"
               "{password}\n"},
              {LetterKind::account_closed, "【{site}】退会手続き完了のお知らせ",
               "これまで {site} をご利用いただき、ありがとうございました。\n\n"
               "退会手続きが完了しました。アカウントのデータは {date}に削除されます。\n\n"
               "{circumstances}\n"
               "退会を取り消す場合は、それまでに次のリンクを開くか、ログインしてください。\n\n"
               "{link}\n\n"
               "お心当たりがない場合は、すぐに退会を取り消し、パスワードを変更してください。\n"},
              {LetterKind::account_reopened, "【{site}】退会取り消しのお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "退会が取り消されました。アカウントのデータは削除されません。\n\n"
               "{circumstances}\n"
               "お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n"
               "{password}\n"},
              {LetterKind::reauthenticate, "【{site}】本人確認の確認コード",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "本人確認のため、この確認コードを入力してください。\n\n"
               "    {code}\n\n"
               "有効期間は {life}で、一度だけ使用できます。お心当たりがない場合は、アカウントのページで見覚えのない端末からログアウトしてください。\n\n"
               "{account}\n"},
              {LetterKind::invitation, "【{site}】ご招待のお知らせ",
               "{site} の管理者から招待が届いています。次のリンクから登録してください。\n\n"
               "{link}\n\n"
               "有効期間は {life}で、一度だけ使用できます。登録しない場合は、このメールを破棄してください。\n"},
              {LetterKind::approved, "【{site}】登録承認のお知らせ",
               "{site} をご利用いただき、ありがとうございます。\n\n"
               "管理者が登録を承認しました。次のページからログインできます。\n\n"
               "{sign_in}\n"}},
         .circumstances = "    端末：{device}\n"
                          "    IP アドレス：{ip}\n"
                          "    日時：{time}\n",
         .removed = "次のものをアカウントから削除しました。\n\n"
                    "{things}\n"
                    "引き続きお使いになる場合は、アカウントのページでもう一度追加してください。\n\n"
                    "{account}\n\n",
         .password = "パスワード",
         .name = "名前",
         .passkeys = "パスキー",
         .factors = "2 段階認証",
         .app_passwords = "アプリパスワード",
         .sessions = "すべてのログイン",
         .foot = "このメールは {site} から自動送信しています。ご返信いただいてもお答えできません。\n"},
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
              .events = "最近のアクティビティ",
              .events_text = "ログインとアカウントの変更の記録です。",
              .no_events = "まだ記録はありません。",
              .onwards = "{label} に進む",
              .reopen_title = "退会済みのアカウント",
              .reopen_text = "退会済みのアカウントです。{date}に削除されます。退会を取り消しますか？",
              .reopen_button = "退会を取り消す"},
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
