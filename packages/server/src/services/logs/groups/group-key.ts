import { NoSealedDisk } from "@nephoscope/engine";
import { KeyRefused, type KeyUser } from "../../../platform/keys/keys.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { changeDocument } from "../commit.ts";
import { periodsHolding, storedFrom } from "../events/event-tables.ts";
import type { LogsCall, LogsDeps, LogsOperation } from "../operation.ts";
import { parseLogGroupArn, requireLogGroup } from "./identify-log-group.ts";
import { type LogGroup, type LogGroupName, logGroupArn, type Scope } from "./log-group.ts";

/**
 * The key of a log group. What comes in while a group has a key is stored encrypted under it (see ../vaults), which the service does in its own
 * name, so the key's policy must let it. Each read needs the caller's right to decrypt as well, and a key that is disabled or gone closes
 * what was stored under it to everybody.
 */
type KeyDeps = Pick<LogsDeps, "keys">;

const userOf = (call: LogsCall, sourceArn: string): KeyUser => ({
  principal: call.principal,
  account: call.account,
  region: call.region,
  service: "logs",
  sourceArn,
  requestId: call.requestId,
});

/** The service itself, as key policies name it (user guide, "Encrypt log data using AWS KMS"). */
export function serviceUser({ account, region }: Scope, sourceArn: string): KeyUser {
  const name = `logs.${region}.amazonaws.com`;
  return {
    principal: { type: "AWSService", arn: name, principalId: name },
    account,
    region,
    service: "logs",
    sourceArn,
  };
}

/** The encryption context that CloudWatch Logs uses (user guide, "Encrypt log data using AWS KMS"). */
export const contextOf = (arn: string) => ({ "aws:logs:arn": arn });

/** The ARN of a key for a group. Refuses one that is not there, or that the caller or the service may not encrypt and decrypt with. */
export async function requireUsableKey({ keys }: KeyDeps, call: LogsCall, place: Scope, name: string, key: string) {
  const arn = logGroupArn(place, name);
  try {
    const keyArn = await keys.usable(userOf(call, arn), key, contextOf(arn));
    return await keys.usable(serviceUser(place, arn), keyArn, contextOf(arn));
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw call.error(
      "InvalidParameterException",
      `The specified KMS key does not exist or is not allowed to be used with LogGroup '${arn}': ${error.message}`,
    );
  }
}

/**
 * Refuses to read events of a group that the caller, or the service, may not decrypt now: those of a range in milliseconds, or all. A group
 * that has a key now is closed whole without it.
 */
export function requireReadable(
  { keys }: KeyDeps,
  call: LogsCall,
  { ref, document }: Resource<LogGroup>,
  range: { readonly fromMs: number; readonly toMs: number } = ALL_TIMES,
): void {
  const { kmsKeyId, stored } = document;
  if (kmsKeyId === undefined && stored === undefined) return;
  const arn = logGroupArn(ref, ref.key);
  const needed = new Set(periodsHolding(stored, range.fromMs, range.toMs).map(({ sealed }) => sealed?.keyArn));
  needed.add(kmsKeyId);
  try {
    for (const key of needed) {
      if (key === undefined) continue;
      keys.checkDecrypt(userOf(call, arn), key, contextOf(arn));
      keys.checkDecrypt(serviceUser(ref, arn), key, contextOf(arn));
    }
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw call.error("AccessDeniedException", `The events of ${arn} can't be read without its key: ${error.message}`);
  }
}

const ALL_TIMES = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Makes a place for a group's events under a key, and sees that the engine takes it. */
export async function admitGroup(
  { vaults }: Pick<LogsDeps, "vaults">,
  call: LogsCall,
  place: LogGroupName,
  groupId: number,
  keyArn: string,
): Promise<{ readonly vault: number; readonly keyArn: string }> {
  const vault = await vaults.admit(place, groupId, keyArn);
  try {
    await vaults.open(vault, groupId);
  } catch (error) {
    if (error instanceof NoSealedDisk) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
  return { vault, keyArn };
}

export const associateKmsKey: LogsOperation<"AssociateKmsKey"> = async (input, call, deps) => {
  const find = () => groupOf(deps, call, input);
  const { ref, document } = find();
  const kmsKeyId = await requireUsableKey(deps, call, ref, ref.key, input.kmsKeyId);
  const place = { account: ref.account, region: ref.region, name: ref.key };
  const sealed = await admitGroup(deps, call, place, document.groupId, kmsKeyId);
  await changeDocument(deps, call, find, (group) => {
    // Made again under its name meanwhile.
    if (group.groupId !== document.groupId)
      throw call.error("ResourceNotFoundException", "The specified log group does not exist.");
    const stored = storedFrom(group, sealed, deps.clock.now());
    if (stored.length > MAX_PERIODS)
      throw call.error("LimitExceededException", `A log group can have had ${MAX_PERIODS - 1} keys.`);
    return { ...group, kmsKeyId, stored };
  });
  return {};
};

/** What was stored under the key stays so. A key that is gone can be taken away too, so that events can come in again. */
export const disassociateKmsKey: LogsOperation<"DisassociateKmsKey"> = async (input, call, deps) => {
  const find = () => groupOf(deps, call, input);
  await changeDocument(deps, call, find, ({ kmsKeyId: _, ...group }) => ({
    ...group,
    stored: storedFrom(group, undefined, deps.clock.now()),
  }));
  return {};
};

/** Each has a table of its own that every read of the whole group looks into. */
const MAX_PERIODS = 33;

function groupOf(
  { state }: LogsDeps,
  call: LogsCall,
  input: { readonly logGroupName?: string | undefined; readonly resourceIdentifier?: string | undefined },
): Resource<LogGroup> {
  const { logGroupName, resourceIdentifier } = input;
  if ((logGroupName === undefined) === (resourceIdentifier === undefined)) {
    throw call.error("InvalidParameterException", "Give either logGroupName or resourceIdentifier.");
  }
  if (resourceIdentifier !== undefined && parseLogGroupArn(resourceIdentifier) === undefined) {
    throw call.error(
      "InvalidParameterException",
      `Nephoscope takes the ARN of a log group as resourceIdentifier, not ${resourceIdentifier}: query results have no key of their own.`,
    );
  }
  return requireLogGroup(state, call, { logGroupIdentifier: logGroupName ?? resourceIdentifier });
}
