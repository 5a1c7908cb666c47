/**
 * The port by which services run functions: topics deliver through it. The service that has a runner registers itself; until one
 * does, whoever wants a function run refuses it and says so.
 */
export interface Functions {
  /** Whether the ARN is a function's, by its form alone. */
  takes(arn: string): boolean;
  /**
   * Hands the event to the function, asynchronously as Lambda's `Event` invocation: resolves when the runner has it durably. Rejects with
   * `NotInvoked`.
   */
  invoke(arn: string, event: object, signal: AbortSignal): Promise<void>;
}

/** Why a function was not run. Any other error counts as one that may pass. */
export class NotInvoked extends Error {
  override readonly name = "NotInvoked";
  /** Trying again is of no use: there is no such function, or it may not be called. */
  readonly final: boolean;

  constructor(message: string, options: { readonly final: boolean }) {
    super(message);
    this.final = options.final;
  }
}

export interface FunctionRunner {
  /** Says who runs functions, once. */
  runBy(functions: Functions): void;
  /** Undefined while nobody does. */
  readonly functions: Functions | undefined;
}

export function functionRunner(): FunctionRunner {
  let known: Functions | undefined;
  return {
    runBy(functions) {
      known = functions;
    },
    get functions() {
      return known;
    },
  };
}
