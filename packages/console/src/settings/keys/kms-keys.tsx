import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { msOf } from "../../fleet/seconds.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { CopyText } from "../../shell/copy-text.tsx";
import { Time } from "../../time/time.tsx";
import { allKeys, type KmsKey } from "./kms-calls.ts";

/** The keys of the region by which log groups, topics, queues, parameters and buckets are encrypted, and whether they can be used. */
export function KmsKeys() {
  const keys = useQuery({ queryKey: ["kms", "ListKeys"], queryFn: ({ signal }) => allKeys(signal) });
  return (
    <ResourceTable<KmsKey>
      title="Encryption keys"
      what="keys"
      description="What a key encrypts can be read only while the key is enabled. Keys are made and changed with the AWS CLI."
      asked={keys}
      idOf={({ id }) => id}
      textOf={({ id, aliases, about }) => [id, ...aliases, about?.Description, about?.KeyState].join(" ")}
      empty={
        <Nothing
          title="No keys"
          text="aws kms create-key makes one; services of AWS make theirs when they need them."
        />
      }
      columns={[
        {
          id: "alias",
          header: "Alias",
          width: 160,
          isRowHeader: true,
          cell: ({ aliases }) => <LogText text={aliases.join(", ") || "–"} />,
        },
        { id: "state", header: "State", width: 155, cell: ({ about }) => <KeyState about={about} /> },
        {
          id: "id",
          header: "Id",
          width: 340,
          cell: ({ id }) => <CopyText text={id} what="id of the key" />,
        },
        {
          id: "use",
          header: "Use",
          width: 170,
          cell: ({ about }) => USES[about?.KeyUsage ?? ""] ?? about?.KeyUsage ?? "–",
        },
        {
          id: "manager",
          header: "Managed by",
          width: 120,
          cell: ({ about }) => (about === undefined ? "–" : about.KeyManager === "AWS" ? "The service" : "You"),
        },
        { id: "spec", header: "Spec", width: 180, cell: ({ about }) => about?.KeySpec ?? "–" },
        { id: "created", header: "Created", width: 185, cell: ({ about }) => <Time ms={msOf(about?.CreationDate)} /> },
        {
          id: "description",
          header: "Description",
          width: 260,
          cell: ({ about }) => <LogText text={about?.Description || "–"} />,
        },
      ]}
    />
  );
}

const USES: Readonly<Record<string, string>> = {
  ENCRYPT_DECRYPT: "Encryption",
  SIGN_VERIFY: "Signatures",
  GENERATE_VERIFY_MAC: "Message codes",
  KEY_AGREEMENT: "Key agreement",
};

const STATES: Readonly<Record<string, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  Enabled: { type: "success", text: "Enabled" },
  Disabled: { type: "stopped", text: "Disabled" },
  PendingDeletion: { type: "warning", text: "Waits for deletion" },
  PendingImport: { type: "pending", text: "Waits for its material" },
  Creating: { type: "in-progress", text: "Being made" },
  Unavailable: { type: "error", text: "Not available" },
};

function KeyState({ about }: { readonly about: KmsKey["about"] }) {
  if (about === undefined) return <StatusIndicator type="info">Hidden by its policy</StatusIndicator>;
  const known = STATES[about.KeyState ?? ""];
  return (
    <>
      <StatusIndicator type={known?.type ?? "info"}>{known?.text ?? about.KeyState ?? "–"}</StatusIndicator>
      {about.DeletionDate !== undefined && (
        <div>
          <Time ms={msOf(about.DeletionDate)} />
        </div>
      )}
    </>
  );
}
