export interface StorageSum {
  readonly groups: number;
  readonly bytes: number;
  /** There are further groups, which are not counted. */
  readonly more: boolean;
  /** The groups that hold most, the largest first. */
  readonly largest: readonly { readonly name: string; readonly bytes: number }[];
}

const LARGEST = 5;

export function sumStorage(
  groups: readonly { readonly logGroupName?: string | undefined; readonly storedBytes?: number | undefined }[],
  more: boolean,
): StorageSum {
  const sized = groups.map(({ logGroupName = "", storedBytes = 0 }) => ({ name: logGroupName, bytes: storedBytes }));
  return {
    groups: groups.length,
    bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0),
    more,
    largest: sized
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, LARGEST),
  };
}
