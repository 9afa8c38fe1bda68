#include <sys/stat.h>
#include <unistd.h>

#include "cli/check.h"

namespace cardea {

namespace {

constexpr char area[] = "mail";

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Findings check_mail(const Settings& settings) {
  if (!settings.mail.on())
    return {{Result::skip, area,
             "[mail] from is empty: no mail is sent; in [watch] tell only records, and a forgotten password "
             "is for you to set",
             ""}};
  const auto& program = settings.mail.sendmail.front();
  if (!is_program(program))
    return {{Result::fail, area, program + " is no program that this user may run",
             "install a mail program (msmtp-mta, postfix), or set [mail] sendmail"}};
  return {{Result::ok, area, "mail goes out through " + program + " as " + settings.mail.from, ""}};
}

}  // namespace cardea
