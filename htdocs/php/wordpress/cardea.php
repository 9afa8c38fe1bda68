<?php
/*
 * Plugin Name: Cardea
 * Description: Whoever is signed in at Cardea is signed in at WordPress.
 *
 * Upload as wp-content/mu-plugins/cardea.php, with cardea.php (htdocs/php) outside of what the web server shows, and say
 * in wp-config.php:
 *
 *     define('CARDEA_INCLUDE', '/home/me/cardea/cardea.php');
 *     define('CARDEA_SETTINGS', ['url' => 'https://example.com', 'keys' => '/home/me/cardea/keys.json']);
 *     define('CARDEA_NEW_USERS', 'subscriber');    // the role of those who come for the first time; '' lets nobody new in
 *
 * Who is who goes by Cardea's user id, which a WordPress account has in its profile ("Cardea id") once they belong together.
 * An account that existed before is connected by an administrator there. Never by e-mail address: whoever registers an
 * administrator's address would become the administrator.
 *
 * wp-login.php goes on to work with WordPress's own passwords, and who came in that way stays who he is.
 */

declare(strict_types=1);

defined('ABSPATH') || exit;
require_once CARDEA_INCLUDE;
Cardea\configure(CARDEA_SETTINGS);

const CARDEA_META = 'cardea_user_id';

/** The account that belongs to this user of Cardea's, or 0. */
function cardea_account(string $id): int
{
    $found = get_users(['meta_key' => CARDEA_META, 'meta_value' => $id, 'fields' => 'ID', 'number' => 2]);
    return count($found) === 1 ? (int) $found[0] : 0;
}

/**
 * An account for whoever comes for the first time, without a password that anybody knows; 0 where none is wanted. WordPress
 * itself would make two of two requests at once: the database lets one through at a time.
 */
function cardea_new_account(string $id): int
{
    global $wpdb;
    $role = defined('CARDEA_NEW_USERS') ? CARDEA_NEW_USERS : 'subscriber';
    if ($role === '' || $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 5)', "cardea-$id")) !== '1') {
        return 0;
    }
    wp_cache_flush();  // what was looked up before the lock is old
    $account = cardea_account($id) ?: wp_insert_user(['user_login' => "cardea-$id", 'user_pass' => wp_generate_password(64),
        'role' => $role, 'display_name' => 'Member', 'meta_input' => [CARDEA_META => $id]]);
    $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', "cardea-$id"));
    return is_wp_error($account) ? 0 : (int) $account;
}

/** True once this request's user has been named by Cardea and by nothing else. */
function cardea_named(?bool $now = null): bool
{
    static $named = false;
    return $named = $now ?? $named;
}

add_filter('determine_current_user', static function ($account) {
    $user = $account ? null : Cardea\user();
    if ($user === null || !did_action('plugins_loaded')) {
        return $account;
    }
    $account = cardea_account($user->id) ?: cardea_new_account($user->id);
    cardea_named($account !== 0);
    return $account ?: false;
}, 30);

/** As WordPress does with its own cookie: a page of another site cannot know the nonce, and without one nobody is signed in. */
add_filter('rest_authentication_errors', static function ($result) {
    if (!empty($result) || !cardea_named()) {
        return $result;
    }
    $nonce = $_REQUEST['_wpnonce'] ?? $_SERVER['HTTP_X_WP_NONCE'] ?? null;
    if ($nonce === null) {
        wp_set_current_user(0);
        return true;
    }
    return wp_verify_nonce($nonce, 'wp_rest') ? true
        : new WP_Error('rest_cookie_invalid_nonce', 'Cookie check failed', ['status' => 403]);
});

/** WordPress's own only looks at its own cookie. */
function auth_redirect(): void
{
    if (!is_user_logged_in()) {
        nocache_headers();
        wp_redirect(Cardea\login_url());
        exit;
    }
}

add_filter('login_url', static function ($url, $redirect) {
    $path = (string) wp_parse_url((string) $redirect, PHP_URL_PATH);
    return Cardea\login_url($path === '' ? null : $path);
}, 10, 2);

/** Signing out of WordPress signs out at Cardea, which takes a form, so that no link of a stranger's can do it. */
add_action('wp_logout', static function (): void {
    if (Cardea\user() === null) {
        return;
    }
    header('Content-Type: text/html; charset=utf-8');
    printf('<!DOCTYPE html><title>%1$s</title><form method="post" action="%2$s"><input type="hidden" name="return_to" value="/">'
        . '<button>%1$s</button></form>', esc_html__('Log out'), esc_url(Cardea\logout_url()));
    exit;
});

// ---- The field in the profile, for those who may change accounts. -----------------------------------------------------------

function cardea_field(WP_User $account): void
{
    if (current_user_can('edit_users')) {
        printf('<h2>Cardea</h2><table class="form-table"><tr><th><label for="%1$s">Cardea id</label></th><td>'
            . '<input class="regular-text" id="%1$s" name="%1$s" value="%2$s"></td></tr></table>',
            CARDEA_META, esc_attr((string) get_user_meta($account->ID, CARDEA_META, true)));
    }
}

function cardea_field_sent(int $account): void
{
    check_admin_referer('update-user_' . $account);
    $id = sanitize_text_field(wp_unslash($_POST[CARDEA_META] ?? ''));
    if (!current_user_can('edit_users') || !isset($_POST[CARDEA_META]) || ($id !== '' && !Cardea\is_uuid($id))) {
        return;
    }
    foreach ($id === '' ? [] : get_users(['meta_key' => CARDEA_META, 'meta_value' => $id, 'fields' => 'ID']) as $other) {
        delete_user_meta((int) $other, CARDEA_META);  // one user of Cardea's is one account
    }
    $id === '' ? delete_user_meta($account, CARDEA_META) : update_user_meta($account, CARDEA_META, $id);
}

add_action('show_user_profile', 'cardea_field');
add_action('edit_user_profile', 'cardea_field');
add_action('personal_options_update', 'cardea_field_sent');
add_action('edit_user_profile_update', 'cardea_field_sent');
