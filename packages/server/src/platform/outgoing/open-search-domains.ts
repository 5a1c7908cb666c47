/** A cluster of OpenSearch or Elasticsearch that the operator has named, so that services can send to it under an ARN. */
export interface OpenSearchDomain {
  readonly name: string;
  /** Without user, password and slash at the end. */
  readonly url: string;
  /** The header that proves who calls; undefined where none is asked for. */
  readonly authorization: string | undefined;
}

/** As Amazon OpenSearch Service names domains, since the name stands in an ARN. */
const NAME = /^[a-z][a-z0-9-]{2,27}$/;

/**
 * Domains written as `NAME=URL`, separated by commas or spaces. User and password stand in the URL, percent-encoded, and go over https alone.
 * Undefined when the text is none of this.
 */
export function readOpenSearchDomains(text: string): readonly OpenSearchDomain[] | undefined {
  const domains: OpenSearchDomain[] = [];
  for (const entry of text.split(/[\s,]+/).filter((each) => each !== "")) {
    const at = entry.indexOf("=");
    const [name, address] = [entry.slice(0, at), entry.slice(at + 1)];
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const secret = url !== undefined && (url.username !== "" || url.password !== "");
    if (at < 0 || !NAME.test(name) || domains.some((domain) => domain.name === name)) return undefined;
    if (url?.protocol !== "https:" && (url?.protocol !== "http:" || secret)) return undefined;
    if (url.search !== "" || url.hash !== "") return undefined;
    const pair = [url.username, url.password].map(decodeURIComponent).join(":");
    domains.push({
      name,
      url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`,
      authorization: secret ? `Basic ${Buffer.from(pair).toString("base64")}` : undefined,
    });
  }
  return domains;
}
