import {
  asciiLower,
  type ContextValues,
  contextOf,
  evaluate,
  keysIn,
  NO_POLICIES,
  type PolicySet,
  parseArn,
  placeOf,
  type Requester,
  type StatementRef,
  statementsIn,
} from "@nephoscope/languages/iam-policy";
import type { IamCall, IamInput } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { compileSources, givenSources, type Source } from "./sources.ts";

/** What the two simulations have in common. */
export type SimulationInput = Omit<IamInput<"SimulateCustomPolicy">, "PolicyInputList">;

export interface Scene {
  readonly requester: Requester;
  readonly identity: readonly Source[];
  readonly boundary: readonly Source[] | undefined;
  /** What is known of the requester without being told. */
  readonly known: ContextValues;
}

/** A simulation runs this many evaluations at most: AWS has no such bound and asks a machine of its own. */
const MAX_EVALUATIONS = 10_000;

/** Evaluates every action on every resource, as if somebody asked for it with the context that is given. */
export function simulate(call: IamCall, input: SimulationInput, scene: Scene) {
  if (input.ResourceHandlingOption !== undefined) {
    throw call.error(
      "InvalidInputException",
      "ResourceHandlingOption is for EC2's instances, which are not simulated.",
    );
  }
  const resources = input.ResourceArns ?? ["*"];
  if (input.ActionNames.length * resources.length > MAX_EVALUATIONS) {
    throw call.error("InvalidInputException", `At most ${MAX_EVALUATIONS} actions times resources can be simulated.`);
  }
  const wrong = input.ActionNames.find((action) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (wrong !== undefined) {
    throw call.error(
      "InvalidInputException",
      `Invalid Action: ${wrong} is not service:Operation, and has no wildcards.`,
    );
  }
  const compiled = compileSources();
  const resourceSources = givenSources(
    call,
    "resource",
    input.ResourcePolicy === undefined ? undefined : [input.ResourcePolicy],
    "ResourcePolicy",
  );
  const sets = {
    identity: compiled.set(scene.identity),
    boundary: scene.boundary && compiled.set(scene.boundary),
    resource: input.ResourcePolicy === undefined ? undefined : compiled.set(resourceSources),
  };
  const all = [...scene.identity, ...(scene.boundary ?? []), ...resourceSources];
  const given = contextValues(call, input.ContextEntries);
  const context = contextOf(given, scene.known);

  const pairs = input.ActionNames.flatMap((action, a) =>
    resources.map((resource, r) => ({ action, resource, key: `${pad(a)} ${pad(r)}` })),
  );
  const { items, end } = pageOf(input, pairs, ({ key }) => key);
  const EvaluationResults = items.map(({ action, resource }) => {
    const decision = evaluate({
      requester: scene.requester,
      policies: { identity: sets.identity, boundary: sets.boundary },
      action,
      resource,
      resourceAccount: accountOf(resource) ?? input.ResourceOwner?.replace(/^arn:aws:iam::(\d{12}):.*$/, "$1"),
      resourcePolicy: sets.resource,
      context,
    });
    const question = { requester: scene.requester, action, resource, context };
    const matched = [sets.identity, sets.boundary ?? NO_POLICIES, sets.resource ?? NO_POLICIES].flatMap((set) =>
      statementsIn(set, question),
    );
    const denials = matched.filter(({ effect }) => effect === "Deny");
    const decisive = denials.length > 0 ? denials : matched;
    return {
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: DECISIONS[decision.outcome],
      MatchedStatements: decisive.map((statement) => statementAnswer(statement, compiled.sourceOf)),
      MissingContextValues: missingKeys(all, context.value),
      ...(sets.boundary !== undefined && {
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedBy(sets.boundary, question) },
      }),
    };
  });
  return { EvaluationResults, ...end };
}

const DECISIONS = {
  allowed: "allowed",
  "explicit-deny": "explicitDeny",
  "implicit-deny": "implicitDeny",
} as const;

const pad = (n: number): string => String(n).padStart(5, "0");
const accountOf = (resource: string): string | undefined => parseArn(resource)?.account || undefined;

function allowedBy(boundary: PolicySet, question: Parameters<typeof statementsIn>[1]): boolean {
  const statements = statementsIn(boundary, question);
  return statements.length > 0 && statements.every(({ effect }) => effect === "Allow");
}

function statementAnswer(
  { policy, index }: StatementRef,
  sourceOf: (origin: StatementRef["policy"]) => Source | undefined,
) {
  const source = sourceOf(policy);
  const statement = source?.policy.statements[index];
  if (source === undefined || statement === undefined)
    throw new Error(`statement ${index} of ${policy.name} has no text`);
  const position = (offset: number) => {
    const { line, column } = placeOf(source.document, offset);
    return { Line: line, Column: column };
  };
  return {
    SourcePolicyId: source.id,
    SourcePolicyType: source.type,
    StartPosition: position(statement.start),
    EndPosition: position(statement.end),
  };
}

/** Keys that the policies look at and that nobody gave a value for. */
function missingKeys(sources: readonly Source[], value: (key: string) => unknown): string[] {
  const keys = new Map<string, string>();
  for (const { policy } of sources) for (const key of keysIn(policy)) keys.set(asciiLower(key), key);
  return [...keys.values()].filter((key) => value(key) === undefined).sort();
}

function contextValues(call: IamCall, entries: SimulationInput["ContextEntries"]): ContextValues {
  return Object.fromEntries(
    (entries ?? []).map(({ ContextKeyName, ContextKeyValues = [], ContextKeyType }) => {
      if (ContextKeyName === undefined || ContextKeyType === undefined) {
        throw call.error("InvalidInputException", "A context entry has a name, values and a type.");
      }
      if (ContextKeyType.endsWith("List")) return [ContextKeyName, ContextKeyValues];
      if (ContextKeyValues.length > 1) {
        throw call.error(
          "InvalidInputException",
          `${ContextKeyName} has several values but the type ${ContextKeyType}.`,
        );
      }
      return [ContextKeyName, ContextKeyValues[0]];
    }),
  );
}
