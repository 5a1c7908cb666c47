/**
 * Names and values that a ciphertext is bound to without holding them. The same pairs in another order are the same
 * context (KMS developer guide, "Encryption context").
 */
export type EncryptionContext = Readonly<Record<string, string>>;

/** One text for each context: the pairs by the order of their names, unambiguous because JSON escapes what it must. */
export function canonicalContext(context: EncryptionContext = {}): string {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify(pairs);
}
