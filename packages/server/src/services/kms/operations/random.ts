import { randomBytes } from "node:crypto";
import { callerOf, type KmsOperation } from "../operation.ts";
import { refuseRecipient } from "./usable-key.ts";

export const generateRandom: KmsOperation<"GenerateRandom"> = async (input, call, deps) => {
  const caller = callerOf(call);
  deps.access.requireForAccount(caller, "GenerateRandom");
  if (input.CustomKeyStoreId !== undefined) {
    throw caller.refuse("UnsupportedOperationException", "Nephoscope has no custom key stores.");
  }
  refuseRecipient(caller, input.Recipient);
  if (input.NumberOfBytes === undefined) throw caller.refuse("ValidationException", "NumberOfBytes is required.");
  return { Plaintext: randomBytes(input.NumberOfBytes) };
};
