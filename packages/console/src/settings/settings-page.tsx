import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { HealthTab } from "./health-tab.tsx";
import { AccessKeys } from "./keys/access-keys.tsx";
import { KmsKeys } from "./keys/kms-keys.tsx";
import { StorageTab } from "./storage/storage-tab.tsx";

const TABS = ["health", "storage", "keys", "access-keys"];

/** The server and its keepers: whether every part is well, what is stored and for how long, and the keys. */
export default function SettingsPage({ query }: PageProps) {
  const tab = query.get("tab");
  return (
    <ContentLayout header={<Header variant="h1">Settings</Header>}>
      <Tabs
        activeTabId={TABS.find((id) => id === tab) ?? "health"}
        onChange={({ detail }) => setQuery({ tab: detail.activeTabId, filter: undefined, retention: undefined })}
        ariaLabel="Settings"
        tabs={[
          { id: "health", label: "Health", content: <HealthTab /> },
          { id: "storage", label: "Storage and retention", content: <StorageTab retention={query.get("retention")} /> },
          { id: "keys", label: "Encryption keys", content: <KmsKeys /> },
          { id: "access-keys", label: "Access keys", content: <AccessKeys /> },
        ]}
      />
    </ContentLayout>
  );
}
