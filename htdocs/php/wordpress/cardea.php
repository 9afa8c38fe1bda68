<?php
/*
 * Plugin Name: Cardea
 * Description: Whoever is signed in at Cardea is signed in at WordPress.
 *
 * Upload as wp-content/mu-plugins/cardea.php, with cardea.php (htdocs/php) outside of what the web server shows, and say
 * in wp-config.php:
 *
 *     define('CARDEA_INCLUDE', '/home/me/cardea/cardea.php');
 *     define('CARDEA_SETTINGS', ['url' => 'https://example.com', 'keys' => '/home/me/cardea/keys.json', 'revocations' => '/home/me/cardea/keys/revoked']);
 *     define('CARDEA_NEW_USERS', 'subscriber');    // the role of those who come for the first time; '' lets nobody new in
 *     define('CARDEA_SCRIPT', '/cardea.js');       // where htdocs/cardea.js is; it renews the token while a page is open
 *     define('CARDEA_PROFILES', false);            // names and addresses are WordPress's own; without this line Cardea's
 *
 * Who is who goes by Cardea's user id, which a WordPress account has in its profile ("Cardea id") once they belong together.
 * An account that existed before is connected by an administrator there. Never by e-mail address: whoever registers an
 * administrator's address would become the administrator.
 *
 * In a network of sites one account serves all of them: on the first visit to a site it gets that role there. Once an
 * administrator has removed it from a site, it stays removed.
 *
 * Page caches know signed-in visitors by a cookie wordpress_logged_in_…: they get one that opens nothing, and their pages say that
 * no cache may keep them.
 *
 * wp-login.php goes on to work with WordPress's own passwords, and who came in that way stays who he is.
 */

declare(strict_types=1);

defined('ABSPATH') || exit;
require_once CARDEA_INCLUDE;
Cardea\configure(CARDEA_SETTINGS);

const CARDEA_META = 'cardea_user_id';
const CARDEA_MARKER = 'wordpress_logged_in_cardea';

/** The accounts that belong to this user of Cardea's, of all sites of a network. More than one: none of them is believed. */
function cardea_accounts(string $id): array
{
    return array_map('intval', get_users(['meta_key' => CARDEA_META, 'meta_value' => $id, 'fields' => 'ID', 'blog_id' => 0, 'cache_results' => false]));
}

/** The account that belongs to this user of Cardea's, or 0. */
function cardea_account(string $id): int
{
    $found = cardea_accounts($id);
    return count($found) === 1 ? $found[0] : 0;
}

/** The role of those who come for the first time, to WordPress or to one of its sites; '' = they get none. */
function cardea_role(): string
{
    return defined('CARDEA_NEW_USERS') ? CARDEA_NEW_USERS : 'subscriber';
}

/**
 * An account for whoever comes for the first time, without a password that anybody knows; 0 where none is wanted. WordPress
 * itself would make two of two requests at once: the database lets one through at a time.
 */
function cardea_new_account(string $id): int
{
    global $wpdb;
    if (cardea_role() === '' || $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 5)', "cardea-$id")) !== '1') {
        return 0;
    }
    // The name is taken if an administrator has disconnected that account, or if a stranger has chosen it: it proves nothing.
    $name = "cardea-$id" . (username_exists("cardea-$id") ? '-' . wp_generate_password(8, false) : '');
    $account = cardea_accounts($id) === [] ? wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(64),
        'role' => cardea_role(), 'display_name' => 'Member', 'meta_input' => [CARDEA_META => $id]]) : cardea_account($id);
    $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', "cardea-$id"));
    return is_wp_error($account) ? 0 : (int) $account;
}

/** On the first visit to a site of a network, the account gets its role there. Whoever was removed from it later stays removed. */
function cardea_join(int $account): void
{
    global $wpdb;
    $joined = $wpdb->get_blog_prefix() . 'cardea_joined';
    if (!is_multisite() || cardea_role() === '' || get_user_meta($account, $joined, true)) {
        return;
    }
    update_user_meta($account, $joined, '1');
    $is_new = !get_user_meta($account, 'primary_blog', true) && get_userdata($account)->roles === [cardea_role()];
    if (!is_super_admin($account) && ($is_new || !is_user_member_of_blog($account))) {
        add_user_to_blog(get_current_blog_id(), $account, cardea_role());
    }
}

/**
 * Name, language and address as the user has them at Cardea, once for each sign-in. The address only if it is proven and no other account has
 * it: WordPress sends links for new passwords there. What the user or an administrator changed here since stays until the next sign-in.
 */
function cardea_bring_profile(int $account, string $sign_in): void
{
    $wanted = !defined('CARDEA_PROFILES') || CARDEA_PROFILES;
    if (!$wanted || $sign_in === get_user_meta($account, 'cardea_profile_of', true)) {
        return;
    }
    update_user_meta($account, 'cardea_profile_of', $sign_in);  // first: a Cardea that does not answer is asked once
    $profile = Cardea\profile();
    if ($profile === null) {
        return;
    }
    $locale = ['en' => 'en_US', 'ko' => 'ko_KR', 'ja' => 'ja'][$profile->language] ?? null;
    $changes = array_filter(['display_name' => $profile->name, 'nickname' => $profile->name,
        'locale' => in_array($locale, ['en_US', ...get_available_languages()], true) ? $locale : '']);
    $holder = $profile->email_verified ? email_exists($profile->email) : $account;
    if ($profile->email_verified && is_email($profile->email) && ($holder === false || (int) $holder === $account)) {
        $changes['user_email'] = $profile->email;
    }
    if ($changes !== []) {
        add_filter('send_email_change_email', '__return_false');  // Cardea has told the user
        wp_update_user(['ID' => $account] + $changes);
    }
}

/** True once this request's user has been named by Cardea and by nothing else. */
function cardea_named(?bool $now = null): bool
{
    static $named = false;
    return $named = $now ?? $named;
}

/** The account of whoever is signed in at Cardea, or 0. */
function cardea_visitor(): int
{
    $user = Cardea\user();
    if ($user === null) {
        return 0;
    }
    $account = cardea_account($user->id) ?: cardea_new_account($user->id);
    if ($account === 0 || (is_multisite() && is_user_spammy(get_userdata($account)))) {
        return 0;
    }
    cardea_join($account);
    cardea_bring_profile($account, (string) $user->session_id);
    return $account;
}

add_filter('determine_current_user', static function ($account) {
    static $asking = false;  // what other plugins do with a new account may ask who the user is
    if ($account || $asking || !did_action('plugins_loaded') || defined('XMLRPC_REQUEST')) {
        return $account;
    }
    $asking = true;
    $account = cardea_visitor();
    $asking = false;
    cardea_named($account !== 0);
    if ($account !== 0) {
        cardea_keep_from_caches();
    }
    return $account ?: false;
}, 30);

// ---- Caches. ------------------------------------------------------------------------------------------------------------------

/** For plugins that cache, for caches in front of the server, for nginx where it is told to overlook Cache-Control. */
function cardea_keep_from_caches(): void
{
    defined('DONOTCACHEPAGE') || define('DONOTCACHEPAGE', true);
    if (!headers_sent()) {
        header('Cache-Control: private, no-cache');
        header('Vary: Cookie', false);
        header('X-Accel-Expires: 0');
    }
}

add_filter('nocache_headers', static function ($headers) {
    $said = (string) ($headers['Cache-Control'] ?? 'no-cache');
    return cardea_named() && strpos($said, 'private') === false ? ['Cache-Control' => "private, $said"] + $headers : $headers;
});

/** Gives the browser the cookie that caches look for, or takes it away. */
function cardea_mark(bool $signed_in): void
{
    $said = ['path' => COOKIEPATH ?: '/', 'domain' => (string) COOKIE_DOMAIN, 'secure' => is_ssl(), 'httponly' => true, 'samesite' => 'Lax'];
    setcookie(CARDEA_MARKER, $signed_in ? '1' : '', $said + ['expires' => $signed_in ? 0 : 1]);
}

add_action('init', static function (): void {
    if (cardea_named() !== isset($_COOKIE[CARDEA_MARKER]) && !headers_sent()) {
        cardea_mark(cardea_named());
    }
    if (cardea_named()) {
        $_COOKIE[CARDEA_MARKER] = '1';  // some caches look only when the page is done
    }
}, 0);

// ---- REST, signing in and out. ------------------------------------------------------------------------------------------------

/** As WordPress does with its own cookie: a page of another site cannot know the nonce, and without one nobody is signed in. */
add_filter('rest_authentication_errors', static function ($result) {
    if (!empty($result) || !cardea_named()) {
        return $result;
    }
    $nonce = $_REQUEST['_wpnonce'] ?? $_SERVER['HTTP_X_WP_NONCE'] ?? null;
    if ($nonce === null) {  // WordPress did not know yet that this is REST when it looked for an application password
        wp_set_current_user((int) wp_validate_application_password(false));
        return true;
    }
    return wp_verify_nonce($nonce, 'wp_rest') ? true
        : new WP_Error('rest_cookie_invalid_nonce', 'Cookie check failed', ['status' => 403]);
});

/** WordPress's own only looks at its own cookie. */
function auth_redirect(): void
{
    if (is_user_logged_in()) {
        return;
    }
    nocache_headers();
    if (Cardea\reason() === 'temporarily_unavailable') {
        wp_die('The server cannot tell at the moment who is signed in; try again.', '', ['response' => 503]);
    }
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {  // what was written must not be lost: the browser can send it again
        wp_die(sprintf('<p><strong>%s</strong></p><p><a href="%s" target="_blank">%s</a> %s</p>', esc_html__('Session expired'),
            esc_url(Cardea\login_url(cardea_path(admin_url()))), esc_html__('Please log in again.'),
            esc_html__('The login page will open in a new tab. After logging in you can close it and return to this page.')),
            '', ['response' => 403]);
    }
    wp_redirect(Cardea\login_url());
    exit;
}

/** Path and query of an address. */
function cardea_path(string $address): string
{
    $parts = wp_parse_url($address) ?: [];
    $path = ($parts['path'] ?? '/') . (isset($parts['query']) ? '?' . $parts['query'] : '');
    return (string) preg_replace_callback('/[^!-~]/', static function (array $byte): string {
        return rawurlencode($byte[0]);
    }, $path);
}

/**
 * Back to the page that is named, or to this one; from wp-login.php to the first. Where pages are cached, by way of a page that never
 * is, so that the cache can tell the visitor from a stranger.
 */
add_filter('login_url', static function ($url, $redirect) {
    $here = ($GLOBALS['pagenow'] ?? '') === 'wp-login.php' ? home_url('/') : ($_SERVER['REQUEST_URI'] ?? '/');
    $path = cardea_path((string) $redirect === '' ? $here : (string) $redirect);
    if (defined('WP_CACHE') && WP_CACHE) {
        $path = cardea_path(site_url('wp-login.php')) . '?action=cardea&redirect_to=' . rawurlencode($path);
    }
    return Cardea\login_url($path);
}, 10, 2);

add_action('login_form_cardea', static function (): void {
    wp_safe_redirect(wp_unslash($_GET['redirect_to'] ?? '') ?: home_url('/'));
    exit;
});

add_filter('allowed_redirect_hosts', static function (array $hosts): array {
    return array_merge($hosts, [(string) wp_parse_url(Cardea\login_url(), PHP_URL_HOST)]);
});

/**
 * Signing out of WordPress signs out at Cardea, which takes a form, so that no link of a stranger's can do it. Also where the
 * access token has ended meanwhile: Cardea's page would sign in again without a question.
 */
add_action('wp_logout', static function ($account = 0): void {
    if ($account && !cardea_named() && Cardea\user() === null) {
        return;
    }
    cardea_mark(false);
    header('Content-Type: text/html; charset=utf-8');
    printf('<!DOCTYPE html><title>%1$s</title><form method="post" action="%2$s"><input type="hidden" name="return_to" value="%3$s">'
        . '<button>%1$s</button></form>', esc_html__('Log out'), esc_url(Cardea\logout_url()), esc_attr(cardea_path(home_url('/'))));
    exit;
});

// ---- While somebody writes: the access token is renewed before it ends. --------------------------------------------------------

/** Renews by the clock while the page is looked at, with WordPress's heartbeat where it is not, and before the block editor saves. */
function cardea_script(): void
{
    $script = defined('CARDEA_SCRIPT') ? CARDEA_SCRIPT : '/cardea.js';
    if (!cardea_named() || $script === '') {
        return;
    }
    $mount = substr((string) wp_parse_url(Cardea\logout_url(), PHP_URL_PATH), 0, -strlen('/logout'));
    wp_print_inline_script_tag(sprintf('import(%s).then(({ Cardea }) => {
  const cardea = new Cardea({ mount: %s });
  const renew = async () => {
    const session = await cardea.session().catch(() => null);
    if (session && session.expiresIn < 150) await cardea.renew().catch(() => null);
  };
  globalThis.jQuery?.(document).on("heartbeat-send", renew);
  globalThis.wp?.apiFetch?.use(async (options, next) => { await renew(); return next(options); });
  return renew();
}).catch(() => {});', wp_json_encode($script), wp_json_encode($mount)), ['type' => 'module']);
}

add_action('admin_print_footer_scripts', 'cardea_script', 99);
add_action('customize_controls_print_footer_scripts', 'cardea_script', 99);
add_action('wp_footer', 'cardea_script', 99);

/** If it has ended all the same: Cardea's page opens in a new tab. In the frame that WordPress would open it refuses to show. */
add_filter('wp_auth_check_same_domain', static function ($same) {
    return $same && !cardea_named();
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
    foreach ($id === '' ? [] : cardea_accounts($id) as $other) {
        delete_user_meta($other, CARDEA_META);  // one user of Cardea's is one account
    }
    $id === '' ? delete_user_meta($account, CARDEA_META) : update_user_meta($account, CARDEA_META, $id);
}

add_action('show_user_profile', 'cardea_field');
add_action('edit_user_profile', 'cardea_field');
add_action('personal_options_update', 'cardea_field_sent');
add_action('edit_user_profile_update', 'cardea_field_sent');
