import type { Call, Credential } from "@nephoscope/wire";
import type { Fleet } from "./fleet.ts";
import { HOST_ID } from "./host.ts";

/** Callers that are no identities of IAM: hosts, and who registers as one. The front door asks here for both questions about them. */
export interface FleetDoor {
  credential(accessKeyId: string): Credential | undefined;
  /** Whether a call is a host's or a registration; the policies of IAM do not know these. */
  knows(call: Call): boolean;
  /** Throws what denies such a call. */
  authorize(call: Call, input: unknown): void;
}

export function fleetDoor(fleet: Fleet, activations: (id: string) => Credential | undefined): FleetDoor {
  const isHost = (call: Call) => HOST_ID.test(call.accessKeyId);
  const isRegistration = ({ principal }: Call) => /^arn:aws:ssm:[a-z0-9-]+:\d{12}:activation\//.test(principal.arn);
  return {
    credential: (id) => fleet.credential(id) ?? activations(id),
    knows: (call) => isHost(call) || isRegistration(call),
    authorize(call, input) {
      const refusal = (why: string) =>
        call.error(
          "AccessDeniedException",
          `User: ${call.principal.arn} is not authorized to perform: ${call.service}:${call.operation}: ${why}`,
        );
      if (!isHost(call)) {
        if (call.service === "ssmmessages" && call.operation === "RegisterManagedInstance") return;
        throw refusal("an activation registers hosts and does nothing else");
      }
      const host = fleet.find(call, call.accessKeyId);
      if (host === undefined) throw refusal(`it is no host of ${call.region}`);
      const reason = fleet.rights.denies(host, call, input);
      if (reason !== undefined) throw refusal(reason);
    },
  };
}
