<?php
// Who is asking, as JSON.
require __DIR__ . '/config.php';

$user = Cardea\user();
header('Content-Type: application/json');
echo json_encode([
    'user' => $user === null ? null : [
        'id' => $user->id, 'session_id' => $user->session_id, 'device' => $user->device,
        'scope' => $user->scope, 'scopes' => $user->scopes, 'expires' => $user->expires,
    ],
    'reason' => Cardea\reason(),
    'admin' => Cardea\has_scope('admin'),
    'login_url' => Cardea\login_url(),
]);
