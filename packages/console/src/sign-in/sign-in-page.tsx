import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { errorText } from "../api/call-error.ts";
import { signIn } from "./sign-in-calls.ts";

/** The door: by access key. */
export function SignInPage() {
  const [accessKeyId, setAccessKeyId] = useState("");
  const [secretAccessKey, setSecret] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() });
    } catch (failure) {
      setError(errorText(failure).text);
      setBusy(false);
    }
  };
  return (
    <Box padding="xxl">
      <form onSubmit={submit}>
        <Container header={<Header variant="h1">Sign in to Nephoscope</Header>}>
          <Form
            errorText={error}
            actions={
              <Button variant="primary" loading={busy}>
                Sign in
              </Button>
            }
          >
            <SpaceBetween size="m">
              <FormField label="Access key id">
                <Input
                  value={accessKeyId}
                  onChange={({ detail }) => setAccessKeyId(detail.value)}
                  autoComplete="username"
                />
              </FormField>
              <FormField label="Secret access key">
                <Input
                  type="password"
                  value={secretAccessKey}
                  onChange={({ detail }) => setSecret(detail.value)}
                  autoComplete="current-password"
                />
              </FormField>
            </SpaceBetween>
          </Form>
        </Container>
      </form>
    </Box>
  );
}
