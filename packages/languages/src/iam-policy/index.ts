export { type ContextValues, contextOf, type RequestContext } from "./context.ts";
export { PolicyError, placeOf, policyErrorText } from "./errors.ts";
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
export type { PolicyOrigin, PolicySet } from "./policy-set.ts";
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
