/**
 * Makes each value once while it is among the latest that were asked for, so that neighbouring reads share it.
 * @param limit how many values are held
 */
export function recent<K, V>(limit: number, make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const held = new Map<K, Promise<V>>();
  return (key) => {
    const found = held.get(key) ?? make(key);
    // Last in the order of the map: the latest.
    held.delete(key);
    held.set(key, found);
    for (const oldest of held.keys()) {
      if (held.size <= limit) break;
      held.delete(oldest);
    }
    return found;
  };
}
