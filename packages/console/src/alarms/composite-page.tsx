import type { PageProps } from "../shell/page-entry.ts";
import { formOfNames } from "./composite-form.ts";
import { CompositeWizard } from "./composite-wizard.tsx";

/** Makes an alarm of other alarms; the address may name some. */
export default function CompositePage({ query }: PageProps) {
  return <CompositeWizard start={formOfNames(query.getAll("alarm"))} existing={undefined} />;
}
