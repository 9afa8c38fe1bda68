<?php
// The page of gate.py as a site writes it that checks the token itself, with lcobucci/jwt. BENCH_JWT: where that is unpacked.
spl_autoload_register(static function (string $class): void {
    require getenv('BENCH_JWT') . '/usr/share/php/' . strtr($class, '\\', '/') . '.php';
});

use Lcobucci\JWT\Encoding\JoseEncoder;
use Lcobucci\JWT\Signer\Ecdsa\Sha256;
use Lcobucci\JWT\Signer\Key\InMemory;
use Lcobucci\JWT\Token\Parser;
use Lcobucci\JWT\Validation\Constraint\IssuedBy;
use Lcobucci\JWT\Validation\Constraint\LooseValidAt;
use Lcobucci\JWT\Validation\Constraint\SignedWith;
use Lcobucci\JWT\Validation\Validator;

final class Clock implements Psr\Clock\ClockInterface
{
    public function now(): DateTimeImmutable
    {
        return new DateTimeImmutable();
    }
}

$token = (new Parser(new JoseEncoder()))->parse($_COOKIE['cardea_access'] ?? '');
$good = (new Validator())->validate(
    $token,
    new SignedWith(new Sha256(), InMemory::file(getenv('BENCH_PUBLIC_KEY'))),
    new IssuedBy(getenv('BENCH_ISSUER')),
    new LooseValidAt(new Clock(), new DateInterval('PT60S'))
);
http_response_code($good ? 200 : 401);
echo 'Hello ', htmlspecialchars($token->claims()->get('sub'));
