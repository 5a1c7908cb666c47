import type { EngineClient } from "./client.ts";

/** An analytic engine, embedded or a cluster; the rest of the house sees no difference. */
export type Engine = {
  readonly kind: "embedded" | "cluster";
  readonly client: EngineClient;
  /** The process of an embedded engine while it is up. */
  readonly pid: number | undefined;
  /** Where its HTTP interface listens now. */
  readonly url: string;
  readonly state: EngineState;
  /** Tells each change of state; returns a function that ends the telling. */
  onState(listener: (state: EngineState, detail: string) => void): () => void;
  /** Takes no more calls, lets those under way finish (bounded), and ends the engine's process if it is ours. */
  close(): Promise<void>;
};

export type EngineState = "up" | "down" | "closed";

/** Where an engine tells what happens to it. */
export type EngineLog = (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
