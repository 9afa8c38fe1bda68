<?php
// What signing in has put into this browser. Shows what the tokens say and where the cookies go; never a token itself.
declare(strict_types=1);

require __DIR__ . '/site.php';

const CLAIMS = [
    'iss' => 'who made it: this site',
    'aud' => 'for whom it was made',
    'sub' => 'the user; an id, no name and no e-mail',
    'sid' => 'this sign-in. Ending it ends this device and no other',
    'did' => 'this device',
    'scope' => 'what more the user may do',
    'iat' => 'made at',
    'exp' => 'good until; then it is renewed',
    'jti' => 'its own number',
];

/** One part of the access token, read as it is: the signature was checked by Cardea\require_user(). */
function token_part(int $number): array
{
    $parts = explode('.', $_COOKIE[cookie_name('access')] ?? '');
    $json = base64_decode(strtr($parts[$number] ?? '', '-_', '+/'), true);
    return json_decode($json === false ? '' : $json, true) ?: [];
}

function is_https(): bool
{
    return strncmp(getenv('DEMO_URL') ?: 'https:', 'https:', 6) === 0;
}

function cookie_name(string $which): string
{
    $prefix = is_https() ? ($which === 'access' ? '__Host-' : '__Secure-') : '';
    return $prefix . 'cardea_' . $which;
}

/** In UTC here; how.js, which knows the reader's clock, shows all of them in local time. */
function is_time(string $claim): bool
{
    return $claim === 'iat' || $claim === 'exp';
}

function shown(string $claim, $value): string
{
    return is_time($claim) ? gmdate('Y-m-d H:i:s', (int) $value) . ' UTC' : (is_array($value) ? implode(', ', $value) : (string) $value);
}

$user = Cardea\require_user();
$header = token_part(0);
$claims = token_part(1);
begin_page('How it works', $user, '/demo/how.js');
?>
    <p>What this browser holds since you signed in, live. The tokens themselves are not shown, and no script could show them.</p>

    <section class="sheet whole" aria-labelledby="claims">
      <div class="about"><h2 id="claims">Your access token says</h2>
        <p>Signed with <?= text((string) ($header['alg'] ?? '')) ?> by the key <code><?= text(substr((string) ($header['kid'] ?? ''), 0, 8)) ?>…</code>,
           so that any page can check it without asking anybody. Nothing in it is personal.</p></div>
      <div class="scroll">
      <table>
        <thead><tr><th scope="col">Claim</th><th scope="col">Value</th><th scope="col">Meaning</th></tr></thead>
        <tbody>
<?php foreach (CLAIMS as $claim => $meaning): if (isset($claims[$claim])): ?>
        <tr><th scope="row"><code><?= $claim ?></code></th>
          <td class="code"<?= is_time($claim) ? " data-$claim=\"" . (int) $claims[$claim] . '"' : '' ?>><?= text(shown($claim, $claims[$claim])) ?></td><td><?= $meaning ?></td></tr>
<?php endif; endforeach ?>
        </tbody>
      </table>
      </div>
      <p><button type="button" data-renew hidden>Renew it now</button> <span role="status" data-renewed></span></p>
    </section>

    <section class="sheet whole" aria-labelledby="cookies">
      <div class="about"><h2 id="cookies">Your cookies</h2>
        <p>All three are HttpOnly (no script reads them) and SameSite=Lax (no other site's form sends them)<?= is_https() ? ' and Secure' : '; on https they are Secure too' ?>.
           They differ in where they go.</p></div>
      <div class="scroll">
      <table>
        <thead><tr><th scope="col">Cookie</th><th scope="col">Path</th><th scope="col">Came with this page</th><th scope="col">For</th></tr></thead>
        <tbody>
<?php foreach (['access' => ['/', 'tells every page of the site who asks; worth little, because it ends soon'],
                'refresh' => ['/auth', 'gets a new access token; changes each time, and a copy of it is noticed'],
                'device' => ['/auth', 'lets this browser keep its place in your list of devices']] as $which => [$path, $for]): ?>
        <tr><th scope="row"><code><?= text(cookie_name($which)) ?></code></th><td><code><?= $path ?></code></td>
          <td><?= isset($_COOKIE[cookie_name($which)]) ? 'yes' : 'no: this page cannot even lose it' ?></td><td><?= $for ?></td></tr>
<?php endforeach ?>
        </tbody>
      </table>
      </div>
    </section>

    <section class="sheet" aria-labelledby="devices">
      <div class="about"><h2 id="devices">Your devices</h2><p>One row of the database each, and nothing like a token in it. <a href="/auth/pages/account">My account</a> signs them out.</p></div>
      <noscript><p class="empty">This part of the page needs JavaScript.</p></noscript>
      <ul class="rows" data-devices><li class="waiting"></li></ul>
    </section>

    <section class="sheet" aria-labelledby="events">
      <div class="about"><h2 id="events">What Cardea has noted</h2><p>The latest of your account. Whoever runs the site sees it with <code>cardea events</code>.</p></div>
      <noscript><p class="empty">This part of the page needs JavaScript.</p></noscript>
      <ol class="rows events" data-events><li class="waiting"></li></ol>
    </section>
<?php
end_page();
