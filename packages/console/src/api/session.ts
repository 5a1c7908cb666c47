/** Who is signed in, as the server tells it. The session itself is a cookie that scripts can not read. */
export interface Session {
  readonly account: string;
  /** The region to begin with. */
  readonly region: string;
  readonly user: string;
  readonly arn: string;
  /** Sent back with every call, so that no other site can make the browser call in this session. */
  readonly csrf: string;
  /** When the session ends at the latest, in milliseconds since 1970. */
  readonly expires: number;
}

let current: Session | undefined;
let region: string | undefined;
const listeners = new Set<() => void>();

export const currentSession = (): Session | undefined => current;

/** The region that calls go to. */
export const currentRegion = (): string => region ?? current?.region ?? "";

export function setSession(session: Session | undefined): void {
  current = session;
  if (session === undefined) region = undefined;
  for (const listener of listeners) listener();
}

export function setRegion(name: string): void {
  region = name;
  for (const listener of listeners) listener();
}

/** Called when the server says that there is no session any more: the page goes back to the sign-in. */
export function sessionEnded(): void {
  if (current !== undefined) setSession(undefined);
}

export function onSession(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** What a call carries in place of a signature: the proof against forged requests, and the scope that a signature would have. */
export function sessionHeaders(service: string, region: string = currentRegion()): Record<string, string> {
  return {
    "x-nephoscope-csrf": current?.csrf ?? "",
    "x-nephoscope-scope": `${region}/${service}`,
  };
}
