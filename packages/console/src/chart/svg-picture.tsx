import type { SvgNode } from "@nephoscope/charts";
import { useLayoutEffect, useRef } from "react";

const SVG = "http://www.w3.org/2000/svg";

/** A picture of the charts package as elements of the page. `label` is what screen readers say of it. */
export function SvgPicture({ picture, label }: { readonly picture: SvgNode; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(elementOf(picture));
  }, [picture]);
  return <div ref={place} role="img" aria-label={label} />;
}

function elementOf({ name, attributes, children }: SvgNode): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : elementOf(child))));
  return element;
}
