import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useMemo, useState } from "react";
import { QueryEditor } from "../query-editor/query-editor.tsx";
import { copyText } from "../result-table/copy-text.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { spanOf, type TimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import { fieldText } from "./added-filter.ts";
import { Dialogs, type OpenDialog } from "./dialogs.tsx";
import { GroupPicker } from "./group-picker.tsx";
import { groupNames } from "./logs-calls.ts";
import { faultOf } from "./query-fault.ts";
import { writeQueryState } from "./query-state.ts";
import { Results } from "./results.tsx";
import { isUnderWay } from "./run-query.ts";
import { RunStatusLine } from "./run-status.tsx";
import type { SavedQuery } from "./saved-queries.ts";
import { SidePanel, type SideView } from "./side-panel.tsx";
import { useFields } from "./use-fields.ts";
import { useInsights } from "./use-insights.ts";
import "./insights-page.css";

/** Wide enough for the fields beside the query from the start. */
const WIDE = 1_500;

/** Logs Insights: a query over log groups and a time range, and its answer. */
export default function InsightsPage({ query: address }: PageProps) {
  const insights = useInsights(address);
  const { state, change, ask, asked, rows } = insights;
  const flash = useFlash();
  const [side, setSide] = useState<SideView | undefined>(() => (window.innerWidth >= WIDE ? "fields" : undefined));
  const [dialog, setDialog] = useState<OpenDialog>();
  const [saved, setSaved] = useState<SavedQuery>();
  const [before, setBefore] = useState<TimeRange>();

  const span = useMemo(() => asked?.span ?? spanOf(state.range, Date.now()), [asked, state.range]);
  const fields = useFields(state.groups, state.query, span);
  const names = useMemo(
    () => ({
      fields: () => fields.fields.map(({ name }) => name),
      groups: (written: string, signal: AbortSignal) => groupNames({ text: written, prefix: false }, signal),
    }),
    [fields.fields],
  );
  const fault = useMemo(() => faultOf(rows.error, asked), [rows.error, asked]);
  const running = rows.run !== undefined && isUnderWay(rows.run);

  const copyLink = () => {
    // The address lags behind the fields by a moment, so the link is made of them.
    const link = new URL(href("/logs/insights", {}, { ...writeQueryState(state) }), window.location.href);
    copyText(link.href).then(
      () => flash.success("The link to this query was copied."),
      (error: unknown) => flash.failure(error, "Copying the link"),
    );
  };
  const applySaved = useCallback(
    (query: SavedQuery) => {
      setSaved(query);
      if (query.parameters.length > 0) setDialog({ kind: "parameters", saved: query });
      else change(changeOfSaved(query, query.query));
    },
    [change],
  );
  const brush = useCallback(
    (drawn: { readonly startMs: number; readonly endMs: number }) => {
      setBefore((kept) => kept ?? state.range);
      ask({ range: { kind: "absolute", ...drawn } });
    },
    [ask, state.range],
  );

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="share" onClick={copyLink}>
                Copy link
              </Button>
              <Button onClick={() => setDialog({ kind: "dashboard" })} disabled={!insights.complete}>
                Add to dashboard
              </Button>
              <Button onClick={() => setDialog({ kind: "save" })} disabled={state.query.trim() === ""}>
                Save
              </Button>
            </SpaceBetween>
          }
        >
          Logs Insights
        </Header>
      }
    >
      <SpaceBetween size="l">
        <div className={side === undefined ? "insights-top" : "insights-top insights-with-side"}>
          <Container>
            <SpaceBetween size="m">
              <div className="insights-choice">
                <GroupPicker value={state.groups} onChange={(groups) => change({ groups })} query={state.query} />
                <FormField label="Time range" stretch>
                  <TimeRangeInput
                    value={state.range}
                    onChange={(range) => {
                      setBefore(undefined);
                      change({ range });
                    }}
                  />
                </FormField>
              </div>
              <QueryEditor
                value={state.query}
                onChange={(query) => change({ query })}
                onRun={() => ask()}
                fault={fault}
                names={names}
                label="Query. Control and Enter run it, Control and Space complete a word, Escape and Tab leave the editor."
              />
              <div className="insights-bar">
                <SpaceBetween direction="horizontal" size="xs">
                  <Button variant="primary" onClick={() => ask()} disabled={!insights.complete}>
                    Run query
                  </Button>
                  <Button onClick={rows.cancel} disabled={!running || rows.run?.queryId === undefined}>
                    Cancel
                  </Button>
                  {before !== undefined && (
                    <Button
                      iconName="zoom-out"
                      onClick={() => {
                        setBefore(undefined);
                        ask({ range: before });
                      }}
                    >
                      Zoom out
                    </Button>
                  )}
                </SpaceBetween>
                <SideToggles open={side} onOpen={setSide} />
              </div>
              {rows.run !== undefined && rows.error === undefined && <RunStatusLine run={rows.run} />}
              {fault === undefined
                ? rows.error !== undefined && <Failure error={rows.error} retry={() => ask()} />
                : // Who has changed the text since has read it.
                  fault.text === state.query && (
                    <Alert type="error" header="The query has a fault">
                      {fault.message}
                    </Alert>
                  )}
            </SpaceBetween>
          </Container>
          {side !== undefined && (
            <SidePanel
              view={side}
              onClose={() => setSide(undefined)}
              fields={fields}
              range={state.range}
              onUseField={(name) => change({ query: withField(state.query, name) })}
              onApply={(next) => {
                setSaved(undefined);
                change(next);
              }}
              onApplySaved={applySaved}
              onDelete={(query) => setDialog({ kind: "delete", saved: query })}
            />
          )}
        </div>
        {asked === undefined ||
        rows.run === undefined ||
        (rows.error !== undefined && rows.run.queryId === undefined) ? (
          <Container>
            <Box padding="xl" textAlign="center" color="text-body-secondary">
              <Box variant="strong">No query has been run yet</Box>
              <Box variant="p">Run query, or Ctrl+Enter in the editor, shows the answer here.</Box>
            </Box>
          </Container>
        ) : (
          <Results
            insights={insights}
            asked={asked}
            run={rows.run}
            tab={address.get("tab") ?? "logs"}
            onTab={(tab) => setQuery({ tab: tab === "logs" ? undefined : tab })}
            onBrush={brush}
          />
        )}
      </SpaceBetween>
      <Dialogs
        open={dialog}
        state={state}
        saved={saved}
        onClose={() => setDialog(undefined)}
        onParameters={(query, text) => {
          setDialog(undefined);
          change(changeOfSaved(query, text));
        }}
      />
    </ContentLayout>
  );
}

function SideToggles({
  open,
  onOpen,
}: {
  readonly open: SideView | undefined;
  readonly onOpen: (view: SideView | undefined) => void;
}) {
  const views = [
    ["fields", "Fields"],
    ["queries", "Queries"],
    ["history", "History"],
  ] as const;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {views.map(([view, text]) => (
        <Button
          key={view}
          ariaExpanded={open === view}
          onClick={() => onOpen(open === view ? undefined : view)}
          variant={open === view ? "primary" : "normal"}
        >
          {text}
        </Button>
      ))}
    </SpaceBetween>
  );
}

function changeOfSaved({ groups }: SavedQuery, query: string) {
  return groups.length === 0 ? { query } : { query, groups: { kind: "names" as const, names: groups } };
}

/** The field at the end of the text: behind a comma where a list of fields stands there, else in a command of its own. */
function withField(query: string, name: string): string {
  const text = query.trimEnd();
  if (text === "") return `fields ${fieldText(name)}`;
  const last = text.slice(text.lastIndexOf("|") + 1).trim();
  if (/^(fields|display|dedup)\s+\S/i.test(last)) return `${text}, ${fieldText(name)}`;
  if (/^(fields|display|dedup|filter|sort|stats\b.*\bby)$/i.test(last) || text.endsWith("|")) {
    return text.endsWith("|") ? `${text} filter ispresent(${fieldText(name)})` : `${text} ${fieldText(name)}`;
  }
  return `${text}\n| filter ispresent(${fieldText(name)})`;
}
