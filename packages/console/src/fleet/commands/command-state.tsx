import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { statusLook, statusText } from "./command-status.ts";

/** The status of a command, or of one on a host. */
export const CommandState = ({
  status,
  details,
}: {
  readonly status: string | undefined;
  readonly details?: string | undefined;
}) => <StatusIndicator type={statusLook(status)}>{statusText(details || status)}</StatusIndicator>;
