<?php
/*
 * Why doesn't Cardea run on this host? A page for whoever has uploaded it: it looks at the uploaded program, asks the site
 * by HTTP, and says what to do, in the browser's language. It changes nothing, names no path, and is silent once set-up is
 * complete. PHP 7.4 or later.
 */

declare(strict_types=1);

namespace CardeaCheck;

const WORDS = [
    'en' => [
        'title' => 'Cardea: what is wrong here?',
        'found' => 'Found', 'good' => 'OK', 'bad' => 'Problem', 'unknown' => 'Unknown',
        'there' => 'The program is in public_html/cgi-bin.',
        'there_not' => 'There is no public_html/cgi-bin/cardea.cgi. Upload it there.',
        'whole' => 'The program was uploaded completely.',
        'whole_not' => 'The uploaded program is damaged. Upload cardea.cgi again, in binary mode.',
        'whole_unknown' => 'Upload cardea/SHA256SUMS too: with it, this page can tell whether the program is complete.',
        'mode' => 'The mode of the program lets the server run it.',
        'mode_not' => 'The mode of cardea.cgi is {mode}. Set it to 755 in your FTP program.',
        'open' => 'The mode of {what} is {mode}: others may write to it, and hosts refuse to run it. Set it to 755.',
        'runs' => 'The program runs. Open /auth/setup.',
        'no_answer' => 'This page could not ask the site (allow_url_fopen is off, or a firewall forbids it). Open /auth/health yourself.',
        'text' => 'The host hands out the program as a file. Ask the support: "Please run CGI programs in cgi-bin (ScriptAlias, or Options ExecCGI with AddHandler cgi-script)."',
        'status_403' => 'The server refuses to run the program (403). If the mode is 755, ask the support: "Please allow CGI (Options ExecCGI) in cgi-bin."',
        'status_404' => 'The server does not find the program (404). The host keeps cgi-bin somewhere else, or mod_rewrite is missing. Ask the support where cgi-bin is.',
        'status_500' => 'The server could not run the program (500). If the mode is 755, ask the support for the last lines of the error log.',
        'status' => 'The server answered {status} instead of the program.',
        'missing' => 'Missing: {what}. Ask the support: "Please allow it in .htaccess for my site."',
        'all' => 'Everything that Cardea needs in .htaccess works.',
        'done' => 'Setup is complete. Delete the folder cardea-check.',
    ],
    'ko' => [
        'title' => 'Cardea: 무엇이 문제인가요?',
        'found' => '확인 결과', 'good' => '정상', 'bad' => '문제', 'unknown' => '확인 불가',
        'there' => '프로그램이 public_html/cgi-bin 폴더에 있습니다.',
        'there_not' => 'public_html/cgi-bin/cardea.cgi 파일이 없습니다. 이 위치에 올려 주세요.',
        'whole' => '프로그램이 온전히 업로드되었습니다.',
        'whole_not' => '업로드된 프로그램이 손상되었습니다. cardea.cgi 파일을 바이너리 모드로 다시 올려 주세요.',
        'whole_unknown' => 'cardea/SHA256SUMS 파일도 올려 주세요. 그러면 프로그램이 온전한지 확인할 수 있습니다.',
        'mode' => '프로그램에 실행 권한이 있습니다.',
        'mode_not' => 'FTP 프로그램에서 cardea.cgi 파일의 권한을 755로 설정해 주세요. 현재 권한: {mode}',
        'open' => '다른 사용자가 쓸 수 있어 프로그램이 실행되지 않습니다. 권한을 755로 설정해 주세요: {what} ({mode})',
        'runs' => '프로그램이 실행됩니다. /auth/setup 페이지를 열어 주세요.',
        'no_answer' => '이 페이지에서 사이트에 접속할 수 없습니다(allow_url_fopen 꺼짐 또는 방화벽). /auth/health 페이지를 직접 열어 주세요.',
        'text' => '프로그램이 실행되지 않고 파일로 전송됩니다. 호스팅 업체에 문의해 주세요: "cgi-bin에서 CGI 프로그램을 실행할 수 있게 해 주세요(ScriptAlias 또는 Options ExecCGI와 AddHandler cgi-script)."',
        'status_403' => '서버가 프로그램 실행을 거부했습니다(403). 권한이 755라면 호스팅 업체에 문의해 주세요: "cgi-bin에서 CGI(Options ExecCGI)를 허용해 주세요."',
        'status_404' => '서버가 프로그램을 찾지 못했습니다(404). cgi-bin 폴더가 다른 곳에 있거나 mod_rewrite가 없습니다. 호스팅 업체에 cgi-bin의 위치를 문의해 주세요.',
        'status_500' => '서버가 프로그램을 실행하지 못했습니다(500). 권한이 755라면 호스팅 업체에 오류 로그의 마지막 줄을 요청해 주세요.',
        'status' => '프로그램이 응답하지 않았습니다. 서버 응답: {status}',
        'missing' => '사용할 수 없는 기능: {what}. 호스팅 업체에 문의해 주세요: ".htaccess에서 이 기능을 사용할 수 있게 해 주세요."',
        'all' => '.htaccess에 필요한 기능을 모두 사용할 수 있습니다.',
        'done' => '설치가 끝났습니다. cardea-check 폴더를 삭제해 주세요.',
    ],
    'ja' => [
        'title' => 'Cardea：問題の確認',
        'found' => '確認結果', 'good' => '正常', 'bad' => '問題', 'unknown' => '不明',
        'there' => 'プログラムは public_html/cgi-bin にあります。',
        'there_not' => 'public_html/cgi-bin/cardea.cgi がありません。この場所にアップロードしてください。',
        'whole' => 'プログラムは完全にアップロードされています。',
        'whole_not' => 'アップロードされたプログラムが壊れています。cardea.cgi をバイナリモードでアップロードし直してください。',
        'whole_unknown' => 'cardea/SHA256SUMS もアップロードしてください。プログラムが完全かどうかを確認できます。',
        'mode' => 'プログラムには実行権限があります。',
        'mode_not' => 'cardea.cgi のパーミッションが {mode} です。FTP ソフトで 755 に設定してください。',
        'open' => '{what} のパーミッションが {mode} で、ほかのユーザーが書き込めます。この状態では実行されないため、755 に設定してください。',
        'runs' => 'プログラムは動作しています。/auth/setup を開いてください。',
        'no_answer' => 'このページからサイトに接続できませんでした（allow_url_fopen が無効、またはファイアウォール）。/auth/health をご自身で開いてください。',
        'text' => 'プログラムが実行されず、ファイルとして送信されています。レンタルサーバー会社にお問い合わせください：「cgi-bin で CGI プログラムを実行できるようにしてください（ScriptAlias、または Options ExecCGI と AddHandler cgi-script）。」',
        'status_403' => 'サーバーがプログラムの実行を拒否しました（403）。パーミッションが 755 の場合は、レンタルサーバー会社にお問い合わせください：「cgi-bin で CGI（Options ExecCGI）を許可してください。」',
        'status_404' => 'サーバーがプログラムを見つけられませんでした（404）。cgi-bin が別の場所にあるか、mod_rewrite がありません。cgi-bin の場所をレンタルサーバー会社にお問い合わせください。',
        'status_500' => 'サーバーがプログラムを実行できませんでした（500）。パーミッションが 755 の場合は、エラーログの最後の数行の提供をレンタルサーバー会社に依頼してください。',
        'status' => 'プログラムではなくサーバーが {status} を返しました。',
        'missing' => '使えない機能：{what}。レンタルサーバー会社にお問い合わせください：「.htaccess でこの機能を使えるようにしてください。」',
        'all' => '.htaccess に必要な機能はすべて使えます。',
        'done' => '初期設定は完了しています。cardea-check フォルダーを削除してください。',
    ],
];

// The folders with a picture that shows only where .htaccess may say this.
const PROBES = [
    'htaccess' => '.htaccess (AllowOverride FileInfo)', 'cgi' => 'CGI (mod_cgi, mod_cgid)', 'rewrite' => 'mod_rewrite',
    'auth' => 'Require (AllowOverride AuthConfig)', 'headers' => 'mod_headers', 'fcgid' => 'FastCGI (mod_fcgid)',
];

/** "ko" of "ko-KR,ko;q=0.9,en;q=0.8": the first of our languages that the browser names. */
function language(string $accepted): string
{
    preg_match_all('/(?:\A|,)\s*(en|ko|ja)\b/i', $accepted, $found);
    return strtolower($found[1][0] ?? 'en');
}

function text(string $word, array $places = []): string
{
    static $words = null;
    $words = $words ?? WORDS[language((string) ($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? ''))];
    foreach ($places as $name => $value) {
        $places['{' . $name . '}'] = $value;
        unset($places[$name]);
    }
    return strtr($words[$word], $places);
}

function finding(string $state, string $word, array $places = []): array
{
    return [$state, text($word, $places)];
}

function mode_of(string $path): int
{
    return (int) @fileperms($path) & 07777;
}

/** What the server would refuse to run, by modes alone. */
function findings_of_modes(string $program): array
{
    if (!is_file($program)) {
        return [finding('bad', 'there_not')];
    }
    $findings = [finding('good', 'there')];
    foreach (['cgi-bin/cardea.cgi' => $program, 'cgi-bin' => dirname($program)] as $name => $path) {
        if ((mode_of($path) & 022) !== 0) {
            $findings[] = finding('bad', 'open', ['what' => $name, 'mode' => decoct(mode_of($path))]);
        }
    }
    $findings[] = (mode_of($program) & 0111) === 0111
        ? finding('good', 'mode') : finding('bad', 'mode_not', ['mode' => decoct(mode_of($program))]);
    return $findings;
}

/** Is the program what was packed? An upload in text mode changes bytes; a broken one lacks some. */
function finding_of_contents(string $program, string $sums): array
{
    $line = preg_match('/^([0-9a-f]{64})  public_html\/cgi-bin\/cardea\.cgi$/m', (string) @file_get_contents($sums), $found);
    $here = @hash_file('sha256', $program);
    if ($line !== 1 || $here === false) {
        return finding('unknown', 'whole_unknown');
    }
    return hash_equals($found[1], $here) ? finding('good', 'whole') : finding('bad', 'whole_not');
}

/** [status, type, the first bytes of the body] of GET, or null if there is no answer. Asks the server that runs this page, whatever the request says. */
function ask(string $path): ?array
{
    $host = (string) ($_SERVER['HTTP_HOST'] ?? '');
    $address = (string) ($_SERVER['SERVER_ADDR'] ?? '');
    if (preg_match('/\A[A-Za-z0-9.:\[\]-]+\z/', $host) !== 1 || filter_var($address, FILTER_VALIDATE_IP) === false) {
        return null;
    }
    $is_secure = !empty($_SERVER['HTTPS']) && $_SERVER['HTTPS'] !== 'off';
    $context = stream_context_create([
        'http' => ['ignore_errors' => true, 'timeout' => 5, 'follow_location' => 0, 'header' => "Host: $host\r\n"],
        // Itself alone is asked: nothing secret is sent, and nothing is believed.
        'ssl' => ['verify_peer' => false, 'verify_peer_name' => false, 'peer_name' => explode(':', $host)[0]],
    ]);
    $at = strpos($address, ':') === false ? $address : "[$address]";
    $address = ($is_secure ? 'https://' : 'http://') . $at . ':' . (int) ($_SERVER['SERVER_PORT'] ?? 80) . $path;
    $stream = @fopen($address, 'rb', false, $context);
    if ($stream === false) {
        return null;
    }
    $headers = stream_get_meta_data($stream)['wrapper_data'] ?? [];
    $body = (string) stream_get_contents($stream, 4096);
    fclose($stream);
    preg_match('/\AHTTP\/\S+ (\d{3})/', (string) ($headers[0] ?? ''), $status);
    $types = preg_grep('/\AContent-Type:/i', $headers);
    return [(int) ($status[1] ?? 0), strtolower(trim(substr((string) end($types), 13))), $body];
}

function finding_of_program(): array
{
    $answer = ask('/auth/health');
    if ($answer === null) {
        return finding('unknown', 'no_answer');
    }
    [$status, , $body] = $answer;
    if (strncmp($body, '{', 1) === 0 && strpos($body, '"status":"') !== false) {
        return finding('good', 'runs');
    }
    if (strncmp($body, "\x7fELF", 4) === 0) {
        return finding('bad', 'text');
    }
    return in_array($status, [403, 404, 500], true)
        ? finding('bad', "status_$status") : finding('bad', 'status', ['status' => (string) $status]);
}

function findings_of_host(): array
{
    $findings = [];
    foreach (PROBES as $name => $what) {
        $answer = ask("/cardea-check/probe-$name/yes.probe");
        if ($answer === null) {
            return [];
        }
        if ($answer[0] !== 200 || strncmp($answer[1], 'image/svg', 9) !== 0) {
            $findings[] = finding('bad', 'missing', ['what' => $what]);
        }
    }
    return $findings === [] ? [finding('good', 'all')] : $findings;
}

function findings(string $root): array
{
    $program = "$root/public_html/cgi-bin/cardea.cgi";
    // Whatever the document root is called here.
    $program = is_file($program) ? $program : dirname(__DIR__) . '/cgi-bin/cardea.cgi';
    $findings = findings_of_modes($program);
    if (is_file($program)) {
        $findings[] = finding_of_contents($program, "$root/cardea/SHA256SUMS");
    }
    return [...$findings, finding_of_program(), ...findings_of_host()];
}

function show(array $findings): void
{
    $language = language((string) ($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? ''));
    header('Content-Type: text/html; charset=utf-8');
    header('Cache-Control: no-store');
    header('Vary: Accept-Language');
    echo "<!DOCTYPE html>\n<html lang=\"$language\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n",
        '<title>', text('title'), "</title>\n<style>:root { color-scheme: light dark } body { margin: 0 auto; max-width: 46rem; ",
        "padding: 1rem; font: 1rem/1.55 system-ui, sans-serif } li { margin: .5rem 0 }</style>\n</head>\n<body>\n<main>\n<h1>",
        text('title'), "</h1>\n<ul>\n";
    foreach ($findings as [$state, $sentence]) {
        echo '<li><strong>', text($state), ':</strong> ', htmlspecialchars($sentence), "</li>\n";
    }
    echo "</ul>\n<p><a href=\"/cardea-check/check.html\">check.html</a></p>\n</main>\n</body>\n</html>\n";
}

// The archive's two folders lie beside each other: cardea, and the one of the web server.
$root = dirname(__DIR__, 2);
if (is_file("$root/cardea/cardea.ini") || is_file("$root/cardea/cardea-setup-done.txt")) {
    http_response_code(404);
    show([['good', text('done')]]);
} else {
    show(findings($root));
}
