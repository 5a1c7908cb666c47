import { randomUUID } from "node:crypto";
import { causeOf } from "../commit.ts";
import type { SsmOperation } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import { checkTags, tagsOf } from "../tags/check-tags.ts";
import {
  ACTIVATION_KIND,
  type Activation,
  activationPlaceRef,
  activationRef,
  codeContext,
  isExpired,
  newCode,
} from "./activation.ts";

/** An activation lives a day unless told otherwise, 30 days at most (API reference, CreateActivation). */
const DAY_MS = 86_400_000;
const MAX_DAYS = 30;
const PAGE = 50;

export const createActivation: SsmOperation<"CreateActivation"> = async (input, call, { state, box, clock }) => {
  const now = clock.now();
  const expiresAt = input.ExpirationDate?.getTime() ?? now + DAY_MS;
  if (expiresAt <= now) throw call.error("InvalidParameters", "The expiration date must lie in the future.");
  if (expiresAt > now + MAX_DAYS * DAY_MS)
    throw call.error("InvalidParameters", `The expiration date can be at most ${MAX_DAYS} days from now.`);
  const role = /^(?:arn:aws:iam::\d{12}:role\/(?:.*\/)?)?([\w+=,.@-]{1,64})$/.exec(
    input.IamRole.replace(/^service-role\//, ""),
  )?.[1];
  if (role === undefined) throw call.error("InvalidParameters", `Nonexistent role: ${input.IamRole}`);
  const tags = tagsOf(input.Tags);
  checkTags(call, tags);
  const id = randomUUID();
  const code = newCode();
  const document: Activation = {
    iamRole: role,
    description: input.Description ?? "",
    defaultInstanceName: input.DefaultInstanceName ?? "",
    registrationLimit: input.RegistrationLimit ?? 1,
    registrations: 0,
    createdAt: now,
    expiresAt,
    tags,
    sealedCode: box.seal(code, codeContext(id)),
  };
  await state.commit({
    cause: causeOf(call),
    changes: [
      { put: activationRef(call, id), document, expect: "absent" },
      { put: activationPlaceRef(id), document: { account: call.account, region: call.region }, expect: "absent" },
    ],
  });
  return { ActivationId: id, ActivationCode: code };
};

export const describeActivations: SsmOperation<"DescribeActivations"> = async (input, call, { state, clock }) => {
  const now = clock.now();
  const wanted = (input.Filters ?? []).map(({ FilterKey, FilterValues = [] }) => {
    if (FilterKey === undefined) throw call.error("InvalidFilter", "Each filter needs a FilterKey.");
    return { FilterKey, values: new Set(FilterValues) };
  });
  const all = state
    .list<Activation>({ kind: ACTIVATION_KIND, account: call.account, region: call.region })
    .filter(({ ref, document }) =>
      wanted.every(({ FilterKey, values }) => {
        if (FilterKey === "ActivationIds") return values.has(ref.key);
        return values.has(FilterKey === "IamRole" ? document.iamRole : document.defaultInstanceName);
      }),
    );
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(all, ({ ref }) => ref.key, { after, limit: input.MaxResults ?? PAGE });
  return {
    ActivationList: items.map(({ ref, document }) => ({
      ActivationId: ref.key,
      Description: document.description,
      DefaultInstanceName: document.defaultInstanceName,
      IamRole: document.iamRole,
      RegistrationLimit: document.registrationLimit,
      RegistrationsCount: document.registrations,
      ExpirationDate: new Date(document.expiresAt),
      Expired: isExpired(document, now),
      CreatedDate: new Date(document.createdAt),
      Tags: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })),
    })),
    ...next,
  };
};

/** Hosts that registered with it stay registered (API reference, DeleteActivation). */
export const deleteActivation: SsmOperation<"DeleteActivation"> = async ({ ActivationId }, call, { state }) => {
  if (state.get(activationRef(call, ActivationId)) === undefined)
    throw call.error("InvalidActivation", `The activation ${ActivationId} does not exist.`);
  await state.commit({
    cause: causeOf(call),
    changes: [
      { remove: activationRef(call, ActivationId), expect: "any" },
      { remove: activationPlaceRef(ActivationId), expect: "any" },
    ],
  });
  return {};
};
