<?php
// For people who are signed in. What it writes too early must not be seen by others.
require __DIR__ . '/config.php';

echo "too early\n";
$user = Cardea\require_user();
echo 'member ', $user->id, "\n";
