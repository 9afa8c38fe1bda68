// The settings that need more than a number, a duration or a choice, which the table parses by itself. Each function
// takes what is written in the file and returns what is wrong and what is allowed; empty if the value is valid. An empty
// value is the default of most; fill_in_derived_defaults() (config/load.h) replaces it. Settings that name a file with
// a secret read it here, relative to the directory of the configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace cardea {

using Problem = std::optional<std::string>;

// "'30x' is not a duration; write 30s": kind with its article. Long values are cut.
[[nodiscard]] std::string not_a(std::string_view value, std::string_view kind, std::string_view allowed);
// "'8d' is out of range; allowed are 1m to 7d".
[[nodiscard]] std::string out_of_range(std::string_view value, const std::string& least,
                                       const std::string& most);

[[nodiscard]] Problem apply_site_url(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_mount(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_name(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_trusted_proxies(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_allowed_origins(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_gate_paths(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_sign_in_page(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_logo(std::string_view value, Settings& settings);

// Replaces settings.database as a whole: it comes first among its keys.
[[nodiscard]] Problem apply_database_url(std::string_view value, Settings& settings);
// Reads the file. Neither its name nor its contents are in the answer: either may be the password.
[[nodiscard]] Problem apply_password_file(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_table_prefix(std::string_view value, Settings& settings);

[[nodiscard]] Problem apply_keys(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_revocations(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_issuer(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_audience(std::string_view value, Settings& settings);
// Reads the file; says as little about it as apply_password_file.
[[nodiscard]] Problem apply_introspection_secret(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_slide_within(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_header_sunset(std::string_view value, Settings& settings);

[[nodiscard]] Problem apply_cookie_domain(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_access_path(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_refresh_path(std::string_view value, Settings& settings);

[[nodiscard]] Problem apply_memory(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_concurrency(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_imported(std::string_view value, Settings& settings);
// Opens the list, to say at once what is wrong with it; the program maps it when the first password is chosen.
[[nodiscard]] Problem apply_common_file(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_body(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_login_failures(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_registration_limit(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_scope(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_need(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_sendmail(std::string_view value, Settings& settings);
// Replaces settings.mail.smtp as a whole: it comes before password_file.
[[nodiscard]] Problem apply_smtp(std::string_view value, Settings& settings);
// Reads the file; says as little about it as apply_password_file.
[[nodiscard]] Problem apply_smtp_password_file(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_mail_from(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_mail_theme(std::string_view value, Settings& settings);

// Relative paths are relative to the directory of the configuration, whatever the current directory is.
[[nodiscard]] std::string path_beside(const std::string& configuration, std::string_view path);

// Reads the one line of a private file. Neither its name nor its contents are in the answer: either may be
// the secret.
[[nodiscard]] Problem read_one_line_secret(const std::string& configuration, std::string_view path,
                                           Secret& secret);

}  // namespace cardea
