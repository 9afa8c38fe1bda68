// express and jsonwebtoken checking a token, in as many processes as there are cores: express.mjs PORT HMAC_KEY PUBLIC_KEY
// GET /express-hs256, /express-es256.
import cluster from "node:cluster";
import { createPublicKey, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import express from "express";
import jwt from "jsonwebtoken";

const [port, hmac, publicKey] = process.argv.slice(2);

function serve() {
  const keys = { HS256: createSecretKey(Buffer.from(readFileSync(hmac, "ascii"), "base64")) };  // three times as fast as a string
  if (publicKey) keys.ES256 = createPublicKey(readFileSync(publicKey));
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  for (const [algorithm, key] of Object.entries(keys))
    app.get(`/express-${algorithm.toLowerCase()}`, (request, response) => {
      try {
        jwt.verify((request.headers.authorization ?? "").slice(7), key, { algorithms: [algorithm] });
        response.status(204).end();
      } catch {
        response.status(401).end();
      }
    });
  const server = app.listen(Number(port), "127.0.0.1");
  server.keepAliveTimeout = 600_000;
}

if (cluster.isPrimary) for (let count = availableParallelism(); count > 0; count--) cluster.fork();
else serve();
