import { KeyRefused, type KeyUser } from "../../../platform/keys/keys.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { changeDocument } from "../commit.ts";
import type { LogsCall, LogsDeps, LogsOperation } from "../operation.ts";
import { parseLogGroupArn, requireLogGroup } from "./identify-log-group.ts";
import { type LogGroup, logGroupArn, type Scope } from "./log-group.ts";

/**
 * The key of a log group. Its events stand in the engine as every other group's, since they must be searchable there; the key
 * decides who reads them: each read needs the right to decrypt, and a key that is disabled or gone closes the group.
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

/** The encryption context that CloudWatch Logs uses (user guide, "Encrypt log data using AWS KMS"). */
const contextOf = (arn: string) => ({ "aws:logs:arn": arn });

/** Refuses a key that is not there, or that the caller may not encrypt and decrypt with. */
export async function requireUsableKey({ keys }: KeyDeps, call: LogsCall, place: Scope, name: string, key: string) {
  const arn = logGroupArn(place, name);
  try {
    return await keys.usable(userOf(call, arn), key, contextOf(arn));
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw call.error(
      "InvalidParameterException",
      `The specified KMS key does not exist or is not allowed to be used with LogGroup '${arn}': ${error.message}`,
    );
  }
}

/** Refuses to read the events of a group whose key the caller may not decrypt with now. */
export function requireReadable({ keys }: KeyDeps, call: LogsCall, { ref, document }: Resource<LogGroup>): void {
  if (document.kmsKeyId === undefined) return;
  const arn = logGroupArn(ref, ref.key);
  try {
    keys.checkDecrypt(userOf(call, arn), document.kmsKeyId, contextOf(arn));
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw call.error("AccessDeniedException", `The events of ${arn} can't be read without its key: ${error.message}`);
  }
}

export const associateKmsKey: LogsOperation<"AssociateKmsKey"> = async (input, call, deps) => {
  const find = () => groupOf(deps, call, input);
  const { ref } = find();
  const kmsKeyId = await requireUsableKey(deps, call, ref, ref.key, input.kmsKeyId);
  await changeDocument(deps, call, find, (group) => ({ ...group, kmsKeyId }));
  return {};
};

/** Whoever takes a group's key away opens it to everybody who may read groups, so this needs the right to decrypt. */
export const disassociateKmsKey: LogsOperation<"DisassociateKmsKey"> = async (input, call, deps) => {
  const find = () => groupOf(deps, call, input);
  requireReadable(deps, call, find());
  await changeDocument(deps, call, find, ({ kmsKeyId: _, ...group }) => group);
  return {};
};

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
