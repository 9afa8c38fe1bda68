<?php
// What a straightforward PHP page does to check an ES256 token, without a JWT library.
$parts = explode('.', substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7));
$decode = fn ($text) => base64_decode(strtr($text, '-_', '+/'));
[$r, $s] = str_split($decode($parts[2]), 32);
$number = function ($bytes) {
    $bytes = ltrim($bytes, "\0");
    $bytes = ord($bytes[0]) > 127 ? "\0" . $bytes : $bytes;
    return "\x02" . chr(strlen($bytes)) . $bytes;
};
$body = $number($r) . $number($s);
$key = openssl_pkey_get_public(file_get_contents(getenv('BENCH_KEYS') . '/public.pem'));
$good = openssl_verify("$parts[0].$parts[1]", "\x30" . chr(strlen($body)) . $body, $key, OPENSSL_ALGO_SHA256) === 1;
$claims = json_decode($decode($parts[1]), true);
http_response_code($good && $claims['exp'] > time() ? 204 : 401);
