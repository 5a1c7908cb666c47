/** One element of a picture. Plain data: the server writes it as text, a page can make elements of it. */
export interface SvgNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; attributes that are undefined are left out, numbers are rounded to a hundredth of a pixel. */
export function node(name: string, attributes: Attributes, ...children: readonly (SvgNode | string)[]): SvgNode {
  const given: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) given[key] = typeof value === "number" ? round(value) : value;
  }
  return { name, attributes: given, children };
}

/** A picture's coordinates. Finer ones cost bytes and show nothing. */
export const round = (value: number) => Math.round(value * 100) / 100;

export const group = (children: readonly SvgNode[], attributes: Attributes = {}) => node("g", attributes, ...children);

/** A straight line, sharp when it is level or upright and one pixel wide. */
export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): SvgNode {
  return node("line", { x1, y1, x2, y2, ...attributes });
}

export function rect(x: number, y: number, width: number, height: number, attributes: Attributes): SvgNode {
  return node("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), ...attributes });
}

/** The picture as a file. Texts come from anywhere: what XML can't hold is dropped and the rest is escaped. */
export function svgText(root: SvgNode): string {
  const parts: string[] = [];
  write(root, parts);
  return parts.join("");
}

function write({ name, attributes, children }: SvgNode, parts: string[]): void {
  parts.push("<", name);
  for (const [key, value] of Object.entries(attributes)) parts.push(" ", key, '="', escapeXml(String(value)), '"');
  if (children.length === 0) {
    parts.push("/>");
    return;
  }
  parts.push(">");
  for (const child of children) {
    if (typeof child === "string") parts.push(escapeXml(child));
    else write(child, parts);
  }
  parts.push("</", name, ">");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // XML 1.0 forbids these characters.
      .replaceAll(/[[\ufffe\uffff][\p{Cc}--[\t\n\r\x7f-\x9f]]]/gv, "")
      .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
  );
}
