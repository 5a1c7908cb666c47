import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { type FormEvent, useEffect, useState } from "react";
import { CallError, errorText } from "../api/call-error.ts";
import { linkSecret } from "./link-secret.ts";
import { type Proof, signIn } from "./sign-in-calls.ts";
import "./sign-in-page.css";

/** The door: by the first start's link, by access key, or by a user's password. */
export function SignInPage() {
  const [secret] = useState(() => linkSecret(window.location.hash));
  const [way, setWay] = useState<"key" | "user">("key");
  const [error, setError] = useState<string>();
  /** What the server wants besides a password: `MfaNeeded`, `NewPasswordNeeded`. */
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(secret !== undefined);

  const enter = async (proof: Proof) => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(proof);
    } catch (failure) {
      setError(errorText(failure).text);
      if (failure instanceof CallError) setWanted((before) => new Set([...before, failure.code]));
      setBusy(false);
    }
  };
  useEffect(() => {
    if (secret === undefined) return;
    // The secret is used up by this; it must not stay in the address or the history either.
    window.history.replaceState(null, "", "#/");
    let left = false;
    signIn({ link: secret }).catch((failure: unknown) => {
      if (left) return;
      setError(errorText(failure).text);
      setBusy(false);
    });
    return () => {
      left = true;
    };
  }, [secret]);

  return (
    <main className="sign-in">
      <Container header={<Header variant="h1">Sign in to Nephoscope</Header>}>
        {busy && secret !== undefined && error === undefined ? (
          <Box textAlign="center" padding="l">
            <Spinner /> Signing in
          </Box>
        ) : (
          <SpaceBetween size="m">
            {error !== undefined && <Alert type="error">{error}</Alert>}
            <SegmentedControl
              label="Sign in by"
              selectedId={way}
              onChange={({ detail }) => {
                setWay(detail.selectedId === "user" ? "user" : "key");
                setError(undefined);
              }}
              options={[
                { id: "key", text: "Access key" },
                { id: "user", text: "User and password" },
              ]}
            />
            {way === "key" ? (
              <KeyForm busy={busy} enter={enter} />
            ) : (
              <UserForm busy={busy} enter={enter} wanted={wanted} />
            )}
          </SpaceBetween>
        )}
      </Container>
    </main>
  );
}

interface FormProps {
  readonly busy: boolean;
  readonly enter: (proof: Proof) => Promise<void>;
}

function KeyForm({ busy, enter }: FormProps) {
  const [accessKeyId, setId] = useState("");
  const [secretAccessKey, setSecret] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() });
  };
  return (
    <form onSubmit={submit}>
      <SpaceBetween size="m">
        <FormField label="Access key id">
          <Input
            value={accessKeyId}
            onChange={({ detail }) => setId(detail.value)}
            autoComplete="username"
            spellcheck={false}
            autoFocus
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
        <Button variant="primary" fullWidth loading={busy} disabled={accessKeyId === "" || secretAccessKey === ""}>
          Sign in
        </Button>
        <Box color="text-body-secondary" fontSize="body-s">
          The first start of the server printed a key; it is also in admin-key.json in the data directory.
        </Box>
      </SpaceBetween>
    </form>
  );
}

function UserForm({ busy, enter, wanted }: FormProps & { readonly wanted: ReadonlySet<string> }) {
  const [account, setAccount] = useState("");
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [mfaCode, setCode] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter({
      ...(account.trim() !== "" && { account: account.trim() }),
      user: user.trim(),
      password,
      ...(mfaCode.trim() !== "" && { mfaCode: mfaCode.trim() }),
      ...(newPassword !== "" && { newPassword }),
    });
  };
  return (
    <form onSubmit={submit}>
      <SpaceBetween size="m">
        <FormField label="Account" description="Its id or alias; the server's own when empty.">
          <Input value={account} onChange={({ detail }) => setAccount(detail.value)} spellcheck={false} />
        </FormField>
        <FormField label="User name">
          <Input
            value={user}
            onChange={({ detail }) => setUser(detail.value)}
            autoComplete="username"
            spellcheck={false}
          />
        </FormField>
        <FormField label="Password">
          <Input
            type="password"
            value={password}
            onChange={({ detail }) => setPassword(detail.value)}
            autoComplete="current-password"
          />
        </FormField>
        {(wanted.has("MfaNeeded") || wanted.has("MfaWrong")) && (
          <FormField label="MFA code">
            <Input
              value={mfaCode}
              onChange={({ detail }) => setCode(detail.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              autoFocus
            />
          </FormField>
        )}
        {wanted.has("NewPasswordNeeded") && (
          <FormField label="New password">
            <Input
              type="password"
              value={newPassword}
              onChange={({ detail }) => setNewPassword(detail.value)}
              autoComplete="new-password"
              autoFocus
            />
          </FormField>
        )}
        <Button variant="primary" fullWidth loading={busy} disabled={user === "" || password === ""}>
          Sign in
        </Button>
      </SpaceBetween>
    </form>
  );
}
