import Box from "@cloudscape-design/components/box";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { Ask } from "../logs/groups/ask.tsx";
import { copyText } from "../result-table/copy-text.ts";
import { useFlash } from "../shell/flash.tsx";
import { href } from "../shell/route.ts";

/** A link that opens the dashboard as it is seen now, for people who may sign in here. */
export function ShareDialog({
  name,
  query,
  onClose,
}: {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [seen, setSeen] = useState(true);
  const [full, setFull] = useState(false);
  const values = [...query].filter(([key]) => seen && (key === "range" || key === "refresh" || key.startsWith("var.")));
  const address = href("/dashboards/:name", { name }, { ...Object.fromEntries(values), ...(full && { full: true }) });
  const link = new URL(address, window.location.href).href;
  return (
    <Ask
      title="Share the dashboard"
      action="Copy link"
      onConfirm={async () => {
        await copyText(link);
        flash.success("The link was copied.");
      }}
      onClose={onClose}
    >
      <FormField
        label="Link"
        description="It opens for people who can sign in to this server and may read dashboards. It holds no key."
      >
        <Input value={link} readOnly ariaLabel="Link" />
      </FormField>
      <Checkbox checked={seen} onChange={({ detail }) => setSeen(detail.checked)}>
        With the range, the refresh and the values that are chosen now
      </Checkbox>
      <Checkbox checked={full} onChange={({ detail }) => setFull(detail.checked)}>
        In full screen, for a screen on the wall
      </Checkbox>
      <Box color="text-body-secondary">
        To show it to somebody else, make a user of their own whose policy allows cloudwatch:GetDashboard and
        cloudwatch:GetMetricData, and take the key back when it is no longer needed.
      </Box>
    </Ask>
  );
}
