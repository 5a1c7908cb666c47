import type { ContextValues, PolicySet } from "@nephoscope/languages/iam-policy";
import type { Call, InputOf, OperationName } from "@nephoscope/wire";

/** One thing that a call needs to be allowed. A call that needs several is allowed when each is. */
export interface Need {
  /** As policies name it, such as `logs:PutLogEvents`. */
  readonly action: string;
  /** An ARN, or `*` for what is about no resource. */
  readonly resource: string;
  /**
   * Another ARN by which policies know the same resource, such as a log group's with `:*`. What one of the two allows is
   * allowed, what one denies is denied.
   */
  readonly also?: string;
  /** The service's own condition keys, and the tags that the request brings (see `requestTags`). */
  readonly keys?: ContextValues;
}

/** What authorisation must know of a resource that is there. */
export interface ResourceFacts {
  /** Whose it is. */
  readonly account: string;
  readonly policy?: PolicySet | undefined;
  /** True where its own account gets in by its policy alone, as with keys of KMS. */
  readonly policyRequired?: boolean;
  /** `aws:ResourceTag/…` */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Further condition keys that are known of it. */
  readonly keys?: ContextValues;
}

/**
 * What an operation needs. `open` operations may be called by everybody who can call at all. `inside` means that the
 * service asks for itself, before it does anything, because only it knows what is used: see its access folder.
 */
export type Declaration<Input = never> =
  | "open"
  | "inside"
  | ((input: Input, call: Call) => Need | readonly Need[] | "inside");

/** A declaration for each operation that an SDK's module `M` has and that is implemented. */
export type AccessTable<M> = { readonly [Op in OperationName<M>]?: Declaration<InputOf<M, Op>> };

/** What the front door must know of a service to authorise its calls. */
export interface ServiceAccess {
  readonly operations: ReadonlySet<string>;
  /** What a call of a declared operation needs, which is never nothing; undefined where nothing is to be asked here. */
  needs(operation: string, input: unknown, call: Call): readonly Need[] | undefined;
  /** What is known of a resource; undefined where it is not there, or has neither policy nor tags. */
  resource?(arn: string, call: Call): ResourceFacts | undefined;
  /** The error with which the service denies; `AccessDeniedException`, under its protocol's name, where absent. */
  readonly deniedBy?: string;
  /** Its denials carry a message that sts:DecodeAuthorizationMessage reads, as EC2's do. */
  readonly encodesDenials?: boolean;
}

/** Curried like `service` of the wire: the model's reader makes each input what its declaration's type says. */
export function serviceAccess<M>(
  table: AccessTable<M>,
  more: Pick<ServiceAccess, "resource" | "deniedBy" | "encodesDenials"> = {},
): ServiceAccess {
  const declared = new Map(Object.entries<unknown>(table));
  return {
    ...more,
    operations: new Set(declared.keys()),
    needs(operation, input, call) {
      const declaration = declared.get(operation);
      if (typeof declaration !== "function") return undefined;
      const needs: Need | readonly Need[] | "inside" = declaration(input, call);
      if (needs === "inside") return undefined;
      return "action" in needs ? [needs] : needs;
    },
  };
}

/** Throws for operations that nobody declared: such a server must not start. */
export function requireDeclarations(service: string, implemented: ReadonlySet<string>, access: ServiceAccess): void {
  const missing = [...implemented].filter((name) => !access.operations.has(name));
  if (missing.length > 0) {
    throw new Error(
      `${service}: ${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} no declaration of action and resource; add ${missing.length === 1 ? "it" : "them"} to the service's access table.`,
    );
  }
}

type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** The condition keys of tags that a request brings, in either of the forms that AWS's APIs have. */
export function requestTags(tags: Readonly<Record<string, string>> | TagList | undefined): ContextValues {
  if (tags === undefined) return {};
  const entries = isList(tags) ? tags.map(({ Key = "", Value = "" }) => [Key, Value] as const) : Object.entries(tags);
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": entries.map(([key]) => key),
  };
}

/** The condition key of tags that a request takes away. */
export const tagKeys = (keys: readonly string[] | undefined): ContextValues => ({ "aws:TagKeys": keys });

const isList = (tags: Readonly<Record<string, string>> | TagList): tags is TagList => Array.isArray(tags);

/** The same operations, of a service that asks for each of its needs itself, because more than policies decides there. */
export const decidedInside = ({ operations }: ServiceAccess): ServiceAccess => ({ operations, needs: () => undefined });
