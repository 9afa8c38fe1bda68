// A hint beside an email address whose domain is one letter away from a well-known one: "kim@gmial.con" is meant to be
// kim@gmail.com. It is never a refusal, and another address is never put in by itself.

const DOMAINS = `
  gmail.com naver.com hanmail.net daum.net kakao.com nate.com yahoo.co.jp docomo.ne.jp i.softbank.jp softbank.ne.jp ezweb.ne.jp
  au.com ymobile.ne.jp rakuten.jp icloud.com me.com outlook.com outlook.jp outlook.kr hotmail.com hotmail.co.jp live.com live.jp
  msn.com yahoo.com googlemail.com aol.com proton.me protonmail.com gmx.de gmx.net web.de t-online.de orange.fr free.fr
  libero.it mail.ru yandex.ru qq.com 163.com`.trim().split(/\s+/);

// Real domains, or nobody's, that look like mistakes.
const REAL = new Set(`
  mail.com email.com ymail.com gmx.com gmx.at yahoo.co.uk live.co.uk aol.co.uk mac.com hanmir.com korea.com t-online.hu
  orange.es softbank.co.jp company.co.jp korea.ac.kr example.com`.trim().split(/\s+/));

// Mistakes that are no mistypings.
const MEANT = { "naver.net": "naver.com", "hanmail.com": "hanmail.net", "daum.com": "daum.net", "docomo.co.jp": "docomo.ne.jp" };

// What is left of both behind their common beginning.
function tails(typed, meant) {
  let at = 0;
  while (at < typed.length && typed[at] === meant[at]) ++at;
  return [typed.slice(at), meant.slice(at)];
}

function isExchanged(typed, meant) {
  const [left, right] = tails(typed, meant);
  return left.length > 1 && left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
}

// One letter too many, too few or wrong, or two exchanged.
function isOneAway(typed, meant) {
  const [left, right] = tails(typed, meant);
  return left.slice(1) === right || left === right.slice(1) || left.slice(1) === right.slice(1) || isExchanged(typed, meant);
}

// In short names another letter makes another name ("ms.com" is not msn.com).
function isNear(typed, meant) {
  if (typed === meant) return true;
  return meant.length > 4 ? isOneAway(typed, meant) : meant.length === 4 && typed.length === 4 && isExchanged(typed, meant);
}

// "yahoo.co.jp" → ["yahoo", "co.jp"]
function split(domain, like) {
  const labels = domain.split(".");
  const ending = /\.(co|ne)\.jp$/.test(like) ? 2 : 1;
  return [labels.slice(0, -ending).join("."), labels.slice(-ending).join("."), labels.length];
}

function isMeant(typed, known) {
  const [name, ending, size] = split(typed, known), [knownName, knownEnding, knownSize] = split(known, known);
  return size === knownSize && isNear(name, knownName) && (ending === knownEnding || (known.length > 7 && isOneAway(ending, knownEnding)));
}

/** The address that was probably meant; null if there is nothing to say. */
export function meantAddress(address) {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1).trim().toLowerCase();
  if (at < 1 || DOMAINS.includes(domain) || REAL.has(domain)) return null;
  const meant = MEANT[domain] ?? DOMAINS.find((known) => isMeant(domain, known));
  return meant ? address.slice(0, at + 1) + meant : null;
}
