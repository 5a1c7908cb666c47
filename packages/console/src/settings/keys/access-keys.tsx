import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { Time } from "../../time/time.tsx";
import { type AccessKey, allAccessKeys } from "./iam-calls.ts";
import { ageText, isOld, OLD_DAYS } from "./key-age.ts";

/** The access keys of the account's users: how old they are, and when they were last used. */
export function AccessKeys() {
  const keys = useQuery({ queryKey: ["iam", "ListAccessKeys"], queryFn: ({ signal }) => allAccessKeys(signal) });
  const now = Date.now();
  return (
    <ResourceTable<AccessKey>
      title="Access keys"
      what="access keys"
      description={`Keys older than ${OLD_DAYS} days should be replaced, and unused ones deleted. Users and keys are changed with aws iam.`}
      asked={keys}
      idOf={({ id }) => id}
      textOf={({ id, user }) => `${id} ${user}`}
      empty={<Nothing title="No access keys" />}
      columns={[
        { id: "user", header: "User", width: 150, isRowHeader: true, cell: ({ user }) => <LogText text={user} /> },
        { id: "id", header: "Access key id", width: 210, cell: ({ id }) => id },
        {
          id: "state",
          header: "State",
          width: 105,
          cell: ({ active }) => (
            <StatusIndicator type={active ? "success" : "stopped"}>{active ? "Active" : "Inactive"}</StatusIndicator>
          ),
        },
        { id: "age", header: "Age", width: 185, cell: (key) => <Age of={key} now={now} /> },
        {
          id: "used",
          header: "Last used",
          width: 170,
          cell: ({ usedMs }) => (usedMs === undefined ? "Never" : <Time ms={usedMs} />),
        },
        { id: "for", header: "Used for", width: 90, cell: ({ usedFor }) => usedFor ?? "–" },
      ]}
    />
  );
}

function Age({ of: { createdMs, active }, now }: { readonly of: AccessKey; readonly now: number }) {
  if (createdMs === undefined) return "–";
  const text = ageText(createdMs, now);
  return (
    <>
      {active && isOld(createdMs, now) ? <StatusIndicator type="warning">{text}</StatusIndicator> : text}
      <Box variant="small" display="block" color="text-body-secondary">
        since <Time ms={createdMs} />
      </Box>
    </>
  );
}
