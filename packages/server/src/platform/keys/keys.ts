/**
 * The port by which services encrypt what they keep with a key of KMS, on behalf of who calls them. KMS implements it; those
 * that use it know nothing of KMS.
 */
import type { Principal } from "@nephoscope/wire";

/** For whom a service uses a key. */
export interface KeyUser {
  /** Who needs the right; a service that works by itself is an `AWSService` whose ARN is its name, such as `sns.amazonaws.com`. */
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  /** The service, as in `kms:ViaService`: `sns`, `sqs`, `logs`, `s3`… */
  readonly service: string;
  /** The resource that is encrypted, as an ARN. */
  readonly sourceArn?: string;
  readonly requestId?: string;
}

/** What ciphertexts are bound to: the same pairs must be given to decrypt. */
export type KeyContext = Readonly<Record<string, string>>;

export interface Keys {
  /**
   * The ARN of a key that the user may encrypt and decrypt with. `name` is an id, an ARN, an alias or an alias's ARN;
   * `alias/aws/<service>` of the user's own service is made when it is not there. Rejects with KeyRefused.
   */
  usable(user: KeyUser, name: string, context: KeyContext): Promise<string>;
  /** As `usable`, but asks for no more than the right to encrypt (`kms:GenerateDataKey`). */
  encryptable(user: KeyUser, name: string, context: KeyContext): Promise<string>;
  /**
   * Encrypts under a data key that is used again for some minutes. The right (`kms:GenerateDataKey`) and the key's state are
   * looked at each time, so that a right that was taken away is gone at once. Any size that fits in memory.
   */
  encrypt(user: KeyUser, name: string, plaintext: Uint8Array, context: KeyContext): Promise<Buffer>;
  /** What `encrypt` gave, with the right `kms:Decrypt`. Rejects with KeyRefused. */
  decrypt(user: KeyUser, sealed: Uint8Array, context: KeyContext): Promise<Buffer>;
  /** Whether the user may decrypt with a key now: for data that the service itself keeps readable. Throws KeyRefused. */
  checkDecrypt(user: KeyUser, name: string, context: KeyContext): void;
}

/** Why a key can't be used. `code` is KMS's, such as `AccessDeniedException`; the message is for the caller. */
export class KeyRefused extends Error {
  override readonly name = "KeyRefused";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
