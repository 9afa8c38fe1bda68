<?php
// For members. Where a gate stands in front, strangers never come this far; where none does, they do not come further.
declare(strict_types=1);

require __DIR__ . '/../site.php';

$user = Cardea\require_user();
begin_page('Members', $user);
?>
    <p>Only people who are signed in see this page. Files and pictures in this directory are guarded too: it is the web server that asks.</p>
    <?php user_table($user) ?>
<?php
end_page();
