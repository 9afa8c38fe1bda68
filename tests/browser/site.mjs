// Private sites for the browser tests: what `make run` starts, in directories of their own.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const ready = "Ctrl-C ends it.";
const startLimit = 90_000;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// A running site: .url, .directory (cardea.ini, the database, logs), .admin {email, password} with the scope "admin".
export class Site {
  // settings: {"tokens.access_ttl": "1m"}. url: by which browsers come, where that is not the site itself.
  static async start(settings = {}, { url, port } = {}) {
    const site = new Site();
    site.port = port ?? (await freePort());
    site.url = url ?? `http://127.0.0.1:${site.port}`;
    site.directory = mkdtempSync(join(tmpdir(), "cardea-browser-"));
    const many = { "registration.limit": "address 10000 in 1h, network 10000 in 1h" }; // everybody comes from this machine
    const lines = Object.entries({ ...many, ...settings }).map(([key, value]) => `${key} = ${value}`);
    site.process = spawn(join(root, "src/tools/run"), [], {
      env: { ...process.env, DB: "sqlite", PORT: String(site.port), SITE_URL: site.url, DIRECTORY: site.directory, SETTINGS: lines.join("\n") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    site.ended = new Promise((resolve) => site.process.once("exit", resolve));
    const text = await site.untilReady();
    site.admin = { email: /^\s*user\s+(\S+)$/m.exec(text)[1], password: /^\s*password\s+(\S+)$/m.exec(text)[1] };
    return site;
  }

  untilReady() {
    return new Promise((resolve, reject) => {
      let text = "";
      const giveUp = (why) => reject(new Error(`${why}:\n${text}`));
      const timer = setTimeout(() => giveUp("the site does not start"), startLimit);
      const hear = (part) => {
        text += part;
        if (!text.includes(ready)) return;
        clearTimeout(timer);
        resolve(text);
      };
      this.process.stdout.on("data", hear);
      this.process.stderr.on("data", hear);
      this.ended.then(() => giveUp("the site has ended"));
    });
  }

  // Runs `cardea ARGUMENTS --config …` and answers what it printed.
  command(...parts) {
    return run(process.env.CARDEA_BINARY ?? join(root, "build/cardea"), [...parts, "--config", join(this.directory, "cardea.ini")]);
  }

  log() {
    try {
      return readFileSync(join(this.directory, "cardea.log"), "utf8").split("\n").slice(-15).join("\n");
    } catch {
      return "";
    }
  }

  async stop() {
    this.process.kill("SIGTERM");
    await this.ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function run(program, parts) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parts, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (part) => (text += part));
    child.stderr.on("data", (part) => (text += part));
    child.once("error", reject);
    child.once("exit", (status) => (status === 0 ? resolve(text) : reject(new Error(`${program} ${parts.join(" ")}: ${status}\n${text}`))));
  });
}
