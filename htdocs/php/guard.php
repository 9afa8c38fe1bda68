<?php
/*
 * A gate by PHP alone, for a host whose server has none: conf/htaccess/guard.htaccess sends every address of a directory
 * here. Whoever is signed in gets the file, or the PHP page is run for him; everybody else is sent to sign in.
 *
 * Upload it, with that .htaccess, into the directory that only signed-in people may enter. Yours to replace: what follows.
 */

declare(strict_types=1);

require_once '/home/USER/cardea/cardea.php';
Cardea\configure(['url' => 'https://example.com', 'keys' => '/home/USER/cardea/keys.json']);

const GUARD_SCOPE = '';          // 'staff': only those whose account has this scope
const GUARD_OPTIONAL = false;    // true: everybody may enter; pages find REMOTE_USER if somebody is signed in
const GUARD_ENTRY = '';          // 'index.php': the page for addresses that are no file (WordPress, Laravel)

// ---- From here on nothing has to be changed. ------------------------------------------------------------------------------

const GUARD_TYPES = [
    'html' => 'text/html; charset=utf-8', 'htm' => 'text/html; charset=utf-8', 'txt' => 'text/plain; charset=utf-8',
    'css' => 'text/css', 'js' => 'text/javascript', 'json' => 'application/json', 'pdf' => 'application/pdf',
    'png' => 'image/png', 'jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'gif' => 'image/gif', 'webp' => 'image/webp',
    'svg' => 'image/svg+xml', 'mp3' => 'audio/mpeg', 'mp4' => 'video/mp4', 'zip' => 'application/zip',
];

/** Tells a page in the gate's words who is asking, and nobody else's. */
function guard_tell(?Cardea\User $user): void
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

/** The file that an address in this directory means, or null. Never one outside, never a hidden one, never this one. */
function guard_file(string $uri): ?string
{
    $path = rawurldecode((string) strtok($uri, '?'));
    $base = rtrim(dirname($_SERVER['SCRIPT_NAME']), '/') . '/';
    if (strncmp($path, $base, strlen($base)) !== 0 || strpos($path, "\0") !== false || preg_match('#/\.|\\\\#', $path) === 1) {
        return null;
    }
    $file = realpath(__DIR__ . '/' . substr($path, strlen($base)));
    foreach (['/index.html', '/index.php'] as $index) {
        if ($file !== false && is_dir($file) && is_file($file . $index)) {
            $file .= $index;
        }
    }
    $inside = $file !== false && strncmp($file, __DIR__ . '/', strlen(__DIR__) + 1) === 0;
    return $inside && is_file($file) && $file !== __FILE__ ? $file : null;
}

/** Where the part begins and how long it is that a Range header asks for (RFC 9110 section 14); null: it asks for none that counts. */
function guard_part(string $wanted, int $size): ?array
{
    if (preg_match('/\Abytes=(\d{1,15})-(\d{0,15})\z/', $wanted, $found) !== 1 || (int) $found[1] >= $size) {
        return null;
    }
    $first = (int) $found[1];
    $last = $found[2] === '' ? $size - 1 : min((int) $found[2], $size - 1);
    return $last < $first ? null : [$first, $last - $first + 1];
}

function guard_send(string $file): void
{
    $ending = strtolower(pathinfo($file, PATHINFO_EXTENSION));
    $size = (int) filesize($file);
    $part = guard_part($_SERVER['HTTP_RANGE'] ?? '', $size);
    [$first, $length] = $part ?? [0, $size];
    header('Content-Type: ' . (GUARD_TYPES[$ending] ?? 'application/octet-stream'));
    header('X-Content-Type-Options: nosniff');
    header('Accept-Ranges: bytes');
    header("Content-Length: $length");
    if ($part !== null) {
        http_response_code(206);
        header(sprintf('Content-Range: bytes %d-%d/%d', $first, $first + $length - 1, $size));
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'HEAD' && $length > 0) {
        while (ob_get_level() > 0) {
            ob_end_clean();  // a large file must not be held in memory
        }
        stream_copy_to_stream(fopen($file, 'rb'), fopen('php://output', 'wb'), $length, $first);
    }
}

/** Apache has told this file's name; a page expects its own. */
function guard_run(string $page): void
{
    $_SERVER['SCRIPT_FILENAME'] = $page;
    $_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = rtrim(dirname($_SERVER['SCRIPT_NAME']), '/') . substr($page, strlen(__DIR__));
    chdir(dirname($page));
    (static function () use ($page): void {
        require $page;
    })();
}

function guard(): void
{
    $user = GUARD_OPTIONAL ? Cardea\user() : Cardea\require_scope(GUARD_SCOPE);
    guard_tell($user);
    header('Cache-Control: private, no-cache');
    $file = guard_file($_SERVER['REQUEST_URI']) ?? (GUARD_ENTRY === '' ? null : __DIR__ . '/' . GUARD_ENTRY);
    if ($file === null) {
        http_response_code(404);
        header('Content-Type: text/plain; charset=utf-8');
        echo "There is no such page.\n";
    } elseif (preg_match('/\.(php|phtml|phar|inc|ini)\z/i', $file) !== 1) {
        guard_send($file);
    } elseif (substr($file, -4) === '.php') {
        guard_run($file);
    } else {
        http_response_code(404);
    }
}

guard();
