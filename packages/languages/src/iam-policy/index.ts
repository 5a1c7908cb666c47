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
