/**
 * A process that works on back-tests over the stand-in's records, and halts at the beginning of a batch: it says `halted`
 * there and waits to be killed. Arguments: the database's URI, a directory for its keys, and the batch's number.
 */
import { connectMongo } from '#platform/mongo.ts';
import { standInTests } from './back-test-stand-in.ts';

const [uri = '', keys = '', haltAt = ''] = process.argv.slice(2);
// Whoever started this one holds the other end; it must not outlive them.
process.stdin.resume().once('end', () => {
  process.exit(1);
});
const tests = await standInTests(await connectMongo({ uri }), {
  keys,
  halt: async (batch) => {
    if (batch !== Number(haltAt)) return;
    process.stdout.write('halted\n');
    await new Promise(() => undefined);
  },
});
await tests.follow();
process.exit(0);
