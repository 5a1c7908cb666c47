import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { CREDENTIAL, NOW } from "./harness.ts";

/** For tests: a presigned path made by AWS's own signer. */
export async function presign(path: string, port: number, service: string, expiresIn: number): Promise<string> {
  const [pathname = "/", search = ""] = path.split("?");
  const signer = new SignatureV4({
    service,
    region: "us-east-1",
    sha256: Sha256,
    credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.secret },
  });
  const query = Object.fromEntries(new URLSearchParams(search));
  const request = {
    method: "GET",
    protocol: "http:",
    hostname: "127.0.0.1",
    path: pathname,
    query,
    headers: { host: `127.0.0.1:${port}` },
  };
  const signed = await signer.presign(request, { signingDate: NOW, expiresIn });
  return `${pathname}?${new URLSearchParams(signed.query as Record<string, string>)}`;
}

/** SHA-256 in the form that AWS's signer takes it. */
export class Sha256 {
  readonly #key: Uint8Array | string | undefined;
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#key =
      secret === undefined || typeof secret === "string"
        ? secret
        : ArrayBuffer.isView(secret)
          ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
          : new Uint8Array(secret);
    this.#hash = this.#make();
  }

  #make() {
    return this.#key === undefined ? createHash("sha256") : createHmac("sha256", this.#key);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#make();
  }
}
