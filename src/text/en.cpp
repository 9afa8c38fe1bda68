#include "text/text.h"

namespace cardea {

constexpr Texts texts::en{
    .ahead_of_utc = std::chrono::hours{0},
    .times = {.moment = "{month} {day}, {year}, {clock} UTC",
              .months = {"January", "February", "March", "April", "May", "June", "July", "August",
                         "September", "October", "November", "December"},
              .hour = "{count} hour",
              .hours = "{count} hours",
              .day = "{count} day",
              .days = "{count} days"},
    .events =
        {.sentences = {{EventKind::signed_in, "Signed in"},
                       {EventKind::sign_in_failed, "A sign-in failed"},
                       {EventKind::registered, "The account was created"},
                       {EventKind::signed_out, "Signed out"},
                       {EventKind::signed_out_everywhere, "Signed out everywhere"},
                       {EventKind::device_signed_out, "A device was signed out"},
                       {EventKind::token_reused, "A sign-in that had been replaced{replaced} was used again"},
                       {EventKind::database_rolled_back,
                        "The site's records were older than this sign-in; a backup may have been restored"},
                       {EventKind::password_changed, "The password was changed"},
                       {EventKind::user_disabled, "The account was disabled"},
                       {EventKind::user_enabled, "The account was enabled"},
                       {EventKind::user_deleted, "The account was deleted"},
                       {EventKind::platform_changed, "A sign-in from {from} was used on {to}"},
                       {EventKind::many_devices, "{count} new devices signed in within an hour"},
                       {EventKind::many_networks, "Sign-ins came from {count} networks within an hour"},
                       {EventKind::password_guessed, "A new device signed in after {count} wrong passwords"},
                       {EventKind::device_disowned, "A device was signed out with the link in an email"},
                       {EventKind::password_reset_requested, "A password reset email was requested"},
                       {EventKind::password_reset, "The password was reset with the link in an email"},
                       {EventKind::scope_changed, "The account's permissions were changed"},
                       {EventKind::identity_linked, "{provider} was connected"},
                       {EventKind::identity_unlinked, "{provider} was disconnected"}},
         .replaced = " on {time}",
         .other_system = "another system",
         .device_ended = ". The device was signed out",
         .all_ended = ". All devices were signed out",
         .full_stop = "."},
    .devices = {.unknown = "Unknown device", .named = "{browser} on {system}"},
    .letters =
        {.alert_subject = "Was this you? Activity on your {site} account",
         .alert = "Hello,\n\n"
                  "This happened on your account at {site}:\n\n"
                  "    {what}\n\n"
                  "    Device: {device}\n"
                  "    IP address: {ip}\n"
                  "    Time: {time}\n\n",
         .sign_out = "If it was you, you don't need to do anything.\n\n"
                     "If it wasn't you, sign the device out on this page. You don't need your password. "
                     "The link works for {life}:\n\n"
                     "{link}\n\n"
                     "Then choose a new password:\n\n"
                     "{password}\n",
         .advice = "If it was you, you don't need to do anything. "
                   "If it wasn't, choose a new password now:\n\n"
                   "{password}\n",
         .removed_ways = "These ways to sign in were removed from your account:\n\n"
                         "{ways}\n"
                         "If you use them, connect them again on your account page:\n\n"
                         "{account}\n\n",
         .way_added_subject = "New way to sign in to {site}",
         .way_added = "Hello,\n\n"
                      "A new way to sign in was added to your account at {site}:\n\n"
                      "    {way}\n\n"
                      "    Device: {device}\n"
                      "    IP address: {ip}\n"
                      "    Time: {time}\n\n"
                      "If it wasn't you, remove it and change your password:\n\n"
                      "{account}\n",
         .way_removed_subject = "A way to sign in to {site} was removed",
         .way_removed = "Hello,\n\n"
                        "A way to sign in was removed from your account at {site}:\n\n"
                        "    {way}\n\n"
                        "    Device: {device}\n"
                        "    IP address: {ip}\n"
                        "    Time: {time}\n\n"
                        "If it wasn't you, reset your password:\n\n"
                        "{password}\n",
         .reset_subject = "Reset your {site} password",
         .reset = "Hello,\n\n"
                  "Someone asked to reset the password for your account at {site}. "
                  "To choose a new one, open this link:\n\n"
                  "{link}\n\n"
                  "It works once, for {life}. If it wasn't you, ignore this email. "
                  "Your password stays the same.\n"},
    .pages = {.title = "Account overview",
              .account = "My account",
              .about = "{what}: {name}",
              .devices = "Signed-in devices",
              .devices_text = "Where you're signed in. Sign out any device you don't recognize.",
              .this_device = "This device",
              .seen = "Last active {time}",
              .sign_out = "Sign out",
              .ways = "Ways to sign in",
              .ways_text = "Connect another service to sign in with it too.",
              .connected = "Connected",
              .connect = "Connect",
              .disconnect = "Disconnect",
              .password = "Password",
              .sign_in_again = "To continue, sign out and sign in again.",
              .events = "Recent activity",
              .events_text = "Sign-ins and changes to your account.",
              .no_events = "No activity yet.",
              .onwards = "Continue to {label}"},
    .problems =
        {.last_way = "This is your only way to sign in. Set a password or connect another service first.",
         .insufficient_user_authentication =
             "Enter your password to continue, or sign out and sign in again.",
         .invalid_credentials = "The current password is incorrect.",
         .too_many_attempts = "Too many attempts. Wait a few minutes, then try again.",
         .identity_in_use = "The account you chose is already connected to another account on this site.",
         .already_linked =
             "Your account is already connected to a different account of that service. Disconnect it first.",
         .provider_refused = "The other service couldn't sign you in. Try again, or use another way.",
         .temporarily_unavailable = "This isn't available right now. Try again in a moment.",
         .other = "Something went wrong. Please try again."},
    .refusals = {.title = "This can't be shown",
                 .not_found_title = "Page not found",
                 .not_found = "There is no page at this address.",
                 .scope_of_account =
                     "You're signed in as {email}. This page needs the permission \"{scope}\". Ask the "
                     "administrator, or use another account.",
                 .scope = "You're signed in, but this page needs the permission \"{scope}\". Ask the "
                          "administrator, or use another account.",
                 .no_permission = "You're signed in, but your account has no permission for this page. Ask the "
                                  "administrator, or use another account.",
                 .sign_in_first = "Sign in to see this page.",
                 .fresh = "This page needs a new sign-in. Sign in again to continue.",
                 .attempts = "Too many attempts. Wait a few minutes, then try again.",
                 .in_circles =
                     "The sign-in page itself is protected, so nobody can sign in. The administrator must leave it open.",
                 .other_name = "This form was at another address of this site, so nothing was changed. Open the page "
                               "at its own address and try again.",
                 .foreign = "This form came from another site, so nothing was changed.",
                 .not_private = "This works only over https, because passwords are sent here. Nothing was changed.",
                 .unavailable = "This isn't available right now. Try again in a moment.",
                 .other = "This request can't be answered. Go back and try again.",
                 .switch_account = "Use another account",
                 .sign_in = "Sign in",
                 .to_site = "Go to the home page",
                 .open_there = "Open {address}"},
    .setup = {
        .title = "Setup",
        .repair_title = "Repair",
        .not_ready_title = "This site isn't set up yet",
        .not_ready = "Signing in doesn't work here yet. If this is your site, open the setup page.",
        .broken_title = "Signing in isn't available right now",
        .broken = "Try again in a moment. If this is your site, the repair page shows what is wrong.",
        .closed_title = "Page not found",
        .closed =
            "Setup isn't open on this site. If this is your site, the repair page shows what you can do.",
        .not_private =
            "This page works only over https, because passwords are entered here. Open it at this address.",
        .foreign = "This form came from another site, so nothing was changed. Open the page again.",
        .proof =
            "To show that this site is yours, upload an empty file with this name into the folder of the program, for example by FTP.",
        .proof_download = "Download this file",
        .proof_check = "Check again",
        .proof_missing =
            "{file} isn't there yet or is older than an hour. Upload it, then check again. The folder must not be writable for everyone: its mode is 755 or stricter.",
        .found = "What was found",
        .found_server = "Web server: {server}, program run as {way}",
        .found_user = "The program runs as the user {user}.",
        .found_tls = "The connection is encrypted (https).",
        .found_no_tls = "The connection is not encrypted. That is enough on this machine only.",
        .found_authorization = "The server passes the Authorization header on, which apps need.",
        .found_no_authorization =
            "Apache passes the Authorization header on only with the line \"CGIPassAuth On\" in .htaccess. Only apps need it.",
        .found_directory = "Settings and keys will be in {path}.",
        .found_databases = "MySQL, MariaDB and SQLite can be used.",
        .found_no_sqlite = "MySQL and MariaDB can be used. SQLite can't: {path} is on a network file system.",
        .no_place =
            "The program can't write outside the web folder, so there is no safe place for settings and keys. Ask your host to run CGI programs as your own user (suexec), or for a folder outside the web folder that only your programs can write to.",
        .config_exists =
            "There is a {path} already, which the program doesn't read. Rename it, then check again.",
        .site = "Site",
        .url = "Address of the site",
        .site_name = "Name of the site (optional)",
        .database = "Database",
        .database_text = "Enter MySQL's details as your control panel shows them, or choose SQLite.",
        .mysql = "MySQL or MariaDB",
        .sqlite = "SQLite, one file",
        .host = "Server",
        .schema = "Name of the database",
        .user = "User of the database",
        .database_password = "Password of the database",
        .path = "File of SQLite, outside the web folder",
        .mail = "Email",
        .mail_text =
            "Leave it empty if the site sends no email. Then only an administrator can replace a forgotten password.",
        .mail_from = "Sender of emails (optional)",
        .administrator = "Administrator",
        .administrator_text = "With this account you sign in afterwards.",
        .email = "Email address",
        .admin_password = "Password",
        .submit = "Set up",
        .check_fields = "Nothing was written yet. Some answers need a change.",
        .missing = "Fill in this field.",
        .not_usable = "This can't be used: {message}",
        .bad_url =
            "Enter the address as browsers show it, without a path: https://example.com. For names in other scripts, enter the form that begins with xn--.",
        .bad_from = "Enter an email address, like noreply@example.com, or leave it empty.",
        .bad_path = "Enter the whole path, beginning with /, without the signs ?, % and #.",
        .bad_text = "Use at most 1000 bytes of ordinary text without line breaks.",
        .bad_email = "Enter a complete email address, like name@example.com.",
        .too_short = "Use at least {count} characters.",
        .too_long = "Use a shorter password.",
        .too_common =
            "Many people use this password, or it is made of the site's name or your address. Choose another one.",
        .denied =
            "The database server doesn't accept this user with this password. Compare both with the control panel.",
        .no_database =
            "There is no database of this name, or this user may not use it. Create it in the control panel and give the user all rights.",
        .no_server =
            "No database server answers at this name. The control panel shows the right one; it is often localhost.",
        .database_failed = "The database doesn't work yet.",
        .said = "The message was: {message}",
        .database_used =
            "Setup was completed with this database before. Choose another one. If its settings got lost, open the repair page.",
        .path_public = "This file would be in the web folder. Choose a place outside it.",
        .path_network = "This folder is on a network file system, where SQLite can lose data. Use MySQL.",
        .path_unwritable = "The program can't write to this folder.",
        .step_failed = "One step didn't work: {step}. Fix it, then press the button again. Nothing is lost.",
        .step_folder = "the folder for settings and keys",
        .step_draft = "a file that only the program can read",
        .step_pointer = "the file that says where the settings are",
        .step_keys = "the keys",
        .step_tables = "the tables of the database",
        .step_administrator = "the administrator",
        .step_php = "keys.json for PHP",
        .step_note = "the note in the database",
        .step_marker = "the note in the folder",
        .step_config = "the settings",
        .busy =
            "Another browser is setting this site up right now. Wait a moment, then press the button again.",
        .done_title = "Setup is complete",
        .done = "Sign in with the administrator account you created.",
        .sign_in = "Sign in",
        .delete_proof = "Delete {file} from the folder of the program.",
        .starts = "The program starts and reads {path}.",
        .starts_not = "The program can't start:",
        .lost =
            "The settings {path} are gone. Upload them from your backup. If you have none, set up again: existing accounts stay if you choose the same database.",
        .reopen = "Set up again",
        .reopened = "Setup is open again. Open the setup page.",
        .close_file = "Other users of this machine can read or change {path}.",
        .close_file_button = "Make it readable for the program only",
        .closed_file = "Now only the program can read {path}.",
        .checks = "Checks",
        .all_good = "All checks passed.",
        .result_ok = "OK",
        .result_skip = "Skipped",
        .result_warn = "Warning",
        .result_fail = "Problem",
        .tables = "Tables of the database",
        .tables_text = "After an upgrade the tables must be brought to the version of the program.",
        .tables_button = "Upgrade tables",
        .tables_done = "The tables are at version {version}.",
        .way_in = "A new way in for an administrator",
        .way_in_text = "Sets a new password for one administrator and signs that account out on all devices.",
        .way_in_button = "Set password",
        .way_in_done = "The password was changed. Sign in with it: {email}",
        .no_administrator = "There is no administrator with this address: {email}",
        .new_password = "New password",
        .act_failed = "That didn't work. {message}"}};

}  // namespace cardea
