import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { optionOf, REFRESHES } from "../metrics/choices.ts";
import { setQuery } from "../shell/navigate.ts";
import { writeTimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import type { Dashboard } from "./use-dashboard.ts";

/** The dashboard's name, its range, how often it is read anew, and what else can be done. */
export function DashboardHeader({
  name,
  dashboard: { range, readNow, refresh },
  children,
}: {
  readonly name: string;
  readonly dashboard: Dashboard;
  readonly children: ReactNode;
}) {
  return (
    <Header
      variant="h1"
      actions={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <TimeRangeInput
            value={range}
            onChange={(next) => {
              readNow();
              setQuery({ range: writeTimeRange(next) });
            }}
          />
          <Select
            ariaLabel="Auto refresh"
            selectedOption={optionOf(REFRESHES, refresh)}
            options={REFRESHES}
            expandToViewport
            onChange={({ detail }) => setQuery({ refresh: detail.selectedOption.value || "off" })}
          />
          <Button iconName="refresh" ariaLabel="Refresh" onClick={readNow} />
          {children}
        </SpaceBetween>
      }
    >
      {name}
    </Header>
  );
}
