// better-auth with e-mail and password on MariaDB, a process for each core: better-auth.mjs PORT URL USER SECRET SOCKET SCHEMA PASSWORD
// Makes its tables and one user, bench@example.com. Its throttle is off: all clients come from one address.
import cluster from "node:cluster";
import { availableParallelism } from "node:os";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { createPool } from "mysql2/promise";

const [port, url, user, secret, socketPath, database, password] = process.argv.slice(2);

const options = (cache) => ({
  baseURL: url,
  basePath: cache ? "/better-cache" : "/better-auth",
  secret: "a secret of the bench, which guards nothing at all",
  database: createPool({ user, password: secret, socketPath, database, connectionLimit: 8 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  session: { cookieCache: { enabled: cache, maxAge: 300 } },
});

if (cluster.isPrimary) {
  const settings = options(false);
  await (await getMigrations(settings)).runMigrations();
  await betterAuth(settings).api.signUpEmail({ body: { email: "bench@example.com", password, name: "Bench" } });
  for (let count = availableParallelism(); count > 0; count--) cluster.fork();
} else {
  const plain = toNodeHandler(betterAuth(options(false)));
  const cached = toNodeHandler(betterAuth(options(true)));
  const server = createServer((request, response) => (request.url.startsWith("/better-cache") ? cached : plain)(request, response));
  server.keepAliveTimeout = 600_000;
  server.listen(Number(port), "127.0.0.1");
}
