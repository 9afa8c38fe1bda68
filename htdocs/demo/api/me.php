<?php
// An endpoint for programs. Strangers get a JSON 401 with WWW-Authenticate.
declare(strict_types=1);

require __DIR__ . '/../site.php';

$user = Cardea\require_user();
header('Content-Type: application/json');
header('X-Content-Type-Options: nosniff');
echo json_encode(['id' => $user->id, 'scopes' => $user->scopes, 'expires' => $user->expires]), "\n";
