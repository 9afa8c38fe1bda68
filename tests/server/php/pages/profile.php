<?php
// The visitor's profile, as JSON. ?session=1: with a PHP session.
require __DIR__ . '/config.php';

if (isset($_GET['session'])) {
    session_save_path(__DIR__);
    session_start();
}
$profile = Cardea\profile();
header('Content-Type: application/json');
echo json_encode($profile === null ? null : [
    'email' => $profile->email, 'email_verified' => $profile->email_verified, 'name' => $profile->name, 'language' => $profile->language,
    'again' => Cardea\profile() === $profile,
]);
