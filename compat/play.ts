/** Plays one scenario with one client. */

import { setTimeout as delay } from "node:timers/promises";
import type { Call, Client, Failure, Tail } from "./clients/client.ts";
import { fill, fillFields, fillText, type Scope } from "./expression.ts";
import { differences } from "./match.ts";
import type { Given, Outcome, Scenario, Step } from "./scenario.ts";
import { type ServiceFolder, serviceLine, type Undo } from "./services.ts";
import { type Fields, show } from "./value.ts";

/** Between two polls of an `until` step: short beside a person's patience, long beside a call. */
const POLL_MS = 100;

/** How long a live tail may take to deliver when its step names no `until` (AWS sends an update every second). */
const TAIL_MS = 10_000;

/** A call without any of a step's extras. */
const PLAIN = { pages: undefined, identity: undefined, headers: {} };

export interface Setting {
  /** `${account}` and `${region}` of the target, for ARNs. */
  readonly account: string;
  readonly region: string;
  /** Makes `${unique}`: at most 20 characters of `[a-z0-9]`. */
  unique(): string;
  /** Multiplies every `until`, for an endpoint slower than one's own machine. */
  readonly patience: number;
  /** Waits so long before each StartQuery, for an endpoint that indexes what it acknowledged only later. */
  readonly settleMs: number;
  /** Leave what a scenario made. Otherwise it is deleted when the scenario ends. */
  readonly keep: boolean;
}

/** The first step that did not answer as expected, and how. */
export interface Fault {
  /** From 1; 0 when what the scenario takes as given could not be made. */
  readonly step: number;
  readonly call: string;
  readonly lines: readonly string[];
}

export interface Played {
  readonly fault: Fault | undefined;
  readonly calls: number;
  readonly ms: number;
}

class Play {
  readonly #client: Client;
  readonly #setting: Setting;
  readonly scope: Scope;
  /** What removes what the scenario made, in the order in which it was made. */
  readonly #undo: (Undo & { readonly service: ServiceFolder })[] = [];
  calls = 0;

  constructor(client: Client, setting: Setting, scope: Scope) {
    this.#client = client;
    this.#setting = setting;
    this.scope = scope;
  }

  /** Keys that a scenario made are known once it made them. */
  #identityOf({ identity }: Step, scope: Scope): Call["identity"] {
    if (identity === undefined || identity === "nobody") return identity;
    const fillOne = (value: string | undefined) => (value === undefined ? undefined : String(fillText(value, scope)));
    return { keyId: fillOne(identity.keyId), secret: fillOne(identity.secret), token: fillOne(identity.token) };
  }

  #callOf(step: Step, scope: Scope): Call {
    return {
      service: step.service,
      operation: step.call,
      input: fillFields(step.input, scope),
      pages: step.pages,
      identity: this.#identityOf(step, scope),
      headers: Object.fromEntries(
        Object.entries(step.headers).map(([name, value]) => [name, String(fillText(value, scope))]),
      ),
    };
  }

  /** What is wrong with the step's answer; nothing when it is the expected one. */
  async step(step: Step): Promise<readonly string[]> {
    if (step.each === undefined) return await this.#once(step);
    for (const value of step.each) {
      this.scope.set("each", fill(value, this.scope));
      const lines = await this.#once(step);
      if (lines.length > 0) return [`with ${show(fill(value, this.scope))}:`, ...lines];
    }
    return [];
  }

  async #once(step: Step): Promise<readonly string[]> {
    const call = this.#callOf(step, this.scope);
    if (step.call === "StartLiveTail") return await this.#tail(step, call);
    return await this.#until(step.untilMs ?? 0, () => this.#ask(call, step.outcome));
  }

  async #until(ms: number, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const deadline = Date.now() + ms * this.#setting.patience;
    for (;;) {
      const lines = await look();
      if (lines.length === 0 || Date.now() >= deadline) return lines;
      await delay(POLL_MS);
    }
  }

  async #ask(call: Call, outcome: Outcome): Promise<readonly string[]> {
    this.calls += 1;
    if (call.operation === "StartQuery" && this.#setting.settleMs > 0) await delay(this.#setting.settleMs);
    const answer = await this.#client.call(call);
    if (answer.ok) {
      const undo = serviceLine(call.service).undo[call.operation]?.(call.input, answer.output) ?? [];
      this.#undo.push(...undo.map((one) => ({ ...one, service: call.service })));
    }
    return answer.ok ? this.#judgeOutput(outcome, answer.output) : this.#judgeFailure(outcome, answer.failure);
  }

  #judgeOutput(outcome: Outcome, output: Fields): readonly string[] {
    return outcome.kind === "output"
      ? differences(outcome.pattern, output, this.scope)
      : [`expected the error ${show(fill(outcome.pattern, this.scope))}, got the answer ${show(output)}`];
  }

  #judgeFailure(outcome: Outcome, failure: Failure): readonly string[] {
    if (outcome.kind === "output") return [`refused: ${failure.code} (${failure.http}): ${failure.message}`];
    const { http, ...rest } = outcome.pattern as Fields;
    // The aws program does not show the status, nor members of the error beyond its message.
    const visible =
      failure.http === undefined ? { code: rest.code ?? "<any>", message: rest.message ?? "<any>" } : rest;
    const expected = failure.http === undefined || http === undefined ? visible : { ...visible, http };
    return differences(expected, failure, this.scope, "error");
  }

  async #tail(step: Step, call: Call): Promise<readonly string[]> {
    this.calls += 1;
    const tail: Tail | Failure = await this.#client.tail(call);
    if (!("read" in tail && typeof tail.read === "function")) return this.#judgeFailure(step.outcome, tail as Failure);
    const open = tail as Tail;
    try {
      for (const [at, inner] of step.during.entries()) {
        const lines = await this.step(inner);
        if (lines.length > 0) return [`during, step ${at + 1} (${inner.call}):`, ...lines];
      }
      return await this.#until(step.untilMs ?? TAIL_MS, async () => this.#judgeOutput(step.outcome, await open.read()));
    } finally {
      await open.close();
    }
  }

  async give(given: Given, logGroupName: string): Promise<Fault | undefined> {
    const service = "logs" as const;
    const calls = [
      {
        service,
        operation: "CreateLogGroup",
        input: { ...fillFields(given.group, this.scope), logGroupName },
        ...PLAIN,
      },
      ...given.streams.map((logStreamName) => ({
        service,
        operation: "CreateLogStream",
        input: { logGroupName, logStreamName: fill(logStreamName, this.scope) },
        ...PLAIN,
      })),
    ];
    for (const call of calls) {
      const lines = await this.#ask(call, { kind: "output", pattern: {} });
      if (lines.length > 0) return { step: 0, call: call.operation, lines };
    }
    return undefined;
  }

  async clean(): Promise<void> {
    // A refusal means that the scenario itself removed the thing.
    for (const undo of this.#undo) await this.#client.call({ ...undo, ...PLAIN });
  }
}

/** Plays `scenario` up to its first fault. Rejects only when the client itself breaks down. */
export async function play(scenario: Scenario, client: Client, setting: Setting): Promise<Played> {
  const began = Date.now();
  const { account, region } = setting;
  const unique = setting.unique();
  const group = `compat/${unique}`;
  const groupArn = `arn:aws:logs:${region}:${account}:log-group:${group}`;
  const scope: Scope = new Map<string, string | number>(
    Object.entries({ unique, now: began, account, region, group, groupArn }),
  );
  const run = new Play(client, setting, scope);
  let fault: Fault | undefined;
  if (scenario.given !== undefined) fault = await run.give(scenario.given, group);
  for (const [at, step] of scenario.steps.entries()) {
    if (fault !== undefined) break;
    const lines = await run.step(step);
    if (lines.length > 0) fault = { step: at + 1, call: step.call, lines };
  }
  if (!setting.keep) await run.clean();
  return { fault, calls: run.calls, ms: Date.now() - began };
}
