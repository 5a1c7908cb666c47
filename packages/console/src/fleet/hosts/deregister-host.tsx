import Alert from "@cloudscape-design/components/alert";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { ssm } from "../ssm.ts";
import { TypedDeletion } from "../typed-deletion.tsx";
import { type Host, hostsChanged, nameOf } from "./host-calls.ts";

/** Takes a host out of the fleet, after a word was typed. */
export function DeregisterHost({ host, onClose }: { readonly host: Host; readonly onClose: () => void }) {
  const flash = useFlash();
  const deregister = async () => {
    await ssm("DeregisterManagedInstance", { InstanceId: host.id });
    navigate(href("/fleet/hosts"));
    await hostsChanged();
    flash.success(`${nameOf(host)} was deregistered.`);
  };
  return (
    <TypedDeletion
      title={`Deregister ${nameOf(host)}?`}
      word="deregister"
      action="Deregister"
      onConfirm={deregister}
      onClose={onClose}
    >
      <Alert type="warning">
        Its agent is not let in any more: no logs, no metrics, no commands. To come back, it registers anew, as another
        host.
      </Alert>
    </TypedDeletion>
  );
}
