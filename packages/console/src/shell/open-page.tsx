import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import { type ComponentType, lazy, Suspense } from "react";
import { PageBoundary } from "./page-boundary.tsx";
import type { PageComponent, PageEntry, PageProps } from "./page-entry.ts";
import type { Route } from "./route.ts";

/** The page of a route, loaded when it is first opened. */
export function OpenPage({ route }: { readonly route: Route | undefined }) {
  if (route === undefined) {
    return (
      <Box padding="xxl" textAlign="center">
        <Box variant="h1">There is no page at this address</Box>
        <Box variant="p">
          <Link href="#/">Go to the home page</Link>
        </Box>
      </Box>
    );
  }
  const Page = componentOf(route.entry);
  return (
    // Another page, or the same one of something else, starts afresh; a changed query does not.
    <PageBoundary key={route.path}>
      <Suspense fallback={<Loading />}>
        <Page params={route.params} query={route.query} />
      </Suspense>
    </PageBoundary>
  );
}

const components = new Map<PageEntry, ComponentType<PageProps>>();

function componentOf(entry: PageEntry): PageComponent {
  let component = components.get(entry);
  if (component === undefined) {
    component = lazy(entry.load);
    components.set(entry, component);
  }
  return component;
}

const Loading = () => (
  <Box padding="xxl" textAlign="center" color="text-status-inactive">
    <Spinner /> Loading
  </Box>
);
