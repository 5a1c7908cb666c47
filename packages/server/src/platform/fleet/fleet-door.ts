import { type Call, type Credential, type Principal, WireFailure } from "@nephoscope/wire";
import type { Fleet } from "./fleet.ts";
import { HOST_ID } from "./host.ts";

/** Callers that are no identities of IAM: hosts, and who registers as one. The front door asks here for both questions about them. */
export interface FleetDoor {
  credential(accessKeyId: string): Credential | undefined;
  /** Whether a call is a host's or a registration; the policies of IAM do not know these. */
  knows(call: Call): boolean;
  /**
   * Throws what denies such a call. What is beyond a host's own rights is left to the policies of its role: then `byRole` decides, with a call
   * whose principal is a session of that role.
   */
  authorize(call: Call, input: unknown, byRole: (call: Call) => void): void;
}

export interface FleetDoorParts {
  readonly fleet: Fleet;
  /** Who may register hosts, by an activation's id. */
  readonly activations: (id: string) => Credential | undefined;
  /** A session of a host's role, which policies are evaluated for; undefined when there is no such role, or it does not trust Systems Manager. */
  readonly roleSession: (
    host: { readonly account: string; readonly region: string; readonly id: string },
    role: string,
  ) => Principal | undefined;
}

export function fleetDoor({ fleet, activations, roleSession }: FleetDoorParts): FleetDoor {
  const isHost = (call: Call) => HOST_ID.test(call.accessKeyId);
  const isRegistration = ({ principal }: Call) => /^arn:aws:ssm:[a-z0-9-]+:\d{12}:activation\//.test(principal.arn);
  return {
    credential: (id) => fleet.credential(id) ?? activations(id),
    knows: (call) => isHost(call) || isRegistration(call),
    authorize(call, input, byRole) {
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
      if (reason === undefined) return;
      const principal = roleSession(
        { account: call.account, region: call.region, id: host.ref.key },
        host.document.iamRole,
      );
      if (principal === undefined) throw refusal(reason);
      try {
        byRole({ ...call, principal });
      } catch (error) {
        // Both may be mended: the host's doing, or the role's policies.
        if (error instanceof WireFailure) throw refusal(`${reason}. ${error.message}`);
        throw error;
      }
    },
  };
}
