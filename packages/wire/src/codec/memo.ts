/** Remembers `make`'s result per key object: readers and writers are compiled on first use and kept with their shape. */
export function memo<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const present = known.get(key);
    if (present !== undefined) return present;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
