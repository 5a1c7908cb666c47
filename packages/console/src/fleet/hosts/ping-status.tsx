import StatusIndicator from "@cloudscape-design/components/status-indicator";

/** Whether a host answers. */
export function PingStatus({ status }: { readonly status: string | undefined }) {
  if (status === "Online") return <StatusIndicator type="success">Online</StatusIndicator>;
  if (status === "ConnectionLost") return <StatusIndicator type="error">Connection lost</StatusIndicator>;
  return <StatusIndicator type="pending">Never spoke</StatusIndicator>;
}
