export interface OrderedLine {
  line: number;
  effectiveOn: string;
  /** The customers' accounts that it moves: one, or the two of a transfer. */
  accounts: readonly string[];
}

/**
 * The order of posting: the lines of one account stand together, in the order of their days and then of the file, with
 * those of accounts that transfers link to it. So an account is brought over in one go, and its holder does not see half
 * of it while the rest of a long file is on its way.
 */
export function arrange(lines: readonly OrderedLine[]): { line: number; group: number; order: number }[] {
  const roots = linkedAccounts(lines);
  const groups = new Map<string, number>();
  const grouped = lines.map(({ line, effectiveOn, accounts }) => {
    const root = rootOf(roots, accounts[0] ?? '');
    const group = groups.get(root) ?? line;
    groups.set(root, group);
    return { line, effectiveOn, group };
  });
  const inOrder = grouped.sort(
    (a, b) => a.group - b.group || compareText(a.effectiveOn, b.effectiveOn) || a.line - b.line,
  );
  return inOrder.map(({ line, group }, index) => ({ line, group, order: index + 1 }));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function linkedAccounts(lines: readonly OrderedLine[]): Map<string, string> {
  const parents = new Map<string, string>();
  for (const { accounts } of lines) {
    const [first, second] = accounts;
    if (first === undefined) continue;
    if (!parents.has(first)) parents.set(first, first);
    if (second === undefined) continue;
    if (!parents.has(second)) parents.set(second, second);
    parents.set(rootOf(parents, second), rootOf(parents, first));
  }
  return parents;
}

function rootOf(parents: Map<string, string>, account: string): string {
  let root = account;
  for (let above = parents.get(root); above !== undefined && above !== root; above = parents.get(root)) root = above;
  // Shortens the way for whoever asks next, so that twenty thousand lines of one chain stay quick.
  for (let at = account; at !== root;) {
    const above = parents.get(at) ?? root;
    parents.set(at, root);
    at = above;
  }
  return root;
}

/** A piece ends where a group does, unless the group alone is longer than a piece. Takes one line more than `most`. */
export function cutPiece<T extends { group: number }>(lines: readonly T[], most: number): T[] {
  const next = lines[most];
  if (!next) return [...lines];
  const whole = lines.slice(0, most).filter((line) => line.group !== next.group);
  return whole.length > 0 ? whole : lines.slice(0, most);
}
