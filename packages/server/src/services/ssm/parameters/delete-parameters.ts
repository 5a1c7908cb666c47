import { againOnConflict, causeOf } from "../commit.ts";
import type { SsmCall, SsmDeps, SsmOperation } from "../operation.ts";
import { type Parameter, parameterNotFound, parameterRef, readSelector, versionsOf } from "./parameter.ts";

/** With all its versions. False when there is none by that name. */
const remove = ({ state }: SsmDeps, call: SsmCall, text: string): Promise<boolean> =>
  againOnConflict(call, async () => {
    const { name } = readSelector(call, text);
    const found = state.get<Parameter>(parameterRef(call, name));
    if (found === undefined) return false;
    await state.commit({
      cause: causeOf(call),
      changes: [
        { remove: found.ref, expect: found.version },
        ...versionsOf(state, call, name).map(({ ref }) => ({ remove: ref, expect: "any" }) as const),
      ],
    });
    return true;
  });

export const deleteParameter: SsmOperation<"DeleteParameter"> = async ({ Name }, call, deps) => {
  if (!(await remove(deps, call, Name))) throw parameterNotFound(call, Name);
  return {};
};

export const deleteParameters: SsmOperation<"DeleteParameters"> = async ({ Names }, call, deps) => {
  const DeletedParameters: string[] = [];
  const InvalidParameters: string[] = [];
  for (const name of new Set(Names))
    ((await remove(deps, call, name)) ? DeletedParameters : InvalidParameters).push(name);
  return { DeletedParameters, InvalidParameters };
};
