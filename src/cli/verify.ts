import { imbalance } from '#features/ledger/index.ts';
import type { Bank } from '../composition.ts';

/**
 * Replays the ledger against its balances, the loans against their transactions and the ledger, and the audit trail
 * against its seals. Prints one JSON line; 0 where everything holds, 1 with the first difference where something does not.
 */
export async function verifyBank({ platform, services }: Bank, print: (line: string) => void): Promise<0 | 1> {
  const lines = await services.ledger.trialBalance();
  const unbalanced = imbalance(lines);
  const checks = [
    {
      part: 'trial-balance',
      find: () => Promise.resolve(unbalanced === 0n ? undefined : { minorUnits: String(unbalanced) }),
    },
    { part: 'ledger', find: () => services.ledger.verify() },
    { part: 'loans', find: () => services.servicing.verifyProjections() },
    { part: 'audit', find: () => platform.audit.verify() },
  ];
  for (const { part, find } of checks) {
    const difference = await find();
    if (difference !== undefined) {
      print(
        JSON.stringify({ ok: false, part, difference }, (_key, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      );
      return 1;
    }
  }
  print(JSON.stringify({ ok: true, checked: checks.map((check) => check.part) }));
  return 0;
}
