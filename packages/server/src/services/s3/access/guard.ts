import { compilePolicy, type PolicySet, parsePolicy, policySet } from "@nephoscope/languages/iam-policy";
import { type Service, WireFailure } from "@nephoscope/wire";
import type { AccessQuestion, Answer, Authority } from "../../../platform/access/authority.ts";
import type { Need, ServiceAccess } from "../../../platform/access/need.ts";
import { requesterOf } from "../../../platform/access/requester.ts";
import { resourcePolicies } from "../../../platform/access/resource-policies.ts";
import type { Bucket } from "../buckets/bucket.ts";
import type { BucketDirectory } from "../buckets/bucket-directory.ts";
import { refusal } from "../failures.ts";
import type { S3Call } from "../operation.ts";
import type { ObjectIndex } from "../store/object-index.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { type Acl, aclGives, type Permission } from "./acl.ts";
import { bucketAcl, objectAcl } from "./acl-operations.ts";
import { ownershipIn } from "./ownership.ts";
import { signatureKeys } from "./signature-keys.ts";

/** Decides who may do what with which bucket and object: by policies, and where they say nothing by access lists. */
export interface S3Guard {
  /** Throws `AccessDenied`. */
  require(call: GuardedCall, need: Need): void;
  allows(call: GuardedCall, need: Need): boolean;
}

export interface GuardedCall
  extends Pick<S3Call, "principal" | "account" | "region" | "sourceIp" | "userAgent" | "requestId">,
    Partial<Pick<S3Call, "signature" | "receivedAt" | "bodySha256">> {
  /** For a service of AWS's name: for which resource it acts, and whose that is. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export interface GuardParts {
  readonly authority: Authority;
  readonly buckets: BucketDirectory;
  readonly index: ObjectIndex;
}

/** S3 user guide, "Mapping of ACL permissions and access policy permissions". */
const BY_BUCKET_ACL: ReadonlyMap<string, Permission> = new Map([
  ["s3:ListBucket", "READ"],
  ["s3:ListBucketVersions", "READ"],
  ["s3:ListBucketMultipartUploads", "READ"],
  ["s3:PutObject", "WRITE"],
  ["s3:GetBucketAcl", "READ_ACP"],
  ["s3:PutBucketAcl", "WRITE_ACP"],
]);
const BY_OBJECT_ACL: ReadonlyMap<string, Permission> = new Map([
  ["s3:GetObject", "READ"],
  ["s3:GetObjectVersion", "READ"],
  ["s3:GetObjectAcl", "READ_ACP"],
  ["s3:GetObjectVersionAcl", "READ_ACP"],
  ["s3:PutObjectAcl", "WRITE_ACP"],
  ["s3:PutObjectVersionAcl", "WRITE_ACP"],
]);
/** Actions to which the tags of the object that is there are a condition key. */
const BY_OBJECT_TAGS =
  /^s3:(GetObject|GetObjectVersion|(Get|Put|Delete)Object(Version)?Tagging|(Get|Put)Object(Version)?Acl)$/;
/** What the root of the bucket's account may do even where the policy denies it: else a policy could lock everybody out. */
const FOR_ROOT: ReadonlySet<string> = new Set(["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]);

export function s3Guard({ authority, buckets, index }: GuardParts): S3Guard {
  const policies = resourcePolicies();
  const byAccount = new Map<string, PolicySet>();
  const everybody = allowing('"*"');

  /** An access list as a policy: it lets an account in, whose own policies then decide for whom. */
  const aclPolicy = (account: string): PolicySet => {
    const known = byAccount.get(account);
    if (known) return known;
    const made = allowing(`{"AWS":"arn:aws:iam::${account}:root"}`);
    if (byAccount.size >= MAX_ACCOUNTS) byAccount.clear();
    byAccount.set(account, made);
    return made;
  };

  const decide = (call: GuardedCall, need: Need): { question: AccessQuestion; answer: Answer; foreign: boolean } => {
    const { bucketName, key } = placeOf(need.resource);
    // A bucket that is to be made is asked for as the caller's own, also where its name is taken.
    const known = bucketName === undefined || need.action === "s3:CreateBucket" ? undefined : buckets.find(bucketName);
    const bucket = known?.document;
    const question: AccessQuestion = {
      principal: call.principal,
      account: call.account,
      region: call.region,
      sourceIp: call.sourceIp,
      userAgent: call.userAgent,
      requestId: call.requestId,
      sourceArn: call.sourceArn,
      sourceAccount: call.sourceAccount,
      need: { ...need, keys: { ...signatureKeys(call), ...need.keys } },
    };
    if (!bucket || bucketName === undefined) {
      // Nobody without an account owns what is not there.
      return { question, answer: authority.weigh(question), foreign: call.account === "" };
    }
    const object = key === undefined ? undefined : objectOf(bucket, key, need, index);
    const enforced = ownershipIn(bucket.ownership) === "BucketOwnerEnforced";
    const acl = aclFor(bucket, object, need.action, enforced);
    // The bucket's owner may remove what others put there, and its policy is about its own objects only.
    const owner = acl !== undefined && BY_OBJECT_ACL.has(need.action) ? acl.owner : bucket.account;
    const policy =
      bucket.policy === undefined || owner !== bucket.account
        ? undefined
        : policies.compile(bucket.policy.text, `arn:aws:s3:::${bucketName}`);
    const keys = object && BY_OBJECT_TAGS.test(need.action) ? existingTags(object.attributes.tags) : {};
    const asked: AccessQuestion = { ...question, facts: { account: owner, policy, keys } };
    const foreign = call.account !== owner;
    let answer = authority.weigh(asked);
    if (!answer.allowed && answer.decision.outcome === "explicit-deny") {
      const root = requesterOf(call.principal, call.account).kind === "root";
      if (!(root && !foreign && FOR_ROOT.has(need.action))) return { question: asked, answer, foreign };
      return { question: asked, answer: authority.weigh({ ...question, facts: { account: owner } }), foreign };
    }
    const service = call.principal.type === "AWSService";
    const blocked = buckets.publicAccess(bucket);
    if (foreign && !service && bucket.policy?.public && blocked.restrictPublicBuckets)
      answer = authority.weigh({ ...asked, facts: { account: owner, keys } });
    if (answer.allowed || !acl) return { question: asked, answer, foreign };
    const permission = BY_OBJECT_ACL.get(need.action) ?? BY_BUCKET_ACL.get(need.action);
    const given =
      permission && aclGives(acl, permission, call.account === "" ? undefined : call.account, blocked.ignorePublicAcls);
    if (!given) return { question: asked, answer, foreign };
    const byAcl = call.account === "" ? everybody : aclPolicy(call.account);
    return {
      question: asked,
      answer: authority.weigh({ ...asked, facts: { account: owner, policy: byAcl, keys } }),
      foreign,
    };
  };

  return {
    require(call, need) {
      const { question, answer, foreign } = decide(call, need);
      authority.note(question, answer);
      // S3 tells strangers nothing of policies.
      if (!answer.allowed) throw refusal("AccessDenied", foreign ? "Access Denied" : answer.message);
    },
    allows: (call, need) => decide(call, need).answer.allowed,
  };
}

/** Accounts that access lists name and that call. */
const MAX_ACCOUNTS = 1_000;

const allowing = (principal: string): PolicySet =>
  policySet([
    compilePolicy(
      parsePolicy(
        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":${principal},"Action":"s3:*","Resource":"*"}]}`,
        "resource",
      ),
      { kind: "resource", name: "access list" },
    ),
  ]);

function placeOf(arn: string): { readonly bucketName: string | undefined; readonly key: string | undefined } {
  const [, bucketName, key] = /^arn:aws:s3:::([^/]+)(?:\/(.*))?$/s.exec(arn) ?? [];
  return { bucketName, key };
}

/** The object that a need is about, where more than its name counts. */
function objectOf(bucket: Bucket, key: string, { action, keys }: Need, index: ObjectIndex): StoredObject | undefined {
  if (!BY_OBJECT_ACL.has(action) && !BY_OBJECT_TAGS.test(action)) return undefined;
  const place = { bucket: bucket.number, key };
  const version = keys?.["s3:versionid"];
  return typeof version === "string" ? index.version(place, version) : index.latest(place);
}

function aclFor(bucket: Bucket, object: StoredObject | undefined, action: string, enforced: boolean): Acl | undefined {
  if (enforced) return undefined;
  if (BY_OBJECT_ACL.has(action)) return object && objectAcl(bucket, object);
  return BY_BUCKET_ACL.has(action) ? bucketAcl(bucket) : undefined;
}

const existingTags = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));

/** Whose every object is asked for by itself: what is refused of one leaves the others alone. */
const ASKS_ITSELF: ReadonlySet<string> = new Set(["DeleteObjects"]);

/** Asks the guard for all that a call needs before its operation runs. */
export function guarded(service: Service, table: ServiceAccess, guard: S3Guard, buckets: BucketDirectory): Service {
  return {
    ...service,
    async run(operation, input, call) {
      const named = bucketIn(input);
      if (named !== undefined && operation !== "CreateBucket" && !buckets.find(named))
        throw refusal("NoSuchBucket", "The specified bucket does not exist");
      if (!table.operations.has(operation)) throw refusal("AccessDenied", `Nothing says what s3:${operation} needs.`);
      if (!ASKS_ITSELF.has(operation))
        for (const need of table.needs(operation, input, call) ?? []) guard.require(call, need);
      try {
        return await service.run(operation, input, call);
      } catch (error) {
        // Who may not list a bucket is not to learn what is not in it.
        if (!(error instanceof WireFailure) || error.code !== "NoSuchKey" || named === undefined) throw error;
        if (guard.allows(call, { action: "s3:ListBucket", resource: `arn:aws:s3:::${named}` })) throw error;
        throw refusal("AccessDenied", "Access Denied");
      }
    },
  };
}

const bucketIn = (input: unknown): string | undefined =>
  typeof input === "object" && input !== null && "Bucket" in input && typeof input.Bucket === "string"
    ? input.Bucket
    : undefined;
