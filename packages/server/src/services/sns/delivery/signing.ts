import { createHash, generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";
import type { SecretBox } from "../../../platform/secrets/secret-box.ts";
import type { ResourceRef, State } from "../../../platform/state/state.ts";

/** Signs messages as SNS does (developer guide, "Verifying the signatures of Amazon SNS messages"). */
export interface Signer {
  /** Base64 of the RSA signature of the text: with SHA-1 for version 1, with SHA-256 for version 2. */
  sign(text: string, version: "1" | "2"): Promise<{ readonly signature: string; readonly certificateId: string }>;
  /** The certificate of an id, in PEM; those of the past too. */
  certificate(id: string): string | undefined;
}

export interface SignerParts {
  readonly state: State;
  readonly box: SecretBox;
  readonly now: () => number;
}

/** A certificate as it is kept, with its key encrypted. */
interface SigningKey {
  readonly certificate: string;
  readonly sealedKey: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

const DAY_MS = 86_400_000;
/** AWS changes its certificate each year; a certificate is valid a year longer than it signs, for messages that wait. */
const SIGNS_MS = 365 * DAY_MS;
const VALID_MS = 2 * SIGNS_MS;
const KEY_BITS = 2_048;

const KIND = "sns.signing-key";
const refOf = (id: string): ResourceRef => ({ kind: KIND, account: "", region: "", key: id });

export function openSigner({ state, box, now }: SignerParts): Signer {
  let current: Promise<{ readonly id: string; readonly key: string; readonly madeAt: number }> | undefined;

  /** The newest key that still signs, or a new one. Made at the first message and not at the start: it takes a while. */
  const open = async () => {
    const newest = state
      .list<SigningKey>({ kind: KIND, account: "", region: "" })
      .sort((a, b) => b.document.madeAt - a.document.madeAt)[0];
    if (newest !== undefined && now() - newest.document.madeAt < SIGNS_MS) {
      const { sealedKey, madeAt } = newest.document;
      return { id: newest.ref.key, key: box.open(sealedKey, newest.ref.key), madeAt };
    }
    const madeAt = now();
    const { certificate, key } = await makeCertificate(madeAt);
    const id = createHash("sha256").update(certificate).digest("hex").slice(0, 32);
    const document: SigningKey = { certificate, sealedKey: box.seal(key, id), madeAt };
    await state.commit({
      cause: { action: "sns:MakeSigningKey" },
      changes: [{ put: refOf(id), document, expect: "absent" }],
    });
    return { id, key, madeAt };
  };

  return {
    async sign(text, version) {
      current ??= open();
      let { id, key, madeAt } = await current.catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      if (now() - madeAt >= SIGNS_MS) {
        current = open();
        ({ id, key, madeAt } = await current);
      }
      const signature = sign(version === "2" ? "RSA-SHA256" : "RSA-SHA1", Buffer.from(text, "utf8"), key);
      return { signature: signature.toString("base64"), certificateId: id };
    },
    certificate: (id) =>
      /^[0-9a-f]{32}$/.test(id) ? state.get<SigningKey>(refOf(id))?.document.certificate : undefined,
  };
}

/** A self-signed certificate. Receivers take it from our address; there it is TLS that says whose it is. */
async function makeCertificate(nowMs: number): Promise<{ certificate: string; key: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Serial numbers are positive (RFC 5280, 4.1.2.2): the leading zero keeps the first bit clear.
  certificate.serialNumber = `00${forge.util.bytesToHex(forge.random.getBytesSync(16))}`;
  certificate.validity.notBefore = new Date(nowMs - DAY_MS);
  certificate.validity.notAfter = new Date(nowMs + VALID_MS);
  const name = [{ name: "commonName", value: "Nephoscope notifications" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, critical: true },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}
