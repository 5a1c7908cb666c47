/** Charts as pictures: series and wishes in, SVG elements out. Pure; used by the server's images and by the console. */
export type { AlarmState, AxisWish, Band, Chart, HorizontalMark, Series, TableWish, VerticalMark } from "./chart.ts";
export { drawChart } from "./draw-chart.ts";
export { type NumberScale, numberScale } from "./number-scale.ts";
export { axisNumbers, fullNumber, shortNumber, unitText } from "./number-text.ts";
export { type Point, runs } from "./points.ts";
export { type Stack, stackOf } from "./stack.ts";
export { type SvgNode, svgText } from "./svg.ts";
export { FONT_FAMILY, textWidth } from "./text.ts";
export { seriesColor, THEMES, type Theme } from "./theme.ts";
export { momentText, parseOffset, timeTicks, zoneText } from "./time-scale.ts";
