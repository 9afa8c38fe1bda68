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

const PAGES = ['/demo/' => 'Start', '/demo/members/' => 'Members', '/demo/admin/' => 'Admin', '/demo/how.php' => 'How it works'];

/** Everything that comes from elsewhere goes through this. */
function text(?string $value): string
{
    return htmlspecialchars($value ?? '', ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function begin_page(string $title, ?Cardea\User $user, string $script = ''): void
{
    header("Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        . "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
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
  <meta name="color-scheme" content="light dark">
  <title><?= text($title) ?> – Cardea's demo</title>
  <link rel="icon" href="/cardea/mark.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/cardea/style.css">
<?php if ($script !== ''): ?>
  <script type="module" src="<?= text($script) ?>"></script>
<?php endif ?>
</head>
<body class="account">
  <header class="bar">
    <div>
      <a class="brand" href="/demo/"><img src="/cardea/mark.svg" alt="" width="32" height="32"><span>Cardea's demo</span></a>
      <nav aria-label="Pages">
<?php foreach (PAGES as $path => $name): ?>
        <a href="<?= $path ?>"<?= is_here($path) ? ' aria-current="page"' : '' ?>><?= $name ?></a>
<?php endforeach ?>
      </nav>
<?php if ($user === null): ?>
      <a class="button" href="<?= text(Cardea\login_url()) ?>">Sign in</a>
<?php else: ?>
      <a class="button" href="/auth/pages/account">My account</a>
      <form method="post" action="<?= text(Cardea\logout_url()) ?>">
        <input type="hidden" name="return_to" value="/demo/">
        <button class="quiet">Sign out</button>
      </form>
<?php endif ?>
    </div>
  </header>
  <main>
    <h1><?= text($title) ?></h1>
    <?php
}

function is_here(string $path): bool
{
    return strtok($_SERVER['REQUEST_URI'] ?? '', '?') === $path;
}

function end_page(): void
{
    ?>
  </main>
  <footer class="foot"><p>Behind this page are no database and no PHP session: only a token, and a public key to check it.</p></footer>
</body>
</html>
    <?php
}

function user_table(Cardea\User $user): void
{
    $ends = $user->expires === null ? 'the gate knows' : gmdate('H:i:s', $user->expires) . ' UTC; then it is renewed';
    ?>
    <section class="sheet" aria-labelledby="who">
      <div class="about"><h2 id="who">Who you are</h2><p>All that this page knows of you. It has checked your access token by itself, without asking anybody.</p></div>
      <table class="facts">
        <tr><th scope="row">User</th><td class="code"><?= text($user->id) ?></td></tr>
        <tr><th scope="row">Sign-in</th><td class="code"><?= text($user->session_id) ?></td></tr>
        <tr><th scope="row">Scope</th><td><?= $user->scope === '' ? 'none' : '<code>' . text($user->scope) . '</code>' ?></td></tr>
        <tr><th scope="row">Good until</th><td><?= text($ends) ?></td></tr>
      </table>
    </section>
    <?php
}
