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
    .problems = {
        .last_way = "This is your only way to sign in. Set a password or connect another service first.",
        .insufficient_user_authentication = "Enter your password to continue, or sign out and sign in again.",
        .invalid_credentials = "The current password is incorrect.",
        .too_many_attempts = "Too many attempts. Wait a few minutes, then try again.",
        .identity_in_use = "The account you chose is already connected to another account on this site.",
        .already_linked =
            "Your account is already connected to a different account of that service. Disconnect it first.",
        .provider_refused = "The other service couldn't sign you in. Try again, or use another way.",
        .temporarily_unavailable = "This isn't available right now. Try again in a moment.",
        .other = "Something went wrong. Please try again."}};

}  // namespace cardea
