import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { useSyncExternalStore } from "react";
import { currentRegion, currentSession, onSession } from "../api/session.ts";
import { SignInPage } from "../sign-in/sign-in-page.tsx";
import { App } from "./app.tsx";
import { FlashProvider } from "./flash.tsx";

/** The console for who is signed in, the sign-in for everybody else. */
export function Root() {
  const session = useSyncExternalStore(onSession, currentSession);
  const region = useSyncExternalStore(onSession, currentRegion);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      {session === undefined ? (
        <SignInPage />
      ) : (
        // Another person or region begins anew.
        <FlashProvider key={`${session.arn} ${region}`}>
          <App session={session} />
        </FlashProvider>
      )}
    </I18nProvider>
  );
}
