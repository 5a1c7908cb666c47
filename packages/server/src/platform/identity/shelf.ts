import type { Resource, ResourceRef, State } from "../state/state.ts";

/**
 * All resources of one kind in memory, as they are in the state store. IAM's quotas bound their number, and every call asks
 * for some, so none is read from disk twice. What a commit wrote is here before the commit is answered.
 */
export interface Shelf<T> {
  readonly kind: string;
  get(account: string, key: string): Resource<T> | undefined;
  /** In the order of keys. */
  list(account: string): readonly Resource<T>[];
  /** By the unique id in the document; undefined on shelves whose documents have none. */
  byId(id: string): Resource<T> | undefined;
  /** Of every account. */
  all(): Iterable<Resource<T>>;
}

/** Opens shelves; `changed` is told after every commit that changed one of them, with the accounts concerned. */
export interface Shelves {
  open<T extends object>(kind: string, idOf?: (document: T) => string | undefined): Shelf<T>;
  onChange(listener: (change: ShelfChange) => void): void;
}

export interface ShelfChange {
  readonly kind: string;
  readonly account: string;
}

const PAGE = 1_000;

export function openShelves(state: State): Shelves {
  const updates = new Map<string, (ref: ResourceRef) => void>();
  const listeners: ((change: ShelfChange) => void)[] = [];
  state.onCommit(({ changes }) => {
    for (const { ref } of changes) {
      const update = updates.get(ref.kind);
      if (update === undefined) continue;
      update(ref);
      for (const listener of listeners) listener({ kind: ref.kind, account: ref.account });
    }
  });

  return {
    onChange: (listener) => listeners.push(listener),
    open<T extends object>(kind: string, idOf: (document: T) => string | undefined = () => undefined) {
      const accounts = new Map<string, Map<string, Resource<T>>>();
      const sorted = new Map<string, readonly Resource<T>[]>();
      const ids = new Map<string, Resource<T>>();

      const put = (ref: ResourceRef, resource: Resource<T> | undefined) => {
        const shelf = accounts.get(ref.account) ?? new Map<string, Resource<T>>();
        accounts.set(ref.account, shelf);
        const before = shelf.get(ref.key);
        const oldId = before && idOf(before.document);
        // One commit may move a document to another key: then its id is the new one's already.
        if (oldId !== undefined && ids.get(oldId) === before) ids.delete(oldId);
        if (resource === undefined) shelf.delete(ref.key);
        else {
          shelf.set(ref.key, resource);
          const id = idOf(resource.document);
          if (id !== undefined) ids.set(id, resource);
        }
        sorted.delete(ref.account);
      };

      for (let page = state.scan<T>(kind, undefined, PAGE); page.length > 0; ) {
        for (const resource of page) put(resource.ref, resource);
        page = page.length < PAGE ? [] : state.scan<T>(kind, page.at(-1)?.ref, PAGE);
      }
      updates.set(kind, (ref) => put(ref, state.get<T>(ref)));

      return {
        kind,
        get: (account, key) => accounts.get(account)?.get(key),
        byId: (id) => ids.get(id),
        list(account) {
          const known = sorted.get(account);
          if (known !== undefined) return known;
          const list = [...(accounts.get(account)?.values() ?? [])].sort((a, b) => (a.ref.key < b.ref.key ? -1 : 1));
          sorted.set(account, list);
          return list;
        },
        *all() {
          for (const shelf of accounts.values()) yield* shelf.values();
        },
      };
    },
  };
}
