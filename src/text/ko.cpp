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
    .problems = {
        .last_way =
            "로그인 방법이 하나뿐이라 연결을 해제할 수 없습니다. 먼저 비밀번호를 설정하거나 다른 서비스를 "
            "연결해 주세요.",
        .insufficient_user_authentication =
            "계속하려면 비밀번호를 입력하시거나, 로그아웃한 뒤 다시 로그인해 주세요.",
        .invalid_credentials = "현재 비밀번호가 올바르지 않습니다.",
        .too_many_attempts = "시도 횟수를 초과했습니다. 몇 분 뒤에 다시 시도해 주세요.",
        .identity_in_use = "선택하신 외부 계정은 이 사이트의 다른 계정에 이미 연결되어 있습니다.",
        .already_linked = "이미 그 서비스의 다른 계정이 연결되어 있습니다. 먼저 연결을 해제해 주세요.",
        .provider_refused = "외부 서비스로 로그인하지 못했습니다. 다시 시도하거나 다른 방법을 선택해 주세요.",
        .temporarily_unavailable = "지금은 이용할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
        .other = "문제가 생겼습니다. 다시 시도해 주세요."}};

}  // namespace cardea
