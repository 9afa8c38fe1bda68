// Finds the answer to Cardea's proof of work: a number for which the SHA-256 of "challenge.number" begins with so many
// zero bits. Runs as a worker, so that the page stays quick: {challenge, bits} comes in, the answer goes out.

const TOGETHER = 256; // hashes that are asked for at once: waiting for each alone costs more than the hash

const zeroBits = (bytes) => {
  let bits = 0;
  for (const byte of bytes) {
    bits += Math.clz32(byte) - 24;
    if (byte !== 0) break;
  }
  return bits;
};

export async function solve(challenge, bits) {
  const encoder = new TextEncoder();
  for (let first = 0; ; first += TOGETHER) {
    const answers = Array.from({ length: TOGETHER }, (_, index) => `${challenge}.${first + index}`);
    const digests = await Promise.all(answers.map((answer) => crypto.subtle.digest("SHA-256", encoder.encode(answer))));
    const found = digests.findIndex((digest) => zeroBits(new Uint8Array(digest)) >= bits);
    if (found >= 0) return answers[found];
  }
}

if (typeof WorkerGlobalScope === "function" && self instanceof WorkerGlobalScope) {
  self.addEventListener("message", async ({ data }) => { self.postMessage(await solve(data.challenge, data.bits)); });
}
