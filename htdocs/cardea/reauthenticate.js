// The page that asks who is there: shows only what the account can prove it with. Without it the page offers the password and
// the code, and Cardea answers what does not fit.

import { all, element, language, mount, one, say } from "./page.js";

const query = new URLSearchParams(location.search);

// What can prove it: { identities, password }, or null if the page must stay as it is.
async function proofs() {
  try {
    const answer = await fetch(`${mount}/identities`, { headers: { Accept: "application/json" }, cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function hidden(name, value) {
  return element("input", { type: "hidden", name, value });
}

// A form, because the provider's page is at another site: Cardea answers with a page that leads there.
function formOf({ provider, label }) {
  return element("form", { method: "post", action: `${mount}/oauth/${provider}/reauthenticate` },
    hidden("return_to", query.get("return_to") ?? "/"), hidden("language", language),
    element("button", { type: "submit", textContent: say("go_with", { name: label }) }));
}

const found = await proofs();
if (found) {
  all("[data-proof=password]").forEach((part) => { part.hidden = !found.password; });
  all("[data-proof=code]").forEach((part) => { part.hidden ||= found.password; });
  one("[data-proof=providers]").append(...found.identities.filter(({ reauthenticates }) => reauthenticates).map(formOf));
  one("input:not([type=hidden])", one("[data-proof]:not([hidden])"))?.focus();
}
