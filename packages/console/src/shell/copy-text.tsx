import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

/** A text that people copy, with the button that does it. */
export const CopyText = ({ text, what }: { readonly text: string; readonly what: string }) => (
  <CopyToClipboard
    variant="inline"
    textToCopy={text}
    copyButtonAriaLabel={`Copy ${what}`}
    copySuccessText={`${what} copied`}
    copyErrorText="The browser does not let this page use the clipboard"
  />
);
