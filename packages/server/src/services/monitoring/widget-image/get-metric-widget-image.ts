import type { MonitoringOperation } from "../operation.ts";
import { RasterBusy } from "./rasterizer.ts";
import { WidgetRefused } from "./widget-query.ts";

/** A picture of metrics as PNG. */
export const getMetricWidgetImage: MonitoringOperation<"GetMetricWidgetImage"> = async (
  input,
  call,
  { widgetImages },
) => {
  const { MetricWidget: widget, OutputFormat: format = "png" } = input;
  if (format !== "png") {
    throw call.error(
      "ValidationException",
      `The OutputFormat ${JSON.stringify(format)} is not supported. Ask for png, which every client reads from the member MetricWidgetImage.`,
    );
  }
  try {
    return {
      MetricWidgetImage: await widgetImages.draw({ account: call.account, region: call.region, widget }, call.signal),
    };
  } catch (error) {
    if (error instanceof WidgetRefused) throw call.error("ValidationException", error.message);
    if (error instanceof RasterBusy)
      throw call.error("ThrottlingException", "Rate exceeded: too many pictures wait to be drawn.");
    throw error;
  }
};
