// My account: what Cardea knows of the person and the devices, and what can be changed. Changing the name and the password and
// signing out work without it, as forms.

import { Cardea } from "../cardea.js";
import { all, element, language, mount, one, say, span, words } from "./page.js";

const cardea = new Cardea({ mount });
const dateFormat = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const timeFormat = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
const sinceFormat = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];

// ---- Asking ---------------------------------------------------------------------------------------------------------------

// Nobody is signed in: /continue renews, or leads to the sign-in page and back here.
function leave() {
  location.replace(`${mount}/continue?return_to=${encodeURIComponent(location.pathname)}`);
}

// { ok, status, body }
async function ask(path, fields) {
  const init = { headers: { Accept: "application/json" }, cache: "no-store" };
  if (fields) Object.assign(init, { method: "POST", body: JSON.stringify(fields) }).headers["Content-Type"] = "application/json";
  const answer = await cardea.fetch(mount + path, init);
  const text = await answer.text();
  const body = text.startsWith("{") ? JSON.parse(text) : null;
  if (answer.status === 401 && body?.error === "invalid_token") leave();
  return { ok: answer.ok, status: answer.status, body, wait: Number(answer.headers.get("Retry-After")) };
}

async function read(path) {
  const answer = await ask(path);
  if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
  return answer.body;
}

// ---- Telling ----------------------------------------------------------------------------------------------------------------

function tell(text, kind = "") {
  const place = one("[data-told]");
  place.textContent = text;
  place.className = `message told ${kind}`;
  if (location.hash) history.replaceState(null, "", location.pathname); // what was said before is over
  place.scrollIntoView({ block: "nearest" });
}

function since(seconds) {
  const ago = Date.now() / 1000 - seconds;
  const [unit, size] = units.find((candidate) => ago >= candidate[1]) ?? [];
  if (!unit) return words.just_now;
  return ago > 30 * 86400 ? dateFormat.format(seconds * 1000) : sinceFormat.format(-Math.floor(ago / size), unit);
}

function timeOf(seconds, text) {
  return element("time", { dateTime: new Date(seconds * 1000).toISOString(), title: timeFormat.format(seconds * 1000), textContent: text });
}

// "{time}" of a sentence replaced by an element.
function sentence(word, name, part) {
  const [before, after] = words[word].split(`{${name}}`);
  return [before, part, after];
}

// Fills a list, and says what stands in for its rows when there are none or they cannot be had. A list without rows of which
// there is nothing to say is not shown.
async function fill(list, load, rowOf, empty = "") {
  try {
    const rows = (await load()).map(rowOf);
    list.closest("section").hidden = rows.length === 0 && !empty;
    list.replaceChildren(...(rows.length > 0 ? rows : [element("li", { className: "empty", textContent: empty })]));
  } catch (trouble) {
    if (trouble.status === 404) { // an older program, or not switched on
      list.closest("section").hidden = true;
      list.replaceChildren();
      return;
    }
    const again = element("button", { type: "button", textContent: words.retry });
    again.addEventListener("click", () => fill(list, load, rowOf, empty));
    list.replaceChildren(element("li", {}, element("span", { className: "what", textContent: words.failed }), again));
  }
}

function button(text, act, more = {}) {
  const made = element("button", { type: "button", textContent: text, ...more });
  made.addEventListener("click", async () => {
    made.setAttribute("aria-busy", "true");
    try {
      await act(made);
    } catch {
      tell(words.went_wrong, "bad");
    } finally {
      made.removeAttribute("aria-busy");
    }
  });
  return made;
}

// ---- Devices ----------------------------------------------------------------------------------------------------------------

const browsers = [[/Edg(e|A|iOS)?\//, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser\//, "Samsung Internet"], [/Whale\//, "Whale"],
  [/KAKAOTALK/, "KakaoTalk"], [/NAVER\(/, "NAVER"], [/Line\//, "LINE"], [/Firefox\/|FxiOS\//, "Firefox"], [/Chrom(e|ium)\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"], [/curl\//, "curl"]];
const systems = [[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "Mac"],
  [/CrOS/, "ChromeOS"], [/Linux/, "Linux"]];
const found = (table, text) => table.find(([pattern]) => pattern.test(text))?.[1];

export function nameOfDevice({ name, user_agent: agent = "" }) {
  const browser = found(browsers, agent);
  const system = found(systems, agent);
  if (name) return name;
  return browser && system ? say("device_on", { browser, system }) : browser ?? system ?? words.device_unknown;
}

function deviceRow(device) {
  const name = nameOfDevice(device);
  const isPhone = /iPhone|iPad|Android|Mobile/.test(device.user_agent);
  const title = element("strong", {}, name);
  if (device.current) title.append(element("span", { className: "badge", textContent: words.this_device }));
  const details = element("small", {},
    ...(device.current ? [] : [...sentence("seen", "time", timeOf(device.last_seen_at, since(device.last_seen_at))), " · "]),
    ...sentence("since", "date", timeOf(device.created_at, dateFormat.format(device.created_at * 1000))), device.ip ? ` · ${device.ip}` : "");
  const row = element("li", {}, element("span", { className: `icon ${isPhone ? "phone" : "desktop"}` }),
    element("div", { className: "what" }, title, details));
  if (!device.current) row.append(actsOf(device, name));
  return row;
}

function actsOf(device, name) {
  const end = async (word, kind) => {
    await cardea.signOutDevice(device.id);
    tell(say(word, { device: name }), kind);
    await Promise.all([showDevices(), showEvents()]);
  };
  const notMe = async () => {
    await end("not_me_done", "bad");
    one("[data-form=password] input[type=password]").focus();
  };
  const label = (what) => ({ ariaLabel: say("about", { what, name }) });
  return element("div", { className: "acts" }, button(words.sign_out, () => end("device_done", "good"), label(words.sign_out)),
    button(words.not_me, notMe, { className: "danger", ...label(words.not_me) }));
}

const showDevices = () => fill(one("[data-devices]"), cardea.devices, deviceRow);

// ---- Ways to sign in ----------------------------------------------------------------------------------------------------------

function icon(id) {
  const known = ["google", "apple", "kakao", "naver", "github"].includes(id);
  if (!known) return element("span", { className: "icon key" });
  return element("span", { className: "icon logo" }, element("img", { src: new URL(`icons/${id}.svg`, import.meta.url).href, alt: "" }));
}

let hasPassword = true;

// The password that the person enters in that row; null if they rather would not.
function passwordIn(row) {
  one("form", row)?.remove();
  const input = element("input", { type: "password", autocomplete: "current-password", required: true, ariaLabel: words.confirm });
  const cancel = element("button", { type: "button", className: "quiet", textContent: words.cancel });
  const form = element("form", { className: "confirm" }, element("p", { textContent: words.confirm }), input,
    element("div", { className: "acts" }, element("button", { type: "submit", textContent: words.go_on }), cancel));
  row.append(form);
  input.focus();
  return new Promise((done) => {
    const end = (password) => { form.remove(); done(password); };
    cancel.addEventListener("click", () => end(null));
    form.addEventListener("submit", (event) => { event.preventDefault(); end(input.value); });
  });
}

// Asks, and asks again with the password if the sign-in is too old. null: nothing was done, and why has been told.
async function askWithProof(path, fields, row) {
  let answer = await ask(path, fields);
  if (answer.body?.error === "insufficient_user_authentication") {
    if (!hasPassword) return location.assign(`${mount}/pages/reauthenticate?return_to=${encodeURIComponent(location.pathname)}`) ?? null;
    const password = await passwordIn(row);
    if (password === null) return null;
    answer = await ask(path, { ...fields, password });
  }
  if (answer.status === 429) return tell(say("wait", { time: span(answer.wait) }), "bad") ?? null;
  if (answer.body?.error === "invalid_credentials") return tell(words.wrong_password, "bad") ?? null;
  return answer;
}

// What the site offers, and what is connected although the site offers it no more.
async function loadWays() {
  const [{ identities, password }, { providers }] = await Promise.all([read("/identities"), read("/providers")]);
  hasPassword = password;
  const connected = new Map(identities.map((identity) => [identity.provider, identity]));
  const ways = new Map([...providers, ...identities.map(({ provider, label }) => ({ name: provider, label }))].map((way) => [way.name, way]));
  return [...ways.values()].map((way) => ({ ...way, since: connected.get(way.name)?.linked_at }));
}

function wayRow({ name, label, since: linkedAt }) {
  const heading = element("strong", {}, label);
  const details = element("small");
  if (linkedAt) {
    heading.append(element("span", { className: "badge", textContent: words.connected }));
    details.append(timeOf(linkedAt, dateFormat.format(linkedAt * 1000)));
  }
  const rowOf = (made) => made.closest("li");
  const act = linkedAt ? button(words.disconnect, (made) => disconnect(name, rowOf(made)), { ariaLabel: say("about", { what: words.disconnect, name: label }) })
    : button(words.connect, (made) => connect(name, rowOf(made)), { ariaLabel: say("about", { what: words.connect, name: label }) });
  return element("li", {}, icon(name), element("div", { className: "what" }, heading, details), act);
}

async function connect(id, row) {
  const answer = await askWithProof(`/oauth/${id}/link`, { return_to: location.pathname }, row);
  if (answer === null) return;
  if (!answer.ok) throw new Error("no way there");
  location.assign(answer.body.location);
}

async function disconnect(id, row) {
  const answer = await askWithProof(`/oauth/${id}/unlink`, {}, row);
  if (answer === null) return;
  if (!answer.ok) tell(answer.status === 409 ? words.last_method : words.went_wrong, "bad");
  await showWays();
}

const showWays = () => fill(one("[data-methods]"), loadWays, wayRow);

// ---- Events ------------------------------------------------------------------------------------------------------------------

const alarming = new Set(["token_reused", "platform_changed", "many_devices", "many_networks", "password_guessed", "device_disowned"]);

function eventRow(event) {
  const details = element("small", {}, timeOf(event.at, timeFormat.format(event.at * 1000)),
    event.device ? ` · ${nameOfDevice(event.device)}` : "", event.ip ? ` · ${event.ip}` : "");
  const row = element("li", {}, element("div", { className: "what" }, element("strong", { textContent: event.text }), details));
  if (alarming.has(event.kind)) row.className = "warn";
  return row;
}

const showEvents = () => fill(one("[data-events]"), async () => (await read(`/events?language=${language}`)).events, eventRow, words.no_events);

// ---- Profile, password ----------------------------------------------------------------------------------------------------------

function showPerson({ name, email }) {
  one("[data-who]").textContent = name ? `${name} · ${email}` : email;
  one("[data-initial]").textContent = [...(name || email)][0].toUpperCase();
  one("[data-form=profile] [name=name]").value = name;
  one("[data-username]").value = email;
}

async function saveProfile(form) {
  const answer = await ask("/me", { name: form.elements.name.value });
  if (!answer.ok) return tell(answer.status === 400 ? words.not_accepted : words.went_wrong, "bad");
  await showMe();
  return tell(words.saved, "good");
}

async function savePassword(form) {
  const fields = { current_password: form.elements.current_password.value, new_password: form.elements.new_password.value };
  const answer = await ask("/password", fields);
  if (answer.ok) {
    form.reset();
    all("input[type=password]", form).forEach((input) => input.dispatchEvent(new Event("input")));
    showDevices();
    showEvents();
    return tell(words.password_changed, "good");
  }
  if (answer.status === 429) return tell(say("wait", { time: span(answer.wait) }), "bad");
  if (answer.body?.error === "invalid_credentials") return tell(words.wrong_password, "bad");
  if (answer.body?.reason === "same_as_before") return tell(words.same_as_before, "bad");
  return tell(answer.status === 400 ? words.not_accepted : words.went_wrong, "bad");
}

function bySelf(form, save) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submit = one("button[type=submit]", form);
    submit.setAttribute("aria-busy", "true");
    await save(form).catch(() => tell(words.went_wrong, "bad"));
    submit.removeAttribute("aria-busy");
  });
}

async function showMe() {
  const me = await read("/me");
  showPerson(me);
}

bySelf(one("[data-form=profile]"), saveProfile);
bySelf(one("[data-form=password]"), savePassword);
cardea.onChange((session) => { if (!session) leave(); });
cardea.session().then(async (session) => {
  if (!session) return leave();
  return Promise.all([showMe(), showDevices(), showWays(), showEvents()]);
}).catch(() => tell(words.failed, "bad"));
