// A peer that answers 500 to every second request: fails.mjs PORT. For the test that such a peer fails the run.
import { createServer } from "node:http";

let number = 0;
createServer((request, response) => response.writeHead(number++ % 2 ? 204 : 500).end()).listen(Number(process.argv[2]), "127.0.0.1");
