/**
 * Serves uploads into quarantine on a heap of 96 MB, as the portal does, and tells its peak of memory on demand.
 * Argument: the database's URI.
 */
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { newId } from '#core/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { receiveUploads, uploadedDocument } from '#web/uploads.ts';
import { openQuarantine } from '../platform/files/quarantine-builders.ts';

export interface UploadsMemory {
  port?: number;
  peakRssBytes: number;
  peakHeapBytes: number;
  peakBufferBytes: number;
  refused: number;
}

const [uri = ''] = process.argv.slice(2);
const keyFile = join(await mkdtemp(join(tmpdir(), 'uploads-')), 'key');
const { quarantine, keys } = await openQuarantine({ uri, keyFile });
const parties = Array.from({ length: 20 }, newId);
for (const party of parties) await keys.make(party);

let peak = { peakRssBytes: 0, peakHeapBytes: 0, peakBufferBytes: 0, refused: 0 };
let next = 0;
function sample(): void {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  peak.peakRssBytes = Math.max(peak.peakRssBytes, rss);
  peak.peakHeapBytes = Math.max(peak.peakHeapBytes, heapUsed);
  peak.peakBufferBytes = Math.max(peak.peakBufferBytes, arrayBuffers);
}
setInterval(sample, 5);

const app = express();
app.use((_req, res, pass) => {
  next += 1;
  const partyId = parties[next % parties.length];
  res.locals.log = createLogger({ level: 'silent' });
  res.locals.actor = { userId: 'bench', partyId, roles: ['borrower'], branchId: 'bench', displayName: 'Bench' };
  pass();
});
app.use(receiveUploads(quarantine));
app.post('/{*path}', (req, res) => {
  const file = uploadedDocument(req);
  if (!file.ok) peak.refused += 1;
  res.status(file.ok ? 204 : 422).end();
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, ...peak } satisfies UploadsMemory);
});
process.on('message', (word) => {
  if (word === 'tell') process.send?.({ ...peak } satisfies UploadsMemory);
  globalThis.gc?.();
  peak = { peakRssBytes: 0, peakHeapBytes: 0, peakBufferBytes: 0, refused: 0 };
  sample();
});
