#include "mail/delivery.h"

#include "base/email.h"
#include "mail/sendmail.h"

namespace cardea {
namespace {

Delivery by_program(const Letter& letter, const MailSettings& settings, milliseconds patience) {
  const auto handover = hand_over(message_of(letter, settings), settings.sendmail, patience);
  if (handover == Handover::taken) return {.outcome = Outcome::taken, .why = {}, .said = {}};
  return {.outcome = Outcome::later,
          .why = delivery_way(settings) + ": " + std::string(handover_name(handover)),
          .said = {}};
}

}  // namespace

Delivery deliver(const Letter& letter, const MailSettings& settings, milliseconds patience) {
  if (!settings.smtp.on()) return by_program(letter, settings, patience);
  const SmtpMail mail{
      .from = settings.from, .to = mail_address(letter.to), .message = message_of(letter, settings)};
  auto delivery = send_by_smtp(mail, settings.smtp, patience);
  if (delivery.outcome != Outcome::taken)
    delivery.why =
        delivery_way(settings) + ": " + std::string(outcome_name(delivery.outcome)) + ": " + delivery.why;
  return delivery;
}

std::string delivery_way(const MailSettings& settings) {
  if (settings.smtp.on()) return settings.smtp.host + " port " + settings.smtp.port;
  return settings.sendmail.empty() ? std::string{} : settings.sendmail.front();
}

}  // namespace cardea
