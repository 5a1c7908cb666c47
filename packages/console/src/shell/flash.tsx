import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { errorText, isCancelled } from "../api/call-error.ts";

/** The messages above a page. */
export interface Flash {
  /** Shows a message until it is dismissed; a later one with the same `id` takes its place. */
  show(item: FlashbarProps.MessageDefinition & { readonly id: string }): void;
  /** Shows that something was done. */
  success(text: ReactNode): void;
  /** Shows why a call failed. A call that was cancelled on purpose shows nothing. */
  failure(error: unknown, doing: string): void;
  dismiss(id: string): void;
}

type Item = FlashbarProps.MessageDefinition & { readonly id: string };

const FlashContext = createContext<Flash | undefined>(undefined);
const ItemsContext = createContext<readonly Item[]>([]);

let count = 0;

export function FlashProvider({ children }: { readonly children: ReactNode }) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const dismiss = useCallback((id: string) => setItems((all) => all.filter((item) => item.id !== id)), []);
  const show = useCallback(
    (item: Item) => {
      const whole = { dismissible: true, dismissLabel: "Dismiss message", onDismiss: () => dismiss(item.id), ...item };
      setItems((all) => [whole, ...all.filter(({ id }) => id !== item.id)].slice(0, MOST_MESSAGES));
    },
    [dismiss],
  );
  const flash = useMemo<Flash>(
    () => ({
      show,
      dismiss,
      success: (content) => show({ id: `message-${count++}`, type: "success", content }),
      failure(error, doing) {
        if (isCancelled(error)) return;
        const { title, text, requestId } = errorText(error);
        show({
          id: `message-${count++}`,
          type: "error",
          header: `${doing}: ${title}`,
          content: requestId === undefined ? text : `${text} Request ${requestId}.`,
        });
      },
    }),
    [show, dismiss],
  );
  return (
    <FlashContext value={flash}>
      <ItemsContext value={items}>{children}</ItemsContext>
    </FlashContext>
  );
}

/** More would push the page out of sight. */
const MOST_MESSAGES = 5;

export function useFlash(): Flash {
  const flash = useContext(FlashContext);
  if (flash === undefined) throw new Error("useFlash needs a FlashProvider around the component.");
  return flash;
}

export function Messages() {
  return <Flashbar items={[...useContext(ItemsContext)]} stackItems />;
}
