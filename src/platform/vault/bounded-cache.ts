/** A map that forgets: at most `most` entries, each for `keepMs`; the one used longest ago goes first. */
export function createBoundedCache<T>(limits: { most: number; keepMs: number; now?: () => number }): {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  size(): number;
} {
  const now = limits.now ?? Date.now;
  const entries = new Map<string, { value: T; until: number }>();
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, { value, until: now() + limits.keepMs });
      if (entries.size <= limits.most) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => {
      entries.delete(key);
    },
    size: () => entries.size,
  };
}
