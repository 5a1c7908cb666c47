/** Puts a text on the clipboard. Throws when the browser refuses. */
export async function copyText(text: string): Promise<void> {
  // Browsers give the clipboard to pages of a secure origin only; one that was reached by plain HTTP has this older way.
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser does not let this page use the clipboard.");
}

/** Gives a file to the person, made of parts; between them the page may draw. */
export async function saveFile(name: string, mediaType: string, parts: Iterable<string>): Promise<void> {
  const blobs: Blob[] = [];
  for (const part of parts) {
    blobs.push(new Blob([part]));
    await new Promise((resolve) => setTimeout(resolve));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(blobs, { type: mediaType }));
  link.download = name;
  link.click();
  // The download has begun by then, or never will.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
