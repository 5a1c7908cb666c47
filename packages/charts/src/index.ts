/** Charts as pictures: series and wishes in, SVG elements out. Pure; used by the server's images and by the console. */
export type { AlarmState, AxisWish, Band, Chart, HorizontalMark, Series, TableWish, VerticalMark } from "./chart.ts";
export { drawChart } from "./draw-chart.ts";
export { fullNumber, shortNumber, unitText } from "./number-text.ts";
export { type SvgNode, svgText } from "./svg.ts";
export { FONT_FAMILY, textWidth } from "./text.ts";
export { momentText, parseOffset, zoneText } from "./time-scale.ts";
