import { oidcProviderArn } from "../../../platform/identity/arns.ts";
import { refOn } from "../../../platform/identity/directory.ts";
import type { OidcProvider } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
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

/** Without its scheme, as ARNs and condition keys have it. */
function readUrl(call: IamCall, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const plain = parsed?.search === "" && parsed.hash === "" && parsed.username === "" && parsed.port === "";
  if (parsed?.protocol !== "https:" || !plain) {
    throw call.error(
      "ValidationException",
      "Invalid Open ID Connect Provider URL: it begins with https:// and has no port, query or password.",
    );
  }
  return url.replace(/^https:\/\//, "").replace(/\/$/, "");
}

function checkLists(call: IamCall, clientIds: readonly string[], thumbprints: readonly string[]): void {
  checkQuota(call, "ClientIdsPerOpenIdConnectProvider", MAX_CLIENT_IDS + 1, clientIds.length);
  checkQuota(call, "ThumbprintsPerOpenIdConnectProvider", MAX_THUMBPRINTS + 1, thumbprints.length);
  if (!thumbprints.every((one) => /^[0-9a-fA-F]{40}$/.test(one))) {
    throw call.error(
      "ValidationException",
      "A thumbprint is the SHA-1 digest of a certificate: 40 hexadecimal digits.",
    );
  }
}

export const createOpenIDConnectProvider: IamOperation<"CreateOpenIDConnectProvider"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { oidcProviders } = deps.identity.directory;
    const url = readUrl(call, input.Url);
    const ref = refOn(oidcProviders, call.account, url.toLowerCase());
    if (oidcProviders.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Provider with url https://${url} already exists.`);
    }
    checkQuota(call, "OpenIdConnectProvidersPerAccount", QUOTAS.OIDCProviders, oidcProviders.list(call.account).length);
    const { ClientIDList = [], ThumbprintList = [] } = input;
    checkLists(call, ClientIDList, ThumbprintList);
    const document: OidcProvider = {
      url,
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
  tagPage(call, input, requireProvider(deps, call, input.OpenIDConnectProviderArn).document.tags);
