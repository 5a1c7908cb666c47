import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { LogText } from "../result-table/log-text.tsx";
import "./output-text.css";

/** Text of many lines as it was written. It can be scrolled; the button in it lets the keyboard get there. */
export function OutputText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <section className="output-text" aria-label={label}>
        <div className="output-text-copy">
          <CopyToClipboard
            variant="icon"
            textToCopy={text}
            copyButtonAriaLabel={`Copy ${label.toLowerCase()}`}
            copySuccessText="Copied"
            copyErrorText="The browser does not let this page use the clipboard"
          />
        </div>
        <LogText text={text} />
      </section>
    </div>
  );
}
