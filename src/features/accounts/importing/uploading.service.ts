import { newId } from '#core/ids.ts';
import { zero } from '#core/money.ts';
import type { Actor } from '#core/roles.ts';
import { ok, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { expiryFrom, lineId } from '#platform/imported-file.ts';
import { readImportFile, type FileFault, type ReadLine } from './import-file.ts';
import { importCollection, type ImportLine, type ImportRecord } from './import.model.ts';
import { workRow, type ImportParts } from './import-parts.ts';

const insertedAtOnce = 1_000;

/** The lines first: until the import is there, nobody sees them, and the database removes what a crash leaves behind. */
export async function upload(
  parts: ImportParts,
  { actor, fileName, bytes }: { actor: Actor; fileName: string; bytes: Uint8Array },
): Promise<Result<string, FileFault>> {
  const read = await readImportFile(bytes);
  if (!read.ok) return read;
  const { platform, lines } = parts;
  const importId = newId();
  const now = bsonDate(platform.clock.now());
  const expiry = expiryFrom(Date.now());
  const documents = read.value.map((line) => lineOf(line, { importId, expiresAt: expiry.lines }));
  for (let at = 0; at < documents.length; at += insertedAtOnce)
    await lines.insertMany(documents.slice(at, at + insertedAtOnce), { lean: true });
  const record: ImportRecord = {
    ...{ _id: importId, state: 'uploaded', phase: 'lines', cursor: 0, step: 1 },
    ...{ fileName, currency: platform.currency, lines: documents.length, errorLines: 0, warningLines: 0, accounts: 0 },
    ...{ paidIn: zero, paidOut: zero, firstOn: null, lastOn: null, posted: 0, undone: 0, claims: 0, reason: null },
    ...{ uploadedBy: actor.userId, uploadedAt: now, checkedAt: null, movedAt: now },
    ...{ confirmedBy: null, confirmedAt: null, endedAt: null, expiresAt: expiry.file },
  };
  await commitTogether(platform.database, [
    { collection: importCollection, kind: 'insert', document: { ...record } },
    workRow(parts, { importId, step: 1 }),
    platform.audit.entry({
      actor: actor.userId,
      action: 'import-uploaded',
      subject: { type: 'import', id: importId },
      details: { lines: String(documents.length) },
    }),
  ]);
  return ok(importId);
}

function lineOf({ line, cells, shape }: ReadLine, facts: { importId: string; expiresAt: Date }): ImportLine {
  const { importId, expiresAt } = facts;
  return {
    ...{ _id: lineId(importId, line), importId, line, cells, shape, externalId: cells.external_id },
    ...{ state: 'read', severity: null, findings: [], kind: null, effectiveOn: null, amount: null },
    ...{ accounts: [], group: 0, order: 0, expiresAt },
  };
}
