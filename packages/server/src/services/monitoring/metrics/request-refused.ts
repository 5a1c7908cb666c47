/** Why a request cannot be answered. The code is the error's name in the model. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly code: "ValidationException" | "InvalidParameterValueException" | "InvalidParameterCombinationException";

  constructor(code: RequestRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}
