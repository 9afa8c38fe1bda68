<?php
/*
 * What the pages of the demo share: the settings for Cardea, and the frame of a page.
 *
 * `make run` gives the settings by environment variables. On a site of your own, write them here as they are.
 */

declare(strict_types=1);

require_once __DIR__ . '/../php/cardea.php';

Cardea\configure([
    'url' => getenv('DEMO_URL') ?: 'https://example.com',
    'keys' => getenv('DEMO_KEYS') ?: '/etc/cardea/keys.json',
    'revocations' => getenv('DEMO_REVOCATIONS') ?: '',
    // The gate guards members/, and nothing else on this server sets REMOTE_USER.
    'trust_gate' => getenv('DEMO_GATE') === 'yes',
]);

/** Everything that comes from elsewhere goes through this. */
function text(?string $value): string
{
    return htmlspecialchars($value ?? '', ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function begin_page(string $title, ?Cardea\User $user): void
{
    header("Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    header('X-Content-Type-Options: nosniff');
    header('Referrer-Policy: same-origin');
    header('Content-Type: text/html; charset=utf-8');
    header('Cache-Control: private, no-cache');  // also the open page looks different to each
    ?>
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title><?= text($title) ?> – Cardea's demo</title>
  <link rel="stylesheet" href="/cardea/style.css">
</head>
<body>
  <header>
    <strong>Cardea's demo</strong>
    <a href="/demo/">Start</a>
    <a href="/demo/members/">Members</a>
    <a href="/demo/admin/">Admin</a>
    <?php if ($user === null): ?>
    <a href="<?= text(Cardea\login_url()) ?>">Sign in</a>
    <?php else: ?>
    <form method="post" action="<?= text(Cardea\logout_url()) ?>">
      <input type="hidden" name="return_to" value="/demo/">
      <button class="quiet">Sign out</button>
    </form>
    <?php endif ?>
  </header>
  <main>
    <h1><?= text($title) ?></h1>
    <?php
}

function end_page(): void
{
    ?>
  </main>
  <footer>No database, no session and no JavaScript is behind this page: only a token, and a public key to check it.</footer>
</body>
</html>
    <?php
}

function user_table(Cardea\User $user): void
{
    $ends = $user->expires === null ? 'the gate knows' : gmdate('H:i:s', $user->expires) . ' UTC; then it is renewed';
    ?>
    <table>
      <tr><th scope="row">User</th><td><code><?= text($user->id) ?></code></td></tr>
      <tr><th scope="row">Sign-in</th><td><code><?= text($user->session_id) ?></code></td></tr>
      <tr><th scope="row">Scope</th><td><?= $user->scope === '' ? 'none' : '<code>' . text($user->scope) . '</code>' ?></td></tr>
      <tr><th scope="row">Good until</th><td><?= text($ends) ?></td></tr>
    </table>
    <?php
}
