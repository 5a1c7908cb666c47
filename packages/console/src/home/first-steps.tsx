import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { currentRegion } from "../api/session.ts";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { firstSteps } from "./first-steps.ts";
import "./first-steps.css";

/** What to do on a server that holds nothing yet. */
export function FirstSteps() {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="This server holds no logs yet. The AWS CLI, SDKs and agents work with it as they are."
          actions={
            <Button onClick={() => navigate(href("/logs/groups", {}, { create: "yes" }))}>Create log group</Button>
          }
        >
          First steps
        </Header>
      }
    >
      <SpaceBetween size="l">
        {firstSteps(window.location.origin, currentRegion()).map(({ title, text, command }, index) => (
          <div key={title}>
            <Box variant="h3">
              {index + 1}. {title}
            </Box>
            <Box color="text-body-secondary">{text}</Box>
            <div className="first-steps-command">
              <pre>{command}</pre>
              <CopyToClipboard
                variant="icon"
                textToCopy={command}
                copyButtonAriaLabel={`Copy the commands: ${title}`}
                copySuccessText="Copied"
                copyErrorText="The browser does not let this page use the clipboard"
              />
            </div>
          </div>
        ))}
      </SpaceBetween>
    </Container>
  );
}
