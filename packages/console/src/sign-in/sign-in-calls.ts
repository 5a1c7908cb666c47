import { CallError } from "../api/call-error.ts";
import { currentSession, type Session, setSession } from "../api/session.ts";

/** Where the server keeps sessions. The underscore can not begin a bucket's name, so it is no object's address. */
const SESSION = "/_console/session";

/** How somebody proves who they are. */
export type Proof =
  | { readonly accessKeyId: string; readonly secretAccessKey: string }
  | {
      readonly account?: string;
      readonly user: string;
      readonly password: string;
      readonly mfaCode?: string;
      readonly newPassword?: string;
    }
  | { readonly link: string };

/** Starts a session. Throws `CallError` when the proof is not good. */
export async function signIn(proof: Proof): Promise<void> {
  const { session } = await ask("POST", proof);
  setSession(session ?? undefined);
}

/** Takes up the session of the browser's cookie, if there is one. */
export async function resume(): Promise<void> {
  const { session } = await ask("GET");
  setSession(session ?? undefined);
}

/** Ends the session, on the server too. */
export async function signOut(): Promise<void> {
  const csrf = currentSession()?.csrf ?? "";
  await fetch(SESSION, { method: "DELETE", headers: { "x-nephoscope-csrf": csrf }, credentials: "same-origin" });
  setSession(undefined);
}

interface Answer {
  readonly session: Session | null;
}

async function ask(method: "GET" | "POST", body?: Proof): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(SESSION, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (error) {
    throw new CallError("NetworkError", "No answer came.", { cause: error });
  }
  const answer = await response.json();
  if (response.ok) return answer;
  throw new CallError(String(answer.code), String(answer.message), { status: response.status });
}
