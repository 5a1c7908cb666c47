import { createHash } from "node:crypto";
import { authenticate } from "@nephoscope/wire/host-keys";
import type { HostResource } from "../../../platform/fleet/host.ts";
import {
  type Command,
  commandIdOf,
  commandRef,
  type Invocation,
  invocationRef,
  isOver,
  WAITING_KIND,
} from "../commands/command.ts";
import { advance, mayBegin } from "../commands/progress.ts";
import { causeOf } from "../commit.ts";
import type { SsmDeps } from "../operation.ts";
import { type AgentCall, type AgentOperation, callingHost } from "./operation.ts";

/** Commands that one answer holds; the host asks again when it has these. */
const MAX_MESSAGES = 10;

/** As the agent reads it. A host that has begun a command and is given it again says how far it is, and does nothing twice. */
type Message =
  | {
      readonly id: string;
      readonly kind: "run";
      readonly document: string;
      readonly parameters: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly id: string; readonly kind: "cancel" };

export const getMessages: AgentOperation<"GetMessages"> = async (input, call, deps) => {
  const { fleet, clock } = deps;
  const { ref } = callingHost(call, deps);
  const until = clock.now() + input.WaitSeconds * 1_000;
  for (;;) {
    // Deregistered while it waited: told so at once.
    const host = callingHost(call, deps);
    const messages = await messagesFor(host, call, deps);
    const assignments = fleet.assignments.of(host);
    const assignmentsVersion = createHash("sha256")
      .update(JSON.stringify(assignments))
      .digest("base64url")
      .slice(0, 32);
    const news = assignmentsVersion !== input.AssignmentsVersion;
    if (messages.length > 0 || news || clock.now() >= until || call.signal.aborted) {
      const Content = JSON.stringify({ messages, assignmentsVersion, ...(news && { assignments }) });
      return {
        Content,
        Signature: authenticate(fleet.secrets(host).message, ["messages", ref.key, input.Nonce, Content]),
      };
    }
    await fleet.assignments.wait(ref.key, until - clock.now(), call.signal);
  }
};

async function messagesFor(host: HostResource, call: AgentCall, deps: SsmDeps): Promise<Message[]> {
  const { state, clock } = deps;
  const { account, region, key: hostId } = host.ref;
  const messages: Message[] = [];
  for (const waiting of state.list({ kind: WAITING_KIND, account, region, prefix: `${hostId}/` })) {
    if (messages.length === MAX_MESSAGES) break;
    const id = waiting.ref.key.slice(hostId.length + 1);
    const command = state.get<Command>(commandRef(host.ref, id));
    const invocation = state.get<Invocation>(invocationRef(host.ref, hostId, id))?.document;
    if (command === undefined || invocation === undefined || isOver(invocation)) continue;
    if (invocation.status === "Cancelling") messages.push({ id, kind: "cancel" });
    // What it has begun it is told again only if it did not say so.
    if (invocation.status !== "Pending") continue;
    if (invocation.deliveredAt === undefined) {
      if (!mayBegin(state, command)) continue;
      const deliveredAt = clock.now();
      await advance(deps, host.ref, id, causeOf(call), (other, now) =>
        other === hostId && now.status === "Pending" ? { ...now, deliveredAt } : undefined,
      );
      if (state.get<Invocation>(invocationRef(host.ref, hostId, id))?.document.deliveredAt !== deliveredAt) continue;
    } else if (clock.now() - invocation.deliveredAt < REDELIVER_MS) continue;
    const { documentName, parameters } = command.document;
    messages.push({ id, kind: "run", document: documentName, parameters });
  }
  return messages;
}

/** A host that fetched a command and has not said that it began probably lost the answer. */
const REDELIVER_MS = 30_000;

export const sendReply: AgentOperation<"SendReply"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { ref } = callingHost(call, deps);
  const found = state.get<Invocation>(invocationRef(ref, ref.key, input.MessageId));
  // The host does not keep what nobody asks for any more, so this is no error.
  if (found === undefined || commandIdOf(found) !== input.MessageId || isOver(found.document)) return {};
  const now = clock.now();
  await advance(deps, ref, input.MessageId, causeOf(call), (hostId, invocation) => {
    if (hostId !== ref.key) return undefined;
    const startedAt = input.StartedAt ?? invocation.startedAt ?? now;
    if (input.Status === "InProgress") {
      if (invocation.status !== "Pending") return undefined;
      return {
        ...invocation,
        status: "InProgress",
        details: "InProgress",
        startedAt,
        deliveredAt: invocation.deliveredAt ?? now,
      };
    }
    return {
      ...invocation,
      status: input.Status,
      details: input.StatusDetails ?? (input.Status === "TimedOut" ? "ExecutionTimedOut" : input.Status),
      startedAt,
      endedAt: input.EndedAt ?? now,
      responseCode: input.ResponseCode ?? (input.Status === "Success" ? 0 : 1),
      output: input.Output ?? "",
      errorOutput: input.ErrorOutput ?? "",
    };
  });
  return {};
};
