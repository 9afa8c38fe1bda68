<?php
// Prints what Cardea\profile() says for one request: reads {"settings": {…}, "server": {…}}; and whether the extension curl was there.
require __DIR__ . '/../../../htdocs/php/cardea.php';

$case = json_decode(stream_get_contents(STDIN), true);
$_SERVER = $case['server'];
Cardea\configure($case['settings']);
$profile = Cardea\profile();
echo json_encode(['curl' => function_exists('curl_init'), 'email' => $profile === null ? null : $profile->email]), "\n";
