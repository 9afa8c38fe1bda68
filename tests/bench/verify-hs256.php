<?php
// What a straightforward PHP page does to check an HS256 token, without a JWT library.
$parts = explode('.', substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7));
$decode = fn ($text) => base64_decode(strtr($text, '-_', '+/'));
$key = base64_decode(file_get_contents(getenv('BENCH_KEYS') . '/hmac.txt'));
$good = hash_equals(hash_hmac('sha256', "$parts[0].$parts[1]", $key, true), $decode($parts[2]));
$claims = json_decode($decode($parts[1]), true);
http_response_code($good && $claims['exp'] > time() ? 204 : 401);
