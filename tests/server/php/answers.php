<?php
// Answers many requests in one process, as some servers let PHP do: reads [{"settings": {…}, "server": {…}, "scopes": […]}, …] and
// writes what Cardea\user() and its like say to each, which of the scopes they find, or the message of what they throw.
require __DIR__ . '/../../../htdocs/php/cardea.php';

function answer(stdClass $case): array
{
    $_SERVER = (array) ($case->server ?? []);
    try {
        Cardea\configure((array) $case->settings + Cardea\SETTINGS);
        $user = Cardea\user();
        return [
            'id' => $user === null ? null : $user->id,
            'has' => array_values(array_filter($case->scopes ?? [], 'Cardea\\has_scope')),
            'reason' => Cardea\reason(),
            'login_url' => Cardea\login_url(),
        ];
    } catch (Cardea\ConfigurationError $error) {
        return ['error' => $error->getMessage()];
    }
}

echo json_encode(array_map('answer', json_decode(stream_get_contents(STDIN)))), "\n";
