/**
 * A program of its own, run by `fetch-by-memory-server`: the library takes its settings from the environment, checks
 * TLS certificates only when one of them says so, and offers no way to give up. A child can be given the right
 * environment and can be ended.
 *
 * Argument: the directory to download into. The last line printed is one JSON object, `{ path }` or `{ error }`.
 */
import { MongoBinary } from 'mongodb-memory-server-core';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('The directory to download into is missing');

const answer = await MongoBinary.getPath({ downloadDir }).then(
  (path) => ({ path }),
  (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
);
// After a refusal the library leaves its connection open, which would keep this process for seconds.
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => {
  process.exit('path' in answer ? 0 : 1);
});
