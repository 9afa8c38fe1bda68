<?php
// What cardea.php says to the vectors of Project Wycheproof in the directory given: {"file": {"tcId": accepted, …}, …}.
require __DIR__ . '/../../../htdocs/php/cardea.php';

use Cardea\Jws;
use Cardea\Key;

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

// Not every group gives its key as a JWK, but all give its numbers.
function key_of_group(stdClass $group): ?Key
{
    $given = $group->publicKey ?? null;
    if ($given === null) {
        return Key::of_jwk($group->public ?? $group->private);
    }
    if (isset($given->modulus)) {
        $members = ['kty' => 'RSA', 'n' => base64url(hex2bin($given->modulus)), 'e' => base64url(hex2bin($given->publicExponent))];
    } elseif (isset($given->uncompressed)) {
        $point = hex2bin($given->uncompressed);
        $members = ['kty' => 'EC', 'crv' => 'P-256', 'x' => base64url(substr($point, 1, 32)), 'y' => base64url(substr($point, 33))];
    } else {
        $members = ['kty' => 'OKP', 'crv' => 'Ed25519', 'x' => base64url(hex2bin($given->pk))];
    }
    return Key::of_jwk((object) $members);
}

function is_accepted(?Key $key, stdClass $test): bool
{
    if ($key === null) {
        return false;
    }
    if (!property_exists($test, 'jws')) {
        return $key->verify(hex2bin($test->msg), hex2bin($test->sig));
    }
    $jws = is_string($test->jws) ? Jws::parse($test->jws) : null;
    return $jws !== null && $jws->is_signed_by($key);
}

$answers = [];
foreach (array_slice($argv, 1) as $file) {
    foreach (json_decode(file_get_contents($file))->testGroups as $group) {
        $key = key_of_group($group);
        foreach ($group->tests as $test) {
            $answers[basename($file)]["$test->tcId"] = is_accepted($key, $test);
        }
    }
}
echo json_encode($answers), "\n";
