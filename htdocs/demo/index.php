<?php
// Open to everybody, and knows who is signed in.
declare(strict_types=1);

require __DIR__ . '/site.php';

$user = Cardea\user();
begin_page($user === null ? 'Welcome, stranger' : 'Welcome back', $user);
?>
<?php if ($user !== null): ?>
    <p>This page is open to everybody, and it knows you.</p>
    <?php user_table($user) ?>
<?php elseif (Cardea\reason() === 'expired'): ?>
    <p>Your access token has run out while you were away. <a href="<?= text(Cardea\login_url()) ?>">Go on</a> renews it.</p>
<?php else: ?>
    <p>This page is open to everybody. <a href="<?= text(Cardea\login_url()) ?>">Sign in</a>, or
       <a href="/auth/pages/sign-up?return_to=/demo/">sign up</a>, and it will know you.</p>
<?php endif ?>
    <section class="sheet whole" aria-labelledby="more">
      <h2 id="more">What else is here</h2>
      <ul class="rows">
        <li><div class="what"><strong><a href="/demo/members/">Members</a></strong>
          <small>Behind the gate: the web server asks Cardea before PHP runs.</small></div></li>
        <li><div class="what"><strong><a href="/demo/admin/">Admin</a></strong>
          <small>Needs the scope <code>admin</code>, which <code>make run</code> gives to alice@example.com.</small></div></li>
        <li><div class="what"><strong><a href="/demo/api/me.php">API</a></strong>
          <small>Answers JSON; to strangers, a 401 that a program can read.</small></div></li>
        <li><div class="what"><strong><a href="/demo/how.php">How it works</a></strong>
          <small>What your browser holds at this moment, and what each part of it is for.</small></div></li>
      </ul>
    </section>
<?php
end_page();
