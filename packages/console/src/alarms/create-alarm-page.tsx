import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { CallError } from "../api/call-error.ts";
import { Failure } from "../shell/failure.tsx";
import type { PageProps } from "../shell/page-entry.ts";
import { formOfAlarm } from "./alarm-call.ts";
import { listAlarms } from "./alarm-calls.ts";
import { formOfAddress } from "./alarm-form.ts";
import { AlarmWizard } from "./alarm-wizard.tsx";
import { formOfComposite } from "./composite-form.ts";
import { CompositeWizard } from "./composite-wizard.tsx";

/** Makes an alarm, or changes the one that the address names. */
export default function CreateAlarmPage({ params: { name }, query }: PageProps) {
  const found = useQuery({
    queryKey: ["monitoring", "DescribeAlarms", [name]],
    queryFn: ({ signal }) => listAlarms(name === undefined ? [] : [name], signal),
    enabled: name !== undefined,
  });
  if (name === undefined) return <AlarmWizard start={formOfAddress(query)} existing={undefined} />;
  if (found.error !== null) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner size="large" />;
  const [alarm] = found.data;
  if (alarm?.kind === "composite") return <CompositeWizard start={formOfComposite(alarm.alarm)} existing={name} />;
  const form = alarm === undefined ? undefined : formOfAlarm(alarm.alarm);
  if (form === undefined)
    return (
      <Failure
        error={
          alarm === undefined
            ? new CallError("ResourceNotFoundException", "There is no alarm of this name in this region.")
            : new CallError("NotShown", "The wizard can not show this alarm. Change it by the call PutMetricAlarm.")
        }
      />
    );
  return <AlarmWizard start={form} existing={name} />;
}
