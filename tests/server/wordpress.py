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
echo json_encode(['id' => $user->ID, 'login' => $user->user_login, 'roles' => $user->roles, 'meta' => get_user_meta($user->ID, 'cardea_user_id', true),
                  'title' => is_single() ? get_the_title() : '', 'nonce' => wp_create_nonce('wp_rest'), 'logout' => html_entity_decode(wp_logout_url()),
                  'login_url' => wp_login_url(), 'remote' => $_SERVER['REMOTE_USER'] ?? $_SERVER['REDIRECT_REMOTE_USER'] ?? '']);
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
    script = here.place.write("install.php", INSTALL % (ADMIN, ADMIN_PASSWORD, here.cardea.url + "/app", here.cardea.url + "/app"), mode=0o644)
    done = subprocess.run(["php", script], cwd=app, capture_output=True, text=True, env=clean_environment(), **as_owner(here.place.owner))
    if done.stdout != "installed":
        raise Failure(f"WordPress: {done.stdout}{done.stderr}")
    if with_plugin:
        here.place.directory("documents/app/wp-content/mu-plugins", mode=0o755)
        for source, target in (("wordpress/cardea.php", "documents/app/wp-content/mu-plugins/cardea.php"), ("cardea.php", "cardea.php")):
            with open(os.path.join(ROOT, "htdocs", "php", source), "rb") as file:
                here.place.write(target, file.read(), mode=0o644)
        here.cardea.command("key", "export", "--file", here.place.file("keys.json"))


def config(here):
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
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('CARDEA_INCLUDE', '{here.place.file("cardea.php")}');
define('CARDEA_SETTINGS', ['url' => '{here.cardea.url}', 'keys' => '{here.place.file("keys.json")}']);
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
