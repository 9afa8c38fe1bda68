// Cardea's client: keeps a page, a script or an app signed in, so that nobody has to remember to renew.
//
//   import { Cardea } from "/cardea.js";
//   const cardea = new Cardea();
//   const answer = await cardea.fetch("/api/notes");    // renewed before it is too late, repeated once after a 401
//
// Sign-ins, sign-outs and renewals run one at a time, in this process and among tabs; an answer that comes when its session
// is over changes nothing. Each renewal carries an Idempotency-Key that is kept until its tokens are stored, so that a lost
// answer or a program that is ended at any moment signs nobody out. What is kept in localStorage are times and ids; tokens
// stay in HttpOnly cookies, or (transport "header") in the storage given.
// Types: cardea.d.ts. Needs fetch and, for old browsers, nothing else.

const tries = 3; // of one renewal or one use of the storage, before its caller is told; the next planned renewal goes on
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

// JSON under names of our own; the storage's functions may be asynchronous. What fails is tried again, then it is a
// CardeaError where tokens are kept; elsewhere cookies and the server know better.
function notebook(storage, prefix, keepsTokens) {
  async function patiently(task) {
    for (let failed = 1; ; failed += 1) {
      try { return await task(); } catch (cause) {
        if (!keepsTokens) return undefined;
        if (failed >= tries) throw Object.assign(new CardeaError("The storage failed.", { error: "storage" }), { cause });
        await sleep(100 * failed);
      }
    }
  }
  const write = (name, value) => patiently(() => storage.setItem(prefix + name, JSON.stringify(value)));
  return {
    write,
    read: (name, isSound = Boolean) => patiently(async () => {
      const text = await storage.getItem(prefix + name);
      const value = text ? JSON.parse(text) : null;
      if (value && !isSound(value)) throw new TypeError(`${name} is damaged`);
      return value;
    }),
    forget: (name) => patiently(() => storage.removeItem(prefix + name)).catch(() => write(name, null)),
  };
}

// Runs one task at a time among all tabs: by Web Locks, else by a lease in localStorage, else at once. The server would
// get over a race; the lock saves it the work.
async function exclusively(name, notes, { byLock, byLease }, task) {
  if (byLock && globalThis.navigator?.locks) return navigator.locks.request(name, task);
  if (!byLease) return task();
  const id = randomId();
  const holder = async () => { const held = await notes.read("lease"); return held?.until > Date.now() ? held.id : null; };
  for (;;) {
    if (!await holder()) {
      await notes.write("lease", { id, until: Date.now() + requestPatience + longestPause });
      await sleep(20 + Math.random() * 30); // another tab that wrote at the same moment has written by now
      const held = await holder();
      if (held === id || !held) break; // nobody holds it: it cannot be stored
    }
    await sleep(40 + Math.random() * 60);
  }
  try { return await task(); } finally { if (await holder() === id) await notes.forget("lease"); }
}

// How other tabs hear of it: BroadcastChannel (no tokens go there), else the storage event of what is written anyway.
function openChannel(name, storageKey, hear) {
  if (name && globalThis.BroadcastChannel) {
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

// Signed in by a form, without this module: what is left of the token's life, by the server's own clock.
function lifetimeOf(verified) {
  const expires = Number(verified.headers.get("X-Auth-Expires"));
  const now = Date.parse(verified.headers.get("Date")) / 1000;
  return verified.ok && expires > now ? expires - now : null;
}

const isText = (value) => typeof value === "string";
const isRecord = (it, byHeader) => isText(it.turn) && Number.isFinite(it.at) && Number.isFinite(it.expiresIn) &&
  (!byHeader || (isText(it.tokens?.access) && isText(it.tokens.refresh)));
const beginning = (record) => record.began ?? record.turn; // names the sign-in, as long as the session lasts
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
  // The session as this tab knows it: when it was renewed and for how long. `turn` names the renewal, `began` the sign-in.
  #record = null; // { turn, began, at, expiresIn, refreshExpiresIn, user, device, tokens? }, as it is stored
  #facts = null; // { user, device }, for people; never stored
  #epoch = 0; // counts up when one session ends or another one takes its place
  #ended = new Set(); // sessions that are over, by `began`
  #stored; // the turn that the storage is known to hold
  #renewedAt = 0; // of the record, by our monotonic clock
  #refusedAt = -Infinity; // when the server last said that nobody is signed in
  #loading = null;
  #loaded = false;
  #renewing = null;
  #timer;
  #failures = 0; // planned renewals that failed in a row
  #interval; // seconds between renewals that nothing but looking at the page asks for
  #lastTask = Promise.resolve();
  #waiting = 0; // sign-ins and sign-outs: a renewal does not pause while one of them waits
  #hurry = () => {};
  #listeners = new Set();
  #notes;
  #shared; // with other tabs
  #channel = { say() {}, close() {} };
  #options;

  /** Options: cardea.d.ts. */
  constructor({ url = globalThis.location?.origin ?? "", mount = "/auth", transport = "cookie", storage, renewBefore,
    automatic = typeof document !== "undefined", origins = [], fetch = (...call) => globalThis.fetch(...call) } = {}) {
    const prefix = `cardea:${url}${mount}:`, byHeader = transport === "header";
    const local = byHeader && !storage ? undefined : browserStorage();
    this.#notes = notebook(storage ?? local ?? memoryStorage(), prefix, byHeader);
    this.#shared = local !== undefined && (storage ?? local) === local;
    this.#options = { base: url + mount, url, prefix, transport, byHeader, renewBefore, automatic, request: fetch,
      trusted: new Set([url, ...origins]), locks: { byLock: storage || local, byLease: this.#shared } };
    if (this.#shared) this.#channel = openChannel(!byHeader && prefix, `${prefix}session`, (message) => this.#hear(message));
    if (!automatic) return;
    for (const [target, event] of wakeCalls) globalThis[target]?.addEventListener(event, this.wake);
    this.#ready().catch(() => { this.#failures = 1; }).then(() => this.#plan());
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
    if (!this.#record || beginning(found) !== beginning(this.#record)) this.#leave();
    this.#record = found;
    this.#failures = 0;
    this.#refusedAt = -Infinity;
  }

  #leave() {
    if (this.#record) this.#ended.add(beginning(this.#record));
    this.#epoch += 1;
  }

  #drop() {
    this.#leave();
    this.#record = null;
    this.#facts = null;
    clearTimeout(this.#timer);
  }

  #readRecord() { return this.#notes.read("session", (found) => isRecord(found, this.#options.byHeader)); }

  async #load() {
    const found = await this.#readRecord();
    this.#loaded = true;
    const isOurs = found?.turn === this.#stored; // then what is in memory is as new, or newer
    this.#stored = found?.turn;
    const alone = this.#options.byHeader && !this.#shared;
    if (found && (alone ? !this.#isOver(found) && (!isOurs || !this.#record) : this.#isNews(found))) this.#adopt(found);
    // Among tabs, what another one stored may not be seen yet; that it ended is said.
    if (!found && this.#record && alone) this.#drop();
  }

  #ready() { return (this.#loading ??= this.#load().catch((trouble) => { this.#loading = null; throw trouble; })); }

  #tell(reason) { for (const listener of [...this.#listeners]) listener(this.#view(), reason); }

  // Messages may arrive late, and what was stored later than another message.
  #isNews(found) {
    const newer = found.at - (this.#record?.at ?? -Infinity);
    return !this.#isOver(found) && (newer > 0 || (newer === 0 && beginning(found) !== beginning(this.#record)));
  }

  #isOver(found) { return this.#ended.has(beginning(found)); }

  #hear({ record, facts, reason, at, began }) {
    if (record ? !this.#isNews(record) : this.#record && (at < this.#record.at || (began && began !== beginning(this.#record)))) return;
    if (record) this.#adopt(record); else this.#drop();
    if (record && facts) this.#facts = facts;
    this.#plan();
    if (this.#view() || !record) this.#tell(reason); // else: somebody new, of whom only the id is known
  }

  // The record is written before anybody learns of it. Where new tokens cannot be stored, the next renewal presents what
  // is stored: a program that is ended meanwhile must not come back with an older token.
  async #keep(record, facts, reason) {
    const renewed = reason === "renewed";
    const full = { turn: randomId(), at: Date.now() / 1000, user: facts.user.id, device: facts.device.id, ...record };
    full.began = (renewed && this.#record && beginning(this.#record)) || full.turn;
    let trouble;
    const stored = this.#notes.write("session", full).then(() => { this.#stored = full.turn; });
    if (this.#options.byHeader) {
      try { await stored; } catch (failure) {
        if (!renewed) throw failure;
        trouble = failure;
        full.tokens.refresh = this.#record.tokens.refresh;
      }
    }
    this.#adopt(full);
    this.#facts = facts;
    if (!trouble) await stored;
    this.#channel.say({ record: full, facts, reason, at: full.at });
    this.#plan();
    this.#tell(reason);
    if (trouble) throw trouble;
    return this.#view();
  }

  #accept({ user, device, ...answer }, reason) {
    const record = { expiresIn: answer.expires_in, refreshExpiresIn: answer.refresh_expires_in };
    if (this.#options.byHeader) {
      record.tokens = { access: answer.access_token, refresh: answer.refresh_token };
      if (!answer.access_token || !answer.refresh_token) throw new CardeaError("The answer holds no tokens.", { error: "unexpected" });
    }
    return this.#keep(record, { user, device }, reason);
  }

  async #end(reason) {
    const was = this.#record;
    this.#drop();
    this.#refusedAt = monotonic();
    const trouble = await this.#notes.forget("session").catch((failure) => failure);
    await this.#forgetKey();
    this.#stored = undefined;
    if (was) {
      this.#channel.say({ reason, at: Date.now() / 1000, began: beginning(was) });
      this.#tell(reason);
    }
    if (trouble) throw trouble;
    return null;
  }

  // A key that stays behind does no harm: the next renewal uses it.
  #forgetKey() { return this.#notes.forget("renewal").catch(() => {}); }

  // The answer of a sign-in or sign-out was lost: whose cookies this browser has now, only the server can tell.
  #doubt() { if (!this.#options.byHeader) this.#facts = null; }

  // ---- talking to Cardea ---------------------------------------------------------------------------------------

  // The answer with its body read, so that a body that breaks off counts as a lost answer.
  async #call(method, path, body, headers = {}) {
    const { base, byHeader, request } = this.#options;
    const patience = new AbortController();
    const init = { method, headers: { Accept: "application/json", ...headers }, credentials: byHeader ? "omit" : "include",
      cache: "no-store", signal: patience.signal };
    if (byHeader && this.#record) init.headers.Authorization ??= `Bearer ${this.#record.tokens.access}`;
    if (body) Object.assign(init, { body: JSON.stringify(body) }).headers["Content-Type"] = "application/json";
    let alarm;
    const late = new Promise((_, fail) => {
      alarm = setTimeout(() => { patience.abort(); fail(new Error("no answer in time")); }, requestPatience);
    });
    const ask = async () => {
      const answer = await request(base + path, init);
      const text = await answer.text();
      return { ok: answer.ok, status: answer.status, headers: answer.headers, body: asJson(text) };
    };
    try {
      return await Promise.race([ask(), late]);
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

  // The answer, or the CardeaError of the last try.
  async #withRetries(ask) {
    for (let failed = 1; ; failed += 1) {
      let trouble;
      try {
        const answer = await ask();
        trouble = passingTrouble(answer);
        if (!trouble) return answer;
      } catch (lost) {
        trouble = lost;
      }
      if (failed >= tries || trouble.retryAfter * 1000 > longestPause || this.#waiting) throw trouble;
      await Promise.race([sleep(Math.max(pauseAfter(failed - 1), trouble.retryAfter * 1000)), new Promise((go) => { this.#hurry = go; })]);
      if (this.#waiting) throw trouble;
    }
  }

  // Everything that changes the session or its cookies takes its turn, in the order of the calls: no answer overtakes another.
  #inTurn(task) {
    const { prefix, locks } = this.#options;
    const result = this.#lastTask.then(() => exclusively(`${prefix}renewal`, this.#notes, locks, async () => {
      await this.#ready().catch(() => {}); // who needs what is stored loads it again
      return task();
    }));
    this.#lastTask = result.catch(() => {});
    return result;
  }

  async #inTurnSoon(task) {
    this.#waiting += 1;
    this.#hurry();
    try { return await this.#inTurn(task); } finally { this.#waiting -= 1; }
  }

  // One renewal of the token of that turn: who finds a newer one when the turn comes needs none any more.
  #renewFrom(seen) {
    return (this.#renewing ??= this.#renewInTurn(seen).finally(() => { this.#renewing = null; }));
  }

  #renewInTurn(seen) {
    const asked = monotonic(), wasLoaded = this.#loaded;
    return this.#inTurn(async () => {
      if (!wasLoaded) seen = this.#record?.turn;
      // Who had to wait lets the news of the tab before arrive: a lock is faster than what is stored.
      if (this.#shared && monotonic() - asked > 0.005) await sleep(newsDelay);
      await this.#load();
      const known = this.#record;
      if (known ? known.turn !== seen && !this.#isDue() : seen || this.#options.byHeader) return this.#view();
      return this.#askForRenewal();
    });
  }

  // Only in turn. The key stays the same until the new tokens are stored, also in the next page.
  async #askForRenewal() {
    const epoch = this.#epoch, tokens = this.#record?.tokens;
    const key = await this.#notes.read("renewal", isText) ?? randomId();
    await this.#notes.write("renewal", key);
    const body = tokens ? { refresh_token: tokens.refresh, access_token: tokens.access } : {};
    const answer = await this.#withRetries(() => this.#call("POST", "/refresh", body, { "Idempotency-Key": key }));
    if (epoch !== this.#epoch || !await this.#isStillStored()) return this.#comeLate();
    const trouble = answer.ok ? null : errorOf(answer);
    if (trouble?.status === 401 || trouble?.error === "invalid_grant") return this.#end(trouble.reason || trouble.error);
    const session = trouble ? null : await this.#accept(answer.body, "renewed");
    await this.#forgetKey();
    if (trouble) throw trouble;
    return session;
  }

  // Whether no other process has stored something meanwhile. Where it cannot be read, storing will tell.
  async #isStillStored() {
    if (this.#shared || !this.#options.byHeader) return true; // other tabs say it
    try {
      const found = await this.#readRecord();
      return found?.turn === this.#stored || Boolean(found && this.#isOver(found));
    } catch {
      return true;
    }
  }

  // The session has ended or changed while its renewal was under way: what came is not for the present one.
  async #comeLate() {
    this.#doubt();
    await this.#load();
    return this.#view();
  }

  // ---- renewing by itself --------------------------------------------------------------------------------------

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#options.automatic || (!this.#record && this.#loaded)) return;
    const wait = this.#failures > 0 || !this.#record ? pauseAfter(this.#failures) : Math.max(0, this.#remaining() - this.#margin()) * 1000;
    this.#timer = setTimeout(() => this.#tick(), Math.min(wait, longestTimer));
  }

  async #tick() {
    if (isHidden()) return; // who looks at the page again wakes it
    await this.#tryToRenew(() => this.#isDue());
    this.#plan();
  }

  async #tryToRenew(isWanted) {
    try {
      await this.#ready();
      if (this.#record && await isWanted()) await this.#renewFrom(this.#record.turn);
    } catch {
      this.#failures += 1;
    }
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
  renew = () => this.#renewFrom(this.#record?.turn);

  /** The page is looked at again, the app is in front again, the network is back. */
  wake = async () => {
    if (isHidden()) return;
    this.#failures = 0;
    await this.#tryToRenew(async () => this.#isDue() || this.#age() >= await this.#leastInterval());
    this.#plan();
  };

  /** fetch() as a signed-in device: renews before the call if the token is about to end, repeats it once after a 401. */
  fetch = async (input, init) => {
    if (!this.#isOurs(input)) return this.#options.request(input, init);
    await this.#ready();
    const epoch = this.#record && this.#epoch;
    if (this.#record && this.#isDue()) await this.#renewFrom(this.#record.turn).catch(() => {}); // the call itself will tell
    if (this.#isAnother(epoch)) throw new CardeaError("Another session has begun.", { error: "invalid_token", reason: "other_session" });
    const turn = this.#record?.turn;
    const first = await this.#send(input, init);
    if (first.status !== 401 || wantsProof(first) || !canRepeat(init) || !await this.#hasRenewedSince(turn) || this.#isAnother(epoch)) return first;
    first.body?.cancel?.().catch(() => {});
    return this.#send(input, init);
  };

  // What one user's page asks for is never sent with the next user's tokens.
  #isAnother(epoch) { return epoch !== null && this.#record !== null && this.#epoch !== epoch; }

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

  #wasRefusedLately() { return monotonic() - this.#refusedAt < refusalMemory; }

  // After a 401: whether there is a newer token than the one that was refused.
  async #hasRenewedSince(turn) {
    if (this.#record?.turn === turn) {
      if (!this.#record && (this.#options.byHeader || this.#wasRefusedLately())) return false;
      await this.#renewFrom(turn).catch((trouble) => { if (trouble.error === "storage" && this.#record?.turn === turn) throw trouble; });
    }
    return this.#record !== null && this.#record.turn !== turn;
  }

  /** Who is signed in here: { user, device, expiresIn, refreshExpiresIn }, or null. Asks the server once a page. */
  session = async ({ fresh = false } = {}) => {
    await this.#ready();
    const isKnown = () => (this.#options.byHeader && !this.#record) || (!fresh && this.#view());
    if (isKnown()) return this.#view();
    return this.#inTurn(async () => {
      await this.#load();
      return isKnown() ? this.#view() : this.#askWho();
    });
  };

  // Only in turn.
  async #askWho() {
    if (this.#record && this.#isDue()) await this.#askForRenewal().catch(() => {}); // the call itself will tell
    for (let renewed = false; ; renewed = true) {
      const epoch = this.#epoch;
      const answer = await this.#call("GET", "/me");
      if (epoch !== this.#epoch) return this.#view(); // another tab was faster
      if (answer.ok && answer.body) return this.#learn(answer.body);
      if (answer.status !== 401) throw errorOf(answer);
      if (renewed || (!this.#record && (this.#options.byHeader || this.#wasRefusedLately()))) return this.#end("signed_out");
      await this.#askForRenewal();
      if (!this.#record) return null;
    }
  }

  async #learn(me) {
    this.#facts = { user: { id: me.id, email: me.email, name: me.name }, device: me.device };
    if (this.#options.byHeader || this.#record?.user === me.id) return this.#view();
    const lifetime = lifetimeOf(await this.#call("GET", "/verify"));
    return this.#keep({ expiresIn: lifetime ?? 0, refreshExpiresIn: lifetime ?? 0 }, this.#facts, "signed_in");
  }

  signIn = (credentials) => this.#begin("/login", credentials);
  signUp = (details) => this.#begin("/register", details);

  #begin(path, { deviceName, deviceId, ...fields }) {
    return this.#inTurnSoon(async () => {
      const { byHeader, transport } = this.#options;
      const body = { transport, ...fields, device_name: deviceName, device_id: deviceId };
      const answer = await this.#must("POST", path, body).catch((trouble) => { if (!trouble.status) this.#doubt(); throw trouble; });
      try {
        return answer?.verification ? null : await this.#accept(answer, "signed_in");
      } catch (trouble) { // tokens that cannot be kept are given back
        const Authorization = `Bearer ${answer?.access_token}`;
        if (byHeader) await this.#call("POST", "/logout", { refresh_token: answer?.refresh_token }, { Authorization }).catch(() => {});
        throw trouble;
      } finally {
        await this.#forgetKey();
      }
    });
  }

  signOut = ({ all = false } = {}) => this.#inTurnSoon(async () => {
    let trouble = await this.#load().then(() => null, (unreadable) => unreadable);
    const tokens = this.#record?.tokens;
    try {
      const answer = await this.#call("POST", "/logout", { all, refresh_token: tokens?.refresh });
      if (!answer.ok && answer.status !== 401) throw errorOf(answer);
    } catch (failure) {
      if (!failure.status) this.#doubt();
      if (!this.#options.byHeader) throw failure;
      trouble = failure; // this device forgets its tokens, whatever the server knows
    }
    await this.#end("signed_out");
    if (trouble) throw trouble;
  });

  /** Proves again who is there, by { password } or { code }, for what needs a fresh sign-in; keeps the new tokens. */
  reauthenticate = (proof) => this.#inTurnSoon(async () => {
    await this.#load();
    if (this.#record && this.#isDue()) await this.#askForRenewal().catch(() => {}); // the call itself will tell
    const answer = await this.#must("POST", "/reauthenticate", proof).catch(async (trouble) => {
      // If the answer was lost, the tokens that it held are asked for while the server still takes those of before.
      if (!trouble.status && this.#record) await this.#askForRenewal().catch(() => {});
      throw trouble;
    });
    return this.#accept(answer, "renewed");
  });

  devices = async () => (await this.#signed("GET", "/devices")).devices;

  signOutDevice = async (id) => {
    await this.#ready();
    const epoch = this.#epoch;
    await this.#signed("POST", `/devices/${encodeURIComponent(id)}/revoke`);
    const isThisOne = () => id === this.#record?.device && epoch === this.#epoch;
    if (isThisOne()) await this.#inTurnSoon(async () => { if (isThisOne()) await this.#end("signed_out"); });
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
    this.#options.automatic = false;
    clearTimeout(this.#timer);
    for (const [target, event] of wakeCalls) globalThis[target]?.removeEventListener(event, this.wake);
    this.#channel.close();
  };
}
