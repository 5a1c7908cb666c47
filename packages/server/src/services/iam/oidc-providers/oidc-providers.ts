import { oidcProviderArn } from "../../../platform/identity/arns.ts";
import { refOn } from "../../../platform/identity/directory.ts";
import type { OidcProvider } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { type IamCall, type IamDeps, type IamOperation, validationError } from "../operation.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { newTags, tagPage, tagsMember, wireTags, withoutTags, withTags } from "../tags/tags.ts";

/** AWS's bounds of a provider's lists (IAM user guide, "IAM and AWS STS quotas"). */
const MAX_CLIENT_IDS = 100;
const MAX_THUMBPRINTS = 5;

function requireProvider({ identity }: IamDeps, call: IamCall, arn: string): Resource<OidcProvider> {
  const [, account, url] = /^arn:aws:iam::(\d{12}):oidc-provider\/(.+)$/.exec(arn) ?? [];
  const provider =
    account === call.account && url !== undefined
      ? identity.directory.oidcProviders.get(account, url.toLowerCase())
      : undefined;
  if (provider !== undefined) return provider;
  throw call.error("NoSuchEntityException", `OpenIDConnect Provider not found for arn ${arn}`);
}

const changeProvider = (deps: IamDeps, call: IamCall, arn: string, change: (provider: OidcProvider) => OidcProvider) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireProvider(deps, call, arn);
    return { changes: [{ put: ref, document: change(document), expect: version }], answer: {} };
  });

/**
 * The issuer as it names itself, and its name without scheme, as ARNs and condition keys have it. Keys that verify tokens
 * come from there, so nobody may be able to answer in its place: only an issuer on this machine does without TLS.
 */
function readUrl(text: string): { readonly issuer: string; readonly url: string } {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const plain = parsed?.search === "" && parsed.hash === "" && parsed.username === "" && parsed.password === "";
  const safe =
    parsed?.protocol === "https:" ||
    (parsed?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(parsed.hostname));
  if (!plain || !safe) {
    throw validationError(
      "Invalid Open ID Connect Provider URL: it begins with https:// and has no query or password.",
    );
  }
  return { issuer: text, url: text.replace(/^https?:\/\//, "").replace(/\/$/, "") };
}

function checkLists(call: IamCall, clientIds: readonly string[], thumbprints: readonly string[]): void {
  checkQuota(call, "ClientIdsPerOpenIdConnectProvider", MAX_CLIENT_IDS + 1, clientIds.length);
  checkQuota(call, "ThumbprintsPerOpenIdConnectProvider", MAX_THUMBPRINTS + 1, thumbprints.length);
  if (!thumbprints.every((one) => /^[0-9a-fA-F]{40}$/.test(one))) {
    throw validationError("A thumbprint is the SHA-1 digest of a certificate: 40 hexadecimal digits.");
  }
}

export const createOpenIDConnectProvider: IamOperation<"CreateOpenIDConnectProvider"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { oidcProviders } = deps.identity.directory;
    const { issuer, url } = readUrl(input.Url);
    const ref = refOn(oidcProviders, call.account, url.toLowerCase());
    if (oidcProviders.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Provider with url https://${url} already exists.`);
    }
    checkQuota(call, "OpenIdConnectProvidersPerAccount", QUOTAS.OIDCProviders, oidcProviders.list(call.account).length);
    const { ClientIDList = [], ThumbprintList = [] } = input;
    checkLists(call, ClientIDList, ThumbprintList);
    const document: OidcProvider = {
      url,
      issuer,
      clientIds: [...new Set(ClientIDList)],
      thumbprints: ThumbprintList,
      createdAt: deps.clock.now(),
      tags: newTags(call, input.Tags),
    };
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: { OpenIDConnectProviderArn: oidcProviderArn(call.account, url), ...tagsMember(document.tags) },
    };
  });

export const getOpenIDConnectProvider: IamOperation<"GetOpenIDConnectProvider"> = async (input, call, deps) => {
  const { document } = requireProvider(deps, call, input.OpenIDConnectProviderArn);
  return {
    Url: document.url,
    ClientIDList: [...document.clientIds],
    ThumbprintList: [...document.thumbprints],
    CreateDate: new Date(document.createdAt),
    Tags: wireTags(document.tags),
  };
};

export const deleteOpenIDConnectProvider: IamOperation<"DeleteOpenIDConnectProvider"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version } = requireProvider(deps, call, input.OpenIDConnectProviderArn);
    return { changes: [{ remove: ref, expect: version }], answer: {} };
  });

export const listOpenIDConnectProviders: IamOperation<"ListOpenIDConnectProviders"> = async (_input, call, deps) => ({
  OpenIDConnectProviderList: deps.identity.directory.oidcProviders
    .list(call.account)
    .map(({ document }) => ({ Arn: oidcProviderArn(call.account, document.url) })),
});

export const addClientIDToOpenIDConnectProvider: IamOperation<"AddClientIDToOpenIDConnectProvider"> = (
  input,
  call,
  deps,
) =>
  changeProvider(deps, call, input.OpenIDConnectProviderArn, (provider) => {
    const clientIds = [...new Set([...provider.clientIds, input.ClientID])];
    checkLists(call, clientIds, provider.thumbprints);
    return { ...provider, clientIds };
  });

export const removeClientIDFromOpenIDConnectProvider: IamOperation<"RemoveClientIDFromOpenIDConnectProvider"> = (
  input,
  call,
  deps,
) =>
  // One that is not there is no error (IAM API, RemoveClientIDFromOpenIDConnectProvider).
  changeProvider(deps, call, input.OpenIDConnectProviderArn, (provider) => ({
    ...provider,
    clientIds: provider.clientIds.filter((id) => id !== input.ClientID),
  }));

export const updateOpenIDConnectProviderThumbprint: IamOperation<"UpdateOpenIDConnectProviderThumbprint"> = (
  input,
  call,
  deps,
) =>
  changeProvider(deps, call, input.OpenIDConnectProviderArn, (provider) => {
    checkLists(call, provider.clientIds, input.ThumbprintList);
    return { ...provider, thumbprints: input.ThumbprintList };
  });

export const tagOpenIDConnectProvider: IamOperation<"TagOpenIDConnectProvider"> = (input, call, deps) =>
  changeProvider(deps, call, input.OpenIDConnectProviderArn, (provider) => ({
    ...provider,
    tags: withTags(call, provider.tags, input.Tags),
  }));

export const untagOpenIDConnectProvider: IamOperation<"UntagOpenIDConnectProvider"> = (input, call, deps) =>
  changeProvider(deps, call, input.OpenIDConnectProviderArn, (provider) => ({
    ...provider,
    tags: withoutTags(provider.tags, input.TagKeys),
  }));

export const listOpenIDConnectProviderTags: IamOperation<"ListOpenIDConnectProviderTags"> = async (input, call, deps) =>
  tagPage(input, requireProvider(deps, call, input.OpenIDConnectProviderArn).document.tags);
