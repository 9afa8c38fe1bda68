<?php
// What a page behind the gate is told, for the tests: variables, method, body.
header('Content-Type: application/json');
$told = array_filter($_SERVER, fn($name) => preg_match('/USER|AUTH|SESSION|SCOPE|PROXY|REQUEST_URI/', $name), ARRAY_FILTER_USE_KEY);
$body = file_get_contents('php://input');
echo json_encode(['page' => 'WHAT MEMBERS SEE', 'method' => $_SERVER['REQUEST_METHOD'], 'told' => $told,
                  'size' => strlen($body), 'sha256' => hash('sha256', $body)]);
