import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../platform/clock/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { type ResourceRef, type State, VersionConflict } from "../platform/state/state.ts";

/** A person's sign-in, from its proof to its end. The browser alone has its id; kept is the id's hash, so that who reads the state can not take it up. */
export interface Sessions {
  /** Starts a session; the id goes to the browser and nowhere else. */
  open(subject: SessionSubject): Promise<OpenSession>;
  /** The session of an id, counted as used now; undefined when there is none, or it is over. */
  find(id: string): OpenSession | undefined;
  /** Ends a session; nothing happens when there is none. */
  end(id: string): Promise<void>;
  /** Forgets sessions that are over. */
  sweep(): Promise<void>;
}

/** The credential that the session stands for: a key, or the temporary one of somebody who signed in with a password. */
export interface SessionSubject {
  readonly accessKeyId: string;
  /** Sealed by identity, so that it opens nothing without this server. */
  readonly sessionToken?: string | undefined;
}

export interface OpenSession {
  readonly id: string;
  readonly subject: SessionSubject;
  /** What the session's page sends with every request, and another site's page can not know. */
  readonly csrf: string;
  /** When it ends at the latest, in milliseconds since 1970. */
  readonly expires: number;
}

interface SessionRecord {
  readonly subject: SessionSubject;
  readonly expires: number;
  /** Behind by up to `USED_STEP_MS`. */
  readonly usedAt: number;
}

/** AWS's console signs people out after twelve hours, whatever they do (IAM user guide, "Signing in to the console"). */
const LONGEST_MS = 12 * 3_600_000;
/** Who leaves an open page alone for so long is signed out (OWASP's session management: 15 to 30 minutes and more by risk; a page that refreshes itself is in use). */
const IDLE_MS = 3_600_000;
/** How exactly the last use is kept: a write for each call would be one too many. */
const USED_STEP_MS = 60_000;
/** Sessions at once; the oldest ones end when there are more, so that signing in by script does not fill the state. */
const MOST_SESSIONS = 10_000;

const KIND = "console.session";
/** 256 bits: not to be guessed, so a plain hash is enough to keep it by. */
const ID_BYTES = 32;
const ID = /^[A-Za-z0-9_-]{43}$/;

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
const refOf = (id: string): ResourceRef => ({ kind: KIND, account: "", region: "", key: hash(id).toString("hex") });

export interface SessionsOptions {
  readonly state: State;
  readonly clock: Clock;
  readonly log: Log;
}

export function openSessions({ state, clock, log }: SessionsOptions): Sessions {
  const isOver = ({ expires, usedAt }: SessionRecord) => clock.now() >= Math.min(expires, usedAt + IDLE_MS);
  const sessionOf = (id: string, { subject, expires }: SessionRecord): OpenSession => ({
    id,
    subject,
    expires,
    csrf: csrfOf(id),
  });

  const sweep = async () => {
    const all = state.list<SessionRecord>({ kind: KIND, account: "", region: "" });
    const kept = all.filter(({ document }) => !isOver(document)).sort((a, b) => b.createdAt - a.createdAt);
    const keys = new Set(kept.slice(0, MOST_SESSIONS).map(({ ref }) => ref.key));
    const gone = all.filter(({ ref }) => !keys.has(ref.key));
    if (gone.length === 0) return;
    await state.commit({
      cause: { action: "job:console-sessions" },
      changes: gone.map(({ ref }) => ({ remove: ref, expect: "any" })),
    });
  };

  return {
    sweep,
    async open(subject) {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const now = clock.now();
      const document: SessionRecord = { subject, expires: now + LONGEST_MS, usedAt: now };
      await state.commit({
        cause: { action: "console:SignIn" },
        changes: [{ put: refOf(id), document, expect: "absent" }],
      });
      return sessionOf(id, document);
    },
    find(id) {
      if (!ID.test(id)) return undefined;
      const kept = state.get<SessionRecord>(refOf(id));
      if (kept === undefined || isOver(kept.document)) return undefined;
      const { document, version } = kept;
      if (clock.now() - document.usedAt >= USED_STEP_MS) {
        // Of calls at once one is the first to write; a session that ends meanwhile must not come back.
        state
          .commit({
            cause: { action: "console:Use" },
            changes: [{ put: refOf(id), document: { ...document, usedAt: clock.now() }, expect: version }],
          })
          .catch((error: unknown) => {
            if (!(error instanceof VersionConflict)) log("error", "the use of a session could not be kept", { error });
          });
      }
      return sessionOf(id, document);
    },
    async end(id) {
      if (!ID.test(id) || state.get(refOf(id)) === undefined) return;
      await state.commit({ cause: { action: "console:SignOut" }, changes: [{ remove: refOf(id), expect: "any" }] });
    },
  };
}

/** Made from the id, so that it needs no place of its own and ends with the session. */
const csrfOf = (id: string): string => hash(`csrf ${id}`).toString("base64url");

/** In a time that tells nothing of where they differ. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(hash(a), hash(b));
