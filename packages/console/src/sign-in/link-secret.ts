/** The secret of a one-time link, which stands behind the `#`, so that no server's log has it; undefined for other addresses. */
export function linkSecret(hash: string): string | undefined {
  const [path, search = ""] = hash.split("?");
  if (path !== "#/sign-in") return undefined;
  return new URLSearchParams(search).get("link") || undefined;
}
