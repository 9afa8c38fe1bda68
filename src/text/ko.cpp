#include "text/text.h"

namespace cardea {

constexpr Texts texts::ko{
    .ahead_of_utc = std::chrono::hours{9},
    .times = {.moment = "{year}년 {month}월 {day}일 {clock}(KST)",
              .date = "{year}년 {month}월 {day}일",
              .months = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
              .hour = "{count}시간",
              .hours = "{count}시간",
              .day = "{count}일",
              .days = "{count}일"},
    .events = {.sentences =
                   {{EventKind::signed_in, "로그인했습니다"},
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
                    {EventKind::identity_unlinked, "{provider} 연결이 해제되었습니다"},
                    {EventKind::reauthenticated, "본인 확인이 완료되었습니다"},
                    {EventKind::account_closed, "회원 탈퇴가 완료되었습니다"},
                    {EventKind::account_reopened, "회원 탈퇴가 취소되었습니다"},
                    {EventKind::account_exported, "회원 정보 사본이 다운로드되었습니다"},
                    {EventKind::address_verified, "이메일 주소가 인증되었습니다"},
                    {EventKind::address_change_requested, "이메일 주소 변경이 요청되었습니다"},
                    {EventKind::address_changed, "이메일 주소가 변경되었습니다"},
                    {EventKind::address_change_undone, "이메일 주소 변경이 취소되었습니다"},
                    {EventKind::account_taken_over, "이메일 주소의 소유자에게 계정이 이전되었습니다"},
                    {EventKind::registration_repeated, "이 계정의 이메일 주소로 회원가입이 시도되었습니다"},
                    {EventKind::program_upgraded,
                     "사이트 프로그램을 버전 {from}에서 {to}(으)로 업그레이드했습니다"},
                    {EventKind::program_restored,
                     "사이트 프로그램을 버전 {from}에서 {to}(으)로 되돌렸습니다"}},
               .replaced = "({time})",
               .other_system = "다른 시스템",
               .device_ended = ". 해당 기기에서 로그아웃되었습니다",
               .all_ended = ". 모든 기기에서 로그아웃되었습니다",
               .full_stop = "."},
    .devices = {.unknown = "알 수 없는 기기", .named = "{browser} ({system})"},
    .letters =
        {.wordings =
             {{LetterKind::verify_address, "[{site}] 이메일 주소를 인증해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 사용할 이메일 주소를 인증해 주세요. 아래 링크를 열고 버튼을 눌러 주세요.\n\n"
               "{link}\n\n"
               "또는 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "링크와 코드는 {life} 동안 한 번만 사용할 수 있습니다. 요청하지 않으셨다면 이 이메일을 무시해 주세요.\n"},
              {LetterKind::address_known, "[{site}] 이미 계정이 있습니다",
               "안녕하세요.\n\n"
               "이 이메일 주소로 {site} 가입이 시도되었지만 이미 계정이 있습니다. 본인이라면 로그인하거나 비밀번호를 재설정해 주세요.\n\n"
               "{sign_in}\n\n"
               "본인이 아니라면 아무것도 하지 않으셔도 됩니다.\n"},
              {LetterKind::address_change_new, "[{site}] 이메일 주소를 인증해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 사용할 이메일 주소를 인증해 주세요. 아래 링크를 열고 버튼을 눌러 주세요.\n\n"
               "{link}\n\n"
               "또는 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "링크와 코드는 {life} 동안 한 번만 사용할 수 있습니다. 요청하지 않으셨다면 이 이메일을 무시해 주세요.\n"},
              {LetterKind::address_change_old, "[{site}] 이메일 주소가 변경되었습니다",
               "안녕하세요.\n\n"
               "{site} 계정의 이메일 주소가 {address} 주소로 변경되었습니다.\n\n"
               "{circumstances}\n"
               "본인이 아니라면 변경을 취소해 주세요. 취소하면 모든 기기에서 로그아웃됩니다. 링크는 {life} 동안 사용할 수 있습니다.\n\n"
               "{link}\n\n"
               "또는 그 페이지에 이 코드를 입력해 주세요.\n\n"
               "    {code}\n"},
              {LetterKind::reset, "[{site}] 비밀번호 재설정 안내",
               "안녕하세요.\n\n"
               "{site} 계정의 비밀번호 재설정 요청을 받았습니다. 아래 링크에서 새 비밀번호를 설정해 주세요.\n\n"
               "{link}\n\n"
               "또는 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "링크와 코드는 {life} 동안 한 번만 사용할 수 있습니다. 요청하지 않으셨다면 이 이메일을 무시해 주세요. 비밀번호는 변경되지 않습니다.\n"},
              {LetterKind::reset_done, "[{site}] 본인이 하신 일인지 확인해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 다음 활동이 있었습니다.\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "{removed}본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다. 본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::taken_over, "[{site}] 이제 본인의 계정입니다",
               "안녕하세요.\n\n"
               "이메일 주소가 인증되어, 이 주소로 만들어진 {site} 계정은 이제 본인의 것입니다. 다른 사람이 만든 계정이었을 수 있습니다.\n\n"
               "{circumstances}\n"
               "{removed}본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::alert, "[{site}] 본인이 하신 일인지 확인해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 다음 활동이 있었습니다.\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다.\n\n"
               "본인이 아니라면 아래 페이지를 열어 그 기기에서 로그아웃해 주세요. 비밀번호는 필요하지 않으며, 링크는 {life} 동안 사용할 수 있습니다.\n\n"
               "{link}\n\n"
               "또는 그 페이지에 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "그런 다음 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::alert_ended, "[{site}] 본인이 하신 일인지 확인해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 다음 활동이 있었습니다.\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다. 본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::password_changed, "[{site}] 본인이 하신 일인지 확인해 주세요",
               "안녕하세요.\n\n"
               "{site} 계정에 다음 활동이 있었습니다.\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "본인이 하신 일이라면 아무것도 하지 않으셔도 됩니다. 본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::way_linked, "[{site}] 새 로그인 방법이 추가되었습니다",
               "안녕하세요.\n\n"
               "{site} 계정에 새 로그인 방법이 추가되었습니다.\n\n"
               "{things}\n"
               "{circumstances}\n"
               "본인이 아니라면 추가된 방법을 삭제하고 비밀번호를 변경해 주세요.\n\n"
               "{account}\n"},
              {LetterKind::way_unlinked, "[{site}] 로그인 방법이 삭제되었습니다",
               "안녕하세요.\n\n"
               "{site} 계정에서 로그인 방법이 삭제되었습니다.\n\n"
               "{things}\n"
               "{circumstances}\n"
               "본인이 아니라면 비밀번호를 재설정해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::account_closed, "[{site}] 회원 탈퇴가 완료되었습니다",
               "안녕하세요.\n\n"
               "{site} 회원 탈퇴가 완료되었습니다. 계정 정보는 {date}에 삭제됩니다.\n\n"
               "{circumstances}\n"
               "탈퇴를 취소하려면 그 전에 아래 링크를 열거나 로그인해 주세요.\n\n"
               "{link}\n\n"
               "또는 그 페이지에 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "본인이 아니라면 지금 탈퇴를 취소하고 비밀번호를 변경해 주세요.\n"},
              {LetterKind::account_reopened, "[{site}] 회원 탈퇴가 취소되었습니다",
               "안녕하세요.\n\n"
               "{site} 회원 탈퇴가 취소되었습니다. 계정 정보는 삭제되지 않습니다.\n\n"
               "{circumstances}\n"
               "본인이 아니라면 지금 비밀번호를 변경해 주세요.\n\n"
               "{password}\n"},
              {LetterKind::reauthenticate, "[{site}] 본인 확인 인증 코드",
               "안녕하세요.\n\n"
               "{site} 페이지에서 본인 확인을 위해 이 코드를 입력해 주세요.\n\n"
               "    {code}\n\n"
               "코드는 {life} 동안 한 번만 사용할 수 있습니다. 요청하지 않으셨다면 계정 페이지에서 모르는 기기를 로그아웃해 주세요.\n\n"
               "{account}\n"},
              {LetterKind::invitation, "[{site}] 초대장이 도착했습니다",
               "안녕하세요.\n\n"
               "{site} 관리자가 초대장을 보냈습니다. 아래 링크에서 가입해 주세요.\n\n"
               "{link}\n\n"
               "링크는 {life} 동안 한 번만 사용할 수 있습니다. 가입을 원하지 않으시면 이 이메일을 무시해 주세요.\n"},
              {LetterKind::approved, "[{site}] 가입이 승인되었습니다",
               "안녕하세요.\n\n"
               "{site} 관리자가 가입을 승인했습니다. 이제 로그인할 수 있습니다.\n\n"
               "{sign_in}\n"}},
         .circumstances = "    기기: {device}\n"
                          "    IP 주소: {ip}\n"
                          "    시각: {time}\n",
         .removed = "아래 항목은 계정에서 삭제되었습니다.\n\n"
                    "{things}\n"
                    "계속 사용하시려면 계정 페이지에서 다시 추가해 주세요.\n\n"
                    "{account}\n\n",
         .password = "비밀번호",
         .name = "이름",
         .passkeys = "패스키",
         .factors = "2단계 인증",
         .app_passwords = "앱 비밀번호",
         .sessions = "모든 로그인",
         .foot = "{site}에서 자동으로 발송한 이메일입니다. 회신하셔도 확인할 수 없습니다.\n"},
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
              .events = "최근 활동",
              .events_text = "로그인과 계정 변경 내역입니다.",
              .no_events = "아직 활동 내역이 없습니다.",
              .onwards = "{label} 페이지로 이동",
              .reopen_title = "탈퇴한 계정",
              .reopen_text = "탈퇴한 계정이며 {date}에 삭제됩니다. 탈퇴를 취소하시겠습니까?",
              .reopen_button = "탈퇴 취소"},
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
    .refusals =
        {.title = "표시할 수 없는 페이지입니다",
         .not_found_title = "페이지를 찾을 수 없습니다",
         .not_found = "이 주소에는 페이지가 없습니다.",
         .scope_of_account =
             "{email} 계정으로 로그인되어 있습니다. 이 페이지를 보려면 \"{scope}\" 권한이 필요합니다. 관리자에게 "
             "요청하거나 다른 계정으로 로그인해 주세요.",
         .scope =
             "로그인되어 있지만 이 페이지를 보려면 \"{scope}\" 권한이 필요합니다. 관리자에게 요청하거나 다른 "
             "계정으로 로그인해 주세요.",
         .no_permission =
             "로그인되어 있지만 이 페이지를 볼 권한이 없습니다. 관리자에게 요청하거나 다른 계정으로 "
             "로그인해 주세요.",
         .sign_in_first = "이 페이지를 보려면 로그인해 주세요.",
         .fresh = "이 페이지를 보려면 다시 로그인해야 합니다.",
         .attempts = "시도 횟수를 초과했습니다. 몇 분 뒤에 다시 시도해 주세요.",
         .in_circles =
             "로그인 페이지도 보호되어 있어 아무도 로그인할 수 없습니다. 관리자가 로그인 페이지를 공개해야 합니다.",
         .other_name =
             "이 사이트의 다른 주소에서 보낸 양식이라 아무것도 변경하지 않았습니다. 아래 주소로 페이지를 열어 "
             "다시 시도해 주세요.",
         .foreign = "다른 사이트에서 보낸 양식이라 아무것도 변경하지 않았습니다.",
         .not_private =
             "비밀번호를 보내는 곳이라 https 주소에서만 사용할 수 있습니다. 아무것도 변경하지 않았습니다.",
         .unavailable = "지금은 이용할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
         .unanswerable = "요청을 처리할 수 없습니다. 이전 페이지로 돌아가 다시 시도해 주세요.",
         .switch_account = "다른 계정으로 로그인",
         .sign_in = "로그인",
         .to_site = "홈페이지로 이동",
         .open_there = "{address} 열기"},
    .findings =
        {
            {FindingKind::configuration_read, "{path}"},
            {FindingKind::keys_sign, "{algorithm} 키 {kid}, 사용 시작: {time}"},
            {FindingKind::keys_next, "{algorithm} 키 {kid}, 사용 시작: {time}, 다음 키: {next}"},
            {FindingKind::keys_old, "1년 넘게 사용한 키입니다: {algorithm} {kid}, 사용 시작: {time}",
             "cardea key new 명령으로 새 키를 만들어 주세요"},
            {FindingKind::keys_refresh, "갱신 키 {number}, 사용 시작: {time}"},
            {FindingKind::keys_failed, "{message}",
             "키 폴더는 700, 키 파일은 600으로 바꿔 주세요. 키가 없으면 cardea key new 명령으로 만들어 주세요"},
            {FindingKind::sign_outs_unseen, "키 폴더가 없어 확인하지 않았습니다"},
            {FindingKind::sign_outs_unwritable,
             "{message}. 로그아웃한 토큰이 만료될 때까지 이 서버에서 통과됩니다",
             "프로그램 사용자가 쓸 수 있게 하거나 [tokens] revocations에 다른 파일을 지정해 주세요"},
            {FindingKind::sign_outs_closed,
             "{path} 파일이 손상되어 다시 채워질 때까지 모든 토큰을 거부합니다",
             "데이터베이스가 응답하게 해 주세요. 다음 요청 때 자동으로 채워집니다"},
            {FindingKind::sign_outs_new,
             "이 서버의 모든 프로세스가 끝난 세션을 거부합니다({path}). 데이터베이스에는 아직 묻지 않았습니다"},
            {FindingKind::sign_outs_ready,
             "이 서버의 모든 프로세스가 끝난 세션을 거부합니다({path}). 데이터베이스 확인: {time}"},
            {FindingKind::sign_outs_network, "{path} 파일이 네트워크 파일 시스템에 있습니다",
             "서버마다 [tokens] revocations에 자체 파일을 지정해 주세요"},
            {FindingKind::database_server, "{server}"},
            {FindingKind::database_current, "테이블 버전 {tables}, 프로그램 버전 {program}"},
            {FindingKind::database_older, "테이블 버전 {tables}, 프로그램에 필요한 버전 {program}",
             "cardea migrate 명령을 실행하거나 브라우저에서 /auth/repair 페이지를 열어 주세요"},
            {FindingKind::database_newer, "테이블 버전 {tables}, 프로그램 버전 {program}",
             "새 버전의 프로그램을 사용해 주세요"},
            {FindingKind::database_empty, "아직 테이블이 없습니다",
             "cardea migrate 명령을 실행하거나 브라우저에서 /auth/repair 페이지를 열어 주세요"},
            {FindingKind::database_clock_agrees, "데이터베이스 서버의 시계가 맞습니다"},
            {FindingKind::database_clock_differs, "데이터베이스 서버와 시계가 {seconds}초 다릅니다",
             "두 서버의 시계를 NTP로 맞춰 주세요"},
            {FindingKind::database_clock_wrong, "데이터베이스 서버와 시계가 {seconds}초 다릅니다",
             "두 서버의 시계를 NTP로 맞춰 주세요"},
            {FindingKind::database_warning, "{message}",
             "제어판에서 메시지대로 처리하거나 호스팅 업체에 요청해 주세요"},
            {FindingKind::database_writes, "쓰기와 읽기가 정상입니다"},
            {FindingKind::database_refuses_file, "{message}",
             "파일과 폴더의 쓰기 권한, 디스크와 할당량의 남은 공간을 확인해 주세요"},
            {FindingKind::database_refuses_writing, "{message}",
             "데이터베이스 사용자에게 모든 권한을 부여해 주세요. 디스크가 가득 찼거나 서버가 읽기 전용인지도 확인해 주세요"},
            {FindingKind::database_away, "{message}",
             "[database] url 설정과 서버의 실행 여부, 접속 권한을 확인해 주세요"},
            {FindingKind::database_damaged, "{message}",
             "메시지대로 처리해 주세요. 데이터가 바뀌었으면 백업을 복원해 주세요"},
            {FindingKind::database_error, "{message}",
             "이 프로그램의 테이블인지 [database] table_prefix 설정을 확인해 주세요"},
            {FindingKind::database_collated, "모든 테이블의 문자 형식: {collation}"},
            {FindingKind::database_collation, "{table} 테이블의 문자 형식이 {collation}입니다",
             "테이블의 문자 형식을 utf8mb4, utf8mb4_bin으로 변환해 주세요"},
            {FindingKind::database_room, "연결 {allowed}개 중 {used}개 사용 중"},
            {FindingKind::database_crowded, "연결 {allowed}개 중 {used}개 사용 중",
             "[database] connections 값을 낮추거나 호스팅 업체에 연결 수(max_user_connections)를 늘려 달라고 요청해 주세요"},
            {FindingKind::database_rights, "데이터베이스 사용자에게 필요한 권한이 있습니다"},
            {FindingKind::database_rights_missing,
             "데이터베이스 사용자에게 업그레이드에 필요한 권한이 없습니다: {rights}",
             "제어판에서 이 데이터베이스의 모든 권한을 부여해 주세요"},
            {FindingKind::database_rights_wide, "이 사용자는 서버의 모든 데이터베이스를 변경할 수 있습니다",
             "이 데이터베이스에만 권한이 있는 사용자를 사용해 주세요"},
            {FindingKind::addresses_pair, "두 사용자의 주소가 같습니다: {one}, {other}",
             "각자 여기 적힌 그대로의 주소로 로그인할 수 있습니다. 필요 없는 계정을 삭제해 주세요"},
            {FindingKind::addresses_more, "같은 경우가 {count}쌍 더 있습니다",
             "필요 없는 계정을 삭제해 주세요"},
            {FindingKind::addresses_unseen, "데이터베이스가 응답하지 않아 확인하지 않았습니다"},
            {FindingKind::addresses_old, "사용자 {count}명은 주소를 한 가지로 적어야만 찾을 수 있습니다",
             "cardea migrate 명령을 실행해 주세요"},
            {FindingKind::passwords_memory, "동시에 {count}개 처리할 때 {limit} 중 {needed} 필요"},
            {FindingKind::passwords_half, "동시에 {count}개 처리할 때 {limit} 중 {needed} 필요",
             "[password] concurrency 값을 낮춰 주세요"},
            {FindingKind::passwords_too_much, "동시에 {count}개 처리할 때 {limit} 중 {needed} 필요",
             "[password] concurrency 값을 낮춰 주세요"},
            {FindingKind::passwords_cores,
             "동시에 {count}개 처리할 때 {limit} 중 {needed} 필요, 코어 수보다 많습니다",
             "[password] concurrency 값을 낮춰 주세요"},
            {FindingKind::passwords_listed, "{path}: 비밀번호 {count}개"},
            {FindingKind::passwords_list_unread, "{path}: {message}",
             "cardea password-list build 명령으로 다시 만들어 주세요"},
            {FindingKind::passwords_list_damaged, "{path} 파일이 손상되었습니다",
             "cardea password-list build 명령으로 다시 만들어 주세요"},
            {FindingKind::passwords_time, "하나에 {ms}ms"},
            {FindingKind::passwords_weak, "하나에 {ms}ms로 OWASP 권장보다 약합니다",
             "[password] memory = 19MiB, iterations = 2로 설정해 주세요"},
            {FindingKind::passwords_slow, "이 서버에서 하나에 {ms}ms 걸립니다",
             "[password] iterations, 그다음 memory 값을 낮춰 주세요"},
            {FindingKind::passwords_unmeasured, "키 폴더가 없어 측정하지 않았습니다"},
            {FindingKind::passwords_busy, "다른 로그인을 처리하느라 측정하지 못했습니다",
             "로그인이 적을 때 다시 확인해 주세요"},
            {FindingKind::passwords_failed, "{message}",
             "프로그램 사용자가 키 폴더에 쓸 수 있게 하고 메모리가 부족하지 않은지 확인해 주세요"},
            {FindingKind::proxies_narrow, "trusted_proxies 설정이 적절합니다"},
            {FindingKind::proxies_wide,
             "[site] trusted_proxies 범위가 너무 넓어 누구나 주소를 속이고 /metrics를 읽을 수 있습니다",
             "직접 운영하는 프록시의 주소만 적어 주세요"},
            {FindingKind::proxies_unknown, "주소를 알 수 없는 접속이 있습니다:{names}",
             "프록시가 X-Forwarded-For에 접속자의 주소를 적게 하고 [site] trusted_proxies에 프록시를 적어 주세요"},
            {FindingKind::provider_answers, "{name}: {message}"},
            {FindingKind::provider_failed, "{name}: {message}",
             "[provider.{name}] 설정과 이 서버가 외부에 접속할 수 있는지 확인해 주세요"},
            {FindingKind::provider_key, "{name}: private_key_file에 P-256 키가 없습니다",
             "Apple에서 키를 다시 내려받아 주세요"},
            {FindingKind::mail_program, "{way}에서 {from} 주소로 보냅니다"},
            {FindingKind::mail_no_program, "{way} 프로그램을 실행할 수 없습니다",
             "메일 프로그램(msmtp-mta, postfix)을 설치하거나 [mail] smtp 또는 sendmail을 설정해 주세요"},
            {FindingKind::mail_smtp, "{way}에서 {from} 주소로 보냅니다"},
            {FindingKind::mail_smtp_user, "{way}에서 {from} 주소로 보냅니다. 사용자와 비밀번호가 맞습니다"},
            {FindingKind::mail_smtp_failed, "{way}: {message}",
             "[mail] smtp와 password_file 설정, 이 서버가 외부에 접속할 수 있는지 확인해 주세요"},
            {FindingKind::mail_off,
             "[mail] from이 비어 있어 이메일을 보내지 않습니다. 잊은 비밀번호는 관리자만 바꿀 수 있습니다"},
            {FindingKind::mail_unasked, "{way}에는 묻지 않았습니다"},
            {FindingKind::web_in_the_open, "{url}은(는) https가 아니라 비밀번호와 토큰이 암호화되지 않습니다",
             "인증서를 설치하고 [site] url을 https로 바꿔 주세요"},
            {FindingKind::web_answers, "{url} 응답: {status}"},
            {FindingKind::web_silent, "{message}", "[site] url 설정과 웹 서버의 실행 여부를 확인해 주세요"},
            {FindingKind::web_foreign, "{url} 응답: {status}. 이 프로그램이 응답한 것이 아닙니다",
             "[site] mount 설정과 conf/의 웹 서버 설정 파일을 확인해 주세요"},
            {FindingKind::web_unwell, "{url} 응답: {status}. 프로그램이 실행되지만 정상이 아닙니다",
             "웹 서버 사용자로 cardea check를 실행하거나 /auth/repair 페이지를 열어 주세요"},
            {FindingKind::web_authorization, "Authorization 헤더가 프로그램에 전달됩니다"},
            {FindingKind::web_no_reason, "/verify가 알 수 없는 이유로 {status} 응답을 합니다",
             "mount가 이 버전의 프로그램으로 연결되는지 확인해 주세요"},
            {FindingKind::web_kept_by_apache, "웹 서버가 Authorization 헤더를 프로그램에 전달하지 않습니다",
             "Apache: mount의 <Location>, <Directory> 또는 .htaccess에 `CGIPassAuth On`을 추가해 주세요"},
            {FindingKind::web_kept, "웹 서버가 Authorization 헤더를 프로그램에 전달하지 않습니다",
             "웹 서버와 앞단의 프록시가 헤더를 전달하게 해 주세요"},
            {FindingKind::web_kept_by_apache_from_none,
             "웹 서버가 Authorization 헤더를 프로그램에 전달하지 않습니다. 쿠키만 사용하면 필요 없습니다",
             "Apache: mount의 <Location>, <Directory> 또는 .htaccess에 `CGIPassAuth On`을 추가해 주세요 (mode를 both나 header로 바꾸기 전에)"},
            {FindingKind::web_kept_from_none,
             "웹 서버가 Authorization 헤더를 프로그램에 전달하지 않습니다. 쿠키만 사용하면 필요 없습니다",
             "웹 서버와 앞단의 프록시가 헤더를 전달하게 해 주세요 (mode를 both나 header로 바꾸기 전에)"},
            {FindingKind::web_fresh, "프로그램의 응답을 저장하는 캐시가 없습니다"},
            {FindingKind::web_cached, "앞단의 캐시가 {url}에 저장된 응답을 보냈습니다",
             "캐시에서 mount와 보호된 페이지를 제외해 주세요"},
            {FindingKind::web_headers, "응답 헤더가 브라우저에 전달됩니다"},
            {FindingKind::web_headers_lost, "브라우저에 전달되지 않는 헤더: {names}",
             "웹 서버와 프록시가 프로그램의 헤더를 그대로 전달하게 해 주세요"},
            {FindingKind::name_leads, "{url} → {site}"},
            {FindingKind::name_unused, "{url} 응답 없음"},
            {FindingKind::name_elsewhere, "{url}이(가) {site}이(가) 아니라 {target}(으)로 연결됩니다",
             "웹 서버가 사이트의 다른 이름을 모두 [site] url로 이동시키게 해 주세요"},
            {FindingKind::name_double,
             "{url}에서도 사이트가 열립니다. 거기서 한 로그인은 {site}에서 통하지 않습니다",
             "웹 서버가 그 이름을 301로 [site] url에 이동시키게 해 주세요"},
            {FindingKind::name_plain, "{url}에서 https 없이 사이트가 열립니다",
             "웹 서버가 http를 301로 https에 이동시키게 해 주세요"},
            {FindingKind::certificate_valid, "유효 기한: {time}"},
            {FindingKind::certificate_ends, "만료 예정: {time}",
             "갱신하거나 호스팅 업체의 자동 갱신을 켜 주세요"},
            {FindingKind::certificate_ends_soon, "만료 임박: {time}",
             "갱신하거나 호스팅 업체의 자동 갱신을 켜 주세요"},
            {FindingKind::certificate_refused, "{message}",
             "공인 기관에서 이 이름으로 발급한 인증서와 중간 인증서를 모두 설치해 주세요"},
            {FindingKind::gates_unnamed, "[gate] paths에 보호할 경로가 없습니다"},
            {FindingKind::gate_shut, "{path}: 주소 {count}개가 로그인하지 않은 접속을 거부합니다"},
            {FindingKind::gate_open, "{url} 주소가 열려 있습니다. 로그인 없이 {status} 응답을 받습니다",
             "게이트 설정을 .htaccess나 서버 설정 파일에 다시 넣고(conf/README.md) 다시 확인해 주세요"},
            {FindingKind::gate_unclear, "{url}: {message}", "웹 서버의 오류 로그를 확인해 주세요"},
            {FindingKind::secrets_hidden, "설정, 키, 데이터베이스 파일은 웹에서 열 수 없습니다"},
            {FindingKind::secret_shown, "웹에 공개된 파일: {path} ({url})",
             "폴더를 웹 폴더 밖으로 옮기고 새 키와 새 데이터베이스 비밀번호를 만들어 주세요"},
            {FindingKind::secrets_tidy, "남아 있는 설정 사본이나 설치 확인 파일이 없습니다"},
            {FindingKind::secret_left, "남아 있는 파일: {path}", "삭제해 주세요"},
            {FindingKind::program_closed, "{path}: 소유자만 변경할 수 있습니다"},
            {FindingKind::program_writable,
             "{path} 권한이 {mode}이라 다른 사용자가 프로그램을 바꿀 수 있습니다",
             "권한을 755로 바꿔 주세요"},
            {FindingKind::program_user, "실행 사용자: {user}"},
            {FindingKind::program_root, "root 사용자로 실행됩니다", "전용 사용자로 실행해 주세요"},
            {FindingKind::disk_room, "{path} 남은 공간: {free}"},
            {FindingKind::disk_low, "{path} 남은 공간이 적습니다: {free}",
             "필요 없는 파일을 지우거나 호스팅 업체에 공간을 요청해 주세요"},
            {FindingKind::disk_full, "{path}에 쓸 수 없습니다: {message}",
             "필요 없는 파일을 지우거나 호스팅 업체에 공간이나 할당량을 요청해 주세요"},
            {FindingKind::disk_files_low, "{path}에 만들 수 있는 파일이 {count}개만 남았습니다",
             "필요 없는 파일을 지워 주세요. 오래된 메일과 캐시가 대부분입니다"},
            {FindingKind::clock_set, "서버의 시계가 자동으로 맞춰집니다"},
            {FindingKind::clock_free, "서버의 시계를 맞추는 프로그램이 없습니다",
             "NTP로 맞추거나 호스팅 업체에 요청해 주세요"},
            {FindingKind::clock_off, "웹 서버와 시계가 {seconds}초 다릅니다",
             "두 서버의 시계를 NTP로 맞춰 주세요"},
            {FindingKind::administrators, "관리자 {count}명"},
            {FindingKind::administrators_none, "로그인할 수 있는 관리자가 없습니다",
             "cardea user grant 명령을 실행하거나 /auth/repair 페이지를 열어 주세요"},
            {FindingKind::canary_new, "매일 하는 외부 확인을 아직 하지 않았습니다"},
            {FindingKind::canary_well, "매일 하는 외부 확인에서 문제가 없었습니다: {time}"},
            {FindingKind::canary_alarm, "매일 하는 외부 확인에서 아래 문제를 발견했습니다: {time}",
             "문제를 해결하고 이 페이지에서 다시 확인해 주세요"},
            {FindingKind::canary_late, "마지막 외부 확인: {time}",
             "프로그램이 사이트에 접속할 수 있게 해 주세요. 일반 CGI라면 가끔 페이지를 열어 주세요"},
            {FindingKind::token_life_long,
             "[tokens] access_ttl이 {time}입니다. 도난당한 토큰이 다른 서버에서 그동안 통할 수 있습니다",
             "[tokens] access_ttl = 30m으로 설정해 주세요"},
            {FindingKind::session_life_endless, "[tokens] session_max가 0이라 다시 로그인할 필요가 없습니다",
             "[tokens] session_max = 1y로 설정해 주세요"},
            {FindingKind::origin_in_the_open,
             "[site] allowed_origins의 {url}은(는) https가 아니라 중간에서 페이지를 바꿀 수 있습니다",
             "https로 바꾸거나 목록에서 빼 주세요"},
            {FindingKind::registration_unproven, "가입이 열려 있지만 이메일이 없어 주소를 확인할 수 없습니다",
             "[mail] from을 설정하거나 [registration] open = no로 설정해 주세요"},
            {FindingKind::settings_cautious, "유효 기간, 출처, 가입 설정이 적절합니다"},
        },
    .admin =
        {.title = "관리",
         .account = "내 계정",
         .checks = "검사",
         .checks_text = "프로그램이 이 사이트에서 확인한 내용과 해결 방법입니다.",
         .trouble = "확인이 필요한 항목: {count}개",
         .all_good = "모두 정상입니다.",
         .look_again = "다시 확인",
         .outside =
             "하루에 한 번 외부에서도 확인하여, 게이트가 열려 있거나 비밀 파일이 공개되었거나 인증서가 곧 만료되면 모든 관리자에게 이메일을 보냅니다.",
         .upgrade = "업그레이드",
         .upgrade_text =
             "새 프로그램을 지금 실행 중인 프로그램과 같은 폴더에 {file} 이름으로 올려 주세요. SHA256SUMS 파일이 있으면 함께 올린 뒤 이 페이지를 다시 열어 주세요.",
         .running = "실행 중인 버전: {version}",
         .waiting = "올린 버전: {version}",
         .compared = "SHA256SUMS의 값과 일치합니다. 온전하게 올라왔습니다.",
         .not_compared = "SHA256SUMS 파일이 없어 온전하게 올라왔는지 확인하지 못했습니다.",
         .absent = "{file} 파일이 아직 없습니다.",
         .not_a_file = "{file}은(는) 일반 파일이 아닙니다.",
         .foreign = "{file} 파일의 소유자가 다릅니다. 프로그램과 같은 계정으로 올려 주세요.",
         .writable = "다른 사용자가 {file} 파일을 바꿀 수 있습니다. 권한을 755나 644로 바꿔 주세요.",
         .too_large = "{file} 파일이 너무 큽니다.",
         .incomplete = "{file} 파일이 SHA256SUMS의 값과 다릅니다. 바이너리 모드로 다시 올려 주세요.",
         .runs_not =
             "{file} 파일을 이 서버에서 실행할 수 없습니다. 바이너리 모드로 다시 올리고 서버 종류에 맞는 파일인지 확인해 주세요.",
         .upgrade_button = "테이블을 업그레이드하고 버전 {version} 사용",
         .former = "보관된 버전: {version}",
         .back_text =
             "이전 버전으로 되돌릴 수 있습니다. 지금의 테이블을 사용할 수 없는 버전이면 되돌리지 않으며, 이 경우 백업을 복원해야 합니다.",
         .back_button = "버전 {version}(으)로 되돌리기",
         .done = "완료했습니다. 다음 요청부터 버전 {version}이(가) 응답합니다.",
         .changed = "이 페이지를 연 뒤에 파일이 바뀌어 아무것도 하지 않았습니다. 다시 확인해 주세요.",
         .tables_failed = "테이블을 업그레이드하지 못해 프로그램을 바꾸지 않았습니다. 받은 메시지: {message}",
         .tables_go_on =
             "테이블을 업그레이드하는 중입니다. 몇 분 뒤에 이 페이지를 다시 열고 버튼을 다시 눌러 주세요.",
         .not_placed = "프로그램 파일을 바꾸지 못했습니다. 받은 메시지: {message}",
         .alarm_subject = "[{site}] 확인이 필요한 문제가 있습니다",
         .alarm =
             "안녕하세요.\n\n{site} 사이트를 외부에서 확인하여 다음 문제를 발견했습니다.\n\n{list}\n해결 방법은 아래 페이지에서 확인해 주세요.\n\n{link}\n"},
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
        .step_server = ".htaccess 설정",
        .step_note = "데이터베이스의 완료 표시",
        .step_marker = "폴더의 완료 표시",
        .step_config = "설정 파일",
        .busy = "다른 브라우저에서 설치를 진행하고 있습니다. 잠시 뒤 버튼을 다시 눌러 주세요.",
        .done_title = "설치가 끝났습니다",
        .done = "방금 만든 관리자 계정으로 로그인해 주세요.",
        .fastcgi_works = "프로그램이 CGI보다 빠른 FastCGI로 실행됩니다.",
        .fastcgi_refused = "프로그램이 CGI로 실행됩니다. 이 호스팅에서는 FastCGI를 사용할 수 없습니다.",
        .gate_works = "이제 로그인한 사람만 members 폴더를 열 수 있습니다.",
        .gate_refused =
            "아직 아무도 members 폴더를 열 수 없습니다. 이 호스팅에서 게이트가 작동하지 않습니다. /cardea-check/check.html 페이지를 열어 빠진 기능을 확인하고 호스팅 업체에 문의해 주세요.",
        .gate_open =
            "누구나 members 폴더를 열 수 있습니다. 이 서버는 .htaccess 파일을 사용하지 않습니다. 비공개 페이지는 다른 곳에 두거나 호스팅 업체에 게이트 설정을 문의해 주세요.",
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
