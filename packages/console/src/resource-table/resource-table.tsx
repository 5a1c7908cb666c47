import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { type ReactNode, useState } from "react";
import type { AllOf } from "../api/all-pages.ts";
import { Failure } from "../shell/failure.tsx";
import { numberText } from "../time/format.ts";
import { holdsWords } from "./search.ts";

export interface ResourceTableProps<T> {
  readonly title: string;
  /** What the rows are: `hosts`. */
  readonly what: string;
  readonly description?: string;
  readonly actions?: ReactNode;
  readonly asked: {
    readonly data: AllOf<T> | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  readonly idOf: (item: T) => string;
  /** What a search looks at. */
  readonly textOf: (item: T) => string;
  readonly columns: readonly TableProps.ColumnDefinition<T>[];
  /** Shown where there is nothing at all. */
  readonly empty: ReactNode;
  /** The table is the page, and not a part of it. */
  readonly full?: boolean;
  /** Long texts are shown whole, on several lines. */
  readonly wrap?: boolean;
  readonly selection?: {
    readonly type: "single" | "multi";
    readonly ids: readonly string[];
    readonly onChange: (ids: readonly string[]) => void;
  };
  /** The search, for pages that keep it in their address. */
  readonly search?: { readonly text: string; readonly onChange: (text: string) => void };
}

const FULL_PAGE = 50;
const PART_PAGE = 20;

/** A searched and paged list of resources that is loaded whole, up to a bound that it tells. */
export function ResourceTable<T>(props: ResourceTableProps<T>) {
  const { title, what, description, actions, asked, idOf, textOf, columns, empty, full = false, selection } = props;
  const [ownText, setOwnText] = useState("");
  const [wantedPage, setPage] = useState(1);
  const text = props.search?.text ?? ownText;
  const setText = (next: string) => {
    setPage(1);
    (props.search?.onChange ?? setOwnText)(next);
  };
  const all = asked.error ? [] : (asked.data?.items ?? []);
  const found = all.filter((item) => holdsWords(textOf(item), text));
  const size = full ? FULL_PAGE : PART_PAGE;
  const pagesCount = Math.max(1, Math.ceil(found.length / size));
  const page = Math.min(wantedPage, pagesCount);
  const shown = found.slice((page - 1) * size, page * size);
  const known = asked.data !== undefined && !asked.error;
  const count = asked.data?.more ? `${numberText(all.length)}+` : numberText(all.length);
  return (
    <Table<T>
      variant={full ? "full-page" : "container"}
      stickyHeader={full}
      items={shown}
      trackBy={idOf}
      loading={asked.data === undefined && !asked.error}
      loadingText={`Loading ${what}`}
      wrapLines={props.wrap ?? false}
      resizableColumns
      columnDefinitions={columns}
      {...(selection !== undefined && {
        selectionType: selection.type,
        selectedItems: all.filter((item) => selection.ids.includes(idOf(item))),
        onSelectionChange: ({ detail }: { detail: { selectedItems: readonly T[] } }) =>
          selection.onChange(detail.selectedItems.map(idOf)),
      })}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: `Choose ${what}`,
        allItemsSelectionLabel: () => `Choose all ${what} of this page`,
        itemSelectionLabel: (_, item) => `Choose ${idOf(item)}`,
      }}
      header={
        <Header
          variant={full ? "awsui-h1-sticky" : "h2"}
          counter={known ? `(${text === "" ? count : `${numberText(found.length)} of ${count}`})` : undefined}
          description={
            asked.data?.more ? `Only the first ${numberText(all.length)} ${what} are shown and searched.` : description
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                iconName="refresh"
                ariaLabel={`Load ${what} again`}
                loading={asked.isFetching && known}
                onClick={() => void asked.refetch()}
              />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={
        full || all.length > PART_PAGE ? (
          <TextFilter
            filteringText={text}
            filteringPlaceholder={`Find ${what}`}
            filteringAriaLabel={`Find ${what}`}
            onChange={({ detail }) => setText(detail.filteringText)}
          />
        ) : undefined
      }
      pagination={
        pagesCount > 1 ? (
          <Pagination
            currentPageIndex={page}
            pagesCount={pagesCount}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ nextPageLabel: "Next page", previousPageLabel: "Previous page" }}
          />
        ) : undefined
      }
      empty={
        asked.error ? (
          <Failure error={asked.error} retry={() => void asked.refetch()} />
        ) : all.length > 0 ? (
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="strong">No {what} hold this text</Box>
              <Button onClick={() => setText("")}>Clear the search</Button>
            </SpaceBetween>
          </Box>
        ) : (
          empty
        )
      }
    />
  );
}

/** What stands in the place of a list that has nothing: that it is so, why, and what to do. */
export function Nothing({
  title,
  text,
  action,
}: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">{title}</Box>
        {text !== undefined && <Box color="text-body-secondary">{text}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  );
}
