<?php
// The page of gate.py as a site writes it that lies behind Cardea's gate.
$user = $_SERVER['REMOTE_USER'] ?? '';
http_response_code($user === '' ? 401 : 200);
echo 'Hello ', htmlspecialchars($user);
