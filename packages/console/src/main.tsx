import "@cloudscape-design/global-styles/index.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { queryCache } from "./api/query-cache.ts";
import { onSession } from "./api/session.ts";
import { Failure } from "./shell/failure.tsx";
import { startLook } from "./shell/look.ts";
import { Root } from "./shell/root.tsx";
import { resume } from "./sign-in/sign-in-calls.ts";

const place = document.getElementById("app");
if (place === null) throw new Error("The page has no place for the console.");
const root = createRoot(place);

function open(): void {
  root.render(null);
  resume().then(
    () =>
      root.render(
        <QueryClientProvider client={queryCache}>
          <Root />
        </QueryClientProvider>,
      ),
    (error: unknown) => root.render(<Failure error={error} retry={open} />),
  );
}

startLook();
// Nothing of another session or region may be shown.
onSession(() => queryCache.clear());
open();
