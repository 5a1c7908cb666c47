import { type Guard, isInteger, isText } from "./json-guard.ts";

/** A colour as `#d62728` or `#d27`. */
export const isColor = isText(/^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/);

/** What charts are asked for: `Sum`, `p99.9`, `tm90`, `TM(10%:90%)`, `PR(:300)`, `IQM`. */
export const isStatistic = isText(
  /^(?:SampleCount|Average|Sum|Minimum|Maximum|IQM|(?:[pP]|tm|wm|tc|ts)(?:100|\d{1,2})(?:\.\d{1,10})?|(?:TM|WM|TC|TS|PR)\([-\d.%]*:[-\d.%]*\))$/,
);

/** Seconds: 1, 5, 10, 20 or 30 for metrics of high resolution, else whole minutes. */
export const isPeriod: Guard<number> = (value, place): value is number => {
  if (!isInteger({ minimum: 1 })(value, place)) return false;
  return value % 60 === 0 || HIGH_RESOLUTION.has(value) || place.error("Should be multiple of 60");
};
const HIGH_RESOLUTION: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);

export const isRegion = isText(/^[a-z]{2,}(?:-[a-z0-9]+)+$/);
export const isAccountId = isText(/^(?:\d{12}|LOCAL|local)$/);
/** An offset from UTC: `+0130`, `-0800`. */
export const isTimezone = isText(/^[+-](?:0\d|1[0-4])[0-5]\d$/);
/** Names of metrics and expressions among the rows of one widget. */
export const isRowId = isText(/^[a-z][a-zA-Z0-9_]{0,254}$/);
