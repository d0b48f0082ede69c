import { dateText } from '#core/calendar.ts';
import { severityOf } from '#core/finding.ts';
import { operators } from '#platform/mongo.ts';
import { bsonDate } from '#platform/clock.ts';
import type { AccountRecord } from '../account.model.ts';
import type { ImportLine, ImportRecord } from './import.model.ts';
import { moveOn, type ImportParts } from './import-parts.ts';
import { judgeLine, type Finding, type Judged, type KnownAccount } from './line.rules.ts';
import { summarise } from './summary.service.ts';

const linesInPiece = 1_000;

/** The first phase of a check, in pieces: every line on its own. */
export async function checkLines(parts: ImportParts, record: ImportRecord): Promise<void> {
  const piece = await parts.lines
    .find({ importId: record._id, line: operators({ $gt: record.cursor }) })
    .sort({ line: 1 })
    .limit(linesInPiece)
    .lean<ImportLine[]>();
  const last = piece.at(-1);
  if (last) {
    await judgePiece(parts, record, piece);
    await moveOn(parts, record, { change: { phase: 'lines', cursor: last.line } });
    return;
  }
  const faulty = await parts.lines.exists({ importId: record._id, severity: 'error' });
  // Balances can only be said of a file whose every line can be read.
  if (faulty) await endCheck(parts, record);
  else await moveOn(parts, record, { change: { phase: 'order', cursor: 0 } });
}

/** After the last phase: the dry run is over, or a confirmed file may be posted. */
export async function endCheck(parts: ImportParts, record: ImportRecord): Promise<void> {
  const { lines, importAccounts, platform } = parts;
  const { _id: importId } = record;
  const summary = await summarise(parts, importId);
  if (record.state === 'confirmed' && summary.errorLines === 0) {
    // From here on these lines are the bank's record of what it brought over.
    await lines.updateMany({ importId }, { $unset: { expiresAt: '' } });
    await importAccounts.updateMany({ importId }, { $unset: { expiresAt: '' } });
    await moveOn(parts, record, { change: { ...summary, state: 'posting', phase: 'posting', cursor: 0 } });
    return;
  }
  const checkedAt = bsonDate(platform.clock.now());
  const ended = { ...summary, state: 'checked', phase: null, cursor: 0, checkedAt } as const;
  if (record.state === 'uploaded') {
    await moveOn(parts, record, { change: ended });
    return;
  }
  const reason = 'Something has changed since the check that was confirmed: look at the errors. Nothing was moved.';
  const kept = await lines.findOne({ importId }, { expiresAt: 1 }).lean<Pick<ImportLine, 'expiresAt'>>();
  const expiresAt = kept?.expiresAt ? { expiresAt: kept.expiresAt } : {};
  const change = { ...ended, reason, confirmedBy: null, confirmedAt: null, ...expiresAt };
  await moveOn(parts, record, { change, unset: ['turn'], action: 'import-fell-back' });
}

async function judgePiece(parts: ImportParts, record: ImportRecord, piece: readonly ImportLine[]): Promise<void> {
  const today = await parts.platform.bankDay.today();
  const known = await knownAccounts(parts, piece);
  const [first, before] = await Promise.all([firstLines(parts, record, piece), importedBefore(parts, piece)]);
  const updates = piece.map((line) => {
    const { cells, externalId } = line;
    const firstLine = first.get(externalId) ?? line.line;
    const account = known.get(cells.account_number);
    const counter = known.get(cells.counter_account);
    const judged = judgeLine(cells, {
      ...{ today, currency: record.currency, account, counter },
      sameIdAs: firstLine === line.line ? undefined : firstLine,
      importedBefore: before.has(externalId),
    });
    return {
      updateOne: { filter: { _id: line._id }, update: { $set: outcomeOf(line, { judged, account, counter }) } },
    };
  });
  await parts.lines.bulkWrite(updates, { ordered: false });
}

function outcomeOf(
  { shape }: ImportLine,
  facts: { judged: Judged; account: KnownAccount | undefined; counter: KnownAccount | undefined },
) {
  const { judged, account, counter } = facts;
  const findings: Finding[] = [
    ...(shape === null ? [] : [{ severity: 'error', text: shape } as const]),
    ...judged.findings,
  ];
  const { movement } = judged;
  const moves = shape === null && movement && account ? movement : undefined;
  return {
    findings,
    severity: severityOf(findings),
    kind: moves?.kind ?? null,
    effectiveOn: moves ? dateText(moves.effectiveOn) : null,
    amount: moves?.amount ?? null,
    accounts: moves && account ? [account.id, ...(moves.kind === 'transfer' && counter ? [counter.id] : [])] : [],
  };
}

async function knownAccounts(parts: ImportParts, piece: readonly ImportLine[]): Promise<Map<string, KnownAccount>> {
  const named = piece.flatMap(({ cells }) => [cells.account_number, cells.counter_account]);
  const numbers = [...new Set(named.filter((number) => number !== ''))];
  const records = await parts.accounts
    .find({ number: operators({ $in: numbers }) })
    .limit(numbers.length + 1)
    .lean<AccountRecord[]>();
  const balances = await parts.ledger.balances(records.map(({ _id }) => _id));
  const known = records.flatMap((record): [string, KnownAccount][] => {
    const balance = balances.get(record._id);
    if (!balance) return [];
    const { currency, freeze, entries } = balance;
    const state = record.state === 'open' && balance.state === 'open' ? 'open' : 'closed';
    return [[record.number, { id: record._id, currency, state, freeze, entries }]];
  });
  return new Map(known);
}

/** The first line of the file for each id of the piece. */
async function firstLines(
  { lines }: ImportParts,
  { _id: importId }: ImportRecord,
  piece: readonly ImportLine[],
): Promise<Map<string, number>> {
  const ids = [...new Set(piece.map(({ externalId }) => externalId))];
  const found = await lines.aggregate<{ _id: string; line: number }>([
    { $match: { importId, externalId: { $in: ids } } },
    { $group: { _id: '$externalId', line: { $min: '$line' } } },
  ]);
  return new Map(found.map(({ _id, line }) => [_id, line]));
}

async function importedBefore({ lines }: ImportParts, piece: readonly ImportLine[]): Promise<Set<string>> {
  const ids = [...new Set(piece.map(({ externalId }) => externalId))];
  const found = await lines
    .find({ state: 'posted', externalId: operators({ $in: ids }) }, { externalId: 1 })
    .limit(linesInPiece)
    .lean<Pick<ImportLine, 'externalId'>[]>();
  return new Set(found.map(({ externalId }) => externalId));
}
