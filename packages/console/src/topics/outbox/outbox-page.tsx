import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { AlarmActions } from "./alarm-actions.tsx";
import { Deliveries } from "./deliveries.tsx";
import { KeptMails } from "./kept-mails.tsx";

/** What is on its way to people and programs: what waits, what failed, what alarms sent, and mails that are kept. */
export default function OutboxPage() {
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Notifications on their way out of topics: mails, web addresses, queues, functions."
        >
          Outbox
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Deliveries />
        <KeptMails />
        <AlarmActions />
      </SpaceBetween>
    </ContentLayout>
  );
}
