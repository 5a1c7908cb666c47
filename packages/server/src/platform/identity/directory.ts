import type { ResourceRef, State } from "../state/state.ts";
import type {
  AccessKey,
  Account,
  AccountAlias,
  AccountSettings,
  Group,
  InstanceProfile,
  LoginProfile,
  ManagedPolicy,
  MfaDevice,
  OidcProvider,
  Role,
  User,
} from "./documents.ts";
import { openShelves, type Shelf } from "./shelf.ts";

/** Everything that identity knows, in memory: who is there, and with which policies. */
export interface Directory {
  readonly accounts: Shelf<Account>;
  readonly aliases: Shelf<AccountAlias>;
  readonly settings: Shelf<AccountSettings>;
  readonly users: Shelf<User>;
  readonly groups: Shelf<Group>;
  readonly roles: Shelf<Role>;
  readonly policies: Shelf<ManagedPolicy>;
  /** Under account "". */
  readonly accessKeys: Shelf<AccessKey>;
  /** By the user's unique id. */
  readonly logins: Shelf<LoginProfile>;
  readonly mfaDevices: Shelf<MfaDevice>;
  readonly instanceProfiles: Shelf<InstanceProfile>;
  readonly oidcProviders: Shelf<OidcProvider>;
  /** Rises whenever anything changes that policies or principals of the account depend on. */
  generation(account: string): number;
}

/** Where a document of one of the shelves lives. */
export const refOn = <T>(shelf: Shelf<T>, account: string, key: string): ResourceRef => ({
  kind: shelf.kind,
  account,
  region: "",
  key,
});

/** Names differ in more than their case (IAM user guide, "IAM and AWS STS quotas": names). */
export const keyOfName = (name: string): string => name.toLowerCase();

/** What a change of has no influence on what an account's principals may do. */
const SILENT: ReadonlySet<string> = new Set(["iam.login-profile", "iam.mfa-device"]);

export function openDirectory(state: State): Directory {
  const shelves = openShelves(state);
  const generations = new Map<string, number>();
  shelves.onChange(({ kind, account }) => {
    if (!SILENT.has(kind)) generations.set(account, (generations.get(account) ?? 0) + 1);
  });
  const byId = ({ id }: { readonly id: string }) => id;
  return {
    accounts: shelves.open("account"),
    aliases: shelves.open("iam.account-alias"),
    settings: shelves.open("iam.account-settings"),
    users: shelves.open<User>("iam.user", byId),
    groups: shelves.open<Group>("iam.group", byId),
    roles: shelves.open<Role>("iam.role", byId),
    policies: shelves.open<ManagedPolicy>("iam.policy", byId),
    accessKeys: shelves.open("iam.access-key"),
    logins: shelves.open("iam.login-profile"),
    mfaDevices: shelves.open("iam.mfa-device"),
    instanceProfiles: shelves.open<InstanceProfile>("iam.instance-profile", byId),
    oidcProviders: shelves.open("iam.oidc-provider"),
    generation: (account) => generations.get(account) ?? 0,
  };
}
