/** Cardea's client. What it does and why: cardea.js; examples: htdocs/README.md. All times are seconds. */

export interface User {
  id: string;
  email: string;
  name: string;
}

export interface Device {
  id: string;
  name: string;
}

export interface Session {
  user: User;
  device: Device;
  /** Until the access token ends; 0 when it has. */
  expiresIn: number;
  /** Until the device is signed out if it stays away. */
  refreshExpiresIn: number;
}

export interface SignedInDevice extends Device {
  created_at: number;
  last_seen_at: number;
  ip: string;
  user_agent: string;
  /** True for the device that asks. */
  current: boolean;
}

/**
 * The shape of localStorage; the functions may return promises (React Native: AsyncStorage, a secure store). getItem answers
 * null for what is not there; one that cannot tell throws or rejects, and is asked again.
 */
export interface Storage {
  getItem(name: string): string | null | Promise<string | null>;
  setItem(name: string, text: string): void | Promise<void>;
  removeItem(name: string): void | Promise<void>;
}

export interface Options {
  /** The site's origin. In a page: the page's own. */
  url?: string;
  /** [site] mount. */
  mount?: string;
  /** cookie: for pages, whose tokens are in HttpOnly cookies. header: for apps and scripts, with a storage. */
  transport?: "cookie" | "header";
  /** Where tokens are kept with transport "header"; memory unless given. Tabs that are given localStorage hear of each other. */
  storage?: Storage;
  /** Renew when less life than this is left in the access token; a tenth of it, at most 60, unless given. */
  renewBefore?: number;
  /** Renew by timer and when the page is looked at, not only when a call needs it. True in pages. */
  automatic?: boolean;
  /** Further origins to whose addresses fetch() sends the session; nobody else gets it. */
  origins?: string[];
  fetch?: typeof fetch;
}

/** Why a listener is called: what happened here or in another tab, or the reason of Cardea's refusal. */
export type Reason = "signed_in" | "renewed" | "signed_out" | "expired" | "revoked" | "reused" | (string & {});

export interface Credentials {
  email: string;
  password: string;
  deviceName?: string;
  deviceId?: string;
}

export class CardeaError extends Error {
  /** 0: no answer arrived. */
  status: number;
  /**
   * Cardea's word for it, e.g. "invalid_credentials"; "unreachable" when no answer arrived; "storage" when the storage given
   * could not be read or written: nobody was signed out, and signIn() or signOut() replaces what is damaged.
   */
  error: string;
  reason: string;
  /** With 429 and 503: when to come back. */
  retryAfter: number;
  /** With "email_in_use": how that account signs in. */
  strategy: string;
}

export class Cardea {
  constructor(options?: Options);
  /**
   * fetch() as a signed-in device: renewed before the token ends, repeated at most once after a 401. Throws CardeaError when the
   * storage fails, and (reason "other_session") rather than send one session's call with the tokens of the next one.
   */
  fetch: typeof fetch;
  /** Who is signed in here, or null. Asks the server once a page, or each time with fresh. Throws CardeaError. */
  session: (options?: { fresh?: boolean }) => Promise<Session | null>;
  /** Sign-ins, sign-outs and renewals run in the order in which they were called. */
  signIn: (credentials: Credentials) => Promise<Session>;
  /** null: the address must be verified first, and an email is on its way. */
  signUp: (details: Credentials & { name?: string }) => Promise<Session | null>;
  /** Signs this device out, or all of the user's. With transport "header" its tokens are forgotten even when it throws. */
  signOut: (options?: { all?: boolean }) => Promise<void>;
  /** Proves again who is there, for calls that answer insufficient_user_authentication; keeps the new tokens. */
  reauthenticate: (proof: { password: string } | { code: string }) => Promise<Session>;
  devices: () => Promise<SignedInDevice[]>;
  signOutDevice: (id: string) => Promise<void>;
  /** Renews now; calls that come meanwhile share the one under way. Null when the session is over. Throws CardeaError. */
  renew: () => Promise<Session | null>;
  /** To be called when an app comes to the front again; pages do it by themselves. */
  wake: () => Promise<void>;
  /** Calls the listener after each change, in whichever tab it was made. Returns the function that ends it. */
  onChange: (listener: (session: Session | null, reason: Reason) => void) => () => void;
  /** Ends timers and listeners; the session itself stays. */
  close: () => void;
}
