import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";

const MOST = 10;

/** Why a text is no dashboard. */
export function DashboardFaults({ faults }: { readonly faults: readonly string[] }) {
  if (faults.length === 0) return null;
  return (
    <Alert type="error" header="This is no dashboard">
      {[...new Set(faults)].slice(0, MOST).map((fault) => (
        <Box key={fault}>{fault}</Box>
      ))}
      {faults.length > MOST && <Box>and {faults.length - MOST} more</Box>}
    </Alert>
  );
}
