import {
  compilePolicy,
  NO_POLICIES,
  PolicyError,
  type PolicyKind,
  type PolicyOrigin,
  type PolicySet,
  parsePolicy,
  policyErrorText,
  policySet,
} from "@nephoscope/languages/iam-policy";

/** Compiled policies of resources. */
export interface ResourcePolicies {
  /**
   * The set of one policy's text. Texts are checked when they are put. One that cannot be read, which only a store from before
   * there were checks can hold, allows nothing.
   */
  compile(text: string, resource: string, kind?: PolicyKind): PolicySet;
}

/** More resources than a busy server works with at a time; a policy has 20 KB at most, as everywhere at AWS but S3. */
const MAX_COMPILED = 5_000;

/** Compiling a policy costs more than asking it, so what was compiled stays until there is too much of it. */
export function resourcePolicies(): ResourcePolicies {
  const compiled = new Map<string, { readonly text: string; readonly set: PolicySet }>();
  return {
    compile(text, resource, kind = "resource") {
      const known = compiled.get(resource);
      if (known?.text === text) return known.set;
      if (compiled.size >= MAX_COMPILED) compiled.clear();
      const set = read(text, { kind, name: resource });
      compiled.set(resource, { text, set });
      return set;
    },
  };
}

/** Why a text is no policy of a resource, in a sentence for whoever puts it; undefined for one that is. */
export function policyFault(text: string, kind: PolicyKind = "resource"): string | undefined {
  try {
    parsePolicy(text, kind);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError) return policyErrorText(error, text);
    throw error;
  }
}

function read(text: string, origin: PolicyOrigin): PolicySet {
  try {
    return policySet([compilePolicy(parsePolicy(text, origin.kind), origin)]);
  } catch (error) {
    if (error instanceof PolicyError) return NO_POLICIES;
    throw error;
  }
}
