/** What kinds of keys there are, and what each can do (KMS developer guide, "Key spec reference"). */

export type KeyUsageName = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC";
export type EncryptionAlgorithm = "SYMMETRIC_DEFAULT" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256";
export type SigningAlgorithm =
  | "RSASSA_PSS_SHA_256"
  | "RSASSA_PSS_SHA_384"
  | "RSASSA_PSS_SHA_512"
  | "RSASSA_PKCS1_V1_5_SHA_256"
  | "RSASSA_PKCS1_V1_5_SHA_384"
  | "RSASSA_PKCS1_V1_5_SHA_512"
  | "ECDSA_SHA_256"
  | "ECDSA_SHA_384"
  | "ECDSA_SHA_512"
  | "ED25519_SHA_512";
export type MacAlgorithm = "HMAC_SHA_224" | "HMAC_SHA_256" | "HMAC_SHA_384" | "HMAC_SHA_512";

/** How the material is made: random bytes, or a key pair. */
export type Making =
  | { readonly kind: "bytes"; readonly length: number }
  | { readonly kind: "rsa"; readonly bits: number }
  | { readonly kind: "ec"; readonly curve: string }
  | { readonly kind: "ed25519" };

export interface KeySpecLine {
  readonly usages: readonly KeyUsageName[];
  readonly making: Making;
  readonly encryption: readonly EncryptionAlgorithm[];
  readonly signing: readonly SigningAlgorithm[];
  readonly mac: readonly MacAlgorithm[];
}

const OAEP = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] as const;
const RSA_SIGNING = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
] as const;

const none = { encryption: [], signing: [], mac: [] } as const;
const rsa = (bits: number): KeySpecLine => ({
  ...none,
  usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
  making: { kind: "rsa", bits },
  encryption: OAEP,
  signing: RSA_SIGNING,
});
const ec = (curve: string, algorithm: SigningAlgorithm): KeySpecLine => ({
  ...none,
  usages: ["SIGN_VERIFY"],
  making: { kind: "ec", curve },
  signing: [algorithm],
});
const hmac = (length: number, algorithm: MacAlgorithm): KeySpecLine => ({
  ...none,
  usages: ["GENERATE_VERIFY_MAC"],
  making: { kind: "bytes", length },
  mac: [algorithm],
});

const SPECS = {
  SYMMETRIC_DEFAULT: {
    ...none,
    usages: ["ENCRYPT_DECRYPT"],
    making: { kind: "bytes", length: 32 },
    encryption: ["SYMMETRIC_DEFAULT"],
  },
  RSA_2048: rsa(2_048),
  RSA_3072: rsa(3_072),
  RSA_4096: rsa(4_096),
  ECC_NIST_P256: ec("prime256v1", "ECDSA_SHA_256"),
  ECC_NIST_P384: ec("secp384r1", "ECDSA_SHA_384"),
  ECC_NIST_P521: ec("secp521r1", "ECDSA_SHA_512"),
  ECC_SECG_P256K1: ec("secp256k1", "ECDSA_SHA_256"),
  ECC_NIST_EDWARDS25519: {
    ...none,
    usages: ["SIGN_VERIFY"],
    making: { kind: "ed25519" },
    signing: ["ED25519_SHA_512"],
  },
  // As long as the hash (KMS developer guide, "HMAC key specs").
  HMAC_224: hmac(28, "HMAC_SHA_224"),
  HMAC_256: hmac(32, "HMAC_SHA_256"),
  HMAC_384: hmac(48, "HMAC_SHA_384"),
  HMAC_512: hmac(64, "HMAC_SHA_512"),
} as const satisfies Record<string, KeySpecLine>;

export type KeySpecName = keyof typeof SPECS;

export const isKeySpec = (name: string): name is KeySpecName => Object.hasOwn(SPECS, name);
export const specOf = (name: KeySpecName): KeySpecLine => SPECS[name];
export const KEY_SPECS = Object.keys(SPECS) as readonly KeySpecName[];

/** Node's name of the hash that an algorithm ends with, such as `sha256`. */
export const hashOf = (algorithm: string): string => `sha${algorithm.slice(algorithm.lastIndexOf("_") + 1)}`;
