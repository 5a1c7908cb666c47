import type { SigningCredential } from "@nephoscope/wire";
import { CommandError } from "../command.ts";
import { recordOf, type SignedCalls } from "../connection/signed-calls.ts";

export const ORGANIZATIONS = { service: "organizations", target: "AWSOrganizationsV20161128" };
const STS = { service: "sts", version: "2011-06-15" };
const IAM = { service: "iam", version: "2010-05-08" };

/** The role that a new account has for the account that made it, and the name of its first user. */
const ACCESS_ROLE = "OrganizationAccountAccessRole";
const ADMINISTRATOR = "administrator";

export interface NewAccount {
  readonly id: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Makes an account, and in it an administrator with a key: what anybody could do with the AWS CLI, in one step. */
export async function makeAccount(
  calls: SignedCalls,
  credential: SigningCredential,
  name: string,
  email: string,
): Promise<NewAccount> {
  const made = await calls.json(credential, ORGANIZATIONS, "CreateAccount", { AccountName: name, Email: email });
  const status = recordOf(made.CreateAccountStatus);
  if (status.State !== "SUCCEEDED") throw new CommandError(`no account was made: ${String(status.FailureReason)}`);
  const id = String(status.AccountId);
  const session = await calls.query(credential, STS, "AssumeRole", {
    RoleArn: `arn:aws:iam::${id}:role/${ACCESS_ROLE}`,
    RoleSessionName: "nephoscope-account-create",
  });
  const inside = {
    accessKeyId: session("AccessKeyId"),
    secret: session("SecretAccessKey"),
    sessionToken: session("SessionToken"),
  };
  const UserName = ADMINISTRATOR;
  await calls.query(inside, IAM, "CreateUser", { UserName });
  await calls.query(inside, IAM, "AttachUserPolicy", {
    UserName,
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  const key = await calls.query(inside, IAM, "CreateAccessKey", { UserName });
  return { id, accessKeyId: key("AccessKeyId"), secretAccessKey: key("SecretAccessKey") };
}

export interface ListedAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly joined: string;
}

export async function listAccounts(calls: SignedCalls, credential: SigningCredential): Promise<ListedAccount[]> {
  const accounts: ListedAccount[] = [];
  let token: unknown;
  do {
    const page = await calls.json(credential, ORGANIZATIONS, "ListAccounts", {
      ...(typeof token === "string" && { NextToken: token }),
    });
    const { Accounts, NextToken } = page;
    for (const account of Array.isArray(Accounts) ? Accounts : []) {
      const { Id, Name, Email, JoinedMethod } = recordOf(account);
      accounts.push({ id: String(Id), name: String(Name), email: String(Email), joined: String(JoinedMethod) });
    }
    token = NextToken;
  } while (typeof token === "string");
  return accounts;
}
