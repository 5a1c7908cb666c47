import { type PageEntry, page } from "./shell/page-entry.ts";

/**
 * Every page of the console. To add one: a file that exports a component as `default` (its props are `PageProps`) and a line here.
 * The path's `:name` parts are the page's `params`; `nav` puts the page into the side navigation, under that heading.
 * Breadcrumbs are the entries whose paths the page's path begins with.
 */
export const pages: readonly PageEntry[] = [
  page("/", "Home", () => import("./home/home-page.tsx"), { nav: "" }),

  page("/logs/groups", "Log groups", () => import("./logs/groups/groups-page.tsx"), { nav: "Logs" }),
  page("/logs/groups/:group", ":group", () => import("./logs/groups/group-page.tsx")),
  page("/logs/groups/:group/events", "Events", () => import("./logs/events/events-page.tsx"), { wide: true }),
  page(
    "/logs/groups/:group/filters/create",
    "Create metric filter",
    () => import("./logs/metric-filters/filter-page.tsx"),
  ),
  page(
    "/logs/groups/:group/filters/:filter/edit",
    "Edit :filter",
    () => import("./logs/metric-filters/filter-page.tsx"),
  ),
  page(
    "/logs/groups/:group/subscriptions/create",
    "Create subscription",
    () => import("./logs/subscriptions/subscription-page.tsx"),
  ),
  page(
    "/logs/groups/:group/subscriptions/:filter/edit",
    "Edit :filter",
    () => import("./logs/subscriptions/subscription-page.tsx"),
  ),
  page("/logs/live-tail", "Live Tail", () => import("./logs/live-tail/live-tail-page.tsx"), {
    nav: "Logs",
    wide: true,
  }),
  page("/logs/insights", "Logs Insights", () => import("./insights/insights-page.tsx"), { nav: "Logs", wide: true }),
  page("/metrics", "Metrics", () => import("./metrics/metrics-page.tsx"), { nav: "Metrics", wide: true }),
  page("/alarms", "Alarms", () => import("./alarms/alarms-page.tsx"), { nav: "Alarms" }),
  // Two parts, for an alarm may be called anything, "create" too.
  page("/alarms/create/metric", "Create alarm", () => import("./alarms/create-alarm-page.tsx")),
  page("/alarms/create/composite", "Create composite alarm", () => import("./alarms/composite-page.tsx")),
  page("/alarms/:name", ":name", () => import("./alarms/alarm-page.tsx")),
  page("/alarms/:name/edit", "Edit", () => import("./alarms/create-alarm-page.tsx")),
  page("/dashboards", "Dashboards", () => import("./dashboards/dashboards-page.tsx"), { nav: "Dashboards" }),
  page("/dashboards/:name", ":name", () => import("./dashboards/dashboard-page.tsx"), { wide: true }),
  page("/topics", "Topics", () => import("./topics/topics-page.tsx"), { nav: "Notifications" }),
  page("/topics/:topic", ":topic", () => import("./topics/topic-page.tsx")),
  page("/outbox", "Outbox", () => import("./topics/outbox/outbox-page.tsx"), { nav: "Notifications" }),

  page("/fleet/hosts", "Hosts", () => import("./fleet/hosts/hosts-page.tsx"), { nav: "Fleet" }),
  page("/fleet/hosts/:host", ":host", () => import("./fleet/hosts/host-page.tsx")),
  page("/fleet/run-command", "Run command", () => import("./fleet/commands/run-page.tsx"), { nav: "Fleet" }),
  page("/fleet/commands", "Commands", () => import("./fleet/commands/commands-page.tsx"), { nav: "Fleet" }),
  page("/fleet/parameters", "Parameters", () => import("./fleet/parameters/parameters-page.tsx"), { nav: "Fleet" }),
  page("/fleet/parameters/:name", ":name", () => import("./fleet/parameters/parameter-page.tsx")),
  page("/fleet/commands/:command", ":command", () => import("./fleet/commands/command-page.tsx")),
  page("/networks", "Networks", () => import("./flow-logs/network-page.tsx"), { nav: "Fleet" }),
  page("/flow-logs", "Flow logs", () => import("./flow-logs/flow-logs-page.tsx"), { nav: "Fleet" }),

  page("/settings", "Settings", () => import("./settings/settings-page.tsx"), { nav: "Administration" }),
];

/** The headings of the side navigation, in their order. */
export const navigationSections: readonly string[] = [
  "",
  "Logs",
  "Metrics",
  "Alarms",
  "Dashboards",
  "Notifications",
  "Fleet",
  "Administration",
];
