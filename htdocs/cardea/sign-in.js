// Of the sign-in and sign-up pages, which work without it: takes the way back from the address into the forms, and says
// what the address has to say. Cardea itself makes sure that return_to is a page of this site.
(function () {
  "use strict";

  var sentences = {
    invalid_credentials: "The e-mail or the password is wrong.",
    invalid_request: "That cannot be used. It takes a complete e-mail address and, for a new account, a password of at " +
      "least 8 characters; some sites let nobody sign up.",
    email_in_use: "There is an account with this e-mail already: sign in with it.",
    too_many_attempts: "Too many attempts. Wait a few minutes before the next one.",
    account_disabled: "This account has been disabled.",
    temporarily_unavailable: "This does not work at the moment. Try again shortly.",
    expired: "You were away for long: please sign in again.",
    signed_out: "You were signed out: please sign in again.",
    reused: "To be safe you were signed out on this device, because an old sign-in of it was used again. Please sign in. " +
      "If this happens more than once, change your password.",
    cookies_refused: "Your browser did not keep the cookie that signs you in. Allow cookies for this site, then try again.",
    going_in_circles: "Signing in worked, but the page sent you back here again and again. Sign in once more; if that does " +
      "not help, tell whoever runs this site."
  };

  var query = new URLSearchParams(window.location.search);

  function keepReturnTo(path) {
    document.querySelectorAll("input[name=return_to]").forEach(function (input) { input.value = path; });
    document.querySelectorAll("a[data-keep-return-to]").forEach(function (link) {
      link.search = "?return_to=" + encodeURIComponent(path);
    });
  }

  function tell(problem) {
    var place = document.getElementById("problem");
    if (!place) { return; }
    var known = Object.prototype.hasOwnProperty.call(sentences, problem);
    place.textContent = known ? sentences[problem] : "Something went wrong. Please try again.";
    place.hidden = false;
  }

  if (query.get("return_to")) { keepReturnTo(query.get("return_to")); }
  if (query.get("problem")) { tell(query.get("problem")); }
}());
