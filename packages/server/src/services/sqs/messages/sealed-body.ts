import { WireFailure } from "@nephoscope/wire";
import { KeyRefused, type Keys, type KeyUser } from "../../../platform/keys/keys.ts";
import type { SecretBox } from "../../../platform/secrets/secret-box.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { arnOfQueue, type Queue } from "../queues/queue.ts";

/** Who sends or receives. */
export type BodyUser = Pick<KeyUser, "principal" | "account" | "requestId">;

/**
 * Encryption of bodies where they are kept (SQS developer guide, "Encryption at rest"): under the queue's KMS key, or with
 * `SqsManagedSseEnabled` under the server's own. A body says itself how it is sealed and for which queue, so it opens after the
 * queue's settings have changed and in a dead-letter queue too.
 */
export interface SealedBodies {
  /** The body as it is to be kept. Rejects with SQS's `Kms…` errors when the key can't be used. */
  seal(queue: Resource<Queue>, user: BodyUser, body: string): Promise<string>;
  /** What `seal` was given. The user needs the right to decrypt, whatever queue the message is in now. */
  open(user: BodyUser, kept: string): Promise<string>;
  /** Refuses who could not open what the queue seals now. */
  checkOpen(queue: Resource<Queue>, user: BodyUser): void;
}

/** A character that no body may hold (SQS API reference, SendMessage). */
const MARK = "\u0001";

export function sealedBodies({ keys, box }: { readonly keys: Keys; readonly box: SecretBox }): SealedBodies {
  const userOf = (arn: string, { principal, account, requestId }: BodyUser): KeyUser => {
    const [, , , region = ""] = arn.split(":");
    return {
      principal,
      account,
      region,
      service: "sqs",
      sourceArn: arn,
      ...(requestId !== undefined && { requestId }),
    };
  };
  const context = (arn: string) => ({ "aws:sqs:arn": arn });
  return {
    async seal(queue, user, body) {
      const arn = arnOfQueue(queue);
      const key = keyName(queue);
      if (key !== undefined) {
        const sealed = await told(() => keys.encrypt(userOf(arn, user), key, Buffer.from(body), context(arn)));
        return [MARK, "kms", arn, sealed.toString("base64")].join(MARK);
      }
      return queue.document.attributes.SqsManagedSseEnabled === "true"
        ? [MARK, "own", arn, box.seal(body, arn)].join(MARK)
        : body;
    },
    async open(user, kept) {
      if (!kept.startsWith(MARK)) return kept;
      const [, , kind, arn = "", sealed = ""] = kept.split(MARK);
      if (kind === "own") return box.open(sealed, arn);
      const opened = await told(() => keys.decrypt(userOf(arn, user), Buffer.from(sealed, "base64"), context(arn)));
      return opened.toString();
    },
    checkOpen(queue, user) {
      const key = keyName(queue);
      if (key === undefined) return;
      const arn = arnOfQueue(queue);
      try {
        keys.checkDecrypt(userOf(arn, user), key, context(arn));
      } catch (error) {
        throw asSqsError(error);
      }
    },
  };
}

/** A bare id or alias is one of the queue's account. */
function keyName({ ref, document }: Resource<Queue>): string | undefined {
  const name = document.attributes.KmsMasterKeyId ?? "";
  if (name === "" || name.startsWith("arn:")) return name === "" ? undefined : name;
  return `arn:aws:kms:${ref.region}:${ref.account}:${name.startsWith("alias/") ? name : `key/${name}`}`;
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asSqsError(error);
  }
}

const ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KmsAccessDenied",
  NotFoundException: "KmsNotFound",
  DisabledException: "KmsDisabled",
  InvalidKeyUsageException: "KmsInvalidKeyUsage",
};

function asSqsError(error: unknown): unknown {
  if (!(error instanceof KeyRefused)) return error;
  return new WireFailure(ERRORS[error.code] ?? "KmsInvalidState", error.message);
}
