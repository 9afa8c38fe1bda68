<?php
/*
 * A gate by PHP alone, for a host whose server has none: conf/htaccess/guard.htaccess sends every address of a directory
 * here. Signed-in people get the file, or the PHP page is run for them; everybody else is sent to sign in.
 *
 * Upload it, with that .htaccess, into the directory that only signed-in people may enter. Yours to replace: what follows.
 */

declare(strict_types=1);

namespace CardeaGuard;

use Cardea;

require_once '/home/USER/cardea/cardea.php';
Cardea\configure(['url' => 'https://example.com', 'keys' => '/home/USER/cardea/keys.json',
                  'revocations' => '/home/USER/cardea/keys/revoked']);  // without this line, signed-out people go on for a while

const GUARD_SCOPE = '';          // 'staff': only those whose account has this scope
const GUARD_OPTIONAL = false;    // true: everybody may enter; pages find REMOTE_USER if somebody is signed in
const GUARD_ENTRY = '';          // 'index.php': the page for addresses that are no file (WordPress, Laravel)

// Files are sent by these endings and no others, so that sources, settings, and the copies that editors and backups leave
// are never sent. Pages are run if they end in .php. Add what your visitors need.
const GUARD_TYPES = [
    'html' => 'text/html; charset=utf-8', 'htm' => 'text/html; charset=utf-8', 'xhtml' => 'application/xhtml+xml',
    'css' => 'text/css', 'js' => 'text/javascript', 'mjs' => 'text/javascript', 'map' => 'application/json', 'wasm' => 'application/wasm',
    'json' => 'application/json', 'geojson' => 'application/geo+json', 'webmanifest' => 'application/manifest+json',
    'xml' => 'application/xml', 'xsl' => 'application/xml', 'txt' => 'text/plain; charset=utf-8', 'md' => 'text/markdown; charset=utf-8',
    'csv' => 'text/csv; charset=utf-8', 'tsv' => 'text/tab-separated-values; charset=utf-8', 'ics' => 'text/calendar; charset=utf-8',
    'vcf' => 'text/vcard; charset=utf-8', 'vtt' => 'text/vtt; charset=utf-8', 'srt' => 'application/x-subrip', 'gpx' => 'application/gpx+xml',
    'png' => 'image/png', 'apng' => 'image/apng', 'jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'gif' => 'image/gif',
    'webp' => 'image/webp', 'avif' => 'image/avif', 'heic' => 'image/heic', 'svg' => 'image/svg+xml', 'ico' => 'image/x-icon',
    'bmp' => 'image/bmp', 'tif' => 'image/tiff', 'tiff' => 'image/tiff', 'psd' => 'image/vnd.adobe.photoshop',
    'mp3' => 'audio/mpeg', 'm4a' => 'audio/mp4', 'aac' => 'audio/aac', 'ogg' => 'audio/ogg', 'oga' => 'audio/ogg', 'opus' => 'audio/ogg',
    'wav' => 'audio/wav', 'flac' => 'audio/flac', 'weba' => 'audio/webm', 'mid' => 'audio/midi',
    'mp4' => 'video/mp4', 'm4v' => 'video/mp4', 'webm' => 'video/webm', 'ogv' => 'video/ogg', 'mov' => 'video/quicktime',
    'avi' => 'video/x-msvideo', 'mkv' => 'video/x-matroska', 'mpg' => 'video/mpeg', 'mpeg' => 'video/mpeg', 'wmv' => 'video/x-ms-wmv',
    '3gp' => 'video/3gpp', 'm3u8' => 'application/vnd.apple.mpegurl', 'ts' => 'video/mp2t',
    'woff' => 'font/woff', 'woff2' => 'font/woff2', 'ttf' => 'font/ttf', 'otf' => 'font/otf', 'eot' => 'application/vnd.ms-fontobject',
    'pdf' => 'application/pdf', 'rtf' => 'application/rtf', 'epub' => 'application/epub+zip', 'hwp' => 'application/x-hwp',
    'hwpx' => 'application/hwp+zip', 'doc' => 'application/msword', 'xls' => 'application/vnd.ms-excel',
    'ppt' => 'application/vnd.ms-powerpoint',
    'docx' => 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'xlsx' => 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'pptx' => 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'ppsx' => 'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
    'odt' => 'application/vnd.oasis.opendocument.text', 'ods' => 'application/vnd.oasis.opendocument.spreadsheet',
    'odp' => 'application/vnd.oasis.opendocument.presentation', 'odg' => 'application/vnd.oasis.opendocument.graphics',
    'zip' => 'application/zip', '7z' => 'application/x-7z-compressed', 'rar' => 'application/vnd.rar', 'gz' => 'application/gzip',
    'tgz' => 'application/gzip', 'tar' => 'application/x-tar', 'bz2' => 'application/x-bzip2', 'xz' => 'application/x-xz',
    'exe' => 'application/octet-stream', 'msi' => 'application/octet-stream', 'dmg' => 'application/octet-stream',
    'iso' => 'application/octet-stream', 'apk' => 'application/vnd.android.package-archive',
];

// ---- From here on nothing has to be changed. ------------------------------------------------------------------------------

// "page.php.jpg" and "dump.sql.gz" are what their first ending says, whatever comes behind it.
const SOURCE = '/\.(?:ph(?:p[0-9]*|ps|t|tml|ar)|inc|s?sql(?:ite3?)?|db|env|ini|conf|cgi|fcgi|pl|py|rb|sh|aspx?|jsp|shtml)\./i';
const MOST_PARTS = 16;  // of a file that are sent in one answer

/** Tells a page in the gate's words who is asking, and nobody else's. */
function tell(?Cardea\User $user): void
{
    foreach (['REMOTE_USER', 'AUTH_USER_ID', 'AUTH_SESSION_ID', 'AUTH_SCOPE'] as $name) {
        unset($_SERVER[$name], $_SERVER["REDIRECT_$name"]);
    }
    if ($user !== null) {
        $_SERVER['REMOTE_USER'] = $_SERVER['AUTH_USER_ID'] = $user->id;
        $_SERVER['AUTH_SESSION_ID'] = (string) $user->session_id;
        $_SERVER['AUTH_SCOPE'] = $user->scope;
    }
}

/** Ends here with a few words. */
function answer(int $status, string $words): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    echo $words, "\n";
    exit;
}

// -- Which file is meant.

/** The path of this directory on the site, "" at its top. */
function base(): string
{
    return (string) substr($_SERVER['SCRIPT_NAME'], 0, (int) strrpos($_SERVER['SCRIPT_NAME'], '/' . basename(__FILE__)));
}

/** The names that the address has below this directory, decoded; null if a server would not map it either. */
function names(): ?array
{
    $split = static function (string $path): array {
        return array_values(array_filter(explode('/', $path), 'strlen'));
    };
    $names = array_map('rawurldecode', $split(explode('?', $_SERVER['REQUEST_URI'], 2)[0]));
    $base = $split(base());
    $odd = preg_grep('#\A\.\.?\z|[/\0]#', $names) !== [];
    return $odd || array_slice($names, 0, count($base)) !== $base ? null : array_slice($names, count($base));
}

function ends_in_slash(): bool
{
    return substr(explode('?', $_SERVER['REQUEST_URI'], 2)[0], -1) === '/';
}

/** The file or directory of this name, as [path from here, the names behind it], or null: none, or one that is nobody's business. */
function find(array $names): ?array
{
    $path = '';
    while ($names !== [] && is_dir(__DIR__ . $path)) {
        $name = array_shift($names);
        if ($name[0] === '.' || strpos($name, '\\') !== false) {
            return null;
        }
        $path .= '/' . $name;
    }
    return is_shown($path) ? [$path, $names] : null;
}

/** Wherever links lead: it lies in this directory, is not hidden, can be read, and is of the kind that its name says. */
function is_shown(string $path): bool
{
    $real = (string) realpath(__DIR__ . $path);
    if (strncmp("$real/", __DIR__ . '/', strlen(__DIR__) + 1) !== 0 || strpos("$real/", '/.', strlen(__DIR__)) !== false) {
        return false;
    }
    $as_named = is_dir($real) || (is_file($real) && ending($real) === ending($path));
    return $as_named && is_readable($real) && $real !== __FILE__;
}

function ending(string $path): string
{
    return strtolower(pathinfo($path, PATHINFO_EXTENSION));
}

/** The page that a directory shows. */
function index_of(string $path): ?string
{
    foreach (['index.html', 'index.htm', 'index.php'] as $name) {
        $index = rtrim($path, '/') . '/' . $name;
        if (is_file(__DIR__ . $index) && is_shown($index)) {
            return $index;
        }
    }
    return null;
}

/** Relative links need the slash. Never "//": that would be another site. */
function add_slash(array $names): void
{
    $query = explode('?', $_SERVER['REQUEST_URI'], 2)[1] ?? null;
    $base = implode('/', array_map('rawurlencode', explode('/', base())));
    header("Location: $base/" . implode('/', array_map('rawurlencode', $names)) . '/' . ($query === null ? '' : "?$query"), true, 301);
    exit;
}

// -- Sending a file (RFC 9110).

/** True if the header has that tag. A server that compresses on the way marks the tag: that is still the same file. */
function has_tag(string $header, string $tag): bool
{
    $plain = preg_replace('/[-;](?:gzip|deflate|br|zstd)"/', '"', $header);
    return trim($header) === '*' || preg_match('/(?:\A|[\s,]|W\/)' . preg_quote($tag, '/') . '\s*(?:,|\z)/', (string) $plain) === 1;
}

/** 200, or 304 or 412 if the client has said that it has this version already, or wants another one (section 13.2.2). */
function status_for(string $tag, int $changed): int
{
    $header = static function (string $name): ?string {
        return isset($_SERVER["HTTP_$name"]) ? (string) $_SERVER["HTTP_$name"] : null;
    };
    $date = static function (?string $text): ?int {
        $moment = preg_match('/\A[A-Z][a-z]{2,8},? .*\d{4}/', (string) $text) === 1 ? strtotime((string) $text) : false;
        return $moment === false ? null : $moment;
    };
    if ($header('IF_MATCH') !== null ? !has_tag($header('IF_MATCH'), $tag) : $changed > ($date($header('IF_UNMODIFIED_SINCE')) ?? $changed)) {
        return 412;
    }
    $same = $header('IF_NONE_MATCH') !== null ? has_tag($header('IF_NONE_MATCH'), $tag)
        : $changed <= ($date($header('IF_MODIFIED_SINCE')) ?? -1);
    return $same ? 304 : 200;
}

/**
 * The parts that a Range header asks for, as [first byte, length]; [] if the file has none of them, null if it is to be sent whole:
 * nothing, or nothing sensible, was asked for (section 14.2).
 */
function parts(string $wanted, int $size): ?array
{
    $list = '/\Abytes=[\s,]*(?:(?:\d+-\d*|-\d+)\s*(?:,[\s,]*|\z))+\z/i';
    if ($size === 0 || substr_count($wanted, ',') >= MOST_PARTS || preg_match($list, $wanted) !== 1) {
        return null;
    }
    preg_match_all('/(\d*)-(\d*)/', $wanted, $found, PREG_SET_ORDER);
    $parts = [];
    foreach ($found as [, $from, $to]) {
        $first = $from === '' ? max(0, $size - (int) $to) : (int) $from;
        $last = $from === '' || $to === '' ? $size - 1 : min((int) $to, $size - 1);
        if ($from !== '' && $to !== '' && (int) $to < $first) {
            return null;
        }
        if ($first < $size) {
            $parts[] = [$first, $last - $first + 1];
        }
    }
    return array_sum(array_column($parts, 1)) > $size ? null : $parts;
}

/** A large file is neither held in memory nor compressed, and takes as long as the visitor's line needs. */
function unbuffered(): void
{
    if (function_exists('ini_set')) {
        @ini_set('zlib.output_compression', '0');
        @ini_set('max_execution_time', '0');
    }
    while (ob_get_level() > 0 && @ob_end_clean()) {
        continue;
    }
}

function copy_part($file, int $first, int $length): void
{
    fseek($file, $first);
    while ($length > 0 && ($bytes = (string) fread($file, min($length, 65536))) !== '') {
        echo $bytes;
        $length -= strlen($bytes);
    }
}

/** Several parts of a file (section 14.6). */
function send_parts($file, array $parts, string $type, int $size): void
{
    $boundary = bin2hex(random_bytes(16));
    $end = "\r\n--$boundary--\r\n";
    $heads = [];
    foreach ($parts as [$first, $length]) {
        $heads[] = "\r\n--$boundary\r\nContent-Type: $type\r\n" . sprintf("Content-Range: bytes %d-%d/%d\r\n\r\n", $first, $first + $length - 1, $size);
    }
    header("Content-Type: multipart/byteranges; boundary=$boundary");
    header('Content-Length: ' . (strlen(implode($heads) . $end) + array_sum(array_column($parts, 1))));
    foreach ($parts as $number => [$first, $length]) {
        echo $heads[$number];
        copy_part($file, $first, $length);
    }
    echo $end;
}

/** Sends the whole file, or what is wanted of it. */
function send_bytes($file, int $size, string $type, string $range): void
{
    $parts = parts($range, $size);
    if ($parts === []) {
        header("Content-Range: bytes */$size");
        answer(416, 'The file has no such part.');
    }
    unbuffered();
    if ($parts !== null) {
        http_response_code(206);
    }
    if (count($parts ?? []) > 1) {
        send_parts($file, $parts, $type, $size);
        return;
    }
    [$first, $length] = $parts[0] ?? [0, $size];
    header("Content-Length: $length");
    if ($parts !== null) {
        header(sprintf('Content-Range: bytes %d-%d/%d', $first, $first + $length - 1, $size));
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'HEAD') {
        copy_part($file, $first, $length);
    }
}

function send(string $path, string $type): void
{
    if (!in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD'], true)) {
        header('Allow: GET, HEAD');
        answer(405, 'This file can be read, and nothing else.');
    }
    $file = fopen(__DIR__ . $path, 'rb');
    $facts = fstat($file);
    $tag = sprintf('"%x-%x"', $facts['mtime'], $facts['size']);
    $changed = gmdate('D, d M Y H:i:s', $facts['mtime']) . ' GMT';
    header("ETag: $tag");
    header("Last-Modified: $changed");
    header("Content-Type: $type");
    header('X-Content-Type-Options: nosniff');
    header('Accept-Ranges: bytes');
    $status = status_for($tag, $facts['mtime']);
    if ($status === 412) {
        answer(412, 'The file has changed.');
    } elseif ($status === 304) {
        http_response_code(304);
        exit;
    }
    $of_this_version = in_array($_SERVER['HTTP_IF_RANGE'] ?? $tag, [$tag, $changed], true);
    $range = $_SERVER['REQUEST_METHOD'] === 'GET' && $of_this_version ? $_SERVER['HTTP_RANGE'] ?? '' : '';
    send_bytes($file, $facts['size'], $type, $range);
    exit;
}

// -- Running a page.

/** Apache has told this file's name; a page expects its own, and what stands behind it in the address. */
function introduce(string $path, string $behind): void
{
    $here = $_SERVER['SCRIPT_FILENAME'] ?? '';
    $here = realpath($here) === __FILE__ ? dirname($here) : __DIR__;
    $_SERVER['SCRIPT_FILENAME'] = $here . $path;
    $_SERVER['SCRIPT_NAME'] = base() . $path;
    $_SERVER['PHP_SELF'] = $_SERVER['SCRIPT_NAME'] . $behind;
    foreach (['PATH_INFO', 'PATH_TRANSLATED', 'ORIG_PATH_INFO', 'ORIG_PATH_TRANSLATED', 'ORIG_SCRIPT_NAME', 'ORIG_SCRIPT_FILENAME'] as $name) {
        unset($_SERVER[$name]);
    }
    if ($behind !== '') {
        $_SERVER['PATH_INFO'] = $behind;
        $_SERVER['PATH_TRANSLATED'] = ($_SERVER['DOCUMENT_ROOT'] ?? '') . $behind;
    }
    chdir(dirname(__DIR__ . $path));
}

function ask_who(): ?Cardea\User
{
    try {
        return GUARD_OPTIONAL ? Cardea\user() : Cardea\require_scope(GUARD_SCOPE);
    } catch (Cardea\ConfigurationError $error) {
        error_log('cardea: ' . $error->getMessage());
        answer(503, "This part of the site is not set up yet; the server's error log says why.");
    }
}

/** What the address means in this directory, as [path, what stands behind it in the address], or null. */
function asked_for(): ?array
{
    $names = names();
    [$path, $behind] = ($names === null ? null : find($names)) ?? [null, []];
    if ($path === null) {
        return null;
    }
    if (is_dir(__DIR__ . $path)) {
        if ($path !== '' && !ends_in_slash()) {
            add_slash($names);
        }
        $index = index_of($path);
        return $index === null ? null : [$index, ''];
    }
    $behind = $behind === [] ? '' : '/' . implode('/', $behind);
    return [$path, $behind . (ends_in_slash() ? '/' : '')];
}

function is_sent(string $path): bool
{
    return isset(GUARD_TYPES[ending($path)]) && preg_match(SOURCE, basename((string) realpath(__DIR__ . $path))) !== 1;
}

/** The page to run. Everything else that is asked for is answered here. */
function page_to_run(): string
{
    tell(ask_who());
    header('Cache-Control: private, no-cache');
    [$path, $behind] = asked_for() ?? ['', ''];
    if (substr($path, -4) !== '.php') {
        if ($behind === '' && is_sent($path)) {
            send($path, GUARD_TYPES[ending($path)]);
        }
        if (GUARD_ENTRY === '') {
            answer(404, 'There is no such page.');
        }
        [$path, $behind] = ['/' . GUARD_ENTRY, ''];
    }
    introduce($path, $behind);
    return __DIR__ . $path;
}

// The page runs here, outside of any function: its variables are global, as everywhere.
require page_to_run();
