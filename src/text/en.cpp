#include "text/text.h"

namespace cardea {

constexpr Texts texts::en{
    .ahead_of_utc = std::chrono::hours{0},
    .times = {.moment = "{month} {day}, {year}, {clock} UTC",
              .date = "{month} {day}, {year}",
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
                       {EventKind::identity_unlinked, "{provider} was disconnected"},
                       {EventKind::reauthenticated, "The user's identity was confirmed"},
                       {EventKind::account_closed, "The account was closed"},
                       {EventKind::account_reopened, "The account was reopened"},
                       {EventKind::account_exported, "A copy of the account's data was downloaded"},
                       {EventKind::address_verified, "The email address was verified"},
                       {EventKind::address_change_requested, "A change of the email address was requested"},
                       {EventKind::address_changed, "The email address was changed"},
                       {EventKind::address_change_undone, "The change of the email address was undone"},
                       {EventKind::account_taken_over,
                        "The account was handed over to the owner of its email address"},
                       {EventKind::registration_repeated,
                        "An account was requested with the email address of this one"},
                       {EventKind::program_upgraded,
                        "You upgraded the site's program from version {from} to {to}"},
                       {EventKind::program_restored,
                        "You put the site's program back from version {from} to {to}"}},
         .replaced = " on {time}",
         .other_system = "another system",
         .device_ended = ". The device was signed out",
         .all_ended = ". All devices were signed out",
         .full_stop = "."},
    .devices = {.unknown = "Unknown device", .named = "{browser} on {system}"},
    .letters =
        {.wordings =
             {{LetterKind::verify_address, "Verify your email address for {site}",
               "Hello,\n\n"
               "To verify this address for {site}, open this link and press the button:\n\n"
               "{link}\n\n"
               "Or enter this code:\n\n"
               "    {code}\n\n"
               "Both work once, for {life}. If you didn't ask for this, ignore this email.\n"},
              {LetterKind::address_known, "You already have an account at {site}",
               "Hello,\n\n"
               "Someone tried to create an account at {site} with this address, but you already have one. If it was you, sign in or reset your password:\n\n"
               "{sign_in}\n\n"
               "If it wasn't you, you don't need to do anything.\n"},
              {LetterKind::address_change_new, "Verify your email address for {site}",
               "Hello,\n\n"
               "To verify this address for {site}, open this link and press the button:\n\n"
               "{link}\n\n"
               "Or enter this code:\n\n"
               "    {code}\n\n"
               "Both work once, for {life}. If you didn't ask for this, ignore this email.\n"},
              {LetterKind::address_change_old, "Your email address at {site} was changed",
               "Hello,\n\n"
               "Your account at {site} now uses the address {address}.\n\n"
               "{circumstances}\n"
               "If it wasn't you, undo the change. This also signs out every device. The link works for {life}:\n\n"
               "{link}\n\n"
               "Or enter this code on that page:\n\n"
               "    {code}\n"},
              {LetterKind::reset, "Reset your {site} password",
               "Hello,\n\n"
               "Someone asked to reset the password for your account at {site}. To choose a new one, open this link:\n\n"
               "{link}\n\n"
               "Or enter this code:\n\n"
               "    {code}\n\n"
               "Both work once, for {life}. If it wasn't you, ignore this email. Your password stays the same.\n"},
              {LetterKind::reset_done, "Was this you? Activity on your {site} account",
               "Hello,\n\n"
               "This happened on your account at {site}:\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "{removed}If it was you, you don't need to do anything. If it wasn't, choose a new password now:\n\n"
               "{password}\n"},
              {LetterKind::taken_over, "The account at {site} is yours now",
               "Hello,\n\n"
               "You verified this address, so the account at {site} that was created with it belongs to you now. Someone else may have created it.\n\n"
               "{circumstances}\n"
               "{removed}If it wasn't you, choose a new password now:\n\n"
               "{password}\n"},
              {LetterKind::alert, "Was this you? Activity on your {site} account",
               "Hello,\n\n"
               "This happened on your account at {site}:\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "If it was you, you don't need to do anything.\n\n"
               "If it wasn't you, sign the device out on this page. You don't need your password. The link works for {life}:\n\n"
               "{link}\n\n"
               "Or enter this code on that page:\n\n"
               "    {code}\n\n"
               "Then choose a new password:\n\n"
               "{password}\n"},
              {LetterKind::alert_ended, "Was this you? Activity on your {site} account",
               "Hello,\n\n"
               "This happened on your account at {site}:\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "If it was you, you don't need to do anything. If it wasn't, choose a new password now:\n\n"
               "{password}\n"},
              {LetterKind::password_changed, "Was this you? Activity on your {site} account",
               "Hello,\n\n"
               "This happened on your account at {site}:\n\n"
               "    {what}\n\n"
               "{circumstances}\n"
               "If it was you, you don't need to do anything. If it wasn't, choose a new password now:\n\n"
               "{password}\n"},
              {LetterKind::way_linked, "New way to sign in to {site}",
               "Hello,\n\n"
               "A new way to sign in was added to your account at {site}:\n\n"
               "{things}\n"
               "{circumstances}\n"
               "If it wasn't you, remove it and change your password:\n\n"
               "{account}\n"},
              {LetterKind::way_unlinked, "A way to sign in to {site} was removed",
               "Hello,\n\n"
               "A way to sign in was removed from your account at {site}:\n\n"
               "{things}\n"
               "{circumstances}\n"
               "If it wasn't you, reset your password:\n\n"
               "{password}\n"},
              {LetterKind::account_closed, "Your {site} account is closed",
               "Hello,\n\n"
               "Your account at {site} is closed and will be deleted on {date}.\n\n"
               "{circumstances}\n"
               "To reopen it, open this link before then, or sign in:\n\n"
               "{link}\n\n"
               "Or enter this code on that page:\n\n"
               "    {code}\n\n"
               "If it wasn't you, reopen it now and change your password.\n"},
              {LetterKind::account_reopened, "Your {site} account is open again",
               "Hello,\n\n"
               "Your account at {site} is open again. It won't be deleted.\n\n"
               "{circumstances}\n"
               "If it wasn't you, choose a new password now:\n\n"
               "{password}\n"},
              {LetterKind::reauthenticate, "Your code for {site}",
               "Hello,\n\n"
               "To confirm that it's you at {site}, enter this code:\n\n"
               "    {code}\n\n"
               "It works once, for {life}. If you didn't ask for it, sign out the devices you don't recognize on your account page:\n\n"
               "{account}\n"},
              {LetterKind::invitation, "You're invited to {site}",
               "Hello,\n\n"
               "The administrator of {site} invites you to create an account:\n\n"
               "{link}\n\n"
               "The link works once, for {life}. If you don't want an account, ignore this email.\n"},
              {LetterKind::approved, "Your {site} account is ready",
               "Hello,\n\n"
               "The administrator of {site} approved your account. You can sign in now:\n\n"
               "{sign_in}\n"}},
         .circumstances = "    Device: {device}\n"
                          "    IP address: {ip}\n"
                          "    Time: {time}\n",
         .removed = "These were removed from your account:\n\n"
                    "{things}\n"
                    "If you use them, add them again on your account page:\n\n"
                    "{account}\n\n",
         .password = "Password",
         .name = "Name",
         .passkeys = "Passkeys",
         .factors = "Two-step verification",
         .app_passwords = "App passwords",
         .sessions = "All sign-ins",
         .foot = "This is an automatic email from {site}. Replies are not read.\n"},
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
              .events = "Recent activity",
              .events_text = "Sign-ins and changes to your account.",
              .no_events = "No activity yet.",
              .onwards = "Continue to {label}",
              .reopen_title = "Account closed",
              .reopen_text =
                  "This account is closed and will be deleted on {date}. Do you want to reopen it?",
              .reopen_button = "Reopen account"},
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
    .refusals =
        {.title = "This can't be shown",
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
         .attempts =
             "Too many attempts. Wait a few minutes, then try again.",
         .in_circles =
             "The sign-in page itself is protected, so nobody can sign in. The administrator must leave it open.",
         .other_name = "This form was at another address of this site, so nothing was changed. Open the page "
                       "at its own address and try again.",
         .foreign = "This form came from another site, so nothing was changed.",
         .not_private = "This works only over https, because passwords are sent here. Nothing was changed.",
         .unavailable = "This isn't available right now. Try again in a moment.",
         .unanswerable = "This request can't be answered. Go back and try again.",
         .switch_account = "Use another account",
         .sign_in = "Sign in",
         .to_site = "Go to the home page",
         .open_there = "Open {address}"},
    .findings =
        {
            {FindingKind::configuration_read, "{path}"},
            {FindingKind::keys_sign, "{algorithm} key {kid} signs since {time}"},
            {FindingKind::keys_next, "{algorithm} key {kid} signs since {time}; the next one from {next}"},
            {FindingKind::keys_old, "{algorithm} key {kid} signs since {time}, more than a year",
             "cardea key new"},
            {FindingKind::keys_refresh, "refresh key {number} since {time}"},
            {FindingKind::keys_failed, "{message}",
             "make the directory and its files readable for this program alone (700, 600); without keys: cardea key new"},
            {FindingKind::sign_outs_unseen, "not looked at: that needs the key directory"},
            {FindingKind::sign_outs_unwritable,
             "{message}; access tokens of ended sessions work on this host until they expire",
             "let the program's user write there, or name another file in [tokens] revocations"},
            {FindingKind::sign_outs_closed,
             "{path} was damaged: every token is refused until it is filled again",
             "make the database answer; the next request or second of the program fills it"},
            {FindingKind::sign_outs_new,
             "every process of this host refuses ended sessions ({path}); the database has not been asked yet"},
            {FindingKind::sign_outs_ready,
             "every process of this host refuses ended sessions ({path}); the database was asked on {time}"},
            {FindingKind::sign_outs_network, "{path} lies on a network file system",
             "give each host a file of its own: [tokens] revocations"},
            {FindingKind::database_server, "{server}"},
            {FindingKind::database_current, "tables at version {tables}, this program at {program}"},
            {FindingKind::database_older, "tables at version {tables}, this program at {program}",
             "cardea migrate, or /auth/repair in the browser"},
            {FindingKind::database_newer, "tables at version {tables}, this program at {program}",
             "run the newer program"},
            {FindingKind::database_empty, "there are no tables yet",
             "cardea migrate, or /auth/repair in the browser"},
            {FindingKind::database_clock_agrees, "its clock agrees with ours"},
            {FindingKind::database_clock_differs, "its clock and ours differ by {seconds} s",
             "let NTP set the clocks of both hosts"},
            {FindingKind::database_clock_wrong, "its clock and ours differ by {seconds} s",
             "let NTP set the clocks of both hosts"},
            {FindingKind::database_warning, "{message}",
             "do what the message says, in the control panel or with the host's help"},
            {FindingKind::database_writes, "it takes what is written, and gives every byte back"},
            {FindingKind::database_refuses_file, "{message}",
             "see who may write to the file and its directory, and whether the disk or a quota is full"},
            {FindingKind::database_refuses_writing, "{message}",
             "GRANT the account ALL on the database; see whether the disk is full or the server read-only"},
            {FindingKind::database_away, "{message}",
             "see [database] url, and whether the server runs and lets us in"},
            {FindingKind::database_damaged, "{message}",
             "do what the message says; restore a backup if rows were changed"},
            {FindingKind::database_error, "{message}",
             "see whether the tables are those of this program ([database] table_prefix)"},
            {FindingKind::database_collated, "all tables keep text as {collation}"},
            {FindingKind::database_collation, "{table} keeps text as {collation}",
             "ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"},
            {FindingKind::database_room, "{used} of {allowed} connections are in use"},
            {FindingKind::database_crowded, "{used} of {allowed} connections are in use",
             "lower [database] connections, or ask the host for more (max_user_connections)"},
            {FindingKind::database_rights, "the account may do what the program and its upgrades need"},
            {FindingKind::database_rights_missing, "the account may not: {rights}; upgrades need that",
             "give the account all rights on this one database in the control panel"},
            {FindingKind::database_rights_wide, "the account may change every database of the server",
             "use an account that has rights on this one database alone"},
            {FindingKind::addresses_pair, "{one} and {other} are one address for two users",
             "each signs in with the address as it is written here; delete the one that is not needed"},
            {FindingKind::addresses_more, "{count} more pairs like these",
             "delete the accounts that are not needed"},
            {FindingKind::addresses_unseen, "not looked at: the database does not answer"},
            {FindingKind::addresses_old, "{count} users are found by one spelling of their address only",
             "cardea migrate"},
            {FindingKind::passwords_memory, "{count} at a time need {needed} of {limit}"},
            {FindingKind::passwords_half, "{count} at a time need {needed} of {limit}",
             "lower [password] concurrency"},
            {FindingKind::passwords_too_much, "{count} at a time need {needed} of {limit}",
             "lower [password] concurrency"},
            {FindingKind::passwords_cores,
             "{count} at a time need {needed} of {limit}, which is more than there are cores",
             "lower [password] concurrency"},
            {FindingKind::passwords_listed, "{path} has {count} passwords"},
            {FindingKind::passwords_list_unread, "{path}: {message}",
             "make it again: cardea password-list build"},
            {FindingKind::passwords_list_damaged, "{path} is damaged",
             "make it again: cardea password-list build"},
            {FindingKind::passwords_time, "one takes {ms} ms"},
            {FindingKind::passwords_weak, "one takes {ms} ms, which is less work than OWASP advises",
             "[password] memory = 19MiB, iterations = 2"},
            {FindingKind::passwords_slow, "one takes {ms} ms on this host",
             "lower [password] iterations, then memory"},
            {FindingKind::passwords_unmeasured, "not measured: that needs the key directory"},
            {FindingKind::passwords_busy, "none was computed: others kept all places busy",
             "look again when fewer people sign in"},
            {FindingKind::passwords_failed, "{message}",
             "let the program's user write into the key directory; free memory if there is none"},
            {FindingKind::proxies_narrow, "trusted_proxies is as narrow as it should be"},
            {FindingKind::proxies_wide,
             "[site] trusted_proxies holds so much of the internet that strangers are in it: they may claim any address, and read /metrics",
             "list the addresses of your own proxies alone"},
            {FindingKind::proxies_unknown, "clients came without an address that is understood:{names}",
             "let the proxy write each client's address into X-Forwarded-For, and list it in [site] trusted_proxies"},
            {FindingKind::provider_answers, "{name}: {message}"},
            {FindingKind::provider_failed, "{name}: {message}",
             "see [provider.{name}] and whether this host may call the outside"},
            {FindingKind::provider_key, "{name}: private_key_file holds no P-256 key",
             "download the key from Apple again"},
            {FindingKind::mail_program, "mail goes out through {way} as {from}"},
            {FindingKind::mail_no_program, "{way} is no program that this user may run",
             "install a mail program (msmtp-mta, postfix), or set [mail] smtp or sendmail"},
            {FindingKind::mail_smtp, "mail goes out through {way} as {from}"},
            {FindingKind::mail_smtp_user,
             "mail goes out through {way} as {from}; it takes the user and the password"},
            {FindingKind::mail_smtp_failed, "{way}: {message}",
             "see [mail] smtp and password_file, and whether this host may call the outside"},
            {FindingKind::mail_off,
             "[mail] from is empty, so no email is sent: `tell` in [watch] only records, and only an administrator can replace a forgotten password"},
            {FindingKind::mail_unasked, "{way} is not asked"},
            {FindingKind::web_in_the_open, "{url} is not https: passwords and tokens travel in the open",
             "a certificate, and [site] url = https://…"},
            {FindingKind::web_answers, "{url} answers {status}"},
            {FindingKind::web_silent, "{message}", "see [site] url and whether the web server runs"},
            {FindingKind::web_foreign, "{url} answers {status}, and not by this program",
             "see [site] mount and the web server's files in conf/"},
            {FindingKind::web_unwell, "{url} answers {status}: the program runs there but is not well",
             "run `cardea check` as the web server's user, or open /auth/repair"},
            {FindingKind::web_authorization, "the Authorization header reaches the program"},
            {FindingKind::web_no_reason, "/verify answers {status} without a known reason",
             "see whether the mount leads to this version of the program"},
            {FindingKind::web_kept_by_apache,
             "the web server keeps the Authorization header from the program",
             "Apache: `CGIPassAuth On` in the mount's <Location>, <Directory> or .htaccess"},
            {FindingKind::web_kept, "the web server keeps the Authorization header from the program",
             "let the web server, and a proxy in front of it, hand the header on"},
            {FindingKind::web_kept_by_apache_from_none,
             "the web server keeps the Authorization header from the program; cookies do not need it",
             "Apache: `CGIPassAuth On` in the mount's <Location>, <Directory> or .htaccess, before mode becomes both or header"},
            {FindingKind::web_kept_from_none,
             "the web server keeps the Authorization header from the program; cookies do not need it",
             "let the web server, and a proxy in front of it, hand the header on, before mode becomes both or header"},
            {FindingKind::web_fresh, "no cache in front keeps the program's answers"},
            {FindingKind::web_cached, "a cache in front answered {url} with a copy",
             "let the cache leave out the mount, and pages behind a gate"},
            {FindingKind::web_headers, "its headers reach the browser"},
            {FindingKind::web_headers_lost, "headers are lost on the way to the browser: {names}",
             "let the web server and proxies pass on the program's headers unchanged"},
            {FindingKind::name_leads, "{url} leads to {site}"},
            {FindingKind::name_unused, "{url} does not answer"},
            {FindingKind::name_elsewhere, "{url} leads to {target}, not to {site}",
             "let the web server answer every other name of the site with a redirect to [site] url"},
            {FindingKind::name_double,
             "{url} shows the site under a second name; signing in there does not count for {site}",
             "let the web server answer that name with 301 to [site] url"},
            {FindingKind::name_plain, "{url} shows the site without https",
             "let the web server answer http with 301 to https"},
            {FindingKind::certificate_valid, "valid until {time}"},
            {FindingKind::certificate_ends, "ends on {time}", "renew it, or let the host renew it by itself"},
            {FindingKind::certificate_ends_soon, "ends on {time}",
             "renew it, or let the host renew it by itself"},
            {FindingKind::certificate_refused, "{message}",
             "a certificate for this name from a known authority, with its whole chain"},
            {FindingKind::gates_unnamed, "[gate] paths names no directory that a gate guards"},
            {FindingKind::gate_shut, "{path} is shut: {count} addresses refuse a stranger"},
            {FindingKind::gate_open, "{url} is open: a stranger gets {status}",
             "put the gate's lines back into .htaccess or the server's file (conf/README.md), then look again"},
            {FindingKind::gate_unclear, "{url}: {message}", "see the web server's error log"},
            {FindingKind::secrets_hidden,
             "cardea.ini, the keys and the database cannot be opened from the web"},
            {FindingKind::secret_shown, "{path} can be opened from the web: {url}",
             "move the folder out of the web folder, then make new keys and a new database password"},
            {FindingKind::secrets_tidy, "no copies of settings and no proof of set-up were left behind"},
            {FindingKind::secret_left, "{path} was left behind", "delete it"},
            {FindingKind::program_closed, "only its owner may change {path}"},
            {FindingKind::program_writable, "{path} has the mode {mode}: others may change the program",
             "set its mode to 755"},
            {FindingKind::program_user, "it runs as user {user}"},
            {FindingKind::program_root, "it runs as root", "run it as a user of its own"},
            {FindingKind::disk_room, "{free} free at {path}"},
            {FindingKind::disk_low, "only {free} free at {path}",
             "delete what is not needed, or ask the host for room"},
            {FindingKind::disk_full, "nothing can be written at {path}: {message}",
             "delete what is not needed, or ask the host for room or a larger quota"},
            {FindingKind::disk_files_low, "only {count} more files fit at {path}",
             "delete files that are not needed (old mail and caches have most)"},
            {FindingKind::clock_set, "its clock is kept right"},
            {FindingKind::clock_free, "no program keeps its clock right", "let NTP set it, or ask the host"},
            {FindingKind::clock_off, "the web server's clock and ours differ by {seconds} s",
             "let NTP set the clocks of both hosts"},
            {FindingKind::administrators, "{count} administrators"},
            {FindingKind::administrators_none, "no user who can sign in is an administrator",
             "cardea user grant, or /auth/repair"},
            {FindingKind::canary_new, "the daily look from outside has not been made yet"},
            {FindingKind::canary_well, "the daily look from outside on {time} found nothing"},
            {FindingKind::canary_alarm, "the daily look from outside on {time} found what stands below",
             "cure what it found, then look again here"},
            {FindingKind::canary_late, "the last look from outside was on {time}",
             "let the program call its own site; with plain CGI, open a page of it now and then"},
            {FindingKind::token_life_long,
             "[tokens] access_ttl is {time}: a stolen access token works that long on other hosts",
             "[tokens] access_ttl = 30m"},
            {FindingKind::session_life_endless,
             "[tokens] session_max is 0: a session never has to sign in again", "[tokens] session_max = 1y"},
            {FindingKind::origin_in_the_open,
             "[site] allowed_origins holds {url}, which is not https: who can change that page on its way acts for the user",
             "use https there, or take it out"},
            {FindingKind::registration_unproven,
             "registration is open, and without mail no address is proven",
             "set [mail] from, or [registration] open = no"},
            {FindingKind::settings_cautious, "lifetimes, origins and registration are set with caution"},
        },
    .admin =
        {.title = "Administration",
         .account = "My account",
         .checks = "Checks",
         .checks_text = "What the program found about this site, and what to do.",
         .trouble = "{count} need your attention.",
         .all_good = "Everything is in order.",
         .look_again = "Look again",
         .outside =
             "The program also looks from outside once a day, and writes to all administrators if a gate is open, a secret can be read or the certificate ends.",
         .upgrade = "Upgrade",
         .upgrade_text =
             "Upload the new program as {file}, beside the program that runs now. If SHA256SUMS comes with it, upload that too. Then open this page again.",
         .running = "Running now: version {version}",
         .waiting = "Uploaded: version {version}",
         .compared = "The upload is complete: its sum is the one in SHA256SUMS.",
         .not_compared =
             "There is no SHA256SUMS for it, so nobody has checked whether the upload is complete.",
         .absent = "{file} isn't there yet.",
         .not_a_file = "{file} is not a regular file.",
         .foreign = "{file} belongs to another user. Upload it with the account of the program.",
         .writable = "Other users can change {file}. Set its mode to 755 or 644.",
         .too_large = "{file} is too large for this program.",
         .incomplete = "{file} differs from what SHA256SUMS says. Upload it again in binary mode.",
         .runs_not =
             "{file} doesn't run on this server. Upload it again in binary mode, and check that it is for this kind of server.",
         .upgrade_button = "Upgrade the tables and use version {version}",
         .former = "Kept: version {version}",
         .back_text =
             "You can go back to the version before. It refuses if it can't work with the tables as they are now; a backup is the way then.",
         .back_button = "Go back to version {version}",
         .done = "Done. Version {version} answers from the next request on.",
         .changed = "The file changed after this page was made. Nothing was done; look at it again.",
         .tables_failed =
             "The tables couldn't be upgraded, so nothing was replaced. The message is: {message}",
         .tables_go_on =
             "The tables are still being upgraded. Open this page again in a few minutes and press the button again.",
         .not_placed = "The program's file couldn't be replaced. The message is: {message}",
         .alarm_subject = "{site}: something must be repaired",
         .alarm =
             "Hello,\n\nThe daily look at {site} from outside found this:\n\n{list}\nWhat to do is on this page:\n\n{link}\n"},
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
        .step_server = "the lines in .htaccess",
        .step_note = "the note in the database",
        .step_marker = "the note in the folder",
        .step_config = "the settings",
        .busy =
            "Another browser is setting this site up right now. Wait a moment, then press the button again.",
        .done_title = "Setup is complete",
        .done = "Sign in with the administrator account you created.",
        .fastcgi_works = "The program runs as FastCGI, which is faster than CGI.",
        .fastcgi_refused = "The program runs as CGI. FastCGI doesn't work on this host.",
        .gate_works = "Only people who are signed in can open the folder members.",
        .gate_refused =
            "Nobody can open the folder members yet: this host didn't accept a gate. Open /cardea-check/check.html, and ask the host for what is missing there.",
        .gate_open =
            "Everybody can open the folder members: this server doesn't read .htaccess. Keep private pages elsewhere, or ask the host for a gate.",
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
