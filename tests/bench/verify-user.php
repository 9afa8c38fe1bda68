<?php
// Microseconds of Cardea\user() as a page pays for it: once for each request, with the keys and the ended sessions read anew.
require getenv('BENCH_ROOT') . '/htdocs/php/cardea.php';
Cardea\configure(json_decode(file_get_contents(getenv('BENCH_KEYS') . '/user.json'), true));
$began = hrtime(true);
$user = Cardea\user();
$took = hrtime(true) - $began;
http_response_code($user ? 200 : 401);
header('Content-Type: text/plain');
printf('%.1f', $took / 1000);
