// A small Cardea in memory, behind the interface of fetch(): enough of its rules to try the client against, with faults on
// order. One device, rotating refresh tokens, one successor each; the clock is the test's.

export const clock = { now: 1_000_000 }; // seconds

const json = (status, body, headers = {}) => new Response(body === null ? null : JSON.stringify(body), { status, headers });
const refusal = (status, error, reason) => json(status, { code: status, error, reason, error_description: `${error}.` });

export class Server {
  constructor({ accessTtl = 1800, header = false } = {}) {
    Object.assign(this, { accessTtl, header, calls: [], faults: [], generation: 0, movedBy: null, signedIn: false });
    this.accessUntil = 0;
    this.fetch = async (input, init = {}) => {
      const path = new URL(typeof input === "object" && "url" in input ? input.url : input).pathname;
      const headers = new Headers(init.headers ?? input.headers);
      this.calls.push({ path, method: init.method ?? input.method ?? "GET", headers, body: init.body, credentials: init.credentials });
      const fault = this.faults.find((one) => one.path === path && one.times > 0);
      if (fault?.when === "before") { fault.times -= 1; return fault.act(); }
      const answer = await this.answer(path, headers, init);
      if (fault) { fault.times -= 1; return fault.act(); }
      return answer;
    };
  }

  /** The answer of `path` is lost, or another takes its place, `times` times; when: "before" or "after" it was worked out. */
  fail(path, { times = 1, when = "after", act = () => { throw new TypeError("network"); } } = {}) {
    this.faults.push({ path, times, when, act });
  }

  count(path) { return this.calls.filter((call) => call.path === path).length; }

  answer(path, headers, init) {
    const body = init.body ? JSON.parse(init.body) : {};
    switch (path) {
      case "/auth/login":
        if (body.password !== "right") return refusal(401, "invalid_credentials", "");
        this.signedIn = true;
        this.generation = 1;
        return this.tokens();
      case "/auth/refresh": return this.refresh(body, headers.get("Idempotency-Key"));
      case "/auth/reauthenticate":
        if (!this.isGood(headers)) return refusal(401, "invalid_token", "expired");
        if (body.password !== "right") return refusal(403, "invalid_credentials", "");
        this.generation += 1;
        this.movedBy = null; // within the grace any key brings the successor
        return this.tokens();
      case "/auth/logout": this.signedIn = false; return json(204, null);
      case "/auth/me": return this.isGood(headers) ? json(200, { id: "42", email: "a@b.c", name: "Ann", device: { id: "d", name: "" } }) :
        refusal(401, "invalid_token", "expired");
      case "/auth/verify":
        return json(this.isGood(headers) ? 204 : 401, null,
          { "X-Auth-Expires": String(this.accessUntil), Date: new Date(clock.now * 1000).toUTCString() });
      case "/auth/devices": return json(200, { devices: [{ id: "d", current: true }] });
      case "/auth/devices/d/revoke": this.signedIn = false; return json(204, null);
      case "/api": return this.isGood(headers) ? json(200, { fine: true }) : refusal(401, "invalid_token", "expired");
      default: return refusal(404, "not_found", "");
    }
  }

  isGood(headers) {
    const named = this.header ? headers.get("Authorization") === `Bearer access-${this.generation}` : true;
    return this.signedIn && named && clock.now < this.accessUntil;
  }

  refresh(body, key) {
    const presented = this.header ? Number(body.refresh_token?.split("-")[1]) : this.presented ?? this.generation;
    if (!this.signedIn) return refusal(401, "invalid_grant", "revoked");
    if (presented === this.generation) { this.generation += 1; this.movedBy = key; }
    else if (presented !== this.generation - 1 || key !== (this.movedBy ?? key)) { this.signedIn = false; return refusal(401, "invalid_grant", "reused"); }
    return this.tokens();
  }

  tokens() {
    this.accessUntil = clock.now + this.accessTtl;
    const tokens = this.header ? { access_token: `access-${this.generation}`, refresh_token: `refresh-${this.generation}` } : {};
    return json(200, { expires_in: this.accessTtl, refresh_expires_in: 2_592_000, server_time: clock.now, ...tokens,
      user: { id: "42", email: "a@b.c", name: "Ann" }, device: { id: "d", name: "" } });
  }
}
