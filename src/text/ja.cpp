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
               "このアカウントのメールアドレスで新規登録の操作がありました"},
              {EventKind::program_upgraded,
               "サイトのプログラムをバージョン {from} から {to} にアップグレードしました"},
              {EventKind::program_restored, "サイトのプログラムをバージョン {from} から {to} に戻しました"}},
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
               "{link}\n\n"
               "または、そのページでこの確認コードを入力してください。\n\n"
               "    {code}\n"},
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
               "または、そのページでこの確認コードを入力してください。\n\n"
               "    {code}\n\n"
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
               "または、そのページでこの確認コードを入力してください。\n\n"
               "    {code}\n\n"
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
    .refusals =
        {.title = "このページは表示できません",
         .not_found_title = "ページが見つかりません",
         .not_found = "このアドレスにページはありません。",
         .scope_of_account =
             "{email} でログインしています。このページの表示には「{scope}」の権限が必要です。管理者に依頼するか、別の"
             "アカウントでログインしてください。",
         .scope =
             "ログインしていますが、このページの表示には「{scope}」の権限が必要です。管理者に依頼するか、別の"
             "アカウントでログインしてください。",
         .no_permission =
             "ログインしていますが、このページを表示する権限がありません。管理者に依頼するか、別の"
             "アカウントでログインしてください。",
         .sign_in_first = "このページを表示するには、ログインしてください。",
         .fresh = "このページを表示するには、もう一度ログインしてください。",
         .attempts = "試行回数の上限に達しました。数分後にもう一度お試しください。",
         .in_circles =
             "ログインページも保護されているため、誰もログインできません。管理者がログインページを公開する必要があります。",
         .other_name =
             "このサイトの別のアドレスから送信されたフォームのため、何も変更していません。次のアドレスで"
             "ページを開き、もう一度お試しください。",
         .foreign = "別のサイトから送信されたフォームのため、何も変更していません。",
         .not_private = "パスワードを送信するため、https でのみ使用できます。何も変更していません。",
         .unavailable = "現在ご利用いただけません。しばらくしてから、もう一度お試しください。",
         .unanswerable = "このリクエストは処理できません。前のページに戻って、もう一度お試しください。",
         .switch_account = "別のアカウントでログイン",
         .sign_in = "ログイン",
         .to_site = "ホームページへ",
         .open_there = "{address} を開く"},
    .findings =
        {
            {FindingKind::configuration_read, "{path}"},
            {FindingKind::keys_sign, "{algorithm} の鍵 {kid}、使用開始：{time}"},
            {FindingKind::keys_next, "{algorithm} の鍵 {kid}、使用開始：{time}、次の鍵：{next}"},
            {FindingKind::keys_old, "1 年以上使われている鍵です：{algorithm} {kid}、使用開始：{time}",
             "cardea key new で新しい鍵を作成してください"},
            {FindingKind::keys_refresh, "更新用の鍵 {number}、使用開始：{time}"},
            {FindingKind::keys_failed, "{message}",
             "鍵のフォルダーは 700、鍵のファイルは 600 にしてください。鍵がなければ cardea key new で作成してください"},
            {FindingKind::sign_outs_unseen, "鍵のフォルダーがないため確認していません"},
            {FindingKind::sign_outs_unwritable,
             "{message}。ログアウト済みのトークンが、期限までこのサーバーで通用します",
             "プログラムのユーザーが書き込めるようにするか、[tokens] revocations に別のファイルを指定してください"},
            {FindingKind::sign_outs_closed,
             "{path} が壊れていたため、再び満たされるまですべてのトークンを拒否します",
             "データベースが応答するようにしてください。次のリクエストで自動的に満たされます"},
            {FindingKind::sign_outs_new,
             "このサーバーの全プロセスが、終了したセッションを拒否します（{path}）。データベースへの確認はまだです"},
            {FindingKind::sign_outs_ready,
             "このサーバーの全プロセスが、終了したセッションを拒否します（{path}）。データベースの確認：{time}"},
            {FindingKind::sign_outs_network, "{path} がネットワークファイルシステム上にあります",
             "サーバーごとに [tokens] revocations で別のファイルを指定してください"},
            {FindingKind::database_server, "{server}"},
            {FindingKind::database_current,
             "テーブルのバージョン {tables}、プログラムのバージョン {program}"},
            {FindingKind::database_older,
             "テーブルのバージョン {tables}、プログラムに必要なバージョン {program}",
             "cardea migrate を実行するか、ブラウザーで /auth/repair を開いてください"},
            {FindingKind::database_newer, "テーブルのバージョン {tables}、プログラムのバージョン {program}",
             "新しいバージョンのプログラムを使ってください"},
            {FindingKind::database_empty, "テーブルがまだありません",
             "cardea migrate を実行するか、ブラウザーで /auth/repair を開いてください"},
            {FindingKind::database_clock_agrees, "データベースサーバーの時計は合っています"},
            {FindingKind::database_clock_differs, "データベースサーバーと時計が {seconds} 秒ずれています",
             "両方のサーバーの時計を NTP で合わせてください"},
            {FindingKind::database_clock_wrong, "データベースサーバーと時計が {seconds} 秒ずれています",
             "両方のサーバーの時計を NTP で合わせてください"},
            {FindingKind::database_warning, "{message}",
             "管理画面でメッセージのとおりに対処するか、ホスティング会社に依頼してください"},
            {FindingKind::database_writes, "書き込みと読み出しは正常です"},
            {FindingKind::database_refuses_file, "{message}",
             "ファイルとフォルダーの書き込み権限、ディスクと割り当ての空きを確認してください"},
            {FindingKind::database_refuses_writing, "{message}",
             "データベースのユーザーにすべての権限を与えてください。ディスクが満杯か、サーバーが読み取り専用かも確認してください"},
            {FindingKind::database_away, "{message}",
             "[database] url の設定と、サーバーが動いて接続を許しているかを確認してください"},
            {FindingKind::database_damaged, "{message}",
             "メッセージのとおりに対処してください。データが変わっていれば、バックアップを復元してください"},
            {FindingKind::database_error, "{message}",
             "このプログラムのテーブルかどうか、[database] table_prefix を確認してください"},
            {FindingKind::database_collated, "全テーブルの文字形式：{collation}"},
            {FindingKind::database_collation, "{table} の文字形式が {collation} です",
             "テーブルの文字形式を utf8mb4、utf8mb4_bin に変換してください"},
            {FindingKind::database_room, "接続 {allowed} 件のうち {used} 件を使用中"},
            {FindingKind::database_crowded, "接続 {allowed} 件のうち {used} 件を使用中",
             "[database] connections を下げるか、接続数（max_user_connections）の増加をホスティング会社に依頼してください"},
            {FindingKind::database_rights, "データベースのユーザーに必要な権限があります"},
            {FindingKind::database_rights_missing,
             "データベースのユーザーに、アップグレードに必要な権限がありません：{rights}",
             "管理画面で、このデータベースのすべての権限を与えてください"},
            {FindingKind::database_rights_wide, "このユーザーはサーバーの全データベースを変更できます",
             "このデータベースだけに権限のあるユーザーを使ってください"},
            {FindingKind::addresses_pair, "2 人のユーザーのアドレスが同じです：{one}、{other}",
             "それぞれ、ここに書かれたとおりのアドレスでログインできます。不要なアカウントを削除してください"},
            {FindingKind::addresses_more, "同じものがあと {count} 組あります",
             "不要なアカウントを削除してください"},
            {FindingKind::addresses_unseen, "データベースが応答しないため確認していません"},
            {FindingKind::addresses_old, "{count} 人のユーザーは、アドレスの表記が 1 つに限られています",
             "cardea migrate を実行してください"},
            {FindingKind::passwords_memory, "同時に {count} 件で、{limit} のうち {needed} が必要"},
            {FindingKind::passwords_half, "同時に {count} 件で、{limit} のうち {needed} が必要",
             "[password] concurrency を下げてください"},
            {FindingKind::passwords_too_much, "同時に {count} 件で、{limit} のうち {needed} が必要",
             "[password] concurrency を下げてください"},
            {FindingKind::passwords_cores,
             "同時に {count} 件で、{limit} のうち {needed} が必要、コアの数より多い",
             "[password] concurrency を下げてください"},
            {FindingKind::passwords_listed, "{path}：パスワード {count} 件"},
            {FindingKind::passwords_list_unread, "{path}：{message}",
             "cardea password-list build で作り直してください"},
            {FindingKind::passwords_list_damaged, "{path} が壊れています",
             "cardea password-list build で作り直してください"},
            {FindingKind::passwords_time, "1 件に {ms} ミリ秒"},
            {FindingKind::passwords_weak, "1 件に {ms} ミリ秒で、OWASP の推奨より弱い設定です",
             "[password] memory = 19MiB、iterations = 2 にしてください"},
            {FindingKind::passwords_slow, "このサーバーでは 1 件に {ms} ミリ秒かかります",
             "[password] iterations、次に memory を下げてください"},
            {FindingKind::passwords_unmeasured, "鍵のフォルダーがないため測定していません"},
            {FindingKind::passwords_busy, "ほかのログインの処理中で、測定できませんでした",
             "ログインが少ないときに、もう一度確認してください"},
            {FindingKind::passwords_failed, "{message}",
             "プログラムのユーザーが鍵のフォルダーに書き込めるようにし、メモリー不足でないか確認してください"},
            {FindingKind::proxies_narrow, "trusted_proxies の設定は適切です"},
            {FindingKind::proxies_wide,
             "[site] trusted_proxies の範囲が広すぎるため、誰でもアドレスを偽り、/metrics を読めます",
             "自分のプロキシのアドレスだけを書いてください"},
            {FindingKind::proxies_unknown, "アドレスの分からない接続があります：{names}",
             "プロキシが X-Forwarded-For に接続元のアドレスを書くようにし、[site] trusted_proxies に加えてください"},
            {FindingKind::provider_answers, "{name}：{message}"},
            {FindingKind::provider_failed, "{name}：{message}",
             "[provider.{name}] の設定と、このサーバーが外部に接続できるかを確認してください"},
            {FindingKind::provider_key, "{name}：private_key_file に P-256 の鍵がありません",
             "Apple から鍵をもう一度ダウンロードしてください"},
            {FindingKind::mail_program, "{way} から {from} として送信します"},
            {FindingKind::mail_no_program, "{way} を実行できません",
             "メールのプログラム（msmtp-mta、postfix）を導入するか、[mail] smtp か sendmail を設定してください"},
            {FindingKind::mail_smtp, "{way} から {from} として送信します"},
            {FindingKind::mail_smtp_user,
             "{way} から {from} として送信します。ユーザーとパスワードは有効です"},
            {FindingKind::mail_smtp_failed, "{way}：{message}",
             "[mail] smtp と password_file の設定、このサーバーが外部に接続できるかを確認してください"},
            {FindingKind::mail_off,
             "[mail] from が空のため、メールを送信しません。忘れたパスワードは管理者だけが変更できます"},
            {FindingKind::mail_unasked, "{way} には確認していません"},
            {FindingKind::web_in_the_open,
             "{url} は https ではないため、パスワードとトークンが暗号化されません",
             "証明書を導入し、[site] url を https にしてください"},
            {FindingKind::web_answers, "{url} の応答：{status}"},
            {FindingKind::web_silent, "{message}",
             "[site] url の設定と、ウェブサーバーが動いているかを確認してください"},
            {FindingKind::web_foreign, "{url} の応答：{status}。このプログラムの応答ではありません",
             "[site] mount の設定と、conf/ のウェブサーバーの設定ファイルを確認してください"},
            {FindingKind::web_unwell,
             "{url} の応答：{status}。プログラムは動いていますが、正常ではありません",
             "ウェブサーバーのユーザーで cardea check を実行するか、/auth/repair を開いてください"},
            {FindingKind::web_authorization, "Authorization ヘッダーはプログラムに届きます"},
            {FindingKind::web_no_reason, "/verify が不明な理由で {status} を返します",
             "mount がこのバージョンのプログラムにつながっているか確認してください"},
            {FindingKind::web_kept_by_apache,
             "ウェブサーバーが Authorization ヘッダーをプログラムに渡しません",
             "Apache：mount の <Location>、<Directory> または .htaccess に `CGIPassAuth On` を加えてください"},
            {FindingKind::web_kept, "ウェブサーバーが Authorization ヘッダーをプログラムに渡しません",
             "ウェブサーバーと手前のプロキシが、ヘッダーを渡すようにしてください"},
            {FindingKind::web_kept_by_apache_from_none,
             "ウェブサーバーが Authorization ヘッダーをプログラムに渡しません。Cookie だけなら不要です",
             "Apache：mount の <Location>、<Directory> または .htaccess に `CGIPassAuth On` を加えてください（mode を both か header に変える前に）"},
            {FindingKind::web_kept_from_none,
             "ウェブサーバーが Authorization ヘッダーをプログラムに渡しません。Cookie だけなら不要です",
             "ウェブサーバーと手前のプロキシが、ヘッダーを渡すようにしてください（mode を both か header に変える前に）"},
            {FindingKind::web_fresh, "プログラムの応答を保存するキャッシュはありません"},
            {FindingKind::web_cached, "手前のキャッシュが {url} に保存済みの応答を返しました",
             "キャッシュの対象から mount と保護されたページを外してください"},
            {FindingKind::web_headers, "応答ヘッダーはブラウザーに届きます"},
            {FindingKind::web_headers_lost, "ブラウザーに届かないヘッダー：{names}",
             "ウェブサーバーとプロキシが、プログラムのヘッダーをそのまま渡すようにしてください"},
            {FindingKind::name_leads, "{url} → {site}"},
            {FindingKind::name_unused, "{url} は応答しません"},
            {FindingKind::name_elsewhere, "{url} が {site} ではなく {target} につながっています",
             "サイトのほかの名前は、すべて [site] url へ転送するようにしてください"},
            {FindingKind::name_double,
             "{url} でもサイトが開きます。そこでのログインは {site} では通用しません",
             "その名前を 301 で [site] url へ転送してください"},
            {FindingKind::name_plain, "{url} では https なしでサイトが開きます",
             "http を 301 で https へ転送してください"},
            {FindingKind::certificate_valid, "有効期限：{time}"},
            {FindingKind::certificate_ends, "まもなく期限切れ：{time}",
             "更新するか、ホスティング会社の自動更新を有効にしてください"},
            {FindingKind::certificate_ends_soon, "期限切れ間近：{time}",
             "更新するか、ホスティング会社の自動更新を有効にしてください"},
            {FindingKind::certificate_refused, "{message}",
             "公的な認証局がこの名前に発行した証明書を、中間証明書とともに導入してください"},
            {FindingKind::gates_unnamed, "[gate] paths に保護するパスがありません"},
            {FindingKind::gate_shut, "{path}：{count} 個のアドレスが未ログインの接続を拒否します"},
            {FindingKind::gate_open, "{url} が開いています。ログインなしで {status} が返ります",
             "ゲートの設定を .htaccess かサーバーの設定ファイルに戻し（conf/README.md）、もう一度確認してください"},
            {FindingKind::gate_unclear, "{url}：{message}", "ウェブサーバーのエラーログを確認してください"},
            {FindingKind::secrets_hidden, "設定、鍵、データベースのファイルはウェブから開けません"},
            {FindingKind::secret_shown, "ウェブから閲覧できるファイル：{path}（{url}）",
             "フォルダーを公開フォルダーの外に移し、新しい鍵とデータベースのパスワードを作成してください"},
            {FindingKind::secrets_tidy, "設定の控えや初期設定の確認ファイルは残っていません"},
            {FindingKind::secret_left, "残っているファイル：{path}", "削除してください"},
            {FindingKind::program_closed, "{path}：所有者だけが変更できます"},
            {FindingKind::program_writable,
             "{path} の権限が {mode} のため、ほかのユーザーがプログラムを変更できます",
             "権限を 755 にしてください"},
            {FindingKind::program_user, "実行ユーザー：{user}"},
            {FindingKind::program_root, "root ユーザーで動いています", "専用のユーザーで実行してください"},
            {FindingKind::disk_room, "{path} の空き容量：{free}"},
            {FindingKind::disk_low, "{path} の空き容量が少なくなっています：{free}",
             "不要なファイルを削除するか、容量の追加をホスティング会社に依頼してください"},
            {FindingKind::disk_full, "{path} に書き込めません：{message}",
             "不要なファイルを削除するか、容量や割り当ての追加をホスティング会社に依頼してください"},
            {FindingKind::disk_files_low, "{path} に作成できるファイルは、あと {count} 個です",
             "不要なファイルを削除してください。古いメールやキャッシュが大半です"},
            {FindingKind::clock_set, "サーバーの時計は自動で合わせられています"},
            {FindingKind::clock_free, "サーバーの時計を合わせるプログラムがありません",
             "NTP で合わせるか、ホスティング会社に依頼してください"},
            {FindingKind::clock_off, "ウェブサーバーと時計が {seconds} 秒ずれています",
             "両方のサーバーの時計を NTP で合わせてください"},
            {FindingKind::administrators, "管理者 {count} 人"},
            {FindingKind::administrators_none, "ログインできる管理者がいません",
             "cardea user grant を実行するか、/auth/repair を開いてください"},
            {FindingKind::canary_new, "毎日の外部からの確認はまだ行われていません"},
            {FindingKind::canary_well, "毎日の外部からの確認で問題はありませんでした：{time}"},
            {FindingKind::canary_alarm, "毎日の外部からの確認で、次の問題が見つかりました：{time}",
             "問題を解決し、このページでもう一度確認してください"},
            {FindingKind::canary_late, "最後の外部からの確認：{time}",
             "プログラムがサイトに接続できるようにしてください。CGI の場合は、ときどきページを開いてください"},
            {FindingKind::token_life_long,
             "[tokens] access_ttl が {time} です。盗まれたトークンが、その間ほかのサーバーで通用します",
             "[tokens] access_ttl = 30m にしてください"},
            {FindingKind::session_life_endless,
             "[tokens] session_max が 0 のため、再ログインが不要になっています",
             "[tokens] session_max = 1y にしてください"},
            {FindingKind::origin_in_the_open,
             "[site] allowed_origins の {url} は https ではないため、途中でページを変更されるおそれがあります",
             "https にするか、一覧から外してください"},
            {FindingKind::registration_unproven,
             "登録が公開されていますが、メールがないためアドレスを確認できません",
             "[mail] from を設定するか、[registration] open = no にしてください"},
            {FindingKind::settings_cautious, "有効期間、オリジン、登録の設定は適切です"},
        },
    .admin =
        {.title = "管理",
         .account = "アカウント",
         .checks = "チェック",
         .checks_text = "このサイトについて確認した内容と、対処方法です。",
         .trouble = "確認が必要な項目：{count} 件",
         .all_good = "すべて正常です。",
         .look_again = "もう一度確認",
         .outside =
             "1 日に 1 回、外部からも確認します。ゲートが開いている、秘密のファイルが公開されている、証明書の期限が近い場合は、すべての管理者にメールでお知らせします。",
         .upgrade = "アップグレード",
         .upgrade_text =
             "新しいプログラムを、動作中のプログラムと同じフォルダーに {file} という名前でアップロードしてください。SHA256SUMS があれば一緒にアップロードし、このページを開き直してください。",
         .running = "動作中のバージョン：{version}",
         .waiting = "アップロードされたバージョン：{version}",
         .compared = "SHA256SUMS の値と一致しています。正しくアップロードされました。",
         .not_compared = "SHA256SUMS がないため、正しくアップロードされたか確認していません。",
         .absent = "{file} がまだありません。",
         .not_a_file = "{file} は通常のファイルではありません。",
         .foreign = "{file} の所有者が異なります。プログラムと同じアカウントでアップロードしてください。",
         .writable = "ほかのユーザーが {file} を変更できます。権限を 755 か 644 にしてください。",
         .too_large = "{file} が大きすぎます。",
         .incomplete =
             "{file} が SHA256SUMS の値と異なります。バイナリーモードでもう一度アップロードしてください。",
         .runs_not =
             "{file} はこのサーバーで実行できません。バイナリーモードでもう一度アップロードし、サーバーの種類に合うファイルか確認してください。",
         .upgrade_button = "テーブルをアップグレードしてバージョン {version} を使う",
         .former = "保管中のバージョン：{version}",
         .back_text =
             "前のバージョンに戻せます。現在のテーブルを扱えないバージョンの場合は戻しません。その場合はバックアップを復元してください。",
         .back_button = "バージョン {version} に戻す",
         .done = "完了しました。次のリクエストからバージョン {version} が応答します。",
         .changed =
             "このページを開いた後にファイルが変わったため、何もしていません。もう一度確認してください。",
         .tables_failed =
             "テーブルをアップグレードできなかったため、プログラムは置き換えていません。メッセージ：{message}",
         .tables_go_on =
             "テーブルをアップグレードしています。数分後にこのページを開き直し、もう一度ボタンを押してください。",
         .not_placed = "プログラムのファイルを置き換えられませんでした。メッセージ：{message}",
         .alarm_subject = "【{site}】対処が必要な問題があります",
         .alarm =
             "{site} を外部から確認し、次の問題を見つけました。\n\n{list}\n対処方法は次のページをご確認ください。\n\n{link}\n"},
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
        .step_server = ".htaccess の設定",
        .step_note = "データベースの完了記録",
        .step_marker = "フォルダーの完了記録",
        .step_config = "設定ファイル",
        .busy = "別のブラウザーで設定を進めています。しばらくしてから、もう一度ボタンを押してください。",
        .done_title = "初期設定が完了しました",
        .done = "作成した管理者アカウントでログインしてください。",
        .fastcgi_works = "プログラムは CGI より速い FastCGI で動作しています。",
        .fastcgi_refused = "プログラムは CGI で動作しています。このサーバーでは FastCGI を利用できません。",
        .gate_works = "members フォルダーは、ログインした人だけが開けます。",
        .gate_refused =
            "members フォルダーはまだ誰も開けません。このサーバーではゲートが動作しませんでした。/cardea-check/check.html を開き、不足している機能をレンタルサーバー会社にお問い合わせください。",
        .gate_open =
            "members フォルダーは誰でも開けます。このサーバーは .htaccess を読み込みません。非公開のページは別の場所に置くか、ゲートの設定をレンタルサーバー会社にお問い合わせください。",
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
