import { type CompiledPolicy, compilePolicy, type PolicyKind, parsePolicy } from "@nephoscope/languages/iam-policy";
import { parseIamArn, policyArn } from "./arns.ts";
import { type Directory, keyOfName } from "./directory.ts";
import type { ManagedPolicy } from "./documents.ts";
import type { AwsManagedPolicies } from "./managed-policies.ts";

/** Where the text of a policy is found, and its compiled form. */
export interface PolicySources {
  /** The managed policy of an ARN, AWS's or an account's own, as it counts now. */
  managed(arn: string): { readonly name: string; readonly document: string } | undefined;
  /** A managed policy compiled; undefined when there is none: then it allows nothing, and denies nothing. */
  compileManaged(arn: string, kind: PolicyKind): CompiledPolicy | undefined;
  compileInline(document: string, kind: PolicyKind, name: string, attachedTo: string): CompiledPolicy;
}

/** Most of an installation's policies; past that the cache begins anew. */
const MAX_COMPILED = 10_000;

const defaultDocument = ({ versions, defaultVersion }: ManagedPolicy): string =>
  versions.find(({ id }) => id === defaultVersion)?.document ?? "";

export function policySources(directory: Directory, awsManaged: AwsManagedPolicies): PolicySources {
  // By all that the result depends on, so an entry is never wrong, only unused.
  const compiled = new Map<string, CompiledPolicy>();
  const compile = (
    document: string,
    origin: { readonly kind: PolicyKind; readonly name: string; readonly arn?: string; readonly attachedTo?: string },
  ): CompiledPolicy => {
    const key = [origin.kind, origin.name, origin.arn, origin.attachedTo, document].join("\n");
    const known = compiled.get(key);
    if (known !== undefined) return known;
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    const made = compilePolicy(parsePolicy(document, origin.kind), origin);
    compiled.set(key, made);
    return made;
  };

  const managed: PolicySources["managed"] = (arn) => {
    const own = awsManaged.get(arn);
    if (own !== undefined) return own;
    const parts = parseIamArn(arn);
    if (parts?.type !== "policy") return undefined;
    const found = directory.policies.get(parts.account, keyOfName(parts.name));
    if (found === undefined || policyArn(parts.account, found.document) !== arn) return undefined;
    return { name: found.document.name, document: defaultDocument(found.document) };
  };

  return {
    managed,
    compileManaged(arn, kind) {
      const found = managed(arn);
      return found && compile(found.document, { kind, name: found.name, arn });
    },
    compileInline: (document, kind, name, attachedTo) => compile(document, { kind, name, attachedTo }),
  };
}
