import AppLayout from "@cloudscape-design/components/app-layout-toolbar";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { useEffect, useState } from "react";
import type { Session } from "../api/session.ts";
import { navigationSections, pages } from "../pages.ts";
import { Messages } from "./flash.tsx";
import { useHash } from "./navigate.ts";
import { OpenPage } from "./open-page.tsx";
import { href, type Route, routeOf, titleOf, trailOf } from "./route.ts";
import { TopBar } from "./top-bar.tsx";

/** Everything around a page: top bar, side navigation, breadcrumbs, messages. */
export function App({ session }: { readonly session: Session }) {
  const route = routeOf(useHash(), pages);
  const [navigationOpen, setNavigationOpen] = useState(() => window.innerWidth > NARROW);
  useEffect(() => {
    document.title = route === undefined ? "Nephoscope" : `${titleOf(route.entry, route.params)} · Nephoscope`;
  }, [route]);
  return (
    <>
      <div id="top-bar">
        <TopBar session={session} />
      </div>
      <AppLayout
        headerSelector="#top-bar"
        navigationOpen={navigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        navigation={<Navigation active={route} />}
        toolsHide
        notifications={<Messages />}
        stickyNotifications
        breadcrumbs={route !== undefined && <Breadcrumbs route={route} />}
        maxContentWidth={route?.entry.wide ? Number.MAX_VALUE : 1600}
        content={<OpenPage route={route} />}
        ariaLabels={{
          navigation: "Side navigation",
          navigationToggle: "Open side navigation",
          navigationClose: "Close side navigation",
          notifications: "Messages",
        }}
      />
    </>
  );
}

/** Up to this width, in pixels, the side navigation starts closed: Cloudscape lays it over the page there. */
const NARROW = 688;

const menu: SideNavigationProps.Item[] = navigationSections.flatMap((section): SideNavigationProps.Item[] => {
  const links = pages
    .filter((entry) => entry.nav === section)
    .map((entry) => ({ type: "link" as const, text: entry.title, href: href(entry.path) }));
  if (links.length === 0) return [];
  return section === "" ? links : [{ type: "section", text: section, items: links }];
});

function Navigation({ active }: { readonly active: Route | undefined }) {
  const trail = active === undefined ? [] : trailOf(active, pages);
  const inMenu = trail.findLast((entry) => entry.nav !== undefined);
  return <SideNavigation activeHref={inMenu === undefined ? "#/" : href(inMenu.path)} items={menu} />;
}

function Breadcrumbs({ route }: { readonly route: Route }) {
  return (
    <BreadcrumbGroup
      ariaLabel="Breadcrumbs"
      items={[
        { text: "Nephoscope", href: "#/" },
        ...trailOf(route, pages).map((entry) => ({
          text: titleOf(entry, route.params),
          href: href(entry.path, route.params),
        })),
      ]}
    />
  );
}
