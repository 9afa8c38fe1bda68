<?php
// For those with the scope "admin".
declare(strict_types=1);

require __DIR__ . '/../site.php';

$user = Cardea\require_scope('admin');
begin_page('Admin', $user);
?>
    <p>Only people with the scope <code>admin</code> see this page. The scope was put into the token when you signed in.</p>
    <?php user_table($user) ?>
<?php
end_page();
