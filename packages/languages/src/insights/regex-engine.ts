/**
 * The expression as ClickHouse takes it. There a dot matches line ends unless
 * told otherwise, and named groups are written with a P.
 */
export function engineRegex(source: string): string {
  return `(?-s)${source.replace(/\\.|\(\?<(?=[A-Za-z_])/gs, (found) => (found === "(?<" ? "(?P<" : found))}`;
}
