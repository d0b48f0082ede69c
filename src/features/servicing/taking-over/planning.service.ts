import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { formatsIn } from '#core/format.ts';
import { moneyOf } from '#core/money.ts';
import { refuse, type Result } from '#core/result.ts';
import { lineId } from '#platform/imported-file.ts';
import { operators } from '#platform/mongo.ts';
import { totalOf } from '../life/due.ts';
import { readLoanCells, readMovementCells } from './cells.rules.ts';
import { endCheck } from './ending.service.ts';
import { planLoan, type Movement, type Plan, type PlanFault } from './plan.ts';
import { severityOf, type Finding } from './takeover-columns.rules.ts';
import type { FoundLoan, TakeoverLine, TakeoverRecord } from './takeover.model.ts';
import { moveOn, type TakeoverParts } from './takeover-parts.ts';

/** A long loan is told in milliseconds; so many together keep the process free for others. */
const loansInPiece = 25;
/** What the engine takes of one loan, with room for what is still to come. */
const mostMovements = 3_000;

export interface PlannedLine {
  line: TakeoverLine;
  outcome: Result<Plan, PlanFault>;
}

/** The next lines of kind `loan` behind the cursor. */
export async function nextLoans(
  { lines }: TakeoverParts,
  { _id: importId, cursor }: TakeoverRecord,
  limit = loansInPiece,
): Promise<TakeoverLine[]> {
  return lines
    .find({ importId, kind: 'loan', line: operators({ $gt: cursor }) })
    .sort({ line: 1 })
    .limit(limit)
    .lean<TakeoverLine[]>();
}

/** The second phase of a check, in pieces: every loan with its payments, as it would stand here. */
export async function checkLoans(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const piece = await nextLoans(parts, record);
  const last = piece.at(-1);
  if (!last) {
    await endCheck(parts, record);
    return;
  }
  await keepOutcomes(parts, record, await plansOf(parts, record, piece));
  await moveOn(parts, record, { change: { phase: 'loans', cursor: last.line } });
}

/** The loans of some lines, told anew: the same lines give the same loans, whenever and by whom they are asked for. */
export async function plansOf(
  parts: TakeoverParts,
  record: TakeoverRecord,
  piece: readonly TakeoverLine[],
): Promise<PlannedLine[]> {
  const byNumber = await movementsOf(parts, record, piece);
  return Promise.all(
    piece.map(async (line) => {
      const movements = byNumber.get(line.externalId) ?? [];
      return { line, outcome: await planOf(parts, { record, line, movements }) };
    }),
  );
}

async function movementsOf(
  { lines }: TakeoverParts,
  { _id: importId, takeoverOn, currency }: TakeoverRecord,
  piece: readonly TakeoverLine[],
): Promise<Map<string, Movement[]>> {
  const numbers = piece.map(({ externalId }) => externalId);
  const found = await lines
    .find({
      importId,
      externalId: operators({ $in: numbers }),
      kind: operators({ $in: ['payment', 'prepayment'] as const }),
    })
    .sort({ line: 1 })
    .lean<TakeoverLine[]>();
  const facts = { today: dateOf(takeoverOn), currency };
  const movements = found.flatMap(({ line, kind, cells, externalId }) => {
    const read = kind === 'payment' || kind === 'prepayment' ? readMovementCells(kind, cells, facts).value : undefined;
    return read ? [{ externalId, line, ...read }] : [];
  });
  return Map.groupBy(movements, ({ externalId }) => externalId);
}

async function planOf(
  { platform, products }: TakeoverParts,
  { record, line, movements }: { record: TakeoverRecord; line: TakeoverLine; movements: readonly Movement[] },
): Promise<Result<Plan, PlanFault>> {
  const { found, cells, externalId } = line;
  const takeoverOn = dateOf(record.takeoverOn);
  const read = readLoanCells(cells, { today: takeoverOn, currency: record.currency });
  if (!found || !read.value) return refuse({ line: line.line, text: 'This line can no longer be read as a loan.' });
  if (movements.length > mostMovements)
    return refuse({ line: line.line, text: `This loan has more than ${mostMovements} payments in the file.` });
  const product = present(await products.version(found.productVersionId), 'The product version of a line');
  return planLoan({
    ...{ importId: record._id, line: line.line, externalId, product, cells: read.value, movements, takeoverOn },
    ...{ loanId: found.loanId, number: found.number, partyId: found.partyId, branchId: found.branchId },
    payoutAccountId: found.payoutAccountId,
    at: record.confirmedAt ?? record.uploadedAt,
    actor: record.confirmedBy ?? record.uploadedBy,
    formats: formatsIn(product.currency, platform.formats),
  });
}

async function keepOutcomes(
  { lines }: TakeoverParts,
  { _id: importId }: TakeoverRecord,
  planned: readonly PlannedLine[],
): Promise<void> {
  const elsewhere = planned.flatMap(({ line, outcome }) =>
    !outcome.ok && outcome.refusal.line !== line.line ? [outcome.refusal] : [],
  );
  const updates = planned.map(({ line, outcome }) => {
    const added: Finding[] = outcome.ok
      ? outcome.value.warnings
      : outcome.refusal.line === line.line
        ? [{ severity: 'error', text: outcome.refusal.text }]
        : [];
    // The same piece may be done twice.
    const known = new Set(line.findings.map(({ text }) => text));
    const findings = [...line.findings, ...added.filter(({ text }) => !known.has(text))];
    const found = outcome.ok && line.found ? figuresOf(line.found, outcome.value) : line.found;
    const update = { $set: { findings, severity: severityOf(findings), found } };
    return { updateOne: { filter: { _id: line._id }, update } };
  });
  const others = elsewhere.map(({ line, text }) => ({
    updateOne: {
      filter: { _id: lineId(importId, line) },
      update: { $set: { severity: 'error' as const }, $addToSet: { findings: { severity: 'error' as const, text } } },
    },
  }));
  await lines.bulkWrite([...updates, ...others], { ordered: false });
}

function figuresOf(found: FoundLoan, { loan, run }: Plan): FoundLoan {
  const owed = totalOf(loan.arrears);
  const receivable = moneyOf(run.interest.receivable + run.fee.receivable + run.penalty.receivable);
  const daysPastDue = owed === 0n ? 0 : loan.arrears.daysPastDue;
  return { ...found, lent: loan.principal, outstanding: run.outstandingPrincipal, receivable, daysPastDue };
}
