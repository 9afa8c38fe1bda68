// Of how.php: the time that the token has left, devices and events. Everything that is asked goes through Cardea's client.

import { Cardea } from "../cardea.js";

const cardea = new Cardea();
const one = (selector) => document.querySelector(selector);
const time = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

function row(title, details) {
  const what = Object.assign(document.createElement("div"), { className: "what" });
  what.append(Object.assign(document.createElement("strong"), { textContent: title }),
    Object.assign(document.createElement("small"), { textContent: details }));
  const item = document.createElement("li");
  item.append(what);
  return item;
}

async function fill(list, load) {
  const rows = await load().catch(() => [row("Not to be had at present", "Load the page again to try again.")]);
  list.replaceChildren(...rows);
}

const showDevices = () => fill(one("[data-devices]"), async () => (await cardea.devices()).map((device) =>
  row(device.current ? "This browser" : device.name || "Another device", `${device.user_agent} · ${device.ip} · since ${time.format(device.created_at * 1000)}`)));

const showEvents = () => fill(one("[data-events]"), async () => {
  const answer = await cardea.fetch("/auth/events?language=en");
  if (answer.status === 404) return [row("None", "This program keeps its notes to itself.")];
  return (await answer.json()).events.slice(0, 8).map((event) => row(event.text, time.format(event.at * 1000)));
});

function showTimeLeft(session) {
  const left = session.expiresIn;
  const minutes = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  one("[data-exp]").textContent = `${time.format(Date.now() + left * 1000)} (${minutes} left)`;
}

const showMadeAt = (at) => { one("[data-iat]").textContent = time.format(at); };

async function tick() {
  const session = await cardea.session().catch(() => null);
  if (session) showTimeLeft(session);
}

async function renew() {
  const session = await cardea.renew().catch(() => null);
  one("[data-renewed]").textContent = session ? "Renewed. The refresh token has changed too, except within ten seconds of the last time." : "That did not work.";
  await Promise.all([tick(), showEvents()]);
}

one("[data-renew]").addEventListener("click", renew);
one("[data-renew]").hidden = false;
cardea.onChange((session, reason) => {
  if (!session) location.reload();
  if (reason === "renewed") showMadeAt(Date.now());
});
showMadeAt(one("[data-iat]").dataset.iat * 1000);
tick();
setInterval(tick, 1000);
showDevices();
showEvents();
