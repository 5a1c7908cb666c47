import type { ComponentType } from "react";

/** What every page gets. */
export interface PageProps {
  /** Values of the path's `:name` parts, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** What stands behind the `?` of the page's address. */
  readonly query: URLSearchParams;
}

export type PageComponent = ComponentType<PageProps>;

export interface PageEntry {
  /** Such as `/logs/groups/:group`. */
  readonly path: string;
  /** For the breadcrumb, the navigation and the window; `:name` stands for that part of the path. */
  readonly title: string;
  readonly load: () => Promise<{ readonly default: PageComponent }>;
  /** Heading of the side navigation to stand under; absent for pages that are reached from others. */
  readonly nav: string | undefined;
  /** Whether the page wants the window's whole width. */
  readonly wide: boolean;
}

export function page(
  path: string,
  title: string,
  load: PageEntry["load"],
  options: { readonly nav?: string; readonly wide?: boolean } = {},
): PageEntry {
  return { path, title, load, nav: options.nav, wide: options.wide ?? false };
}
