import { dateOf } from '#core/calendar.ts';
import { isId, newId } from '#core/ids.ts';
import { zero } from '#core/money.ts';
import type { NumberedAccount } from '#features/accounts/index.ts';
import { loanDocuments } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { operators } from '#platform/mongo.ts';
import { endCheck } from './ending.service.ts';
import { judgeLine } from './line.rules.ts';
import { severityOf, type Finding } from './takeover-columns.rules.ts';
import type { FoundLoan, TakeoverLine, TakeoverRecord } from './takeover.model.ts';
import { moveOn, type TakeoverParts } from './takeover-parts.ts';

const linesInPiece = 1_000;

/** The first phase of a check, in pieces: every line on its own. */
export async function checkLines(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const piece = await parts.lines
    .find({ importId: record._id, line: operators({ $gt: record.cursor }) })
    .sort({ line: 1 })
    .limit(linesInPiece)
    .lean<TakeoverLine[]>();
  const last = piece.at(-1);
  if (last) {
    await judgePiece(parts, record, piece);
    await moveOn(parts, record, { change: { phase: 'lines', cursor: last.line } });
    return;
  }
  const faulty = await parts.lines.exists({ importId: record._id, severity: 'error' });
  // What a loan comes to can only be said where every line of the file can be read.
  if (faulty) await endCheck(parts, record);
  else await moveOn(parts, record, { change: { phase: 'loans', cursor: 0 } });
}

async function judgePiece(parts: TakeoverParts, record: TakeoverRecord, piece: readonly TakeoverLine[]): Promise<void> {
  const known = await lookUp(parts, record, piece);
  const updates = piece.map((line) => ({
    updateOne: { filter: { _id: line._id }, update: { $set: judged(line, { known, record }) } },
  }));
  await parts.lines.bulkWrite(updates, { ordered: false });
}

interface Known {
  customers: ReadonlyMap<string, { partyId: string; branchId: string }[]>;
  products: ReadonlyMap<string, ProductVersion>;
  accounts: ReadonlyMap<string, NumberedAccount>;
  loanLines: ReadonlyMap<string, number>;
  importedBefore: ReadonlySet<string>;
}

function judged(line: TakeoverLine, { known, record }: { known: Known; record: TakeoverRecord }) {
  const { cells, shape, externalId, emailIndex } = line;
  const customers = known.customers.get(emailIndex ?? cells.customer) ?? [];
  const [customer] = customers;
  const product = known.products.get(cells.product);
  const account = known.accounts.get(cells.account);
  const findings: Finding[] = [
    ...(shape === null ? [] : [{ severity: 'error', text: shape } as const]),
    ...judgeLine(cells, {
      ...{ today: dateOf(record.takeoverOn), currency: record.currency, line: line.line, product },
      customers: customers.length,
      account: account && {
        ...account,
        isTheirs: customer !== undefined && account.holders.includes(customer.partyId),
      },
      loanLine: known.loanLines.get(externalId),
      importedBefore: known.importedBefore.has(externalId),
    }),
  ];
  const severity = severityOf(findings);
  const isGood = line.kind === 'loan' && severity !== 'error' && customer !== undefined && product !== undefined;
  const found: FoundLoan | null = isGood
    ? {
        // Drawn once, so that a second check and every try to post are about the same loan.
        loanId: line.found?.loanId ?? newId(),
        number: line.found?.number ?? loanDocuments.newNumber(),
        ...{ partyId: customer.partyId, branchId: customer.branchId, productVersionId: product._id },
        payoutAccountId: account?._id ?? '',
        ...{ lent: zero, outstanding: zero, receivable: zero, daysPastDue: 0 },
      }
    : null;
  return { findings, severity, found };
}

async function lookUp(parts: TakeoverParts, record: TakeoverRecord, piece: readonly TakeoverLine[]): Promise<Known> {
  const loans = piece.filter(({ kind }) => kind === 'loan');
  const distinct = (texts: readonly string[]) => [...new Set(texts.filter((text) => text !== ''))];
  const [customers, products, accounts, loanLines, importedBefore] = await Promise.all([
    customersOf(parts, loans),
    productsOf(parts, distinct(loans.map(({ cells }) => cells.product))),
    parts.accounts.byNumbers(distinct(loans.map(({ cells }) => cells.account))),
    firstLines(parts, record, distinct(piece.map(({ externalId }) => externalId))),
    importedOf(parts, distinct(loans.map(({ externalId }) => externalId))),
  ]);
  return {
    ...{ customers, products, loanLines, importedBefore },
    accounts: new Map(accounts.map((account) => [account.number, account])),
  };
}

async function customersOf({ customers }: TakeoverParts, loans: readonly TakeoverLine[]): Promise<Known['customers']> {
  const emailIndexes = [...new Set(loans.flatMap(({ emailIndex }) => emailIndex ?? []))];
  const ids = [...new Set(loans.map(({ cells }) => cells.customer).filter(isId))];
  const found = await customers.known({ ids, emailIndexes });
  const named = found.flatMap(({ partyId, branchId, emailIndex }) =>
    [partyId, emailIndex].map((name) => ({ name, partyId, branchId })),
  );
  return Map.groupBy(named, ({ name }) => name);
}

/** A file names few products; a code that is none costs no query. */
const mostCodes = 50;

async function productsOf({ products }: TakeoverParts, codes: readonly string[]): Promise<Known['products']> {
  const found = new Map<string, ProductVersion>();
  for (const code of codes.filter((one) => /^[a-z][a-z0-9-]{0,29}$/.test(one)).slice(0, mostCodes)) {
    const product = await products.newestByCode(code);
    if (product) found.set(code, product);
  }
  return found;
}

/** The first line of kind `loan` for each number. */
async function firstLines(
  { lines }: TakeoverParts,
  { _id: importId }: TakeoverRecord,
  numbers: readonly string[],
): Promise<Known['loanLines']> {
  const found = await lines.aggregate<{ _id: string; line: number }>([
    { $match: { importId, externalId: { $in: numbers }, kind: 'loan' } },
    { $group: { _id: '$externalId', line: { $min: '$line' } } },
  ]);
  return new Map(found.map(({ _id, line }) => [_id, line]));
}

async function importedOf({ loans }: TakeoverParts, numbers: readonly string[]): Promise<Set<string>> {
  const ids = numbers.map((number) => `import:${number}`);
  const found = await loans
    .find({ applicationId: operators({ $in: ids }) }, { applicationId: 1 })
    .limit(linesInPiece)
    .lean<{ applicationId: string }[]>();
  return new Set(found.map(({ applicationId }) => applicationId.slice('import:'.length)));
}
