<?php
/*
 * Cardea for PHP: who is asking? One file, PHP 7.4 or later, no Composer, no database.
 *
 *     require_once '/home/me/cardea/cardea.php';
 *     Cardea\configure(['url' => 'https://example.com', 'keys' => '/home/me/cardea/keys.json']);
 *
 *     $user = Cardea\user();                    // null: nobody is signed in, or the token has expired
 *     $user = Cardea\require_user();            // or the page ends here: a browser is sent to sign in, others get a 401
 *     $user = Cardea\require_scope('admin');    // and a 403 for those who lack the scope
 *     echo $user->id;                           // also session_id, device, scope, scopes, expires
 *     echo Cardea\profile()->name ?? '';        // also email, email_verified, language; asked of Cardea, not in the token
 *     <a href="<?= htmlspecialchars(Cardea\login_url()) ?>">Sign in</a>
 *
 * The access token is checked here, offline, against the keys that `cardea key export --file …` has written; run that again
 * after each `cardea key new`. The file is read at every request: nothing needs to be restarted. What is checked, and in
 * which order, is what the program itself checks (src/token/access_token.cpp).
 *
 * An offline check alone would let somebody who was signed out go on until the access token ends ([tokens] access_ttl). So
 * 'revocations' names the file in which Cardea on this host keeps who was signed out: then that counts at once. The user that
 * runs PHP must be able to read it; while it is named and cannot be read, nobody is let in.
 */

declare(strict_types=1);

namespace Cardea;

/** Change these here, or with Cardea\configure([...]). They must say what cardea.ini says. */
const SETTINGS = [
    'url' => '',              // [site] url, the public origin: https://example.com
    'mount' => '/auth',       // [site] mount
    'keys' => '',             // the file of `cardea key export`, better outside of what the web server shows
    // [tokens] revocations, <keys>/revoked if that is empty. '' = keys/revoked or revoked beside the file above, if it is there;
    // 'none' = it is not looked at
    'revocations' => '',
    'issuer' => '',           // [tokens] issuer; '' = url
    'audience' => '',         // [tokens] audience; '' = none is looked at
    'clock_skew' => 60,       // [tokens] clock_skew, in seconds
    'transport' => 'cookie',  // [transport] mode: cookie, both or header
    'header_sunset' => '',    // [transport] header_sunset: '2026-12-31', '' = none
    'cookie' => '',           // its name, if [cookies] domain or access_path is set: '__Secure-cardea_access'; '' = by url
    'server' => '',           // where PHP on this host reaches Cardea, if not by url: http://127.0.0.1:8080 (for profile())
    'sign_in_page' => '',     // where login_url() leads; '' = <mount>/continue, which asks for a password only if it must
    // Believe REMOTE_USER, AUTH_SESSION_ID and AUTH_SCOPE. Say true only where Cardea's gate guards every page that uses this
    // file, or where nothing else sets REMOTE_USER. Everything that authenticates sets the same name: Basic
    // authentication to whatever name somebody has there, and nginx's $remote_user to whatever a stranger sends,
    // unchecked. Pages without a gate need no trust: they check the token.
    'trust_gate' => false,
];

/** The settings or the key file are wrong: for whoever runs the site. Nobody is let in. */
final class ConfigurationError extends \RuntimeException
{
}

/** Values that can be read and not changed. */
abstract class Facts
{
    protected $facts;

    public function __get(string $name)
    {
        if (!array_key_exists($name, $this->facts)) {
            throw new \LogicException(static::class . " has no $name");
        }
        return $this->facts[$name];
    }

    public function __isset(string $name): bool
    {
        return isset($this->facts[$name]);
    }

    public function __set(string $name, $value): void
    {
        throw new \LogicException(static::class . ' cannot be changed');
    }
}

/**
 * Somebody who is signed in.
 *
 * @property-read string      $id         the user, a UUID
 * @property-read string|null $session_id the sign-in on this device, a UUID; null where a gate does not pass it on
 * @property-read string|null $device     the device's id; null behind a gate
 * @property-read string      $scope      space-separated, '' = none
 * @property-read string[]    $scopes     the same as a list
 * @property-read int|null    $expires    when the access token ends, in Unix seconds; null behind a gate
 */
final class User extends Facts
{
    public function __construct(string $id, ?string $session_id, ?string $device, string $scope, ?int $expires)
    {
        $scopes = words($scope);
        $this->facts = compact('id', 'session_id', 'device', 'scope', 'scopes', 'expires');
    }

    /** True if each of the space-separated words is among the scopes. */
    public function has_scope(string $wanted): bool
    {
        return array_diff(words($wanted), $this->facts['scopes']) === [];
    }
}

/**
 * What a user has told about themselves.
 *
 * @property-read string      $email          as typed; '' = none
 * @property-read bool        $email_verified whether it is proven that the user reads mail to that address
 * @property-read string      $name           what other people see; may be ''
 * @property-read string|null $language       'en', 'ko' or 'ja'; null: never said
 */
final class Profile extends Facts
{
    public function __construct(string $email, bool $email_verified, string $name, ?string $language)
    {
        $this->facts = compact('email', 'email_verified', 'name', 'language');
    }
}

/** Changes settings. Throws ConfigurationError for a name or value that makes no sense. */
function configure(array $changes): void
{
    settings($changes);
}

/** Whoever is signed in, or null. */
function user(): ?User
{
    $answer = who_asks();
    return $answer instanceof User ? $answer : null;
}

/** Why user() is null ('missing', 'expired', …: the words of the API), or null if somebody is signed in. */
function reason(): ?string
{
    $answer = who_asks();
    return $answer instanceof User ? null : (REFUSALS[$answer][2] ?: REFUSALS[$answer][1]);
}

/** Whoever is signed in. For anybody else the page ends here. */
function require_user(): User
{
    $answer = who_asks();
    if (!$answer instanceof User) {
        refuse($answer);
    }
    if (!headers_sent()) {
        header('Cache-Control: private, no-cache');  // what is for one person is not for a proxy to keep
    }
    return $answer;
}

/** The same, and the page ends as well for those without these space-separated scopes. */
function require_scope(string $wanted): User
{
    $user = require_user();
    if (!$user->has_scope($wanted)) {
        refuse('insufficient_scope');
    }
    return $user;
}

function has_scope(string $wanted): bool
{
    $user = user();
    return $user !== null && $user->has_scope($wanted);
}

/**
 * The profile of whoever is signed in; null if nobody is, or if Cardea does not answer within PROFILE_PATIENCE seconds.
 *
 * This asks Cardea over HTTP (GET /me) with the visitor's own token, once for a page. Where the page has called session_start(),
 * the answer is kept there for PROFILE_LIFE seconds, for this sign-in only.
 */
function profile(): ?Profile
{
    $user = user();
    $token = $user === null ? '' : token_of($user);
    if ($token === '') {
        return null;
    }
    static $asked = null, $profile = null;
    if ($asked !== $token) {
        [$asked, $profile] = [$token, kept_profile($user, $token)];
    }
    return $profile;
}

/** Where to sign in; comes back to the path given (with its query), or to the page that is being shown. */
function login_url(?string $return_to = null): string
{
    $settings = settings();
    $page = $settings['sign_in_page'] === '' ? $settings['mount'] . '/continue' : $settings['sign_in_page'];
    return $settings['url'] . $page . way_back($return_to ?? from_server('REQUEST_URI'));
}

/** Where a form with method="post" and a field return_to signs out. */
function logout_url(): string
{
    return settings()['url'] . settings()['mount'] . '/logout';
}

// ---- From here on nothing is meant to be called from outside, except by tests. ------------------------------------------

/** Word => status, error, reason, description: what the program answers (src/web/routes/common.cpp). */
const REFUSALS = [
    'missing' => [401, 'invalid_token', 'missing', 'No access token reached this server.'],
    'wrong_transport' => [401, 'invalid_token', 'wrong_transport',
        'This site takes its access token by cookie only, not by header.'],
    'malformed' => [401, 'invalid_token', 'malformed', 'The access token provided is malformed.'],
    'unknown_key' => [401, 'invalid_token', 'unknown_key', 'The access token provided was signed by an unknown key.'],
    'bad_signature' => [401, 'invalid_token', 'bad_signature', 'The access token provided has a bad signature.'],
    'wrong_issuer' => [401, 'invalid_token', 'wrong_issuer', 'The access token provided was issued for another site.'],
    'clock_skew' => [401, 'invalid_token', 'clock_skew',
        'The access token provided comes from the future; a clock is wrong.'],
    'expired' => [401, 'invalid_token', 'expired', 'The access token provided has expired.'],
    'revoked' => [401, 'invalid_token', 'revoked', 'The access token provided has been revoked.'],
    'unavailable' => [503, 'temporarily_unavailable', '', 'The server cannot decide this at the moment; try again.'],
    'too_many_copies' => [400, 'invalid_request', 'malformed', 'The request carries too many copies of a cookie.'],
    'insufficient_scope' => [403, 'insufficient_scope', '',
        'The access token provided does not carry the scope that is needed here.'],
];

/** What helps behind Apache, which alone keeps that header back; other servers are not told. */
const APACHE_CURE = ' If one was sent in the Authorization header, the web server keeps it back: Apache needs CGIPassAuth On.';

const TOKEN_SIZE_LIMIT = 4096;
const COOKIE_COPIES_LIMIT = 8;
const PATH_SIZE_LIMIT = 2048;
const JSON_DEPTH_LIMIT = 16;
const LATEST_DATE = 9007199254740992;  // 2^53, what a JSON number holds exactly (RFC 7493 section 2.2)

function settings(array $changes = []): array
{
    static $settings = null;
    if ($settings === null || $changes !== []) {
        $settings = checked_settings($changes + ($settings ?? SETTINGS));
    }
    return $settings;
}

function checked_settings(array $settings): array
{
    foreach ($settings as $name => $value) {
        if (!array_key_exists($name, SETTINGS)) {
            throw new ConfigurationError("Cardea has no setting '$name'");
        }
        if (gettype($value) !== gettype(SETTINGS[$name])) {
            throw new ConfigurationError("Cardea's setting '$name' must be of type " . gettype(SETTINGS[$name]));
        }
    }
    $allowed = [
        'url' => '#\Ahttps?://[^/?\#\s\\\\@]+\z#',
        'mount' => '#\A(?:/[A-Za-z0-9._~-]+)+\z#',
        'keys' => '#\A(?:/[^\0]+)?\z#',
        'revocations' => '#\A(?:/[^\0]+|none)?\z#',
        'transport' => '#\A(?:cookie|both|header)\z#',
        'header_sunset' => '#\A(?:\d{4}-\d\d-\d\d)?\z#',
        'cookie' => '#\A[A-Za-z0-9_-]*\z#',
        'server' => '#\A(?:https?://[^/?\#\s\\\\@]+)?\z#',
        'sign_in_page' => '#\A(?:/(?![/\\\\])[!-\[\]-~]*)?\z#',
    ];
    foreach ($allowed as $name => $pattern) {
        if (preg_match($pattern, $settings[$name]) !== 1) {
            throw new ConfigurationError("Cardea's setting '$name' cannot be '" . $settings[$name] . "'");
        }
    }
    return $settings;
}

// -- The request.

/**
 * A variable of the web server's, or ''. Those that begin with HTTP_ are headers: anybody may send them, so they
 * never say who somebody is. Tokens come in two of them, and are believed for their signature.
 */
function from_server(string $name): string
{
    $value = $_SERVER[$name] ?? '';
    return is_string($value) ? $value : '';
}

/** A variable of the gate's. Apache puts REDIRECT_ in front of it when it rewrites the URL afterwards. */
function from_gate(string $name): string
{
    $value = from_server($name);
    return $value === '' ? from_server('REDIRECT_' . $name) : $value;
}

function authorization(): string
{
    return from_server('HTTP_AUTHORIZATION') ?: from_server('REDIRECT_HTTP_AUTHORIZATION');
}

/** A User, or the word for why there is none. */
function who_asks()
{
    static $question = null, $answer = null;
    // One page asks several times. Everything that the answer depends on is compared, because some servers answer
    // many requests with one PHP process, and the last person must not be mistaken for this one.
    $asked = [
        settings(), time(), from_server('HTTP_COOKIE'),
        authorization(),
        from_gate('REMOTE_USER'), from_gate('AUTH_SESSION_ID'), from_gate('AUTH_SCOPE'),
        from_server('HTTP_SEC_FETCH_SITE'), from_server('HTTP_USER_AGENT'),
    ];
    if ($asked !== $question) {
        [$settings, $now, $cookies, $authorization] = $asked;
        $answer = user_of_gate($settings) ?? user_of_token($settings, $now, $cookies, $authorization);
        $question = $asked;
    }
    return $answer;
}

/** A name that is no UUID is not one of Cardea's: somebody else authenticated, or a gate was asked twice ("…, …"). */
function user_of_gate(array $settings): ?User
{
    $id = from_gate('REMOTE_USER');
    if (!$settings['trust_gate'] || !is_uuid($id)) {
        return null;
    }
    $session_id = from_gate('AUTH_SESSION_ID');
    return new User($id, is_uuid($session_id) ? $session_id : null, null, from_gate('AUTH_SCOPE'), null);
}

function user_of_token(array $settings, int $now, string $cookies, string $authorization)
{
    if ($settings['keys'] === '' && $settings['trust_gate']) {
        return 'missing';
    }
    $tokens = presented_tokens($settings, $now, $cookies, $authorization, $first_fault);
    if ($tokens === null) {
        return 'too_many_copies';
    }
    foreach ($tokens as $index => $token) {
        $answer = verify($token, $settings, $now);
        if ($answer instanceof User) {
            return $answer;
        }
        $first_fault = $index === 0 ? $answer : $first_fault;
    }
    return $first_fault;
}

/** The tokens of the request in the order in which they are tried, or null: too many copies. first_fault: the word where there is none. */
function presented_tokens(array $settings, int $now, string $cookies, string $authorization, ?string &$first_fault = null): ?array
{
    $mode = $settings['transport'];
    if ($settings['header_sunset'] !== '' && gmdate('Y-m-d', $now) >= $settings['header_sunset']) {
        $mode = 'cookie';
    }
    $tokens = $mode === 'header' ? [] : cookie_values($cookies, cookie_name($settings));
    if (count($tokens) > COOKIE_COPIES_LIMIT) {
        return null;
    }
    $bearer = preg_match('/\A[ \t]*Bearer[ \t]+(.*?)[ \t]*\z/is', $authorization, $sent) === 1;
    if ($bearer && $mode !== 'cookie') {
        $tokens[] = $sent[1];
    }
    $first_fault = $bearer && $mode === 'cookie' ? 'wrong_transport' : 'missing';
    return $tokens;
}

/** No other site below the same domain can plant a __Host- cookie. */
function cookie_name(array $settings): string
{
    if ($settings['cookie'] !== '') {
        return $settings['cookie'];
    }
    return (strncmp($settings['url'], 'https://', 8) === 0 ? '__Host-' : '') . 'cardea_access';
}

/**
 * All values of that name, in order. Not from $_COOKIE: that keeps one of several copies only, and has taken other names
 * for __Host- names (CVE-2020-7070, CVE-2022-31629).
 */
function cookie_values(string $header, string $name): array
{
    $values = [];
    foreach (explode(';', split_joined_cookies($header)) as $pair) {
        $parts = explode('=', $pair, 2);
        if (count($parts) !== 2 || trim($parts[0], " \t") !== $name) {
            continue;
        }
        $value = trim(explode(',', $parts[1])[0], " \t"); // ours hold no comma
        if (strlen($value) >= 2 && $value[0] === '"' && substr($value, -1) === '"') {
            $value = substr($value, 1, -1);
        }
        if ($value !== '') {
            $values[] = $value;
        }
    }
    return $values;
}

/**
 * Apache joins two Cookie lines by a comma. Browsers send one line, and a sibling subdomain can plant a value with a comma
 * in it: of a browser's header, names that begin with __Host- are left as they are (src/web/cookies.cpp).
 */
function split_joined_cookies(string $header): string
{
    $browser = from_server('HTTP_SEC_FETCH_SITE') !== '' || strncmp(from_server('HTTP_USER_AGENT'), 'Mozilla/', 8) === 0;
    return (string) preg_replace('/,(?=[ \t]*(?:' . ($browser ? '' : '__Host-|') . '__Secure-)?cardea_)/', ';', $header);
}

/** The query that brings a browser back to a path of this site, and to no other (src/web/origin.cpp). */
function way_back(string $path): string
{
    $own = '/';
    if (strlen($path) <= PATH_SIZE_LIMIT && preg_match('#\A/(?! *[/\\\\])[^\x00-\x1F\x7F]*\z#', $path) === 1
        && preg_match('#\xC2[\x80-\x9F]|\xE2\x80[\xA8\xA9]#', $path) === 0) {
        $own = preg_replace_callback('/[^!-~]|\\\\|%(?![0-9A-Fa-f]{2})/', function (array $found): string {
            return rawurlencode($found[0]);
        }, $path);
    }
    return '?return_to=' . str_replace('%2F', '/', rawurlencode(strlen($own) <= PATH_SIZE_LIMIT ? $own : '/'));
}

/** A browser that loads a page, as far as headers tell. They decide on the form of a refusal, never on the refusal. */
function is_page_navigation(): bool
{
    if (!in_array(from_server('REQUEST_METHOD'), ['GET', 'HEAD'], true)) {
        return false;
    }
    $mode = from_server('HTTP_SEC_FETCH_MODE');
    if ($mode !== '') {
        return $mode === 'navigate' && from_server('HTTP_SEC_FETCH_DEST') !== 'iframe';
    }
    return strpos(from_server('HTTP_ACCEPT'), 'text/html') !== false;
}

/** Answers what Cardea's gate would answer, and ends the page. */
function refuse(string $word): void
{
    [$status, $error, $reason, $description] = REFUSALS[$word];
    $server = from_server('SERVER_SOFTWARE');
    if ($word === 'missing' && ($server === '' || strpos($server, 'Apache') !== false)) {
        $description .= APACHE_CURE;
    }
    while (ob_get_level() > 0 && @ob_end_clean()) {
        continue;  // what the page has written so far was not meant for this person
    }
    if (headers_sent()) {
        exit;
    }
    header('Cache-Control: no-store');
    if ($status === 401 && is_page_navigation()) {
        $settings = settings();
        $page = $settings['url'] . $settings['mount'] . '/continue' . way_back(from_server('REQUEST_URI'));
        header('Location: ' . $page, true, 303);
        exit;
    }
    http_response_code($status);
    header('Content-Type: application/json');
    header('X-Content-Type-Options: nosniff');
    if ($status === 503) {
        header('Retry-After: 2');
    }
    if ($status === 401) {
        $detail = $word === 'missing' ? '' : ", error=\"$error\", error_description=\"$description\"";
        header('WWW-Authenticate: Bearer realm="cardea"' . $detail);
    }
    $body = ['code' => $status, 'error' => $error, 'error_description' => $description];
    echo json_encode($reason === '' ? $body : $body + ['reason' => $reason]), "\n";
    exit;
}

// -- The profile.

const PROFILE_PATIENCE = 3;       // seconds
const PROFILE_LIFE = 300;         // seconds; somebody who changes their name sees the old one for so long
const PROFILE_FAULT_LIFE = 10;    // so long a Cardea that did not answer is not asked again
const PROFILE_SIZE_LIMIT = 65536;

/** The token by which user() knows them; '' if there is none, as where a gate let them in by other means. */
function token_of(User $user): string
{
    $settings = settings();
    foreach (presented_tokens($settings, time(), from_server('HTTP_COOKIE'), authorization()) ?? [] as $token) {
        $jws = strlen($token) > TOKEN_SIZE_LIMIT ? null : Jws::parse($token);
        $claims = $jws === null ? null : read_claims($jws->payload);  // verified before, by user() or by the gate; and Cardea does it again
        if ($claims !== null && $claims->sub === $user->id) {
            return $token;
        }
    }
    return '';
}

/** From the visitor's PHP session, if it is of this sign-in and not too old; otherwise Cardea is asked. */
function kept_profile(User $user, string $token): ?Profile
{
    $sign_in = $user->id . ' ' . $user->session_id;
    $is_kept = session_status() === PHP_SESSION_ACTIVE;
    $kept = $is_kept ? $_SESSION['cardea_profile'] ?? null : null;
    if (is_array($kept) && $kept['sign_in'] === $sign_in && $kept['until'] > time()) {
        return profile_of($kept['me']);
    }
    $me = ask_me($token);
    if ($is_kept) {
        $until = time() + ($me === null ? PROFILE_FAULT_LIFE : PROFILE_LIFE);
        $_SESSION['cardea_profile'] = ['sign_in' => $sign_in, 'until' => $until, 'me' => $me];
    }
    return profile_of($me);
}

function profile_of(?array $me): ?Profile
{
    return $me === null ? null : new Profile($me['email'], $me['email_verified'], $me['name'], $me['language']);
}

/** What GET /me says of the token's user, or null. */
function ask_me(string $token): ?array
{
    $settings = settings();
    $by_header = $settings['transport'] === 'header';  // in mode both a cookie does as well
    $headers = [
        'Accept: application/json', 'User-Agent: cardea.php', 'Host: ' . substr($settings['url'], strpos($settings['url'], '//') + 2),
        $by_header ? "Authorization: Bearer $token" : 'Cookie: ' . cookie_name($settings) . "=$token",
    ];
    $text = http_get(($settings['server'] ?: $settings['url']) . $settings['mount'] . '/me', $headers);
    $me = $text === null ? null : json_decode($text, true, JSON_DEPTH_LIMIT);
    if (!is_string($me['email'] ?? null) || !is_string($me['name'] ?? null)) {
        return null;
    }
    $language = $me['language'] ?? null;
    return ['email' => $me['email'], 'email_verified' => ($me['email_verified'] ?? false) === true, 'name' => $me['name'],
        'language' => is_string($language) ? $language : null];
}

/** The body of a 200; null for anything else, which the log tells. No redirect is followed: the token is for Cardea alone. */
function http_get(string $url, array $headers): ?string
{
    [$status, $text] = function_exists('curl_init') ? get_by_curl($url, $headers) : get_by_stream($url, $headers);
    if ($status !== 200 && $status !== 401) {
        error_log("cardea: profile(): $url answered " . ($status ?: 'nothing') . "; 'server' says where PHP reaches Cardea on this host");
    }
    return $status === 200 && strlen($text) <= PROFILE_SIZE_LIMIT ? $text : null;
}

function get_by_curl(string $url, array $headers): array
{
    $text = '';
    $take = static function ($request, string $part) use (&$text): int {
        $text .= $part;
        return strlen($text) > PROFILE_SIZE_LIMIT ? 0 : strlen($part);
    };
    $request = curl_init($url);
    curl_setopt_array($request, [CURLOPT_HTTPHEADER => $headers, CURLOPT_TIMEOUT => PROFILE_PATIENCE, CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_PROXY => '', CURLOPT_WRITEFUNCTION => $take]);
    return [curl_exec($request) === true ? curl_getinfo($request, CURLINFO_RESPONSE_CODE) : 0, $text];
}

/** For PHP without its extension curl. Needs allow_url_fopen. */
function get_by_stream(string $url, array $headers): array
{
    $context = stream_context_create(['http' => ['header' => $headers, 'timeout' => PROFILE_PATIENCE, 'follow_location' => 0, 'ignore_errors' => true]]);
    $stream = @fopen($url, 'rb', false, $context);
    if ($stream === false) {
        return [0, ''];
    }
    $said = stream_get_meta_data($stream)['wrapper_data'][0] ?? '';
    return [(int) (explode(' ', (string) $said)[1] ?? 0), (string) stream_get_contents($stream, PROFILE_SIZE_LIMIT + 1)];
}

// -- The token.

/** The user, or the word for the first thing that is wrong: the same checks as src/token/access_token.cpp, in its order. */
function verify(string $token, array $settings, int $now)
{
    $jws = strlen($token) > TOKEN_SIZE_LIMIT ? null : Jws::parse($token);
    if ($jws === null || !is_access_token($jws->header)) {
        return 'malformed';
    }
    $claims = read_claims($jws->payload);
    if ($claims === null) {
        return 'malformed';
    }
    $kid = $jws->header->kid ?? null;
    $key = is_string($kid) ? find_key($settings['keys'], $kid) : null;
    if ($key === null) {
        return 'unknown_key';
    }
    if (!$jws->is_signed_by($key)) {
        return 'bad_signature';
    }
    return claims_fault($claims, $settings, $now)
        ?? revocation_fault(revocation_file($settings), $claims->sid, $now)
        ?? new User($claims->sub, $claims->sid, $claims->did, $claims->scope ?? '', (int) $claims->exp);
}

/** RFC 9068 section 2.1. A media type, whose case does not count (RFC 7515 section 4.1.9). */
function is_access_token(\stdClass $header): bool
{
    $type = $header->typ ?? null;
    return is_string($type) && in_array(ascii_lower($type), ['at+jwt', 'application/at+jwt'], true);
}

/** The claims, if each of them has the form in which Cardea writes it. */
function read_claims(string $payload): ?\stdClass
{
    $claims = parse_object($payload);
    $formed = $claims !== null
        && is_uuid($claims->sub ?? null)
        && is_uuid($claims->sid ?? null)
        && is_string($claims->did ?? null) && preg_match('/\A[A-Za-z0-9._-]{1,64}\z/', $claims->did) === 1
        && is_string($claims->jti ?? null)
        && is_date($claims->iat ?? null)
        && is_date($claims->exp ?? null)
        && (!property_exists($claims, 'nbf') || is_date($claims->nbf))
        && (!property_exists($claims, 'scope') || is_string($claims->scope));
    return $formed ? $claims : null;
}

function claims_fault(\stdClass $claims, array $settings, int $now): ?string
{
    $issuer = $settings['issuer'] === '' ? $settings['url'] : $settings['issuer'];
    $audiences = is_array($claims->aud ?? null) ? $claims->aud : [$claims->aud ?? null];
    if (($claims->iss ?? null) !== $issuer
        || ($settings['audience'] !== '' && !in_array($settings['audience'], $audiences, true))) {
        return 'wrong_issuer';
    }
    $latest = $now + $settings['clock_skew'];
    if ($claims->iat > $latest || ($claims->nbf ?? 0) > $latest) {
        return 'clock_skew';
    }
    return $now >= $claims->exp + $settings['clock_skew'] ? 'expired' : null;
}

// -- Who was signed out. src/ended/sessions.h says what the file looks like; the program puts a new one in the place of
//    one that is damaged, and until then nobody is let in.

const REVOCATION_HEADER = 64;
const REVOCATION_SLOT = 32;

/** The file to look at, or null. Without a setting: the one that lies where the program puts it, seen from the key file. */
function revocation_file(array $settings): ?string
{
    if ($settings['revocations'] !== '') {
        return $settings['revocations'] === 'none' ? null : $settings['revocations'];
    }
    foreach (['/keys/revoked', '/revoked'] as $place) {
        if (@file_exists(dirname($settings['keys']) . $place)) {
            return dirname($settings['keys']) . $place;
        }
    }
    return null;
}

function revocation_fault(?string $path, string $session_id, int $now): ?string
{
    if ($path === null) {
        return null;
    }
    $file = @fopen($path, 'rb');
    $ended = $file === false ? null : has_ended($file, $session_id, $now);
    if ($ended === null) {
        $trouble = $file === false ? trouble_with($path) : 'is damaged, or is being written anew';
        error_log("cardea: the file of ended sessions, $path, $trouble: nobody is let in");
        return 'unavailable';
    }
    return $ended ? 'revoked' : null;
}

/** Why PHP cannot read that file, for the person who runs the site. */
function trouble_with(string $path): string
{
    error_clear_last();
    $is_there = @file_exists($path);
    if (strpos((string) (error_get_last()['message'] ?? ''), 'open_basedir') !== false) {
        return 'lies outside of what open_basedir allows PHP to read (' . ini_get('open_basedir') . '): move it, or add its directory there';
    }
    if ($is_there) {
        return @is_dir($path) ? 'is a directory' : 'is not readable for the user that runs PHP';
    }
    return 'is not there, or in a directory that the user who runs PHP may not enter';
}

/** Null: nobody can tell. */
function has_ended($file, string $session_id, int $now): ?bool
{
    stream_set_read_buffer($file, 0);
    $header = (string) @fread($file, REVOCATION_HEADER);  // a directory can be opened, but not read
    if (strlen($header) !== REVOCATION_HEADER || strncmp($header, 'CARDEAR1', 8) !== 0) {
        return null;
    }
    $capacity = unpack('J', $header, 8)[1];
    $closed_until = unpack('J', $header, 32)[1];
    $whole = $capacity > 0 && ($capacity & ($capacity - 1)) === 0
        && fstat($file)['size'] === REVOCATION_HEADER + $capacity * REVOCATION_SLOT;
    if (!$whole || $closed_until > $now * 1000) {
        return null;
    }
    $session = (string) hex2bin(str_replace('-', '', $session_id));
    $index = unpack('J', $session, 8)[1] & ($capacity - 1);
    for ($seen = 0; $seen < $capacity; ++$seen, $index = ($index + 1) & ($capacity - 1)) {
        $slot = read_revocation($file, $index);
        if ($slot === null || $slot === '') {
            return $slot === null ? null : false;
        }
        if ($slot === $session) {
            return true;
        }
    }
    return null;
}

/** The session in that slot; '' if it is free, null if it is damaged. One that is being written is whole a moment later. */
function read_revocation($file, int $index): ?string
{
    for ($reading = 0; $reading < 50; ++$reading) {
        fseek($file, REVOCATION_HEADER + $index * REVOCATION_SLOT);
        $slot = (string) fread($file, REVOCATION_SLOT);
        if (strlen($slot) !== REVOCATION_SLOT) {
            return null;
        }
        $mark = substr($slot, 24);
        if ($mark === "\0\0\0\0\0\0\0\0") {
            return '';
        }
        if (hash('fnv1a64', substr($slot, 0, 24), true) === $mark) {
            return substr($slot, 8, 16);
        }
        usleep(2000);
    }
    return null;
}

/** Compact JWS (RFC 7515 section 7.1). */
final class Jws
{
    public $header;       // stdClass
    public $payload;      // bytes
    public $signature;    // bytes
    public $signed_part;  // what the signature covers

    /** Null unless the text is three base64url parts and the header an object that changes none of the rules. */
    public static function parse(string $text): ?self
    {
        $parts = explode('.', $text);
        $bytes = array_map(__NAMESPACE__ . '\base64url_decode', $parts);
        if (count($parts) !== 3 || in_array(null, $bytes, true)) {
            return null;
        }
        $jws = new self();
        $jws->header = parse_object($bytes[0]);
        foreach (['crit', 'b64', 'zip'] as $extension) {
            if ($jws->header === null || property_exists($jws->header, $extension)) {
                return null;
            }
        }
        [, $jws->payload, $jws->signature] = $bytes;
        $jws->signed_part = $parts[0] . '.' . $parts[1];
        return $jws;
    }

    /** The algorithm is the key's. What the header says is only compared, never obeyed (RFC 8725 section 3.1). */
    public function is_signed_by(Key $key): bool
    {
        return ($this->header->alg ?? null) === $key->algorithm && $key->verify($this->signed_part, $this->signature);
    }
}

/** The key of that name in a file of `cardea key export`, or null. */
function find_key(string $file, string $kid): ?Key
{
    $text = $file === '' ? false : @file_get_contents($file);
    $set = $text === false ? null : json_decode($text);
    if (!is_array($set->keys ?? null)) {
        $trouble = $file === '' ? 'is not named' : ($text === false || @is_dir($file) ? trouble_with($file) : 'holds no keys');
        throw new ConfigurationError("Cardea's key file '$file' $trouble; it is written with: cardea key export --file FILE");
    }
    foreach ($set->keys as $jwk) {
        if (($jwk->kid ?? null) !== $kid) {
            continue;
        }
        if (($jwk->kty ?? null) === 'oct' && (fileperms($file) & 7) !== 0) {
            throw new ConfigurationError("Cardea's key file holds a secret and is open to other users: chmod o= '$file'");
        }
        return Key::of_jwk($jwk);
    }
    if (preg_match('/\A[A-Za-z0-9_-]{43}\z/', $kid) === 1) {
        error_log("cardea: a token names the key $kid, which is not in $file; after `cardea key new` comes `cardea key export`");
    }
    return null;
}

/** A key and the one algorithm that it is good for. */
final class Key
{
    public $algorithm;
    private $material;  // a PEM for OpenSSL, or the bytes of an Ed25519 or HMAC key

    private function __construct(string $algorithm, string $material)
    {
        $this->algorithm = $algorithm;
        $this->material = $material;
    }

    /** Null for a JWK (RFC 7517) that is malformed, too weak, or meant for something else. */
    public static function of_jwk(\stdClass $jwk): ?self
    {
        $member = static function (string $name) use ($jwk): string {
            $text = $jwk->$name ?? null;
            return is_string($text) ? base64url_decode($text) ?? '' : '';
        };
        $key = null;
        $kind = [$jwk->kty ?? null, $jwk->crv ?? null];
        if ($kind[0] === 'oct') {
            $key = self::of_secret($member('k'));
        } elseif ($kind === ['OKP', 'Ed25519']) {
            $key = strlen($member('x')) === 32 ? new self('EdDSA', $member('x')) : null;
        } elseif ($kind === ['EC', 'P-256']) {
            $key = self::of_p256($member('x'), $member('y'));
        } elseif ($kind[0] === 'RSA') {
            $key = self::of_rsa(ltrim($member('n'), "\0"), ltrim($member('e'), "\0"));
        }
        return $key !== null && self::is_meant_for($jwk, $key->algorithm) ? $key : null;
    }

    /** False for any signature that is not exactly right, of whatever length. */
    public function verify(string $message, string $signature): bool
    {
        switch ($this->algorithm) {
            case 'HS256':
                return hash_equals(hash_hmac('sha256', $message, $this->material, true), $signature);
            case 'EdDSA':
                self::require_extension('sodium');
                return strlen($signature) === 64
                    && sodium_crypto_sign_verify_detached($signature, $message, $this->material);
            case 'ES256':
                return strlen($signature) === 64
                    && $this->openssl_accepts($message, der(0x30, der_integer(substr($signature, 0, 32))
                        . der_integer(substr($signature, 32))));
            case 'RS256':
                return $this->openssl_accepts($message, $signature);
        }
        return false;
    }

    private function openssl_accepts(string $message, string $signature): bool
    {
        $accepted = openssl_verify($message, $signature, $this->material, OPENSSL_ALGO_SHA256) === 1;
        while (openssl_error_string() !== false) {
            continue;  // the page that looks for its own errors shall not find ours
        }
        return $accepted;
    }

    private static function of_secret(string $bytes): ?self
    {
        $fits = strlen($bytes) >= 32 && strlen($bytes) <= 256;  // RFC 7518 section 3.2
        return $fits ? new self('HS256', $bytes) : null;
    }

    private static function of_p256(string $x, string $y): ?self
    {
        if (strlen($x) !== 32 || strlen($y) !== 32) {
            return null;
        }
        $curve = hex2bin('06072a8648ce3d020106082a8648ce3d030107');  // id-ecPublicKey, prime256v1 (RFC 5480)
        return self::of_public_key('ES256', $curve, "\x04" . $x . $y);
    }

    private static function of_rsa(string $modulus, string $exponent): ?self
    {
        $bits = strlen($modulus) * 8;
        for ($top = ord($modulus . "\x80"); $top < 0x80; $top <<= 1) {
            --$bits;
        }
        $odd = (ord(substr($exponent, -1) . "\0") & 1) === 1;
        if ($bits < 2048 || $bits > 8192 || strlen($exponent) > 8 || !$odd || $exponent === "\1") {
            return null;
        }
        $identifier = hex2bin('06092a864886f70d0101010500');  // rsaEncryption, NULL (RFC 8017 appendix A.1)
        return self::of_public_key('RS256', $identifier, der(0x30, der_integer($modulus) . der_integer($exponent)));
    }

    /** Null if OpenSSL does not take it, for example a point that is not on the curve. */
    private static function of_public_key(string $algorithm, string $identifier, string $bits): ?self
    {
        self::require_extension('openssl');
        $base64 = base64_encode(der(0x30, der(0x30, $identifier) . der(0x03, "\0" . $bits)));
        $pem = "-----BEGIN PUBLIC KEY-----\n" . chunk_split($base64, 64, "\n") . "-----END PUBLIC KEY-----\n";
        return openssl_pkey_get_public($pem) === false ? null : new self($algorithm, $pem);
    }

    /** RFC 7517 sections 4.2 to 4.4. */
    private static function is_meant_for(\stdClass $jwk, string $algorithm): bool
    {
        return (!property_exists($jwk, 'alg') || $jwk->alg === $algorithm)
            && (!property_exists($jwk, 'use') || $jwk->use === 'sig')
            && (!property_exists($jwk, 'key_ops') || (is_array($jwk->key_ops) && in_array('verify', $jwk->key_ops, true)));
    }

    private static function require_extension(string $name): void
    {
        if (!extension_loaded($name)) {
            throw new ConfigurationError("Cardea needs PHP's extension $name for the keys of this site");
        }
    }
}

// -- Strict texts.

/** DER (X.690) of at most 65535 bytes. */
function der(int $tag, string $content): string
{
    $size = strlen($content);
    $length = $size < 0x80 ? chr($size) : ($size < 0x100 ? "\x81" . chr($size) : "\x82" . pack('n', $size));
    return chr($tag) . $length . $content;
}

/** DER INTEGER (X.690 section 8.3) of an unsigned big-endian number: as few bytes as it needs, and never negative. */
function der_integer(string $magnitude): string
{
    $magnitude = ltrim($magnitude, "\0");
    $looks_negative = $magnitude !== '' && ord($magnitude[0]) >= 0x80;
    return der(0x02, $magnitude === '' || $looks_negative ? "\0" . $magnitude : $magnitude);
}

/** RFC 7515 section 2: no padding, no foreign character, no stray bits. Null otherwise. */
function base64url_decode(string $text): ?string
{
    if (preg_match('/\A[A-Za-z0-9_-]*\z/', $text) !== 1) {
        return null;
    }
    $plain = strtr($text, '-_', '+/');
    $bytes = base64_decode($plain, true);
    return $bytes !== false && rtrim(base64_encode($bytes), '=') === $plain ? $bytes : null;
}

/**
 * A JSON object, or null. json_decode takes the last of two members of one name and says nothing, where another reader takes
 * the first: such a text means two things, and is refused. In a text that json_decode understands, every string before a
 * colon is the name of a member; so there must be as many of those as the value has members. What remains without its strings
 * must be the plain words and numbers that tokens have: json_decode also takes TRUE, and 1e999 for infinity.
 */
function parse_object(string $text): ?\stdClass
{
    $value = json_decode($text, false, JSON_DEPTH_LIMIT + 1);  // PHP counts the values inside the innermost one
    if (!$value instanceof \stdClass) {
        return null;
    }
    $string = '/"(?:[^"\\\\]++|\\\\.)*+"\s*+(:?)/s';
    preg_match_all($string, $text, $found);
    $names = count(array_keys($found[1], ':', true));
    $rest = preg_replace($string, '', $text);
    $plain = is_string($rest) && preg_match('/\A(?:[]{}[,\s0-9.-]++|true|false|null)*+\z/', $rest) === 1;
    return $plain && $names === count_members($value) ? $value : null;
}

function count_members($value): int
{
    $count = 0;
    if ($value instanceof \stdClass || is_array($value)) {
        foreach ($value as $member) {
            $count += count_members($member) + ($value instanceof \stdClass ? 1 : 0);
        }
    }
    return $count;
}

function is_uuid($value): bool
{
    return is_string($value) && preg_match('/\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/', $value) === 1;
}

/** A NumericDate (RFC 7519 section 2), which may have a fraction. */
function is_date($value): bool
{
    return (is_int($value) || is_float($value)) && $value >= 0 && $value <= LATEST_DATE;
}

/** strtolower obeys the locale before PHP 8.2. */
function ascii_lower(string $text): string
{
    return strtr($text, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
}

function words(string $text): array
{
    return array_values(array_filter(explode(' ', $text), 'strlen'));
}
