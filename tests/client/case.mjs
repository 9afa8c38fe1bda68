// A small Cardea in memory and a client of it; both clocks of the client and the server's are one.

import { beforeEach, mock } from "node:test";
import { Cardea } from "../../htdocs/cardea.js";
import { Server, clock } from "./server.mjs";

export const site = "https://example.com";

// The clock is moved by hand; pauses take no time.
beforeEach(() => {
  mock.restoreAll();
  clock.now = 1_000_000;
  mock.method(Date, "now", () => clock.now * 1000);
  mock.method(performance, "now", () => clock.now * 1000);
  const timer = globalThis.setTimeout;
  mock.method(globalThis, "setTimeout", (task, wait) => timer(task, wait >= 15_000 ? wait : 0));
});

export function storage() {
  const kept = new Map();
  return { kept, getItem: async (name) => kept.get(name) ?? null, setItem: async (name, text) => { kept.set(name, text); },
    removeItem: async (name) => { kept.delete(name); } };
}

export async function signedIn(options = {}) {
  const server = new Server(options);
  const cardea = new Cardea({ url: site, fetch: server.fetch, ...options.client });
  await cardea.signIn({ email: "a@b.c", password: "right" });
  return { server, cardea };
}

export const app = async (more = {}) => {
  const kept = storage();
  return { kept, ...await signedIn({ header: true, client: { transport: "header", storage: kept, ...more } }) };
};
