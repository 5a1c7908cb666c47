import Link from "@cloudscape-design/components/link";
import { useMutation } from "@tanstack/react-query";
import { visibleText } from "../result-table/visible-text.ts";
import { useFlash } from "../shell/flash.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { nameOfTopic, subscriptionsOf } from "../topics/topic-calls.ts";
import { alarmsChanged } from "./alarm-calls.ts";
import type { AlarmAction } from "./alarm-form.ts";

/** Makes or changes an alarm by a call, says so, tells of subscriptions that nobody has confirmed yet, and opens the alarm. */
export function usePutAlarm(
  put: () => Promise<unknown>,
  {
    name,
    actions,
    existing,
  }: { readonly name: string; readonly actions: readonly AlarmAction[]; readonly existing: boolean },
) {
  const flash = useFlash();
  return useMutation({
    mutationFn: async () => {
      await put();
      const topics = [...new Set(actions.map(({ arn }) => arn))].filter((arn) => arn.startsWith("arn:aws:sns:"));
      const pending = await Promise.all(
        topics.map(async (arn) => ((await subscriptionsOf(arn)).some((each) => each.arn === undefined) ? [arn] : [])),
      );
      return pending.flat();
    },
    onSuccess: (pending) => {
      void alarmsChanged();
      flash.success(`The alarm ${visibleText(name)} was ${existing ? "saved" : "created"}.`);
      const [first] = pending;
      if (first !== undefined)
        flash.show({
          id: "pending-subscriptions",
          type: "warning",
          header: "Some subscriptions are pending confirmation",
          content: (
            <>
              The alarm tells nobody by mail until the link in the mail{" "}
              <i>AWS Notification - Subscription Confirmation</i> is opened.{" "}
              <Link color="inverted" href={href("/topics/:topic", { topic: nameOfTopic(first) })}>
                View the subscriptions
              </Link>
            </>
          ),
        });
      navigate(href("/alarms/:name", { name: name.trim() }));
    },
  });
}

export const WIZARD_TEXTS = {
  stepNumberLabel: (number: number) => `Step ${number}`,
  collapsedStepsLabel: (number: number, count: number) => `Step ${number} of ${count}`,
  cancelButton: "Cancel",
  previousButton: "Previous",
  nextButton: "Next",
  navigationAriaLabel: "Steps",
};

/** The step to go to when another is asked for: back always, on only over steps without faults. */
export function allowedStep(
  from: number,
  to: number,
  faultsAt: (step: number) => object,
): { readonly step: number; readonly blocked: boolean } {
  const wrong = Array.from({ length: to }, (_, index) => index).find((at) => Object.keys(faultsAt(at)).length > 0);
  return to > from && wrong !== undefined ? { step: wrong, blocked: true } : { step: to, blocked: false };
}
