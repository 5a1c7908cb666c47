export { type Arn, parseArn } from "./arn.ts";
export { type CompiledPolicy, compilePolicy, type Miss, type PolicyOrigin, type StatementRef } from "./compile.ts";
export { type ContextValues, contextOf, type RequestContext } from "./context.ts";
export { denialText, reasonText } from "./denial-text.ts";
export { PolicyError, placeOf, policyErrorText } from "./errors.ts";
export {
  type AccessRequest,
  type Decision,
  evaluate,
  NO_OWN_POLICIES,
  type RequesterPolicies,
} from "./evaluate.ts";
export { explain, type Finding } from "./explain.ts";
export { asciiLower } from "./glob.ts";
export type {
  ActionsNode,
  ConditionNode,
  OperatorName,
  Policy,
  PolicyVersion,
  PrincipalNode,
  ResourcesNode,
  Statement,
} from "./nodes.ts";
export { MAX_POLICY_DOCUMENT_LENGTH, type PolicyKind, parsePolicy, policySize } from "./parse.ts";
export { NO_POLICIES, type PolicySet, policySet, statementsIn } from "./policy-set.ts";
export {
  type AnonymousRequester,
  accountOf,
  type FederatedUserRequester,
  nameOf,
  type Requester,
  type RoleSessionRequester,
  type RootRequester,
  type ServiceRequester,
  type UserRequester,
  type WebIdentityRequester,
} from "./requester.ts";
export { keysIn } from "./used-keys.ts";
