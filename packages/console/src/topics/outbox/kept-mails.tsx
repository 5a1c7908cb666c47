import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import Modal from "@cloudscape-design/components/modal";
import type { KeptMailView } from "@nephoscope/server/health";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CallError } from "../../api/call-error.ts";
import { keptMails } from "../../api/health.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { Time } from "../../time/time.tsx";
import { mailPieces } from "./own-links.ts";
import "./kept-mails.css";

/** How often the page asks again by itself: a mail is there moments after it was sent. */
const REFRESH_MS = 5_000;

/** Mails that go to nobody because no mail server is set, for the server's operators to read. */
export function KeptMails() {
  const [open, setOpen] = useState<KeptMailView>();
  const asked = useQuery({
    queryKey: ["nephoscope-health", "ListKeptMails"],
    queryFn: ({ signal }) => keptMails(signal),
    refetchInterval: ({ state }) => (state.error === null ? REFRESH_MS : false),
  });
  // Other accounts than the operators' have no such list, and need none.
  if (asked.error instanceof CallError && asked.error.code === "AccessDeniedException") return null;
  return (
    <>
      <ResourceTable<KeptMailView>
        title="Kept mails"
        what="mails"
        description="Mails are kept here, and go to nobody, while the server has no mail server (NEPHOSCOPE_SMTP_URL). The newest 1,000 stay."
        asked={{ ...asked, data: asked.data && { items: asked.data, more: false } }}
        idOf={({ Id }) => String(Id)}
        textOf={({ To, Subject }) => `${To} ${Subject}`}
        empty={<Nothing title="No mails" text="With a mail server, mails go out and are not kept." />}
        columns={[
          { id: "time", header: "Time", width: 185, cell: ({ At }) => <Time ms={At} /> },
          { id: "to", header: "To", width: 240, cell: ({ To }) => <LogText text={To} /> },
          {
            id: "subject",
            header: "Subject",
            minWidth: 300,
            isRowHeader: true,
            cell: (mail) => (
              <Button variant="inline-link" onClick={() => setOpen(mail)}>
                {visibleText(mail.Subject) || "(no subject)"}
              </Button>
            ),
          },
        ]}
      />
      <Modal
        visible={open !== undefined}
        size="large"
        header={visibleText(open?.Subject ?? "")}
        closeAriaLabel="Close"
        onDismiss={() => setOpen(undefined)}
      >
        {open !== undefined && (
          <section className="kept-mail" aria-label="Text of the mail">
            {mailPieces(open.Text, window.location.origin).map(({ text, at, link }) =>
              link ? (
                <Link key={at} href={text} external externalIconAriaLabel="Opens in a new tab">
                  {text}
                </Link>
              ) : (
                <LogText key={at} text={text} />
              ),
            )}
          </section>
        )}
      </Modal>
    </>
  );
}
