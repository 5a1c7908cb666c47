import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { colorBackgroundLayoutMain } from "@cloudscape-design/design-tokens";
import { type CSSProperties, useState } from "react";
import { navigate, setQuery } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { writeTimeRange } from "../time-range/time-range.ts";
import { DashboardFaults } from "./dashboard-faults.tsx";
import { DashboardHeader } from "./dashboard-header.tsx";
import { Grid } from "./grid.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { useDashboard } from "./use-dashboard.ts";
import { useFullScreen } from "./use-full-screen.ts";
import { VariableBar } from "./variable-bar.tsx";
import "./dashboard-page.css";

/** A dashboard to look at. */
export function DashboardView({
  name,
  stored,
  query,
}: {
  readonly name: string;
  readonly stored: string;
  readonly query: URLSearchParams;
}) {
  const dashboard = useDashboard(stored, query);
  const { faults, variables, span, nowMs } = dashboard;
  const full = useFullScreen(query.get("full") === "true");
  const [sharing, setSharing] = useState(false);
  const shown = variables.body ?? dashboard.body;
  return (
    <div className={full.on ? "dashboard dashboard-full" : "dashboard"} style={LOOK}>
      <ContentLayout
        header={
          <DashboardHeader name={name} dashboard={dashboard}>
            <Button
              iconName={full.on ? "exit-full-screen" : "full-screen"}
              ariaLabel={full.on ? "Leave full screen" : "Full screen"}
              onClick={full.on ? full.leave : full.enter}
            />
            <Button iconName="share" onClick={() => setSharing(true)}>
              Share
            </Button>
            {!full.on && (
              <Button variant="primary" onClick={() => setQuery({ edit: true })}>
                Edit
              </Button>
            )}
          </DashboardHeader>
        }
      >
        <SpaceBetween size="m">
          <DashboardFaults faults={faults} />
          <VariableBar variables={variables} onChoose={(id, value) => setQuery({ [`var.${id}`]: value })} />
          {dashboard.body !== undefined && variables.body === undefined && (
            <Alert type="warning">
              With these values the dashboard would be wrong, so it is shown as it is written. Choose others.
            </Alert>
          )}
          {shown?.widgets.length === 0 && (
            <Box textAlign="center" padding="xl">
              <Box variant="strong">No widgets</Box>
              <Box variant="p">Edit the dashboard, or add graphs from the pages of metrics and queries.</Box>
              <Button onClick={() => navigate(href("/metrics"))}>Go to metrics</Button>
            </Box>
          )}
          {shown !== undefined && (
            <Grid
              widgets={shown.widgets}
              span={span}
              nowMs={nowMs}
              keepPeriods={shown.periodOverride === "inherit"}
              onZoom={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
            />
          )}
        </SpaceBetween>
      </ContentLayout>
      {sharing && <ShareDialog name={name} query={query} onClose={() => setSharing(false)} />}
    </div>
  );
}

const LOOK = { "--dashboard-ground": colorBackgroundLayoutMain } as CSSProperties;
