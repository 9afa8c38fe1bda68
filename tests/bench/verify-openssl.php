<?php
// Microseconds of the calls that a JWT library for PHP makes for an ES256 token, without the library: read the key, split,
// decode, make the DER form of the signature, openssl_verify, compare the algorithm, the times and the issuer.
function decoded(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

function integer(string $bytes): string
{
    $bytes = ltrim($bytes, "\0");
    $bytes = ord($bytes[0]) > 127 ? "\0" . $bytes : $bytes;
    return "\x02" . chr(strlen($bytes)) . $bytes;
}

function claims(string $token, string $issuer): ?array
{
    $parts = explode('.', $token);
    $header = json_decode(decoded($parts[0]), true);
    $claims = json_decode(decoded($parts[1]), true);
    $key = openssl_pkey_get_public(file_get_contents(getenv('BENCH_KEYS') . '/public.pem'));
    [$r, $s] = str_split(decoded($parts[2]), 32);
    $body = integer($r) . integer($s);
    $valid = $header['alg'] === 'ES256'
        && openssl_verify("$parts[0].$parts[1]", "\x30" . chr(strlen($body)) . $body, $key, OPENSSL_ALGO_SHA256) === 1
        && $claims['exp'] > time() && $claims['iat'] <= time() + 60 && $claims['iss'] === $issuer;
    return $valid ? $claims : null;
}

$settings = json_decode(file_get_contents(getenv('BENCH_KEYS') . '/user.json'), true);
$began = hrtime(true);
$claims = claims(substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7), $settings['url']);
$took = hrtime(true) - $began;
http_response_code($claims ? 200 : 401);
header('Content-Type: text/plain');
printf('%.1f', $took / 1000);
