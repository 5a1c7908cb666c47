import type { Change, Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { SsmOperation } from "../operation.ts";
import { isLabel } from "./check-parameter.ts";
import {
  type Parameter,
  type ParameterVersion,
  parameterNotFound,
  parameterRef,
  readSelector,
  versionNotFound,
  versionOf,
  versionsOf,
} from "./parameter.ts";

/** Labels of one version (API reference, LabelParameterVersion). */
const MAX_LABELS = 10;

const withLabels = (found: Resource<ParameterVersion>, labels: readonly string[]): Change => ({
  put: found.ref,
  document: { ...found.document, labels },
  expect: found.version,
});

/** A label is on one version at most: it moves. */
export const labelParameterVersion: SsmOperation<"LabelParameterVersion"> = async (input, call, { state }) =>
  againOnConflict(call, async () => {
    const { name } = readSelector(call, input.Name);
    const parameter = state.get<Parameter>(parameterRef(call, name));
    if (parameter === undefined) throw parameterNotFound(call, input.Name);
    const wanted = input.ParameterVersion ?? parameter.document.version;
    const versions = versionsOf(state, call, name);
    const target = versions.find((found) => versionOf(found) === wanted);
    if (target === undefined) throw versionNotFound(call, name, String(wanted));
    const labels = [...new Set(input.Labels.filter(isLabel))];
    const invalid = input.Labels.filter((label) => !isLabel(label));
    const all = [...new Set([...target.document.labels, ...labels])];
    if (all.length > MAX_LABELS)
      throw call.error(
        "ParameterVersionLabelLimitExceeded",
        `A parameter version can have maximum ${MAX_LABELS} labels. Move one or more labels to another version and try again.`,
      );
    const changes = versions.flatMap((found): Change[] => {
      if (found === target) return [withLabels(found, all)];
      const left = found.document.labels.filter((label) => !labels.includes(label));
      return left.length === found.document.labels.length ? [] : [withLabels(found, left)];
    });
    if (labels.length > 0) await state.commit({ cause: causeOf(call), changes });
    return { InvalidLabels: invalid, ParameterVersion: wanted };
  });

export const unlabelParameterVersion: SsmOperation<"UnlabelParameterVersion"> = async (input, call, { state }) =>
  againOnConflict(call, async () => {
    const { name } = readSelector(call, input.Name);
    if (state.get(parameterRef(call, name)) === undefined) throw parameterNotFound(call, input.Name);
    const target = versionsOf(state, call, name).find((found) => versionOf(found) === input.ParameterVersion);
    if (target === undefined) throw versionNotFound(call, name, String(input.ParameterVersion));
    const { labels } = target.document;
    const removed = input.Labels.filter((label) => labels.includes(label));
    if (removed.length > 0) {
      const left = labels.filter((label) => !removed.includes(label));
      await state.commit({ cause: causeOf(call), changes: [withLabels(target, left)] });
    }
    return { RemovedLabels: removed, InvalidLabels: input.Labels.filter((label) => !labels.includes(label)) };
  });
