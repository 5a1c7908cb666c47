import type { Service } from "@nephoscope/wire";
import { actsOfServices } from "../../platform/access/acts-of-services.ts";
import type { Authority } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { FunctionRunner } from "../../platform/functions/functions.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Graphs } from "../../platform/mail/graphs.ts";
import type { Mailer } from "../../platform/mail/mail.ts";
import type { NotificationTargets } from "../../platform/notifications/notification.ts";
import type { Outbox } from "../../platform/outbox/outbox.ts";
import type { Outgoing } from "../../platform/outgoing/outgoing.ts";
import type { MessageQueues } from "../../platform/queues/message-queues.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { DurableTables } from "../../platform/sqlite/durable-tables.ts";
import type { State } from "../../platform/state/state.ts";
import { carrySns } from "./delivery/carriers.ts";
import { openSigner } from "./delivery/signing.ts";
import { topicsAsTargets } from "./notification-target.ts";
import type { SnsDeps } from "./operation.ts";
import { type OpenPages, snsPages } from "./pages/pages.ts";
import { createPublisher } from "./publish/publisher.ts";
import { sealedMessages } from "./publish/sealed-message.ts";
import { snsService } from "./service.ts";
import { removeExpired } from "./subscriptions/pending.ts";

export interface SnsParts {
  readonly state: State;
  readonly box: SecretBox;
  /** Keys of topics. */
  readonly keys: Keys;
  readonly outbox: Outbox;
  /** The outbox's file, with `FIFO_TOPICS_SCHEMA`. */
  readonly tables: DurableTables;
  readonly mailer: Mailer;
  readonly graphs: Graphs;
  readonly outgoing: Outgoing;
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
  readonly authority: Authority;
  readonly notifications: NotificationTargets;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** What links begin with, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** Expired tokens confirm nothing; when they are removed is a matter of room. */
const CLEAN_UP_MS = 10 * 60_000;

/** SNS: its operations, the pages behind its links, its carriers in the outbox, and its topics as targets of notifications. */
export function startSns(parts: SnsParts): { service: Service; pages: OpenPages } {
  const {
    state,
    box,
    keys,
    outbox,
    tables,
    outgoing,
    queues,
    runner,
    authority,
    notifications,
    jobs,
    clock,
    log,
    publicUrl,
  } = parts;
  const signer = openSigner({ state, box, now: clock.now });
  const sealed = sealedMessages(keys);
  const publisher = createPublisher({ state, outbox, sealed, tables, clock });
  const deps: SnsDeps = { state, publisher, outgoing, queues, runner, clock, log };
  carrySns(outbox, { ...parts, signer, sealed });
  notifications.add(topicsAsTargets(deps, actsOfServices(authority)));
  jobs.every("sns-clean-up", CLEAN_UP_MS, async (signal) => {
    await removeExpired(state, clock.now(), signal);
    await publisher.cleanUp();
    await tables.shrink();
  });
  return { service: snsService(deps), pages: snsPages({ state, publisher, clock, log, signer, publicUrl }) };
}
