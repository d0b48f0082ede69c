import { dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { zero } from '#core/money.ts';
import type { Actor } from '#core/roles.ts';
import { ok, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { expiryFrom, lineId } from '#platform/imported-file.ts';
import { readCsv, type CsvFault, type CsvLine } from '#platform/csv-file.ts';
import { kindOf } from './line.rules.ts';
import { columns, requiredColumns, type Column } from './takeover-columns.rules.ts';
import { takeoverCollection, type TakeoverLine, type TakeoverRecord } from './takeover.model.ts';
import { workRow, type TakeoverParts } from './takeover-parts.ts';

const mostLines = 20_000;

/**
 * The lines first, as they are read: until the import is there, nobody sees them. What a faulty file or a crash leaves
 * behind is removed.
 */
export async function upload(
  parts: TakeoverParts,
  { actor, fileName, bytes }: { actor: Actor; fileName: string; bytes: Uint8Array },
): Promise<Result<string, CsvFault>> {
  const { platform, lines } = parts;
  const importId = newId();
  const expiry = expiryFrom(Date.now());
  const read = await readCsv(bytes, { columns, required: requiredColumns, mostLines }, async (some) => {
    const documents = some.map((line) => lineOf(parts, line, { importId, expiresAt: expiry.lines }));
    await lines.insertMany(documents, { lean: true });
  });
  if (!read.ok) {
    await lines.deleteMany({ importId });
    return read;
  }
  const now = bsonDate(platform.clock.now());
  const record: TakeoverRecord = {
    ...{ _id: importId, state: 'uploaded', phase: 'lines', cursor: 0, step: 1 },
    ...{ takeoverOn: dateText(await platform.bankDay.today()), fileName, currency: platform.currency },
    ...{ lines: read.value, errorLines: 0, warningLines: 0, loans: 0, overdue: 0 },
    ...{ lent: zero, outstanding: zero, receivable: zero, posted: 0, undone: 0, reason: null },
    ...{ uploadedBy: actor.userId, uploadedAt: now, checkedAt: null, movedAt: now },
    ...{ confirmedBy: null, confirmedAt: null, endedAt: null, expiresAt: expiry.file },
  };
  await commitTogether(platform.database, [
    { collection: takeoverCollection, kind: 'insert', document: { ...record } },
    workRow(parts, { importId, step: 1 }),
    platform.audit.entry({
      actor: actor.userId,
      action: 'loan-import-uploaded',
      subject: { type: 'loan-import', id: importId },
      details: { lines: String(read.value) },
    }),
  ]);
  return ok(importId);
}

function lineOf(
  { platform }: TakeoverParts,
  { line, cells, shape }: CsvLine<Column>,
  { importId, expiresAt }: { importId: string; expiresAt: Date },
): TakeoverLine {
  const { customer } = cells;
  // An address is a personal value: what is kept of it is what it is looked up by.
  const isAddress = customer.includes('@');
  return {
    ...{ _id: lineId(importId, line), importId, line, shape, kind: kindOf(cells) ?? null, externalId: cells.loan },
    cells: isAddress ? { ...cells, customer: '(e-mail address)' } : cells,
    ...(isAddress ? { emailIndex: platform.vault.blindIndex('email', customer) } : {}),
    ...{ state: 'read', severity: null, findings: [], found: null, expiresAt },
  };
}
