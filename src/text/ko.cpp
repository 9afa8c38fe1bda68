#include "text/text.h"

namespace cardea {

constexpr Texts texts::ko{
    .ahead_of_utc = std::chrono::hours{9},
    .times = {.moment = "{year}년 {month}월 {day}일 {clock}(KST)",
              .months = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
              .hour = "{count}시간",
              .hours = "{count}시간",
              .day = "{count}일",
              .days = "{count}일"},
    .events =
        {.sentences = {{EventKind::signed_in, "로그인했습니다"},
                       {EventKind::sign_in_failed, "로그인에 실패했습니다"},
                       {EventKind::registered, "계정을 만들었습니다"},
                       {EventKind::signed_out, "로그아웃했습니다"},
                       {EventKind::signed_out_everywhere, "모든 기기에서 로그아웃했습니다"},
                       {EventKind::device_signed_out, "기기 1대가 로그아웃되었습니다"},
                       {EventKind::token_reused, "이전 로그인 정보{replaced}가 다시 사용되었습니다"},
                       {EventKind::database_rolled_back,
                        "사이트의 기록이 이 로그인보다 오래되었습니다. 백업이 복원되었을 수 있습니다"},
                       {EventKind::password_changed, "비밀번호가 변경되었습니다"},
                       {EventKind::user_disabled, "계정 사용이 중지되었습니다"},
                       {EventKind::user_enabled, "계정을 다시 사용할 수 있게 되었습니다"},
                       {EventKind::user_deleted, "계정이 삭제되었습니다"},
                       {EventKind::platform_changed, "{from}에서 로그인한 정보가 {to}에서 사용되었습니다"},
                       {EventKind::many_devices, "한 시간 안에 새 기기 {count}대가 로그인했습니다"},
                       {EventKind::many_networks, "한 시간 안에 네트워크 {count}곳에서 로그인했습니다"},
                       {EventKind::password_guessed, "비밀번호가 {count}번 틀린 뒤 새 기기가 로그인했습니다"},
                       {EventKind::device_disowned, "이메일의 링크로 기기에서 로그아웃했습니다"},
                       {EventKind::password_reset_requested, "비밀번호 재설정 이메일을 요청했습니다"},
                       {EventKind::password_reset, "이메일의 링크로 비밀번호를 재설정했습니다"},
                       {EventKind::scope_changed, "계정의 권한이 변경되었습니다"},
                       {EventKind::identity_linked, "{provider} 계정이 연결되었습니다"},
                       {EventKind::identity_unlinked, "{provider} 연결이 해제되었습니다"}},
         .replaced = "({time})",
         .other_system = "다른 시스템",
         .device_ended = ". 해당 기기에서 로그아웃되었습니다",
         .all_ended = ". 모든 기기에서 로그아웃되었습니다",
         .full_stop = "."},
    .devices = {.unknown = "알 수 없는 기기", .named = "{browser} ({system})"},
    .letters =
        {.alert_subject = "[{site}] 본인이 하신 일인지 확인해 주세요",
         .alert = "안녕하세요.\n\n"
                  "{site} 계정에 다음 활동이 있었습니다.\n\n"
                  "    {what}\n\n"
                  "    기기: {device}\n"
                  "    IP 주소: {ip}\n"
                  "    시각: {time}\n\n",
         .sign_out = "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다.\n\n"
                     "본인이 아니라면 아래 페이지를 열어 그 기기에서 로그아웃해 주세요. 비밀번호는 필요하지 "
                     "않으며, 링크는 {life} 동안 사용할 수 있습니다.\n\n"
                     "{link}\n\n"
                     "그런 다음 비밀번호를 변경해 주세요.\n\n"
                     "{password}\n",
         .advice = "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다. "
                   "본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
                   "{password}\n",
         .removed_ways = "아래 로그인 방법은 계정에서 삭제되었습니다.\n\n"
                         "{ways}\n"
                         "계속 사용하시려면 계정 페이지에서 다시 연결해 주세요.\n\n"
                         "{account}\n\n",
         .way_added_subject = "[{site}] 새 로그인 방법이 추가되었습니다",
         .way_added = "안녕하세요.\n\n"
                      "{site} 계정에 새 로그인 방법이 추가되었습니다.\n\n"
                      "    {way}\n\n"
                      "    기기: {device}\n"
                      "    IP 주소: {ip}\n"
                      "    시각: {time}\n\n"
                      "본인이 아니라면 추가된 방법을 삭제하고 비밀번호를 변경해 주세요.\n\n"
                      "{account}\n",
         .way_removed_subject = "[{site}] 로그인 방법이 삭제되었습니다",
         .way_removed = "안녕하세요.\n\n"
                        "{site} 계정에서 로그인 방법이 삭제되었습니다.\n\n"
                        "    {way}\n\n"
                        "    기기: {device}\n"
                        "    IP 주소: {ip}\n"
                        "    시각: {time}\n\n"
                        "본인이 아니라면 비밀번호를 재설정해 주세요.\n\n"
                        "{password}\n",
         .reset_subject = "[{site}] 비밀번호 재설정 안내",
         .reset =
             "안녕하세요.\n\n"
             "{site} 계정의 비밀번호 재설정 요청을 받았습니다. 아래 링크에서 새 비밀번호를 설정해 주세요.\n\n"
             "{link}\n\n"
             "링크는 {life} 동안 한 번만 사용할 수 있습니다. 요청하지 않으셨다면 이 이메일을 무시해 주세요. "
             "비밀번호는 변경되지 않습니다.\n"},
    .pages = {.title = "계정 한눈에 보기",
              .account = "내 계정",
              .about = "{what}: {name}",
              .devices = "로그인된 기기",
              .devices_text = "지금 로그인되어 있는 기기입니다. 모르는 기기가 있으면 로그아웃해 주세요.",
              .this_device = "이 기기",
              .seen = "{time} 접속",
              .sign_out = "로그아웃",
              .ways = "로그인 방법",
              .ways_text = "다른 서비스를 연결하면 그 서비스로도 로그인할 수 있습니다.",
              .connected = "연결됨",
              .connect = "연결",
              .disconnect = "연결 해제",
              .password = "비밀번호",
              .sign_in_again = "계속하려면 로그아웃한 뒤 다시 로그인해 주세요.",
              .events = "최근 활동",
              .events_text = "로그인과 계정 변경 내역입니다.",
              .no_events = "아직 활동 내역이 없습니다.",
              .onwards = "{label} 페이지로 이동"},
    .problems =
        {.last_way =
             "로그인 방법이 하나뿐이라 연결을 해제할 수 없습니다. 먼저 비밀번호를 설정하거나 다른 서비스를 "
             "연결해 주세요.",
         .insufficient_user_authentication =
             "계속하려면 비밀번호를 입력하시거나, 로그아웃한 뒤 다시 로그인해 주세요.",
         .invalid_credentials = "현재 비밀번호가 올바르지 않습니다.",
         .too_many_attempts = "시도 횟수를 초과했습니다. 몇 분 뒤에 다시 시도해 주세요.",
         .identity_in_use = "선택하신 외부 계정은 이 사이트의 다른 계정에 이미 연결되어 있습니다.",
         .already_linked = "이미 그 서비스의 다른 계정이 연결되어 있습니다. 먼저 연결을 해제해 주세요.",
         .provider_refused =
             "외부 서비스로 로그인하지 못했습니다. 다시 시도하거나 다른 방법을 선택해 주세요.",
         .temporarily_unavailable = "지금은 이용할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
         .other = "문제가 생겼습니다. 다시 시도해 주세요."},
    .refusals = {.title = "표시할 수 없는 페이지입니다",
                 .not_found_title = "페이지를 찾을 수 없습니다",
                 .not_found = "이 주소에는 페이지가 없습니다.",
                 .scope_of_account =
                     "{email} 계정으로 로그인되어 있습니다. 이 페이지를 보려면 \"{scope}\" 권한이 필요합니다. 관리자에게 "
                     "요청하거나 다른 계정으로 로그인해 주세요.",
                 .scope = "로그인되어 있지만 이 페이지를 보려면 \"{scope}\" 권한이 필요합니다. 관리자에게 요청하거나 다른 "
                          "계정으로 로그인해 주세요.",
                 .no_permission = "로그인되어 있지만 이 페이지를 볼 권한이 없습니다. 관리자에게 요청하거나 다른 계정으로 "
                                  "로그인해 주세요.",
                 .sign_in_first = "이 페이지를 보려면 로그인해 주세요.",
                 .fresh = "이 페이지를 보려면 다시 로그인해야 합니다.",
                 .attempts = "시도 횟수를 초과했습니다. 몇 분 뒤에 다시 시도해 주세요.",
                 .in_circles =
                     "로그인 페이지도 보호되어 있어 아무도 로그인할 수 없습니다. 관리자가 로그인 페이지를 공개해야 합니다.",
                 .other_name = "이 사이트의 다른 주소에서 보낸 양식이라 아무것도 변경하지 않았습니다. 아래 주소로 페이지를 열어 "
                               "다시 시도해 주세요.",
                 .foreign = "다른 사이트에서 보낸 양식이라 아무것도 변경하지 않았습니다.",
                 .not_private = "비밀번호를 보내는 곳이라 https 주소에서만 사용할 수 있습니다. 아무것도 변경하지 않았습니다.",
                 .unavailable = "지금은 이용할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
                 .other = "요청을 처리할 수 없습니다. 이전 페이지로 돌아가 다시 시도해 주세요.",
                 .switch_account = "다른 계정으로 로그인",
                 .sign_in = "로그인",
                 .to_site = "홈페이지로 이동",
                 .open_there = "{address} 열기"},
    .setup = {
        .title = "설치",
        .repair_title = "복구",
        .not_ready_title = "아직 설치되지 않은 사이트입니다",
        .not_ready = "아직 로그인할 수 없습니다. 사이트 관리자라면 설치 페이지를 열어 주세요.",
        .broken_title = "지금은 로그인할 수 없습니다",
        .broken = "잠시 뒤 다시 시도해 주세요. 사이트 관리자라면 복구 페이지에서 원인을 확인할 수 있습니다.",
        .closed_title = "페이지를 찾을 수 없습니다",
        .closed =
            "이 사이트에서는 설치 페이지를 사용할 수 없습니다. 사이트 관리자라면 복구 페이지에서 할 수 있는 일을 확인해 주세요.",
        .not_private =
            "비밀번호를 입력하는 페이지라 https 주소에서만 사용할 수 있습니다. 아래 주소로 열어 주세요.",
        .foreign = "다른 사이트에서 보낸 양식이라 아무것도 변경하지 않았습니다. 페이지를 다시 열어 주세요.",
        .proof =
            "사이트 소유자인지 확인합니다. FTP 등으로 프로그램과 같은 폴더에 아래 이름의 빈 파일을 올려 주세요.",
        .proof_download = "파일 내려받기",
        .proof_check = "다시 확인",
        .proof_missing =
            "{file} 파일이 없거나 올린 지 1시간이 지났습니다. 파일을 올린 뒤 다시 확인해 주세요. 폴더의 권한은 755이거나 더 엄격해야 합니다.",
        .found = "확인한 내용",
        .found_server = "웹 서버: {server}, 프로그램 실행 방식: {way}",
        .found_user = "프로그램 실행 사용자: {user}",
        .found_tls = "https로 암호화된 연결입니다.",
        .found_no_tls = "암호화되지 않은 연결입니다. 이 컴퓨터 안에서만 괜찮습니다.",
        .found_authorization = "앱에 필요한 Authorization 헤더를 서버가 전달합니다.",
        .found_no_authorization =
            "Apache는 .htaccess에 \"CGIPassAuth On\" 줄이 있어야 Authorization 헤더를 전달합니다. 앱에만 필요합니다.",
        .found_directory = "설정과 키를 저장할 폴더: {path}",
        .found_databases = "MySQL, MariaDB, SQLite를 사용할 수 있습니다.",
        .found_no_sqlite =
            "MySQL과 MariaDB를 사용할 수 있습니다. 네트워크 파일 시스템이라 SQLite는 사용할 수 없습니다: {path}",
        .no_place =
            "프로그램이 웹 폴더 밖에 파일을 쓸 수 없어 설정과 키를 안전하게 둘 곳이 없습니다. CGI 프로그램을 본인 사용자로 실행(suexec)하거나 웹 폴더 밖에 본인 프로그램만 쓸 수 있는 폴더를 만들어 달라고 호스팅 업체에 요청해 주세요.",
        .config_exists =
            "{path} 파일이 이미 있지만 프로그램이 읽지 않는 위치입니다. 이름을 바꾼 뒤 다시 확인해 주세요.",
        .site = "사이트",
        .url = "사이트 주소",
        .site_name = "사이트 이름(선택)",
        .database = "데이터베이스",
        .database_text = "호스팅 제어판에 표시된 MySQL 정보를 입력하거나 SQLite를 선택해 주세요.",
        .mysql = "MySQL 또는 MariaDB",
        .sqlite = "SQLite(파일 하나)",
        .host = "서버",
        .schema = "데이터베이스 이름",
        .user = "데이터베이스 사용자",
        .database_password = "데이터베이스 비밀번호",
        .path = "SQLite 파일(웹 폴더 밖)",
        .mail = "이메일",
        .mail_text =
            "이메일을 보내지 않으려면 비워 두시면 됩니다. 이 경우 잊은 비밀번호는 관리자만 바꿀 수 있습니다.",
        .mail_from = "이메일 발신 주소(선택)",
        .administrator = "관리자",
        .administrator_text = "설치 후 이 계정으로 로그인합니다.",
        .email = "이메일 주소",
        .admin_password = "비밀번호",
        .submit = "설치하기",
        .check_fields = "아직 아무것도 저장하지 않았습니다. 입력 내용을 확인해 주세요.",
        .missing = "이 항목을 입력해 주세요.",
        .not_usable = "사용할 수 없는 값입니다: {message}",
        .bad_url =
            "브라우저에 표시되는 주소를 https://example.com처럼 경로 없이 입력해 주세요. 한글 도메인은 xn--으로 시작하는 형식으로 입력해 주세요.",
        .bad_from = "noreply@example.com 같은 이메일 주소를 입력하거나 비워 두세요.",
        .bad_path = "/로 시작하는 전체 경로를 입력해 주세요. ?, %, # 기호는 사용할 수 없습니다.",
        .bad_text = "줄바꿈 없는 일반 문자를 1000바이트 이하로 입력해 주세요.",
        .bad_email = "이메일 주소를 name@example.com 형식으로 입력해 주세요.",
        .too_short = "{count}자 이상 입력해 주세요.",
        .too_long = "더 짧은 비밀번호를 입력해 주세요.",
        .too_common =
            "많이 사용되거나 사이트 이름, 이메일 주소로 만든 비밀번호라 추측하기 쉽습니다. 다른 비밀번호를 입력해 주세요.",
        .denied =
            "데이터베이스 서버가 사용자 또는 비밀번호를 받아들이지 않았습니다. 제어판의 내용과 비교해 주세요.",
        .no_database =
            "이 이름의 데이터베이스가 없거나 사용자에게 권한이 없습니다. 제어판에서 만든 뒤 사용자에게 모든 권한을 부여해 주세요.",
        .no_server =
            "이 주소에서 응답하는 데이터베이스 서버가 없습니다. 제어판에서 서버 이름을 확인해 주세요. localhost인 경우가 많습니다.",
        .database_failed = "데이터베이스를 아직 사용할 수 없습니다.",
        .said = "받은 메시지: {message}",
        .database_used =
            "이 데이터베이스로 이미 설치를 마쳤습니다. 다른 데이터베이스를 선택해 주세요. 설정 파일을 잃어버린 경우에는 복구 페이지를 열어 주세요.",
        .path_public = "웹 폴더 안의 경로입니다. 웹 폴더 밖의 경로를 입력해 주세요.",
        .path_network =
            "네트워크 파일 시스템에서는 SQLite 데이터가 손상될 수 있습니다. MySQL을 사용해 주세요.",
        .path_unwritable = "프로그램이 이 폴더에 쓸 수 없습니다.",
        .step_failed =
            "'{step}' 단계를 처리하지 못했습니다. 해결한 뒤 버튼을 다시 눌러 주세요. 지금까지 저장한 내용은 유지됩니다.",
        .step_folder = "설정과 키 폴더",
        .step_draft = "프로그램만 읽을 수 있는 파일",
        .step_pointer = "설정 위치를 알려 주는 파일",
        .step_keys = "키",
        .step_tables = "데이터베이스 테이블",
        .step_administrator = "관리자 계정",
        .step_php = "PHP용 keys.json",
        .step_note = "데이터베이스의 완료 표시",
        .step_marker = "폴더의 완료 표시",
        .step_config = "설정 파일",
        .busy = "다른 브라우저에서 설치를 진행하고 있습니다. 잠시 뒤 버튼을 다시 눌러 주세요.",
        .done_title = "설치가 끝났습니다",
        .done = "방금 만든 관리자 계정으로 로그인해 주세요.",
        .sign_in = "로그인",
        .delete_proof = "프로그램 폴더에서 {file} 파일을 삭제해 주세요.",
        .starts = "프로그램이 정상적으로 시작됩니다. 설정 파일: {path}",
        .starts_not = "프로그램을 시작할 수 없습니다.",
        .lost =
            "{path} 파일이 없습니다. 백업에서 다시 올려 주세요. 백업이 없으면 다시 설치할 수 있으며, 같은 데이터베이스를 선택하면 계정이 유지됩니다.",
        .reopen = "다시 설치",
        .reopened = "다시 설치할 수 있습니다. 설치 페이지를 열어 주세요.",
        .close_file = "다른 사용자가 읽거나 변경할 수 있는 파일입니다: {path}",
        .close_file_button = "프로그램만 읽을 수 있게 변경",
        .closed_file = "이제 프로그램만 읽을 수 있습니다: {path}",
        .checks = "검사 결과",
        .all_good = "모든 검사를 통과했습니다.",
        .result_ok = "정상",
        .result_skip = "건너뜀",
        .result_warn = "주의",
        .result_fail = "문제",
        .tables = "데이터베이스 테이블",
        .tables_text = "업그레이드한 뒤에는 테이블을 프로그램 버전에 맞춰야 합니다.",
        .tables_button = "테이블 업그레이드",
        .tables_done = "테이블 버전: {version}",
        .way_in = "관리자의 새 로그인 방법",
        .way_in_text = "관리자 한 명의 비밀번호를 새로 설정하고 그 계정을 모든 기기에서 로그아웃합니다.",
        .way_in_button = "비밀번호 설정",
        .way_in_done = "비밀번호를 변경했습니다. 새 비밀번호로 로그인해 주세요: {email}",
        .no_administrator = "이 주소를 사용하는 관리자가 없습니다: {email}",
        .new_password = "새 비밀번호",
        .act_failed = "처리하지 못했습니다. {message}"}};

}  // namespace cardea
