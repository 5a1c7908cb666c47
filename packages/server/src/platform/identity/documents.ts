/**
 * What identity keeps in the state store, all of it under region "". Names are unique without regard to case, so they are
 * kept as given and keyed in lower case; what refers to one another does it by the unique id, which survives renaming.
 */

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A user, group or role, as far as policies are attached to it. */
export interface PolicyHolder {
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  /** AWS's unique id, such as `AIDA…`. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Documents of inline policies, by name. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attached: readonly string[];
}

export interface User extends PolicyHolder {
  readonly tags: readonly Tag[];
  /** ARN of a managed policy. */
  readonly boundary?: string;
  /** Unique ids of groups, in the order in which the user joined them. */
  readonly groups: readonly string[];
}

export type Group = PolicyHolder;

export interface Role extends PolicyHolder {
  readonly tags: readonly Tag[];
  readonly boundary?: string;
  readonly description?: string;
  /** The trust policy's document. */
  readonly trust: string;
  /** Unique ids of the users and roles that it names, by their ARNs. */
  readonly trustPins?: Readonly<Record<string, string>>;
  readonly maxSessionSeconds: number;
  /** The service that a service-linked role belongs to, such as `autoscaling.amazonaws.com`. */
  readonly linkedTo?: string;
}

export interface PolicyVersionDocument {
  /** `v1`, `v2`, … */
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Oldest first; at most five. */
  readonly versions: readonly PolicyVersionDocument[];
  readonly defaultVersion: string;
  /** Numbers of versions are never used again. */
  readonly nextVersion: number;
  readonly tags: readonly Tag[];
}

/** Kept under account "" by its id, so that a call finds its account by its key. */
export interface AccessKey {
  readonly account: string;
  /** Unique id of the user; undefined for a key of the account's root user. */
  readonly user?: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: number;
  /** Sealed with the root key, bound to the key's id. */
  readonly sealedSecret: string;
}

/** A password, under the user's unique id. */
export interface LoginProfile {
  readonly createdAt: number;
  /** See `password-hash.ts`. */
  readonly hash: string;
  readonly changedAt: number;
  readonly resetRequired: boolean;
  /** Hashes of earlier passwords, newest first; as many as a password policy can ask for. */
  readonly earlier: readonly string[];
  readonly lastUsedAt?: number;
}

/** A virtual MFA device, under its name in lower case. */
export interface MfaDevice {
  readonly name: string;
  readonly path: string;
  /** The shared secret in Base32, sealed with the root key, bound to the device's ARN. */
  readonly sealedSeed: string;
  readonly createdAt: number;
  /** Unique id of the user it belongs to; the account's id for the root user. */
  readonly user?: string;
  readonly enabledAt?: number;
  /** Number of the last time step whose code was taken: no code works twice. */
  readonly lastStep: number;
  readonly tags: readonly Tag[];
}

export interface InstanceProfile {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  /** Unique id of its role. */
  readonly role?: string;
  readonly tags: readonly Tag[];
}

/** An identity provider of OpenID Connect, under its URL without `https://` in lower case. */
export interface OidcProvider {
  /** Without `https://` and without a slash at the end. */
  readonly url: string;
  /** As it was given: where its configuration is. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}

/** AWS's fields and defaults (IAM API, UpdateAccountPasswordPolicy). */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** 0: passwords do not expire. */
  readonly maxAgeDays: number;
  /** How many earlier passwords may not be used again. */
  readonly reusePrevention: number;
  readonly hardExpiry: boolean;
}

/** One for each account, under the key `settings`. */
export interface AccountSettings {
  readonly passwordPolicy?: PasswordPolicy;
  readonly alias?: string;
}

/** An account of this installation, under account "" by its number. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: number;
  /** How it came: by the installation itself, or by Organizations' CreateAccount. */
  readonly joined: "installed" | "created";
  /** Id of the request that created it (`car-…`). */
  readonly requestId?: string;
}

/** An alias belongs to one account of the installation; under account "" by itself. */
export interface AccountAlias {
  readonly account: string;
}
