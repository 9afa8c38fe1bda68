// The handlers of the route table (web/routes.h), one file for each subject: session, access gate, account, token,
// providers, identities, reauthentication, mail links, email, closing, activity, site. Each may throw what the store throws.
#pragma once

#include "web/route.h"

namespace cardea {

[[nodiscard]] Response handle_login(const Call& call);
[[nodiscard]] Response handle_register(const Call& call);
[[nodiscard]] Response handle_refresh(const Call& call);
[[nodiscard]] Response handle_token(const Call& call);
[[nodiscard]] Response handle_oauth_revoke(const Call& call);
[[nodiscard]] Response handle_introspect(const Call& call);
[[nodiscard]] Response handle_metrics(const Call& call);
[[nodiscard]] Response handle_continue(const Call& call);
[[nodiscard]] Response handle_denied(const Call& call);
[[nodiscard]] Response handle_logout(const Call& call);
[[nodiscard]] Response handle_page(const Call& call);
[[nodiscard]] Response handle_front(const Call& call);
[[nodiscard]] Response handle_verify(const Call& call);
[[nodiscard]] Response handle_me(const Call& call);
[[nodiscard]] Response handle_change_profile(const Call& call);
[[nodiscard]] Response handle_change_password(const Call& call);
[[nodiscard]] Response handle_check_password(const Call& call);
[[nodiscard]] Response handle_work(const Call& call);
[[nodiscard]] Response handle_events(const Call& call);
[[nodiscard]] Response handle_activity(const Call& call);
[[nodiscard]] Response handle_site(const Call& call);
[[nodiscard]] Response handle_devices(const Call& call);
[[nodiscard]] Response handle_revoke_device(const Call& call);
[[nodiscard]] Response handle_providers(const Call& call);
[[nodiscard]] Response handle_oauth_start(const Call& call);
[[nodiscard]] Response handle_oauth_callback(const Call& call);
[[nodiscard]] Response handle_oauth_token(const Call& call);
[[nodiscard]] Response handle_oauth_link(const Call& call);
[[nodiscard]] Response handle_oauth_unlink(const Call& call);
[[nodiscard]] Response handle_identities(const Call& call);
[[nodiscard]] Response handle_jwks(const Call& call);
[[nodiscard]] Response handle_health(const Call& call);
[[nodiscard]] Response handle_disown(const Call& call);
[[nodiscard]] Response handle_forgotten_password(const Call& call);
[[nodiscard]] Response handle_reset_password(const Call& call);
[[nodiscard]] Response handle_verify_email(const Call& call);
[[nodiscard]] Response handle_send_verification(const Call& call);
[[nodiscard]] Response handle_change_email(const Call& call);
[[nodiscard]] Response handle_confirm_email(const Call& call);
[[nodiscard]] Response handle_undo_email(const Call& call);
[[nodiscard]] Response handle_reauthenticate(const Call& call);
[[nodiscard]] Response handle_send_reauthentication(const Call& call);
[[nodiscard]] Response handle_oauth_reauthenticate(const Call& call);
[[nodiscard]] Response handle_close_account(const Call& call);
[[nodiscard]] Response handle_reopen_account(const Call& call);
[[nodiscard]] Response handle_export(const Call& call);
[[nodiscard]] Response handle_admin(const Call& call);
[[nodiscard]] Response handle_admin_checks(const Call& call);
[[nodiscard]] Response handle_admin_upgrade(const Call& call);
[[nodiscard]] Response handle_upgrade(const Call& call);

}  // namespace cardea
