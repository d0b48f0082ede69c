/** Sends a file that never ends into quarantine, until it is killed. Arguments: the database's URI, the master key's file. */
import { setTimeout as wait } from 'node:timers/promises';
import { jpegFile } from '#test/files.ts';
import { openQuarantine } from './quarantine-builders.ts';

const [uri = '', keyFile = '', partyId = ''] = process.argv.slice(2);
const { quarantine } = await openQuarantine({ uri, keyFile });

async function* endless() {
  const whole = jpegFile({ dataBytes: 9_000_000 });
  for (let at = 0; ; at += 64 * 1024) {
    yield at < 8_000_000 ? whole.subarray(at, at + 64 * 1024) : whole.subarray(1_000_000, 1_000_064);
    await wait(1);
  }
}

await quarantine.receive({
  ...{ name: 'photo.jpg', type: 'image/jpeg', partyId, mostBytes: 10 * 1024 * 1024 },
  content: endless(),
  signal: new AbortController().signal,
});
