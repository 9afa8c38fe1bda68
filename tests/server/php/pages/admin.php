<?php
// For those with the scope.
require __DIR__ . '/config.php';

echo 'admin ', Cardea\require_scope('admin')->id, "\n";
