// fastify and fast-jwt checking an HS256 token: fastify.mjs PORT KEY_FILE
import { readFileSync } from "node:fs";
import { createVerifier } from "fast-jwt";
import fastify from "fastify";

const [port, file] = process.argv.slice(2);
const verify = createVerifier({ key: Buffer.from(readFileSync(file, "ascii"), "base64"), algorithms: ["HS256"] });
const app = fastify();
app.get("/fastify", (request, reply) => {
  try {
    verify((request.headers.authorization ?? "").slice(7));
    reply.code(204).send();
  } catch {
    reply.code(401).send();
  }
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
