<?php
// A page that tells caches by itself what it is asked to tell.
header('Cache-Control: ' . $_GET['cache']);
echo 'WHAT MEMBERS SEE';
