import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { errorText } from "../api/call-error.ts";

/** Why something could not be shown, in its place, with a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, text, requestId } = errorText(error);
  return (
    <Alert
      type="error"
      header={title}
      action={retry === undefined ? undefined : <Button onClick={retry}>Try again</Button>}
    >
      {text}
      {requestId !== undefined && (
        <Box variant="small" display="block" color="inherit">
          Request {requestId}
        </Box>
      )}
    </Alert>
  );
}
