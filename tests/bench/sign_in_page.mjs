// The sign-in page in Chromium, loaded by a browser that has never seen it: sign_in_page.mjs URL TIMES
// For each load a line: requests, bytes on the wire, milliseconds until the first text is painted.
import { chromium, program, switches } from "../browser/harness.mjs";

const [url, times] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: program, args: switches });
for (let number = 0; number < Number(times); number++) {
  const context = await browser.newContext({ viewport: { width: 390, height: 780 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let requests = 0;
  let bytes = 0;
  session.on("Network.requestWillBeSent", () => requests++);
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await session.send("Network.enable");
  await page.goto(url, { waitUntil: "networkidle" });
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? -1);
  console.log(requests, bytes, painted.toFixed(1));
  await context.close();
}
await browser.close();
