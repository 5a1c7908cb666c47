import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import { useMemo } from "react";
import { jsonTree } from "../../log-text/json-tree.ts";
import { JsonView } from "../../log-text/json-view.tsx";
import { MarkedText } from "../../log-text/marked-text.tsx";
import { copyText } from "../../result-table/copy-text.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { useFlash } from "../../shell/flash.tsx";
import { timeWithOffset } from "../../time/format.ts";
import { useZone } from "../../time/zone.ts";
import type { LogEvent } from "./event-list.ts";

/** All of an event: its text, folded where it is JSON, and where it comes from. */
export function EventDetails({
  event,
  group,
  terms,
  context,
}: {
  readonly event: LogEvent;
  readonly group: string | undefined;
  readonly terms: readonly string[];
  readonly context: string | undefined;
}) {
  const flash = useFlash();
  const zone = useZone();
  const tree = useMemo(() => jsonTree(event.message), [event.message]);
  const copy = (text: string, what: string) =>
    copyText(text).then(
      () => flash.show({ id: "copied", type: "success", content: `${what} copied.` }),
      (error: unknown) => flash.failure(error, "Copying"),
    );
  return (
    <div className="event-details">
      <div className="event-details-bar">
        <Button iconName="copy" variant="inline-link" onClick={() => void copy(event.message, "Message")}>
          Copy message
        </Button>
        {context !== undefined && (
          <>
            <Button
              iconName="share"
              variant="inline-link"
              onClick={() => void copy(new URL(context, window.location.href).href, "Link")}
            >
              Copy link
            </Button>
            <Link href={context}>Show events around it</Link>
          </>
        )}
      </div>
      {tree === undefined ? (
        <div className="event-details-text">
          <MarkedText text={event.message} terms={terms} />
        </div>
      ) : (
        <JsonView node={tree} />
      )}
      <dl className="event-details-facts">
        <dt>Time</dt>
        <dd>{timeWithOffset(event.timestamp, zone)}</dd>
        {event.ingestionTime > 0 && (
          <>
            <dt>Arrived</dt>
            <dd>{timeWithOffset(event.ingestionTime, zone)}</dd>
          </>
        )}
        {group !== undefined && (
          <>
            <dt>Log group</dt>
            <dd>{group}</dd>
          </>
        )}
        <dt>Log stream</dt>
        <dd>{visibleText(event.stream)}</dd>
      </dl>
    </div>
  );
}
