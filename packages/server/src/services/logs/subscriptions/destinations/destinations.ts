import type { FunctionRunner } from "../../../../platform/functions/functions.ts";
import type { OpenSearchDomain } from "../../../../platform/outgoing/open-search-domains.ts";
import type { Outgoing } from "../../../../platform/outgoing/outgoing.ts";
import type { MessageQueues } from "../../../../platform/queues/message-queues.ts";
import type { State } from "../../../../platform/state/state.ts";
import type { Scope } from "../../groups/log-group.ts";
import { findLogicalDestination } from "../../logical-destinations/logical-destination.ts";
import { type DestinationArn, parseDestinationArn } from "../destination-arn.ts";
import type { Destination } from "./destination.ts";
import { functionDestination, queueDestination } from "./encoded-destination.ts";
import { openSearchDestination } from "./open-search.ts";

export interface DestinationParts {
  readonly state: State;
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
  readonly outgoing: Outgoing;
  readonly openSearchDomains: readonly OpenSearchDomain[];
  /** Whose the domains of the settings are: other accounts reach them by logical destinations. */
  readonly ownAccount: string;
}

/** Everything that subscriptions can lead to. */
export interface Destinations {
  /** Why nothing of `scope` can be sent there, as a sentence; undefined where it can. Whether it is there now is for `probe` to find out. */
  refusal(scope: Scope, arn: string): string | undefined;
  /** `sourceArn` is for the policies of queues. Undefined where the ARN leads nowhere now. */
  of(arn: string, sourceArn: string): Destination | undefined;
}

export function createDestinations(parts: DestinationParts): Destinations {
  const { state, queues, runner, outgoing, openSearchDomains, ownAccount } = parts;
  const domainOf = ({ account, name }: DestinationArn) =>
    account === ownAccount ? openSearchDomains.find((domain) => domain.name === name) : undefined;

  const direct = (destination: DestinationArn, sourceArn: string): Destination | undefined => {
    const { kind, arn } = destination;
    switch (kind) {
      case "queue":
        return queueDestination(queues, arn, sourceArn);
      case "function":
        return functionDestination(() => runner.functions, arn);
      case "open-search": {
        const domain = domainOf(destination);
        return domain && openSearchDestination(outgoing, domain);
      }
      default:
        return undefined;
    }
  };

  const refusal = (scope: Scope, arn: string): string | undefined => {
    const destination = parseDestinationArn(arn);
    if (destination === undefined) return `${arn} is not the ARN of a destination. ${WHAT_THERE_IS}`;
    const { kind, region, account, name } = destination;
    if (region !== scope.region) return `The destination must be in the log group's Region, ${scope.region}.`;
    if (kind === "kinesis" || kind === "firehose") {
      const what = kind === "kinesis" ? "Kinesis data streams" : "Firehose delivery streams";
      return `Nephoscope has no ${what}, so ${arn} can't be a destination. ${WHAT_THERE_IS}`;
    }
    if (kind !== "logical" && account !== scope.account)
      return `${arn} belongs to another account. Its owner can make a logical destination for it with PutDestination.`;
    switch (kind) {
      case "queue":
        return queues.find(arn) === undefined ? `The queue ${arn} does not exist.` : undefined;
      case "function":
        return runner.functions?.takes(arn) === true
          ? undefined
          : `This server has nothing that runs functions, so ${arn} can't be a destination.`;
      case "open-search":
        return domainOf(destination) === undefined
          ? `The server's settings name no OpenSearch domain "${name}" for account ${account}: see NEPHOSCOPE_OPENSEARCH_DOMAINS.`
          : undefined;
      case "logical":
        return findLogicalDestination(state, destination) === undefined ? `There is no ${arn}.` : undefined;
    }
  };

  return {
    refusal,
    of(arn, sourceArn) {
      const destination = parseDestinationArn(arn);
      if (destination?.kind !== "logical") return destination && direct(destination, sourceArn);
      const target = findLogicalDestination(state, destination)?.document.targetArn;
      const leadsTo = target === undefined ? undefined : parseDestinationArn(target);
      // To its target the logical destination is who sends: the events may be another account's.
      return leadsTo && direct(leadsTo, arn);
    },
  };
}

const WHAT_THERE_IS =
  "A destination is a queue (arn:aws:sqs:REGION:ACCOUNT:NAME), an OpenSearch domain of the server's settings (arn:aws:es:REGION:ACCOUNT:domain/NAME), a function (arn:aws:lambda:REGION:ACCOUNT:function:NAME), or a logical destination (arn:aws:logs:REGION:ACCOUNT:destination:NAME).";
