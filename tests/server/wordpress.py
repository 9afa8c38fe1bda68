"""WordPress as Debian packages it, installed into /app of a site with conf/apache-fcgid.conf, on its MariaDB."""

import os
import shutil
import subprocess
import unittest

import apache
from conf_files import Php
from harness import ROOT, Failure
from processes import as_owner, clean_environment

SOURCE = "/usr/share/wordpress"
ADMIN, ADMIN_PASSWORD = "admin", "break glass 7"

# A theme that shows who is signed in, for the tests to read.
THEME = """<?php
header('Content-Type: application/json');
$user = wp_get_current_user();
echo json_encode(['id' => $user->ID, 'login' => $user->user_login, 'name' => $user->display_name, 'mail' => $user->user_email, 'locale' => get_user_locale($user), 'roles' => $user->roles, 'meta' => get_user_meta($user->ID, 'cardea_user_id', true),
                  'title' => is_single() ? get_the_title() : '', 'nonce' => wp_create_nonce('wp_rest'), 'logout' => html_entity_decode(wp_logout_url()),
                  'login_url' => wp_login_url(), 'post_url' => wp_login_url(home_url('/?p=123&x=%2F')), 'blog' => get_current_blog_id(), 'remote' => $_SERVER['REMOTE_USER'] ?? $_SERVER['REDIRECT_REMOTE_USER'] ?? '']);
"""

INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
function wp_mail() { return true; }
wp_install('Club', '%s', 'admin@example.com', true, '', '%s');
update_option('permalink_structure', '/%%postname%%/');
update_option('siteurl', '%s');
update_option('home', '%s');
echo 'installed';
"""

# Makes a network of two sites, /app/ and /app/second/, of what is installed.
NETWORK = """<?php
define('WP_INSTALLING_NETWORK', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1:%d';
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
require 'wp-admin/includes/network.php';
foreach ($wpdb->tables('ms_global') as $table => $name) {
    $wpdb->$table = $name;
}
install_network();
populate_network(1, $_SERVER['HTTP_HOST'], 'admin@example.com', 'Clubs', '/app/', false);
echo 'network';
"""
SECOND_SITE = """<?php
$_SERVER['HTTP_HOST'] = '127.0.0.1:%d';
$_SERVER['REQUEST_URI'] = '/app/';
require 'wp-load.php';
$second = wp_insert_site(['domain' => $_SERVER['HTTP_HOST'], 'path' => '/app/second/', 'network_id' => 1, 'user_id' => 1, 'title' => 'Second']);
// WordPress takes the colon of a port out of the name.
$wpdb->update($wpdb->blogs, ['domain' => $_SERVER['HTTP_HOST']], ['blog_id' => $second]);
clean_blog_cache($second);
switch_to_blog($second);
update_option('siteurl', 'http://' . $_SERVER['HTTP_HOST'] . '/app/second');
update_option('home', 'http://' . $_SERVER['HTTP_HOST'] . '/app/second');
update_option('permalink_structure', '/%%postname%%/');
echo 'second ', $second;
"""
NETWORK_CONSTANTS = """define('MULTISITE', true);
define('SUBDOMAIN_INSTALL', false);
define('DOMAIN_CURRENT_SITE', '127.0.0.1:%d');
define('PATH_CURRENT_SITE', '/app/');
define('SITE_ID_CURRENT_SITE', 1);
define('BLOG_ID_CURRENT_SITE', 1);
"""
NETWORK_HTACCESS = """RewriteEngine On
RewriteBase /app/
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} -f [OR]
RewriteCond %{REQUEST_FILENAME} -d
RewriteRule ^ - [L]
RewriteRule ^([_0-9a-zA-Z-]+/)?(wp-(content|admin|includes).*) $2 [L]
RewriteRule ^([_0-9a-zA-Z-]+/)?(.*\\.php)$ $2 [L]
RewriteRule . index.php [L]
"""

# A page cache as plugins install them: it knows signed-in visitors by WordPress's cookies, and pages by DONOTCACHEPAGE.
PAGE_CACHE = """<?php
$cached = __DIR__ . '/cache/page-' . md5($_SERVER['REQUEST_URI'] ?? '');
if (($_SERVER['REQUEST_METHOD'] ?? '') === 'GET' && !preg_grep('/^(wordpress_logged_in|wp-postpass|comment_author)/', array_keys($_COOKIE))) {
    if (is_file($cached)) {
        header('X-Cache: hit');
        readfile($cached);
        exit;
    }
    ob_start(static function ($page) use ($cached) {
        if (!defined('DONOTCACHEPAGE') && http_response_code() === 200) {
            file_put_contents($cached, $page);
        }
        return $page;
    });
}
"""

# What WordPress itself writes there.
HTACCESS = """RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /app/
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /app/index.php [L]
"""


def require_wordpress():
    done = subprocess.run(["php", "-r", "exit(extension_loaded('mysqli') ? 0 : 1);"])
    if not os.path.exists(f"{SOURCE}/wp-load.php") or done.returncode != 0:
        raise unittest.SkipTest("the packages wordpress and php-mysql are not installed")


class WordPressApache(apache.Apache):
    """mod_fcgid for Cardea, PHP with its extensions for WordPress."""

    def _start_php(self):
        return Php(self.place, options=())


def install(here, with_plugin=True):
    """Files, tables and settings, and the plugin with keys."""
    app = here.place.file("documents", "app")
    shutil.copytree(SOURCE, app, ignore=shutil.ignore_patterns(".htaccess", "wp-config.php", "languages", "*.map"))
    here.database.sql(f"CREATE DATABASE wordpress; GRANT ALL ON wordpress.* TO '{here.database.user}'@'%'")
    here.place.write("documents/app/wp-config.php", config(here), mode=0o644)
    here.place.write("documents/app/.htaccess", HTACCESS, mode=0o644)
    for name, text in {"style.css": "/* Theme Name: Plain */", "index.php": THEME}.items():
        here.place.directory("documents/app/wp-content/themes/plain", mode=0o755)
        here.place.write("documents/app/wp-content/themes/plain/" + name, text, mode=0o644)
    here.place.write("install.php", INSTALL % (ADMIN, ADMIN_PASSWORD, here.cardea.url + "/app", here.cardea.url + "/app"), mode=0o644)
    run(here, "install.php", "installed")
    if with_plugin:
        here.place.directory("documents/app/wp-content/mu-plugins", mode=0o755)
        for source, target in (("wordpress/cardea.php", "documents/app/wp-content/mu-plugins/cardea.php"), ("cardea.php", "cardea.php")):
            with open(os.path.join(ROOT, "htdocs", "php", source), "rb") as file:
                here.place.write(target, file.read(), mode=0o644)
        here.cardea.command("key", "export", "--file", here.place.file("keys.json"))


def run(here, script, expected):
    """Runs a script of the test's in WordPress's directory."""
    done = subprocess.run(["php", here.place.file(script)], cwd=here.place.file("documents", "app"), capture_output=True, text=True,
                          env=clean_environment(), **as_owner(here.place.owner))
    if not done.stdout.endswith(expected):
        raise Failure(f"WordPress, {script}: {done.stdout}{done.stderr}")


def make_network(here):
    """/app/ and /app/second/ of one WordPress."""
    here.place.write("network.php", NETWORK % here.port, mode=0o644)
    here.place.write("second.php", SECOND_SITE % here.port, mode=0o644)
    run(here, "network.php", "network")
    here.place.write("documents/app/wp-config.php", config(here, NETWORK_CONSTANTS % here.port), mode=0o644)
    here.place.write("documents/app/.htaccess", NETWORK_HTACCESS, mode=0o644)
    run(here, "second.php", "second 2")


def add_page_cache(here):
    here.place.directory("documents/app/wp-content/cache", mode=0o755)
    here.place.write("documents/app/wp-content/advanced-cache.php", PAGE_CACHE, mode=0o644)
    here.place.write("documents/app/wp-config.php", config(here, "define('WP_CACHE', true);"), mode=0o644)


def config(here, more=""):
    database = here.database
    return f"""<?php
define('DB_NAME', 'wordpress');
define('DB_USER', '{database.user}');
define('DB_PASSWORD', '{database.password}');
define('DB_HOST', 'localhost:{database.socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {{
    define($name, hash('sha256', $name . '{database.password}'));
}}
$table_prefix = 'wp_';
define('WP_DEFAULT_THEME', 'plain');
define('DISABLE_WP_CRON', true);
define('WP_ENVIRONMENT_TYPE', 'local');  // allows application passwords without https
define('WP_HTTP_BLOCK_EXTERNAL', true);
{more}
define('CARDEA_INCLUDE', '{here.place.file("cardea.php")}');
define('CARDEA_SETTINGS', ['url' => '{here.cardea.url}', 'keys' => '{here.place.file("keys.json")}',
    'revocations' => '{here.cardea.keys}/revoked']);
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
