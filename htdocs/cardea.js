// Cardea's client: keeps a page, a script or an app signed in, so that nobody has to remember to renew.
//
//   import { Cardea } from "/cardea.js";
//   const cardea = new Cardea();
//   const answer = await cardea.fetch("/api/notes");    // renewed before it is too late, repeated once after a 401
//
// One renewal at a time per browser: tabs queue at a lock and adopt what the first of them got. Each renewal carries an
// Idempotency-Key that is kept until its answer has arrived, so that an answer lost on the way signs nobody out. What is
// kept in localStorage are times and ids; tokens stay in HttpOnly cookies, or (transport "header") in the storage given.
// Types: cardea.d.ts. Needs fetch and, for old browsers, nothing else.

const tries = 3; // of one renewal, before its caller is told; the next planned one goes on
const firstPause = 400, longestPause = 30_000, requestPatience = 15_000; // milliseconds
const newsDelay = 50; // for what one tab stores to be seen by another
const longestTimer = 3_600_000; // a laptop may sleep through a timer: look again at least this often
const refusalMemory = 10; // seconds in which a refused renewal is not asked for again

/** What went wrong: status (0 = no answer), error and reason as Cardea names them, retryAfter in seconds. */
export class CardeaError extends Error {
  constructor(message, { status = 0, error = "unreachable", reason = "", retryAfter = 0, strategy = "" } = {}) {
    super(message);
    Object.assign(this, { name: "CardeaError", status, error, reason, retryAfter, strategy });
  }
}

const monotonic = () => (globalThis.performance ?? Date).now() / 1000;
const sleep = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const randomId = () => globalThis.crypto?.randomUUID?.() ??
  Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 12)).join("");
// Doubled each time, capped, and spread so that a thousand clients do not come back in step.
const pauseAfter = (failures) => Math.min(longestPause, firstPause * 2 ** failures) * (0.5 + Math.random() / 2);

function memoryStorage() {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => { kept.set(name, text); },
    removeItem: (name) => { kept.delete(name); } };
}

// localStorage, where the browser lets us have it.
function browserStorage() {
  try {
    const storage = globalThis.localStorage;
    storage.setItem("cardea", "1");
    storage.removeItem("cardea");
    return storage;
  } catch {
    return undefined;
  }
}

// JSON under names of our own; the storage's functions may be asynchronous.
function notebook(storage, prefix) {
  return {
    async read(name) {
      try { return JSON.parse(await storage.getItem(prefix + name)); } catch { return null; }
    },
    async write(name, value) { await storage.setItem(prefix + name, JSON.stringify(value)); },
    async forget(name) { await storage.removeItem(prefix + name); },
  };
}

// Runs one task at a time among all tabs: by Web Locks, else by a lease in localStorage, else at once. The server would
// get over a race; the lock saves it the work.
async function exclusively(name, notes, shared, task) {
  if (!shared) return task();
  if (globalThis.navigator?.locks) return navigator.locks.request(name, task);
  const lease = { id: randomId() };
  const holder = async () => { const held = await notes.read("lease"); return held && held.until > Date.now() ? held.id : null; };
  for (;;) {
    if (!await holder()) {
      await notes.write("lease", { ...lease, until: Date.now() + requestPatience + longestPause });
      await sleep(20 + Math.random() * 30); // whoever wrote at the same moment has written by now
      if (await holder() === lease.id) break;
    }
    await sleep(40 + Math.random() * 60);
  }
  try { return await task(); } finally { if (await holder() === lease.id) await notes.forget("lease"); }
}

// How other tabs hear of it: BroadcastChannel, else the storage event of what is written anyway.
function openChannel(name, storageKey, hear) {
  if (globalThis.BroadcastChannel) {
    const channel = new BroadcastChannel(name);
    channel.unref?.(); // Node: a program may end although the channel is open
    channel.onmessage = (event) => hear(event.data);
    return { say: (message) => channel.postMessage(message), close: () => channel.close() };
  }
  const onStorage = (event) => {
    if (event.key !== storageKey) return;
    const record = event.newValue && JSON.parse(event.newValue);
    hear({ record, reason: record ? "renewed" : "signed_out", at: record?.at ?? Date.now() / 1000 });
  };
  globalThis.addEventListener?.("storage", onStorage);
  return { say() {}, close: () => globalThis.removeEventListener?.("storage", onStorage) };
}

function asJson(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function errorOf({ status, headers, body }) {
  return new CardeaError(body?.error_description ?? `The server answered ${status}.`, {
    status, error: body?.error ?? "unexpected", reason: body?.reason, strategy: body?.strategy,
    retryAfter: Number(headers.get("Retry-After")) || 0,
  });
}

// What will pass by itself: no answer, too many requests, a server that cannot at the moment. retryAfter in seconds.
function passingTrouble(answer) {
  return answer.status === 429 || answer.status >= 500 || (answer.ok && answer.body === null) ? errorOf(answer) : null;
}

// The answer, or the CardeaError of the last try.
async function withRetries(ask) {
  for (let failed = 1; ; failed += 1) {
    let trouble;
    try {
      const answer = await ask();
      trouble = passingTrouble(answer);
      if (!trouble) return answer;
    } catch (lost) {
      trouble = lost;
    }
    if (failed >= tries || trouble.retryAfter * 1000 > longestPause) throw trouble;
    await sleep(Math.max(pauseAfter(failed - 1), trouble.retryAfter * 1000));
  }
}

// Signed in by a form, without this module: what is left of the token's life, by the server's own clock.
function lifetimeOf(verified) {
  const expires = Number(verified.headers.get("X-Auth-Expires"));
  const now = Date.parse(verified.headers.get("Date")) / 1000;
  return verified.ok && expires > now ? expires - now : null;
}

const isHidden = () => globalThis.document?.visibilityState === "hidden";
const wakeCalls = [["document", "visibilitychange"], ["window", "pageshow"], ["window", "online"]];
const canRepeat = (init) => typeof ReadableStream === "undefined" || !(init?.body instanceof ReadableStream);
// A 401 that a renewed token does not answer: the act needs the password, or a new sign-in (RFC 9470).
const wantsProof = (answer) => (answer.headers.get("WWW-Authenticate") ?? "").includes("insufficient_user_authentication");
const addressOf = (input) => (typeof input === "object" && "url" in input ? input.url : String(input));

// { href, origin } of what fetch() was given. React Native's URL cannot tell an origin: there, only what is plain counts.
function resolve(address, site) {
  try {
    const { href, origin } = new URL(address, site || undefined);
    return { href, origin };
  } catch {
    const absolute = /^(https?:\/\/[a-z0-9.:-]+)(?:[/?#]|$)/i.exec(address);
    if (absolute) return { href: address, origin: absolute[1].toLowerCase() };
    return /^\/(?![/\\])[^\s\\]*$/.test(address) ? { href: site + address, origin: site } : { href: address, origin: null };
  }
}

export class Cardea {
  // The session as this tab knows it: when it was renewed and for how long that is good. `turn` names the renewal.
  #record = null; // { turn, at, expiresIn, refreshExpiresIn, user, device, tokens? }, as it is stored
  #facts = null; // { user, device }, for people; never stored
  #renewedAt = 0; // of the record, by our monotonic clock
  #refusedAt = -Infinity; // when the server last said that nobody is signed in
  #loading = null;
  #renewing = null;
  #timer;
  #failures = 0; // planned renewals that failed in a row
  #interval; // seconds between renewals that nothing but looking at the page asks for
  #listeners = new Set();
  #notes;
  #shared; // with other tabs
  #channel = { say() {}, close() {} };
  #options;

  /** Options: cardea.d.ts. */
  constructor({ url = globalThis.location?.origin ?? "", mount = "/auth", transport = "cookie", storage, renewBefore,
    automatic = typeof document !== "undefined", origins = [], fetch = (...call) => globalThis.fetch(...call) } = {}) {
    const local = transport === "header" ? undefined : browserStorage();
    const prefix = `cardea:${url}${mount}:`;
    this.#options = { base: url + mount, url, prefix, byHeader: transport === "header", renewBefore, automatic, request: fetch };
    this.#options.trusted = new Set([url, ...origins]);
    this.#notes = notebook(storage ?? local ?? memoryStorage(), prefix);
    this.#shared = !storage && local !== undefined;
    if (this.#shared) this.#channel = openChannel(prefix, `${prefix}session`, (message) => this.#hear(message));
    if (!automatic) return;
    for (const [target, event] of wakeCalls) globalThis[target]?.addEventListener(event, this.wake);
    this.#ready().then(() => this.#plan());
  }

  // ---- what is known -------------------------------------------------------------------------------------------

  // Seconds since the last renewal. The wall clock sees what a sleeping laptop's monotonic clock may miss; where it goes
  // wrong, it can only make us renew early.
  #age() { return Math.max(monotonic() - this.#renewedAt, Date.now() / 1000 - this.#record.at); }
  #remaining() { return this.#record.expiresIn - this.#age(); }
  #margin() { return this.#options.renewBefore ?? Math.min(60, this.#record.expiresIn / 10); }
  #isDue() { return this.#remaining() <= this.#margin(); }

  #view() {
    if (!this.#record || !this.#facts) return null;
    const left = (lifetime) => Math.max(0, Math.floor(lifetime - this.#age()));
    return { ...this.#facts, expiresIn: left(this.#record.expiresIn), refreshExpiresIn: left(this.#record.refreshExpiresIn) };
  }

  #adopt(found) {
    const elapsed = Date.now() / 1000 - found.at;
    // Written in the future: a clock was moved, and nobody knows how old this is.
    this.#renewedAt = elapsed < -1 ? -Infinity : monotonic() - Math.max(0, elapsed);
    if (this.#facts?.user.id !== found.user) this.#facts = null;
    this.#record = found;
    this.#failures = 0;
    this.#refusedAt = -Infinity;
  }

  #drop() {
    this.#record = null;
    this.#facts = null;
    clearTimeout(this.#timer);
  }

  async #load() {
    const found = await this.#notes.read("session");
    if (found && this.#isNews(found.at)) this.#adopt(found);
    // Among tabs, what another one stored may not be seen yet; that it ended is said.
    if (!found && this.#record && !this.#shared) this.#drop();
  }

  #ready() { return (this.#loading ??= this.#load()); }

  #tell(reason) { for (const listener of [...this.#listeners]) listener(this.#view(), reason); }

  // Messages may arrive late, and what was stored later than another message.
  #isNews(at) { return at > (this.#record?.at ?? -Infinity); }

  #hear({ record, facts, reason, at }) {
    if (!this.#isNews(at)) return;
    if (record) this.#adopt(record); else this.#drop();
    if (record && facts) this.#facts = facts;
    this.#plan();
    if (this.#view() || !record) this.#tell(reason); // else: somebody new, of whom only the id is known
  }

  // The record is written before anybody learns of it.
  async #keep(record, facts, reason) {
    this.#adopt({ turn: randomId(), at: Date.now() / 1000, user: facts.user.id, device: facts.device.id, ...record });
    this.#facts = facts;
    await this.#notes.write("session", this.#record);
    this.#channel.say({ record: this.#record, facts, reason, at: this.#record.at });
    this.#plan();
    this.#tell(reason);
    return this.#view();
  }

  #accept({ user, device, ...answer }, reason) {
    const record = { expiresIn: answer.expires_in, refreshExpiresIn: answer.refresh_expires_in };
    if (this.#options.byHeader) record.tokens = { access: answer.access_token, refresh: answer.refresh_token };
    return this.#keep(record, { user, device }, reason);
  }

  async #end(reason) {
    const was = this.#record !== null;
    this.#drop();
    this.#refusedAt = monotonic();
    await this.#notes.forget("session");
    if (was) {
      this.#channel.say({ reason, at: Date.now() / 1000 });
      this.#tell(reason);
    }
    return null;
  }

  // ---- talking to Cardea ---------------------------------------------------------------------------------------

  // The answer with its body read, so that a body that breaks off counts as a lost answer.
  async #call(method, path, body, headers = {}) {
    const { base, byHeader, request } = this.#options;
    const patience = new AbortController();
    const alarm = setTimeout(() => patience.abort(), requestPatience);
    const init = { method, headers: { Accept: "application/json", ...headers }, credentials: byHeader ? "omit" : "include",
      cache: "no-store", signal: patience.signal };
    if (byHeader && this.#record) init.headers.Authorization = `Bearer ${this.#record.tokens.access}`;
    if (body) Object.assign(init, { body: JSON.stringify(body) }).headers["Content-Type"] = "application/json";
    try {
      const answer = await request(base + path, init);
      const text = await answer.text();
      return { ok: answer.ok, status: answer.status, headers: answer.headers, body: asJson(text) };
    } catch (cause) {
      throw Object.assign(new CardeaError("The server could not be reached."), { cause });
    } finally {
      clearTimeout(alarm);
    }
  }

  async #must(method, path, body) {
    const answer = await this.#call(method, path, body);
    if (!answer.ok) throw errorOf(answer);
    return answer.body;
  }

  // Sign-ins and sign-outs take their turn with renewals: the answer to one must not overtake the other's cookies.
  async #inTurn(task) {
    await this.#ready();
    return exclusively(`${this.#options.prefix}renewal`, this.#notes, this.#shared, task);
  }

  // One renewal of the token of that turn: whoever finds a newer one when his turn comes needs none any more.
  #renewFrom(seen) {
    return (this.#renewing ??= this.#renewInTurn(seen).finally(() => { this.#renewing = null; }));
  }

  #renewInTurn(seen) {
    const asked = monotonic();
    return this.#inTurn(async () => {
      // Whoever had to wait lets the news of the tab before arrive: a lock is faster than what is stored.
      if (monotonic() - asked > 0.005) await sleep(newsDelay);
      await this.#load();
      const known = this.#record;
      if (known && known.turn !== seen && !this.#isDue()) return this.#view(); // another tab was faster
      if (this.#options.byHeader && !known) return null;
      return this.#askForRenewal(known?.tokens);
    });
  }

  // The key stays the same until an answer has arrived, also in the next page.
  async #askForRenewal(tokens) {
    const key = await this.#notes.read("renewal") ?? randomId();
    await this.#notes.write("renewal", key);
    const body = tokens ? { refresh_token: tokens.refresh, access_token: tokens.access } : {};
    const answer = await withRetries(() => this.#call("POST", "/refresh", body, { "Idempotency-Key": key }));
    await this.#notes.forget("renewal");
    if (answer.ok) return this.#accept(answer.body, "renewed");
    const trouble = errorOf(answer);
    if (trouble.status === 401 || trouble.error === "invalid_grant") return this.#end(trouble.reason || trouble.error);
    throw trouble;
  }

  // ---- renewing by itself --------------------------------------------------------------------------------------

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#options.automatic || !this.#record) return;
    const wait = this.#failures > 0 ? pauseAfter(this.#failures) : Math.max(0, this.#remaining() - this.#margin()) * 1000;
    this.#timer = setTimeout(() => this.#tick(), Math.min(wait, longestTimer));
  }

  async #tick() {
    if (!this.#record || isHidden()) return; // whoever looks at the page again wakes it
    if (this.#isDue()) await this.#tryToRenew();
    this.#plan();
  }

  async #tryToRenew() {
    await this.#renewFrom(this.#record.turn).catch(() => { this.#failures += 1; });
  }

  // What the server wants; half a lifetime where it does not say.
  async #leastInterval() {
    if (this.#interval === undefined) {
      const site = await this.#call("GET", "/site").catch(() => null);
      this.#interval = Math.max(site?.body?.renew_min_interval ?? 0, (this.#record?.expiresIn ?? 0) / 2);
    }
    return this.#interval;
  }

  // ---- what a page calls ---------------------------------------------------------------------------------------

  /** Renews now. Calls that come meanwhile share the one under way. Null when the session is over. */
  renew = async () => {
    await this.#ready();
    return this.#renewFrom(this.#record?.turn);
  };

  /** The page is looked at again, the app is in front again, the network is back. */
  wake = async () => {
    await this.#ready();
    if (!this.#record || isHidden()) return;
    this.#failures = 0;
    if (this.#isDue() || this.#age() >= await this.#leastInterval()) await this.#tryToRenew();
    this.#plan();
  };

  /** fetch() as a signed-in device: renews before the call if the token is about to end, repeats it once after a 401. */
  fetch = async (input, init) => {
    if (!this.#isOurs(input)) return this.#options.request(input, init);
    await this.#ready();
    if (this.#record && this.#isDue()) await this.#renewFrom(this.#record.turn).catch(() => {}); // the call itself will tell
    const turn = this.#record?.turn;
    const first = await this.#send(input, init);
    if (first.status !== 401 || wantsProof(first) || !canRepeat(init) || !await this.#hasRenewedSince(turn)) return first;
    first.body?.cancel?.().catch(() => {});
    return this.#send(input, init);
  };

  #isOurs(input) {
    return this.#options.trusted.has(resolve(addressOf(input), this.#options.url).origin);
  }

  #send(input, init) {
    const { url, byHeader, request } = this.#options;
    const options = { credentials: byHeader ? "omit" : "include", ...init };
    if (byHeader && this.#record) {
      options.headers = new Headers(init?.headers ?? input.headers);
      options.headers.set("Authorization", `Bearer ${this.#record.tokens.access}`);
    }
    const target = typeof input === "object" && "clone" in input ? input.clone() : resolve(String(input), url).href;
    return request(target, options);
  }

  // After a 401: whether there is a newer token than the one that was refused.
  async #hasRenewedSince(turn) {
    if (this.#record?.turn === turn) {
      const askedLately = monotonic() - this.#refusedAt < refusalMemory;
      if (!this.#record && (this.#options.byHeader || askedLately)) return false;
      await this.#renewFrom(turn).catch(() => {});
    }
    return this.#record !== null && this.#record.turn !== turn;
  }

  /** Who is signed in here: { user, device, expiresIn, refreshExpiresIn }, or null. Asks the server once a page. */
  session = async ({ fresh = false } = {}) => {
    await this.#ready();
    const known = this.#view();
    if ((known && !fresh) || (this.#options.byHeader && !this.#record)) return known;
    const answer = await this.fetch(`${this.#options.base}/me`, { headers: { Accept: "application/json" }, cache: "no-store" });
    const me = asJson(await answer.text());
    if (answer.status === 401) return this.#end("signed_out");
    if (!answer.ok) throw errorOf({ status: answer.status, headers: answer.headers, body: me });
    this.#facts = { user: { id: me.id, email: me.email, name: me.name }, device: me.device };
    if (this.#record?.user === me.id) return this.#view();
    const lifetime = lifetimeOf(await this.#call("GET", "/verify"));
    return this.#keep({ expiresIn: lifetime ?? 0, refreshExpiresIn: lifetime ?? 0 }, this.#facts, "signed_in");
  };

  signIn = (credentials) => this.#begin("/login", credentials);
  signUp = (details) => this.#begin("/register", details);

  #begin(path, { deviceName, deviceId, ...fields }) {
    return this.#inTurn(async () => {
      const answer = await this.#must("POST", path, { ...fields, device_name: deviceName, device_id: deviceId });
      await this.#notes.forget("renewal");
      return this.#accept(answer, "signed_in");
    });
  }

  signOut = ({ all = false } = {}) => this.#inTurn(async () => {
    await this.#load();
    const tokens = this.#record?.tokens;
    try {
      const answer = await this.#call("POST", "/logout", { all, refresh_token: tokens?.refresh });
      if (!answer.ok && answer.status !== 401) throw errorOf(answer);
    } catch (trouble) {
      if (tokens) await this.#end("signed_out"); // this device forgets its tokens, whatever the server knows
      throw trouble;
    }
    await this.#end("signed_out");
  });

  devices = async () => (await this.#signed("GET", "/devices")).devices;

  signOutDevice = async (id) => {
    await this.#signed("POST", `/devices/${encodeURIComponent(id)}/revoke`);
    if (id === this.#record?.device) await this.#end("signed_out");
  };

  async #signed(method, path) {
    const init = { method, headers: { Accept: "application/json" }, cache: "no-store" };
    if (method === "POST") Object.assign(init, { body: "{}" }).headers["Content-Type"] = "application/json";
    const answer = await this.fetch(this.#options.base + path, init);
    const body = asJson(await answer.text());
    if (!answer.ok) throw errorOf({ status: answer.status, headers: answer.headers, body });
    return body;
  }

  /** listener(session or null, reason). Returns the function that ends it. */
  onChange = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Ends timers and listeners; the session itself stays. */
  close = () => {
    clearTimeout(this.#timer);
    for (const [target, event] of wakeCalls) globalThis[target]?.removeEventListener(event, this.wake);
    this.#channel.close();
  };
}
