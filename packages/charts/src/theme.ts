/** Colours of a picture beside those of its data. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly secondary: string;
  readonly grid: string;
  readonly axis: string;
  readonly band: string;
  readonly vertical: string;
  readonly warning: string;
  readonly states: Readonly<Record<"OK" | "ALARM" | "INSUFFICIENT_DATA", string>>;
}

export const THEMES: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    background: "#ffffff",
    text: "#16191f",
    secondary: "#545b64",
    grid: "#e9ebed",
    axis: "#aab7b8",
    band: "#7f8c8d",
    vertical: "#545b64",
    warning: "#eb5f07",
    states: { OK: "#1d8102", ALARM: "#d13212", INSUFFICIENT_DATA: "#879596" },
  },
  dark: {
    background: "#161d26",
    text: "#dfe3e8",
    secondary: "#a4adb8",
    grid: "#2a333f",
    axis: "#5f6b7a",
    band: "#8d99a8",
    vertical: "#a4adb8",
    warning: "#ff9d57",
    states: { OK: "#4cb74a", ALARM: "#ff6b5c", INSUFFICIENT_DATA: "#8d99a8" },
  },
};

/** Colours of series that ask for none, in the order that people know from CloudWatch's graphs: the category colours of D3. */
const SERIES = [
  "#1f77b4",
  "#ff7f0e",
  "#2ca02c",
  "#d62728",
  "#9467bd",
  "#8c564b",
  "#e377c2",
  "#7f7f7f",
  "#bcbd22",
  "#17becf",
  "#aec7e8",
  "#ffbb78",
  "#98df8a",
  "#ff9896",
  "#c5b0d5",
  "#c49c94",
  "#f7b6d2",
  "#c7c7c7",
  "#dbdb8d",
  "#9edae5",
];

/** The colour of the series at this place, when it asks for none. */
export const seriesColor = (index: number) => SERIES[index % SERIES.length] ?? "#1f77b4";
