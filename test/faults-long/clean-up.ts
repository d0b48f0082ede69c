interface Closable {
  close: () => Promise<void>;
}

/** Closes what a test opened, the last one first, whether it passed or not. */
export function openCleanly() {
  const open: Closable[] = [];
  return {
    opened: <T extends Closable>(one: T): T => {
      open.push(one);
      return one;
    },
    closeAll: async () => {
      for (let one = open.pop(); one; one = open.pop()) await one.close();
    },
  };
}
