// Two people, a server that keeps their sessions, and one browser's cookies or one app's storage: everything that can arrive
// late, get lost or be cut off does so on order. The server counts alarms: a spent refresh token that came back.

import { storage } from "./case.mjs";

const json = (status, body) => new Response(body === null ? null : JSON.stringify(body), { status });
const refusal = (status, error, reason) => json(status, { code: status, error, reason, error_description: `${error}.` });

export class World {
  constructor({ header = true, grace = false, storage: kept = storage() } = {}) {
    Object.assign(this, { header, grace, kept, chance: null, sessions: [], alarms: 0, jar: null, calls: [], frozen: false });
    this.fetch = (input, init = {}) => this.call(new URL(input.url ?? input).pathname, init);
  }

  /** chance() says what becomes of a call: undefined (answered), "lost" (nobody hears the answer), "cut" (it never arrives). */
  async call(path, init) {
    const body = init.body ? JSON.parse(init.body) : {};
    const call = { path, body, token: new Headers(init.headers).get("Authorization")?.slice(7), key: new Headers(init.headers).get("Idempotency-Key") };
    this.calls.push(call);
    const cookies = this.jar; // sent along with the request
    await this.pass();
    const fate = this.chance?.(path);
    if (fate === "cut") throw new TypeError("cut off");
    const answer = this.header ? this.answer(call) : this.answer({ ...call, token: cookies?.access, refresh: cookies?.refresh });
    await this.pass();
    if (fate === "lost") throw new TypeError("lost");
    if (!this.header && answer.jar !== undefined) this.jar = answer.jar;
    return answer.response ?? answer;
  }

  /** Some turns of the event loop, as many as `delays` says; for ever in a program that was ended. */
  async pass() {
    for (let turns = this.delays?.() ?? 1; turns > 0; turns -= 1) await new Promise((done) => { setImmediate(done); });
    if (this.frozen) await new Promise(() => {});
  }

  find(token) { return this.sessions.find((one) => token?.startsWith(`${one.name} `)); }

  answer(call) {
    const session = this.find(call.token);
    const isGood = session?.alive && call.token === `${session.name} access ${session.generation}`;
    switch (call.path) {
      case "/auth/login": return this.tokens(this.begin(call.body.email));
      case "/auth/refresh": return this.refresh(call.body.refresh_token ?? call.refresh, call.key);
      case "/auth/logout": {
        const ended = session ?? this.find(call.body.refresh_token);
        if (ended) ended.alive = false;
        return { response: json(ended ? 204 : 401, null), jar: null };
      }
      case "/auth/me": return isGood ? json(200, { id: session.user, email: session.user, name: "", device: { id: "d", name: "" } }) :
        refusal(401, "invalid_token", "expired");
      case "/auth/verify": return new Response(null, { status: 204, headers: { "X-Auth-Expires": String(Date.now() / 1000 + 1800), Date: new Date().toUTCString() } });
      default:
        call.servedFor = isGood ? session.user : null;
        return isGood ? json(200, { user: session.user }) : refusal(401, "invalid_token", "expired");
    }
  }

  begin(user) {
    const session = { user, name: `${user}${this.sessions.length}`, generation: 1, movedBy: null, alive: true };
    this.sessions.push(session);
    return session;
  }

  refresh(token, key) {
    const session = this.find(token);
    if (!session?.alive) return refusal(401, "invalid_grant", "revoked");
    const generation = Number(token.split(" ")[2]);
    if (generation === session.generation) Object.assign(session, { generation: generation + 1, movedBy: key });
    else if (generation !== session.generation - 1 || (!this.grace && key !== session.movedBy)) {
      this.alarms += 1;
      session.alive = false;
      return refusal(401, "invalid_grant", "reused");
    }
    return this.tokens(session);
  }

  tokens({ user, name, generation }) {
    const pair = { access: `${name} access ${generation}`, refresh: `${name} refresh ${generation}` };
    const body = { expires_in: 1800, refresh_expires_in: 2_592_000, user: { id: user, email: user, name: "" }, device: { id: "d", name: "" },
      ...(this.header && { access_token: pair.access, refresh_token: pair.refresh }) };
    return { response: json(200, body), jar: pair };
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
