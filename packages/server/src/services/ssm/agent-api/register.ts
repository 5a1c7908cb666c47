import { authenticate, isPublicKey } from "@nephoscope/wire/host-keys";
import { newHostChanges } from "../../../platform/fleet/fleet.ts";
import type { Host } from "../../../platform/fleet/host.ts";
import { type Activation, codeContext, findActivation, isExpired } from "../activations/activation.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { AgentOperation } from "./operation.ts";

/**
 * Makes a host of whoever signed with an activation's code. The activation's registrations and the host are one commit, so no more
 * hosts register than it allows, however many try at once.
 */
export const registerManagedInstance: AgentOperation<"RegisterManagedInstance"> = async (input, call, deps) => {
  const { state, fleet, box, clock } = deps;
  if (findActivation(state, call.accessKeyId) === undefined)
    throw call.error("AccessDeniedException", "A registration is signed with the id and the code of an activation.");
  if (!isPublicKey(input.PublicKey)) throw call.error("ValidationException", "PublicKey is no X25519 public key.");
  const instanceId = await againOnConflict(call, async () => {
    const activation = findActivation(state, call.accessKeyId);
    if (activation === undefined) throw call.error("AccessDeniedException", "The activation was deleted.");
    const { ref, document, version } = activation;
    if (call.region !== ref.region)
      throw call.error(
        "ValidationException",
        `The activation is for ${ref.region}, and the call was signed for ${call.region}.`,
      );
    // An answer that was lost is asked for again.
    const known = fleet.list(ref).find((host) => host.document.publicKey === input.PublicKey);
    if (known !== undefined) {
      if (known.document.activationId === ref.key) return known.ref.key;
      throw call.error("ValidationException", "Another host has this key. Make a new one.");
    }
    const now = clock.now();
    if (isExpired(document, now))
      throw call.error("AccessDeniedException", "The activation has expired. Make a new one.");
    if (document.registrations >= document.registrationLimit)
      throw call.error(
        "AccessDeniedException",
        `The activation was used ${document.registrations} times, as often as it may. Make a new one, with a higher RegistrationLimit.`,
      );
    const id = fleet.newId(input.IdPrefix ?? "mi");
    const host: Host = {
      activationId: ref.key,
      iamRole: document.iamRole,
      publicKey: input.PublicKey,
      registeredName: input.ComputerName,
      name: document.defaultInstanceName,
      tags: document.tags,
      registeredAt: now,
      detailedMonitoring: false,
    };
    const used: Activation = { ...document, registrations: document.registrations + 1 };
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document: used, expect: version }, ...newHostChanges(ref, id, host)],
    });
    return id;
  });
  const code = box.open(
    findActivation(state, call.accessKeyId)?.document.sealedCode ?? "",
    codeContext(call.accessKeyId),
  );
  const parts = [input.Nonce, input.PublicKey, instanceId, call.region, fleet.serverPublicKey];
  return {
    InstanceId: instanceId,
    Region: call.region,
    ServerPublicKey: fleet.serverPublicKey,
    Proof: authenticate(code, ["registration", ...parts]),
  };
};
