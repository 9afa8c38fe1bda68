// What the pages can do beyond HTML. All forms work without it: it shows passwords, gives advice, asks Cardea for the site's
// name and the other ways to sign in, and keeps the time after too many attempts. Words come from the page itself.

const root = document.documentElement;
// A server that cannot send frame-ancestors (.htaccess without mod_headers) lets other sites show the page in a frame: not its content.
if (top !== self) root.hidden = true;
export const mount = root.dataset.mount;
export const language = root.lang;
const query = new URLSearchParams(location.search);

export const words = {};
for (const word of document.querySelector("template[data-words]").content.children) words[word.dataset.word] = word.textContent;
export const say = (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const one = (selector, within = document) => within.querySelector(selector);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Cardea's answer, or null where it has none: an older program, or one that is not there at present.
async function ask(path, fields) {
  const question = fields && { method: "POST", body: JSON.stringify(fields) };
  try {
    const answer = await fetch(mount + path, { headers: { Accept: "application/json", "Content-Type": "application/json" }, ...question });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// What this browser remembers for the pages; some browsers keep nothing.
export const memory = {
  get: (name) => { try { return localStorage.getItem("cardea." + name); } catch { return null; } },
  set(name, value) {
    try {
      if (value === null) localStorage.removeItem("cardea." + name);
      else localStorage.setItem("cardea." + name, value);
    } catch { /* then it is asked again */ }
  },
};

// ---- Light or dark: as the device is set, unless somebody chose ------------------------------------------------------

function wearTheme(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
}

function offerThemes() {
  const button = one("[data-theme-switch]");
  if (!button) return;
  const tell = () => { button.textContent = say("theme", { mode: words["theme_" + (root.dataset.theme ?? "auto")] }); };
  button.addEventListener("click", () => {
    const next = { auto: "dark", dark: "light", light: null }[root.dataset.theme ?? "auto"];
    wearTheme(next);
    memory.set("theme", next);
    tell();
  });
  tell();
  button.hidden = false;
}

// ---- Whose site it is, and what it offers -------------------------------------------------------------------------------

function showBrand({ name, logo }) {
  for (const brand of all("[data-brand]")) {
    if (name) {
      one("span", brand).textContent = name;
      brand.removeAttribute("aria-label");
    }
    if (logo) one("img", brand).src = logo;
  }
  if (name && !document.title.endsWith(name)) document.title += ` · ${name}`;
}

function knowSite(site) {
  showBrand(site);
  memory.set("site", JSON.stringify({ name: site.name, logo: site.logo }));
  if (site.registration_open === false) {
    all("[data-needs=registration]").forEach((part) => { part.hidden = true; });
    all("[data-closed]").forEach((part) => part.classList.add("told"));
  }
  if (site.password_min_length) all("[data-strength]").forEach((input) => applyMinimum(input, site.password_min_length));
  if (site.delete_after > 0) {
    const date = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(Date.now() + site.delete_after * 1000);
    all("[data-closing]").forEach((text) => { text.textContent = say("close_text", { date }); });
  }
  if (site.usernames) offerUsernames();
  if (site.mail === false) all("[data-needs=mail]").forEach((part) => { part.hidden = true; });
}

function offerUsernames() {
  for (const part of all("[data-usernames]")) {
    one("input", part).disabled = false;
    part.hidden = false;
  }
  const label = one("[data-login-label]");
  if (label) label.textContent = words.login;
}

function rememberedSite() {
  try {
    return JSON.parse(memory.get("site"));
  } catch {
    return null;
  }
}

// In the order of cardea.ini, which is the site's. The known ones have a button in the page, with the right words and colours.
function showProviders(providers) {
  const box = one("[data-providers]");
  for (const { name, label, start } of providers) {
    let link = one(`[data-provider="${CSS.escape(name)}"]`, box);
    if (!link) {
      link = one('[data-provider=""]', box).cloneNode(true);
      link.dataset.provider = name;
      one("span", link).textContent = one("span", link).textContent.replace("{name}", label);
    }
    link.href = start;
    link.hidden = false;
    box.append(link);
  }
  if (providers.length > 0) box.hidden = false;
  for (const link of all("[data-provider]", box)) link.search = `?return_to=${encodeURIComponent(query.get("return_to") ?? "/")}`;
}

// By the cookie that a sign-in sets once it has worked.
function markLastUsed(method) {
  const badge = one("[data-last]");
  if (!badge) return;
  const link = method && one(`[data-provider="${CSS.escape(method)}"]:not([hidden])`);
  if (link) link.append(badge.cloneNode(true));
  all("[data-last]").forEach((mark) => { mark.hidden = mark.closest("[data-provider]") ? false : method !== "password"; });
}

async function offerWays() {
  const answer = await ask("/providers");
  showProviders(answer?.providers ?? []);
  markLastUsed(answer?.last_method);
  nameStrategy(answer?.providers ?? []);
}

// Adds to "There's already an account with this email address" how that account signs in.
function nameStrategy(providers) {
  const strategy = query.get("strategy");
  const message = document.getElementById("email_in_use");
  const label = strategy === "password" ? words.with_password : providers.find(({ name }) => name === strategy)?.label;
  if (message && label) message.append(" ", say("strategy", { name: label }));
}

// ---- Passwords ------------------------------------------------------------------------------------------------------------

function letShow(input) {
  const button = element("button", { type: "button", className: "quiet", textContent: words.show });
  button.setAttribute("aria-label", words.show_password);
  button.setAttribute("aria-pressed", "false");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? words.hide : words.show;
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  input.form.addEventListener("submit", () => show(false)); // so that the browser keeps it as a password
  input.parentElement.append(button);
}

function watchCapsLock(input) {
  const hint = element("p", { className: "caps", textContent: words.caps_lock, hidden: true });
  hint.setAttribute("role", "status");
  input.parentElement.after(hint);
  const look = (event) => { hint.hidden = !event.getModifierState?.("CapsLock"); };
  input.addEventListener("keydown", look);
  input.addEventListener("keyup", look);
  input.addEventListener("blur", () => { hint.hidden = true; });
}

// Advice, not rules: length is what counts. What Cardea refuses it says itself (adviseOn).
export function judge(password, known = [], minimum = 8) {
  const length = [...password].length;
  if (length === 0) return { level: 0, advice: "" };
  if (length < minimum) return { level: 1, advice: say("short", { count: minimum }) };
  const lower = password.toLowerCase();
  if (known.some((word) => word.length > 3 && lower.replace(word.toLowerCase(), "").length < minimum)) return { level: 1, advice: words.personal };
  if (/^(.{1,4}?)\1+$/u.test(password)) return { level: 1, advice: words.repeated };
  return length < 15 ? { level: 2, advice: words.fair } : { level: 3, advice: words.good };
}

// With the answer of /password/check, or null from a Cardea that does not know the question.
export function combine(verdict, answer) {
  if (answer?.reason === "too_common") return { level: 1, advice: words.too_common };
  return answer?.accepted === false ? { level: 1, advice: "" } : verdict;
}

const hintOf = (input) => document.getElementById(input.getAttribute("aria-describedby"));

// The page's own hint begins with the minimum for which the page was made.
function applyMinimum(input, minimum) {
  if (minimum === input.minLength) return;
  const hint = hintOf(input);
  const corrected = hint.dataset.standing.replace(String(input.minLength), String(minimum));
  if (hint.textContent === hint.dataset.standing) hint.textContent = corrected;
  hint.dataset.standing = corrected;
  input.minLength = minimum;
}

function adviseOn(input) {
  const hint = hintOf(input);
  hint.dataset.standing = hint.textContent;
  const bar = element("div", { className: "strength" }, element("i"), element("i"), element("i"));
  bar.setAttribute("aria-hidden", "true");
  input.parentElement.after(bar);
  hint.setAttribute("aria-live", "polite");
  const tell = ({ level, advice }) => {
    bar.dataset.level = level;
    hint.textContent = advice || hint.dataset.standing;
  };
  let turn = 0;
  // What the page finds well enough is shown only when Cardea, who knows the common passwords, finds so too.
  const advise = async () => {
    const mine = ++turn;
    const fields = all("input[type=email], input[name=name], input[name=username], [data-username]");
    const verdict = judge(input.value, fields.flatMap(({ value }) => [value, value.split("@")[0]]), input.minLength);
    if (verdict.level < 2) return tell(verdict);
    tell({ level: 0, advice: "" });
    await new Promise((done) => { setTimeout(done, 250); });
    const [email = "", name = ""] = ["input[type=email], [data-username]", "input[name=name]"].map((field) => one(field)?.value);
    const answer = mine === turn && await ask("/password/check", { password: input.value, email, name });
    if (mine === turn) tell(combine(verdict, answer));
  };
  input.addEventListener("input", advise);
  all("input[type=email], input[name=name]").forEach((field) => field.addEventListener("change", advise));
}

// ---- Messages -------------------------------------------------------------------------------------------------------------

// The longest unit that says it: "45 seconds", "14 minutes".
export function span(seconds) {
  const unit = seconds > 90 ? "minute" : "second";
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.ceil(unit === "minute" ? seconds / 60 : seconds));
}

function countDown(message, seconds) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    message.textContent = left > 0 ? say("wait", { time: span(left) }) : words.now;
    message.classList.toggle("bad", left > 0);
    if (left > 0) setTimeout(tick, left > 90 ? 5000 : 1000);
  };
  tick();
}

// By the address: the browser may not have found its :target yet when this script runs.
function messageShown() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  return named && named.matches(".message") ? named : null;
}

// Cardea names the message after the # of the address, where the stylesheet finds it. In an address without that: by problem=.
function tellProblem() {
  const problem = query.get("problem");
  if (problem && !location.hash && one("[data-messages]")) location.hash = document.getElementById(problem)?.matches(".message") ? problem : "other";
  const message = messageShown();
  const wait = Number(query.get("retry_after"));
  if (message && wait > 0 && wait < 86400 && /^(wait_|too_many)/.test(message.id)) countDown(message, wait);
  message?.focus({ preventScroll: true });
  if (!navigator.cookieEnabled) document.getElementById("cookies_refused")?.classList.add("told");
}

// ---- Forms and links --------------------------------------------------------------------------------------------------------

// A link in an email has its token behind the #, which browsers send to no server. The token stays in here: it is in no field,
// and it goes into what the form sends only while a person presses the button, by mouse, key or screen reader. So a mail scanner
// that opens the link, runs scripts, clicks and submits by script (isTrusted is false then) spends nothing. Without a link, and
// without JavaScript, the code is typed.
const TOKEN = "cardea.token";

function tokenOfLink() {
  const code = /^#(?:token=)?([\w-]{60,256})$/.exec(location.hash)?.[1];
  try {
    const kept = sessionStorage.getItem(TOKEN); // of a form that was refused for another reason
    sessionStorage.removeItem(TOKEN);
    return code ?? (query.has("problem") && query.get("problem") !== "invalid_link" ? kept : null);
  } catch {
    return code;
  }
}

function takeToken() {
  const typed = one("[data-code]");
  const token = tokenOfLink();
  if (!typed || !token) return;
  typed.hidden = true;
  typed.disabled = true;
  const { form } = typed;
  let pressed = false;
  form.addEventListener("click", (event) => {
    if (!event.isTrusted || !event.target.closest("button[type=submit]")) return;
    pressed = true;
    setTimeout(() => { pressed = false; }); // the form has been sent by then, or was not filled in
  });
  form.addEventListener("submit", (event) => {
    if (!pressed) return event.preventDefault();
    try { sessionStorage.setItem(TOKEN, token); } catch { /* then a refusal asks for the code */ }
    if (!("FormDataEvent" in window)) form.append(element("input", { type: "hidden", name: "token", value: token })); // before 2021
  });
  form.addEventListener("formdata", ({ formData }) => { if (pressed) formData.set("token", token); });
}

function keepWay() {
  const way = query.get("return_to");
  if (!way) return;
  for (const field of all("input[name=return_to]")) if (field.value === "") field.value = way;
}

// What was typed, but for passwords, survives a refusal: for this tab, until the next page of ours is shown.
const TYPED = "cardea.typed";
const keeps = (input) => input.name && input.value && /^(text|email)$/.test(input.type) && !input.disabled && !input.closest(".secret");

function keepTyped(form) {
  form.addEventListener("submit", () => {
    const fields = [...form.elements].filter(keeps).map(({ name, value }) => [name, value]);
    try { sessionStorage.setItem(TYPED, JSON.stringify([form.getAttribute("action"), fields])); } catch { /* then it is typed again */ }
  });
}

function restoreTyped() {
  let typed = null;
  try {
    typed = JSON.parse(sessionStorage.getItem(TYPED));
    sessionStorage.removeItem(TYPED);
  } catch { /* nothing was kept */ }
  if (!typed || !query.has("problem")) return;
  const form = all("form").find((other) => other.getAttribute("action") === typed[0]);
  for (const [name, value] of form ? typed[1] : []) {
    const input = form.elements[name];
    if (input?.value === "") input.value = value;
  }
}

// Cardea names the field that it refused.
function markRefused() {
  const name = query.get("problem") && query.get("field");
  const input = name && one(`form [name="${CSS.escape(name)}"]:not([type=hidden])`);
  if (!input) return;
  input.setAttribute("aria-invalid", "true");
  input.addEventListener("input", () => input.removeAttribute("aria-invalid"), { once: true });
}

// Below the field of an address, once the user has left it: what was probably meant.
async function offerCorrection(input) {
  const { meantAddress } = await import("./address.js");
  const hint = element("p", { className: "hint" });
  hint.setAttribute("role", "status");
  input.after(hint);
  input.addEventListener("input", () => hint.replaceChildren());
  input.addEventListener("change", () => {
    hint.replaceChildren();
    const suggestion = meantAddress(input.value);
    if (!suggestion) return;
    const button = element("button", { type: "button", textContent: suggestion });
    button.addEventListener("click", () => {
      input.value = suggestion;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    const [before, after] = words.did_you_mean.split("{suggestion}");
    hint.append(before, button, after);
  });
}

function showBusy(form) {
  const button = one("button[type=submit]", form);
  if (!button) return;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => button.removeAttribute("aria-busy")); // came back by the browser's Back
}

// Where much comes from this network, Cardea asks for work. The browser does it while the user types; who is quicker waits.
const SPARE = 20; // seconds before its end from which a challenge is not used any more

function solveInWorker({ challenge, bits }) {
  const worker = new Worker(new URL("work.js", import.meta.url), { type: "module" });
  return new Promise((done) => {
    worker.addEventListener("message", ({ data }) => { done(data); worker.terminate(); });
    worker.addEventListener("error", () => { done(""); worker.terminate(); });
    worker.postMessage({ challenge, bits });
  });
}

// The answer to come, and until when it counts; null where Cardea asks for none.
async function workFor(act) {
  const price = await ask(`/work?for=${act}`);
  return price?.challenge ? { answer: solveInWorker(price), end: performance.now() + (price.expires_in - SPARE) * 1000 } : null;
}

function work(form) {
  const act = form.dataset.work;
  let owed = null;
  const begin = async () => {
    form.elements.work.value = "";
    owed = await workFor(act);
  };
  form.addEventListener("submit", async (event) => {
    if (!owed || form.elements.work.value) return;
    event.preventDefault();
    one("button[type=submit]", form)?.setAttribute("aria-busy", "true");
    if (performance.now() > owed.end) await begin();
    form.elements.work.value = (await owed?.answer) ?? "";
    if (!form.elements.work.value) owed = null;
    form.requestSubmit();
  });
  addEventListener("pageshow", ({ persisted }) => { // came back by the browser's Back: the answer is spent
    if (persisted) begin();
  });
  begin();
}

wearTheme(memory.get("theme"));
addEventListener("storage", (event) => { if (event.key === "cardea.theme") wearTheme(event.newValue); });
const remembered = rememberedSite();
if (remembered) showBrand(remembered);
offerThemes();
tellProblem();
restoreTyped();
takeToken();
keepWay();
markRefused();
all("input[type=password]").forEach((input) => {
  letShow(input);
  watchCapsLock(input);
  if ("strength" in input.dataset) adviseOn(input);
});
all("[data-typos]").forEach(offerCorrection);
all("form").forEach(showBusy);
all("form").forEach(keepTyped);
if (crypto.subtle && self.Worker) all("form[data-work]").forEach(work);
addEventListener("hashchange", () => messageShown()?.focus({ preventScroll: true }));
ask("/site").then((site) => { if (site) knowSite(site); });
if (one("[data-providers]")) offerWays();
