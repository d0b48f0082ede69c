import { dateOf } from '#core/calendar.ts';
import { severityOf } from '#core/finding.ts';
import { formatsIn } from '#core/format.ts';
import { minus, negate, plus, zero, type Money } from '#core/money.ts';
import { lineId } from '#platform/imported-file.ts';
import { operators } from '#platform/mongo.ts';
import type { Balance } from '#features/ledger/index.ts';
import { endCheck } from './checking.service.ts';
import type { ImportAccount, ImportLine, ImportRecord } from './import.model.ts';
import { moveOn, type ImportParts } from './import-parts.ts';
import { mostLines } from './import-file.ts';
import type { Finding } from './line.rules.ts';
import { arrange } from './order.rules.ts';
import { checkRun, missingOf, type RunFault } from './running-balance.rules.ts';

const writesAtOnce = 1_000;
const accountsInPiece = 100;
/** What an account has here already is looked at entry by entry; beyond so many only its balance today is. */
const mostExisting = 20_000;

type PlannedLine = ImportLine & { effectiveOn: string; amount: Money };

function planned(line: ImportLine): PlannedLine[] {
  const { effectiveOn, amount } = line;
  return effectiveOn === null || amount === null ? [] : [{ ...line, effectiveOn, amount }];
}

/** The second phase, in one piece: the order of posting, and which accounts the file is about. */
export async function orderLines(parts: ImportParts, record: ImportRecord): Promise<void> {
  const { _id: importId } = record;
  const found = await parts.lines.find({ importId }).sort({ line: 1 }).limit(mostLines).lean<ImportLine[]>();
  const all = found.flatMap(planned);
  const places = arrange(all).map(({ line, group, order }) => ({
    updateOne: { filter: { _id: lineId(importId, line) }, update: { $set: { group, order } } },
  }));
  for (let at = 0; at < places.length; at += writesAtOnce)
    await parts.lines.bulkWrite(places.slice(at, at + writesAtOnce), { ordered: false });
  const accounts = accountsOf(all).map(({ _id, ...account }) => ({
    updateOne: { filter: { _id }, update: { $set: account }, upsert: true },
  }));
  for (let at = 0; at < accounts.length; at += writesAtOnce)
    await parts.importAccounts.bulkWrite(accounts.slice(at, at + writesAtOnce), { ordered: false });
  await moveOn(parts, record, { change: { phase: 'accounts', cursor: 0, accounts: accounts.length } });
}

/** How a line moves each of its accounts: the account of a transfer gets what the counter account gives. */
function movesOf({ accounts, amount, cells }: PlannedLine): { accountId: string; number: string; amount: Money }[] {
  const numbers = [cells.account_number, cells.counter_account];
  return accounts.map((accountId, index) => ({
    accountId,
    number: numbers[index] ?? '',
    amount: index === 0 ? amount : negate(amount),
  }));
}

function accountsOf(lines: readonly PlannedLine[]): ImportAccount[] {
  const found = new Map<string, ImportAccount>();
  for (const line of lines) {
    const { importId, effectiveOn, expiresAt } = line;
    for (const { accountId, number, amount } of movesOf(line)) {
      const start = { lines: 0, paidIn: zero, paidOut: zero, firstOn: effectiveOn, place: found.size + 1 };
      const kept = {
        _id: `${importId}:${accountId}`,
        importId,
        accountId,
        number,
        ...(expiresAt ? { expiresAt } : {}),
      };
      const before = found.get(accountId) ?? { ...kept, ...start };
      found.set(accountId, {
        ...before,
        lines: before.lines + 1,
        paidIn: amount > zero ? plus(before.paidIn, amount) : before.paidIn,
        paidOut: amount < zero ? plus(before.paidOut, amount) : before.paidOut,
        firstOn: effectiveOn < before.firstOn ? effectiveOn : before.firstOn,
      });
    }
  }
  return [...found.values()];
}

/** The third phase, in pieces: each account stays at or above its floor, by the dates and while it is posted. */
export async function checkAccounts(parts: ImportParts, record: ImportRecord): Promise<void> {
  const { _id: importId, cursor } = record;
  const place = operators({ $gt: cursor, $lte: cursor + accountsInPiece });
  const piece = await parts.importAccounts.find({ importId, place }).sort({ place: 1 }).lean<ImportAccount[]>();
  if (piece.length === 0) {
    await endCheck(parts, record);
    return;
  }
  const ids = piece.map(({ accountId }) => accountId);
  const balances = await parts.ledger.balances(ids);
  const found = await parts.lines
    .find({ importId, accounts: operators({ $in: ids }) })
    .sort({ effectiveOn: 1, line: 1 })
    .lean<ImportLine[]>();
  const lines = found.flatMap(planned);
  const about = new Map(lines.map((line) => [line.line, line]));
  const added = new Map<number, Finding[]>();
  const add = (line: number, finding: Finding) => added.set(line, [...(added.get(line) ?? []), finding]);
  for (const account of piece) {
    const balance = balances.get(account.accountId);
    if (!balance) continue;
    const moves = lines.flatMap((line) =>
      movesOf(line)
        .filter(({ accountId }) => accountId === account.accountId)
        .map(({ amount }) => ({ line: line.line, effectiveOn: line.effectiveOn, amount })),
    );
    const fault = await faultOf(parts, { account, balance, moves });
    if (fault) add(fault.line, { severity: 'error', text: faultText(parts, { fault, balance, account }) });
    for (const [line, twin] of twinsOf(
      moves.flatMap(({ line }) => about.get(line) ?? []),
      account,
    ))
      add(line, {
        severity: 'warning',
        text: `It has the same day, kind and amount as line ${twin}: is it one entry?`,
      });
  }
  await keepFindings(parts, { added, about });
  const last = piece.at(-1)?.place ?? cursor;
  await moveOn(parts, record, { change: { phase: 'accounts', cursor: last } });
}

async function keepFindings(
  { lines }: ImportParts,
  { added, about }: { added: ReadonlyMap<number, Finding[]>; about: ReadonlyMap<number, ImportLine> },
): Promise<void> {
  const updates = [...added].flatMap(([number, more]) => {
    const line = about.get(number);
    if (!line) return [];
    // The same piece may be done twice, and a transfer is looked at for both of its accounts.
    const known = new Set(line.findings.map(({ text }) => text));
    const findings = [...line.findings, ...more.filter(({ text }) => !known.has(text))];
    const update = { $set: { findings, severity: severityOf(findings) } };
    return [{ updateOne: { filter: { _id: line._id }, update } }];
  });
  if (updates.length > 0) await lines.bulkWrite(updates, { ordered: false });
}

/** Lines that look like one entry given twice. A transfer is told of once, at its own account. */
function twinsOf(lines: readonly PlannedLine[], { accountId }: ImportAccount): [number, number][] {
  const first = new Map<string, number>();
  return lines
    .filter(({ accounts }) => accounts[0] === accountId)
    .flatMap(({ line, effectiveOn, kind, amount }): [number, number][] => {
      const looks = `${effectiveOn} ${String(kind)} ${String(amount)}`;
      const twin = first.get(looks);
      if (twin === undefined) first.set(looks, line);
      return twin === undefined ? [] : [[line, twin]];
    });
}

interface Run {
  account: ImportAccount;
  balance: Balance;
  moves: { line: number; effectiveOn: string; amount: Money }[];
}

async function faultOf(parts: ImportParts, { account, balance, moves }: Run): Promise<RunFault | undefined> {
  const { balance: now, held, floor } = balance;
  const { opening, existing } = await existingOf(parts, { account, balance });
  return checkRun({ balance: now, held, floor, opening, existing, lines: moves });
}

async function existingOf(
  { ledger, platform }: ImportParts,
  { account, balance }: Pick<Run, 'account' | 'balance'>,
): Promise<{ opening: Money; existing: ReadonlyMap<string, Money> }> {
  const existing = new Map<string, Money>();
  if (balance.entries === 0) return { opening: zero, existing };
  const { accountId, firstOn } = account;
  const to = await platform.bankDay.today();
  let opening: Money | undefined;
  let seen = 0;
  for await (const entries of ledger.statementLines({ account: accountId, from: dateOf(firstOn), to })) {
    for (const { effectiveOn, amount, balanceAfter } of entries) {
      opening ??= minus(balanceAfter, amount);
      existing.set(effectiveOn, plus(existing.get(effectiveOn) ?? zero, amount));
    }
    seen += entries.length;
    if (seen >= mostExisting) return { opening: balance.balance, existing: new Map() };
  }
  return { opening: opening ?? balance.balance, existing };
}

function faultText(
  { platform }: ImportParts,
  { fault, balance, account }: { fault: RunFault; balance: Balance; account: ImportAccount },
): string {
  const formats = formatsIn(balance.currency, platform.formats);
  const amount = (money: Money) => formats.moneyWithCurrency(money);
  const left = `${amount(fault.balance)}, ${amount(missingOf(fault))} below the least it may have`;
  return fault.when === 'today'
    ? `With the money that account ${account.number} has today, this line would leave it at ${left}.`
    : `On ${formats.date(fault.effectiveOn)} this line would leave account ${account.number} at ${left}.`;
}
