import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { STATE_TEXTS } from "./alarm-calls.ts";
import type { AlarmState } from "./alarm-form.ts";

export const StateText = ({ state }: { readonly state: AlarmState }) => (
  <StatusIndicator type={STATE_TEXTS[state].type}>{STATE_TEXTS[state].text}</StatusIndicator>
);
