<?php
// Open to everybody, and knows who is signed in.
declare(strict_types=1);

require __DIR__ . '/site.php';

$user = Cardea\user();
begin_page($user === null ? 'Welcome, stranger' : 'Welcome back', $user);
?>
    <?php if ($user !== null): ?>
    <p>This page is open to everybody. It has checked your access token by itself:</p>
    <?php user_table($user) ?>
    <?php elseif (Cardea\reason() === 'expired'): ?>
    <p>Your access token has run out while you were away. <a href="<?= text(Cardea\login_url()) ?>">Go on</a> renews it.</p>
    <?php else: ?>
    <p>This page is open to everybody. <a href="<?= text(Cardea\login_url()) ?>">Sign in</a>, or
       <a href="/cardea/sign-up.html?return_to=/demo/">sign up</a>, and it will know you.</p>
    <?php endif ?>
    <h2>What else is here</h2>
    <p><a href="/demo/members/">The members' page</a> is behind the gate: the web server asks Cardea before PHP runs.</p>
    <p><a href="/demo/admin/">The admin page</a> needs the scope <code>admin</code>.</p>
    <p><a href="/demo/api/me.php">The API</a> answers JSON, to strangers a 401.</p>
<?php
end_page();
