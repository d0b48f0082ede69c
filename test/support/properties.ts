// eslint-disable-next-line no-restricted-imports -- the one place that sets the seed for all
import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a red run is red again when it is looked at. `FC_SEED=7 npm
 * test` draws others, and `npm run test:hunt` goes on drawing others until something falls.
 */
const seed = Number(process.env.FC_SEED ?? 20_261_122);
if (!Number.isSafeInteger(seed)) throw new Error('FC_SEED must be a whole number');
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

export default fc;
