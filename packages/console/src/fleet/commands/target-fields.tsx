import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { TagFields } from "../../tags/tag-fields.tsx";
import { allHosts, nameOf } from "../hosts/host-calls.ts";
import { meantHosts, type Targets, targetsFault } from "./targets.ts";

const NAMED_HOSTS = 5;

/** Whom a command is for: hosts with tags, or hosts by themselves. Tells whom that means now. */
export function TargetFields({
  targets,
  tried,
  onChange,
}: {
  readonly targets: Targets;
  readonly tried: boolean;
  readonly onChange: (targets: Targets) => void;
}) {
  const hosts = useQuery({
    queryKey: ["ssm", "DescribeInstanceInformation", "all"],
    queryFn: ({ signal }) => allHosts(signal),
  });
  const all = hosts.data?.items ?? [];
  const meant = meantHosts(targets, all);
  const fault = targetsFault(targets);
  return (
    <SpaceBetween size="m">
      {hosts.error && <Failure error={hosts.error} retry={() => void hosts.refetch()} />}
      <RadioGroup
        ariaLabel="Targets by"
        value={targets.by}
        onChange={({ detail }) =>
          onChange(detail.value === "hosts" ? { by: "hosts", ids: [] } : { by: "tags", tags: [{ key: "", value: "" }] })
        }
        items={[
          {
            value: "tags",
            label: "Hosts with tags",
            description: "A host must have each key, with one of the values given for it.",
          },
          { value: "hosts", label: "Chosen hosts" },
        ]}
      />
      {targets.by === "tags" ? (
        <FormField label="Tags" stretch errorText={tried ? fault : undefined}>
          <TagFields tags={targets.tags} onChange={(tags) => onChange({ by: "tags", tags })} />
        </FormField>
      ) : (
        <FormField label="Hosts" stretch errorText={tried ? fault : undefined}>
          <Multiselect
            selectedOptions={targets.ids.map((id) => {
              const host = all.find((one) => one.id === id);
              return { value: id, label: host === undefined ? id : visibleText(nameOf(host)) };
            })}
            options={all.map((host) => ({
              value: host.id,
              label: visibleText(nameOf(host)),
              description: host.id,
              tags: [host.about.PingStatus ?? "", host.about.PlatformName ?? ""].filter(Boolean),
            }))}
            statusType={hosts.isPending ? "loading" : "finished"}
            loadingText="Loading hosts"
            placeholder="Choose hosts"
            empty="No hosts"
            filteringType="auto"
            filteringPlaceholder="Find hosts"
            filteringAriaLabel="Find hosts"
            deselectAriaLabel={({ label }) => `Remove ${label}`}
            onChange={({ detail }) =>
              onChange({ by: "hosts", ids: detail.selectedOptions.flatMap(({ value }) => value ?? []) })
            }
          />
        </FormField>
      )}
      {fault === undefined && hosts.data !== undefined && (
        <Box>
          {meant.length === 0 ? (
            <StatusIndicator type="warning">No host has these tags now: the command would reach none.</StatusIndicator>
          ) : (
            <StatusIndicator type="info">
              {meant.length === 1 ? "1 host: " : `${meant.length} hosts: `}
              {meant
                .slice(0, NAMED_HOSTS)
                .map((host) => visibleText(nameOf(host)))
                .join(", ")}
              {meant.length > NAMED_HOSTS && " and more"}
            </StatusIndicator>
          )}
        </Box>
      )}
    </SpaceBetween>
  );
}
