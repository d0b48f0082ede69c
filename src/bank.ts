import { join } from 'node:path';
import type { Config, GivenSecrets } from '#config/config.ts';
import { childVariables } from '#config/environment.ts';
import type { BankDay } from '#platform/bank-day.ts';
import { systemClock, type Clock } from '#platform/clock.ts';
import { startEmbeddedMongo, withDatabase } from '#platform/embedded-mongo/index.ts';
import { loadLocalSecrets } from '#platform/local-secrets.ts';
import type { Logger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { createClamd } from '#platform/scanning/clamd.ts';
import { createS3Storage } from '#platform/storage/s3-storage.ts';
import { createAwsKms } from '#platform/vault/aws-kms.ts';
import type { Kms } from '#platform/vault/kms.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { composeBank, prepareBank, type Bank, type BankParts } from './composition.ts';

export interface OpenBank extends Bank {
  /** The same bank with its services on another clock: the demonstration plays a year that way. */
  composeWith(time: { clock: Clock; bankDay: BankDay }): Bank;
  secrets: GivenSecrets;
  /** How MongoDB was found, in a sentence. */
  databaseSource: string;
  close(): Promise<void>;
}

const embeddedDatabase = 'cloudbank';

/** Finds the database, the keys and the secrets of a configuration and opens the bank on them, ready to serve. */
export async function openBank(options: {
  config: Config;
  logger: Logger;
  clock?: Clock;
  /** How long postings of a day that is over are waited for, where another process may be making some or none can. */
  settledMs?: (others: 'possible' | 'none') => number | undefined;
}): Promise<OpenBank> {
  const { config, logger, clock = systemClock } = options;
  const secrets = config.secrets ?? (await loadLocalSecrets(join(config.dataDir, 'secrets.json')));
  const kms = await kmsOf(config);
  const server = await findServer(config, logger);
  try {
    const database = await connectMongo({ uri: server.uri });
    const { bcryptCost, currency, locale, timeZone, country } = config;
    const settledMs = options.settledMs?.(server.others);
    const settling = settledMs === undefined ? {} : { settledMs };
    const files = filesOf(config);
    const parts = {
      database,
      logger,
      kms,
      secrets,
      bcryptCost,
      currency,
      locale,
      timeZone,
      country,
      ...settling,
      ...files,
    };
    const bank = composeBank({ ...parts, clock });
    await prepareBank(bank);
    return {
      ...bank,
      composeWith: (time) => composeBank({ ...parts, ...time }),
      secrets,
      databaseSource: server.source,
      close: async () => {
        await bank.services.closeOfDay.stop();
        // What it could not write down stands in the postings, and is found there.
        await bank.services.ledger.stop().catch((error: unknown) => {
          logger.warn({ err: error }, 'The ledger was stopped without settling its accounts');
        });
        await database.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function kmsOf({ kms, dataDir }: Config): Promise<Kms> {
  return kms.provider === 'aws' ? Promise.resolve(createAwsKms(kms)) : createLocalKms(join(dataDir, 'master-key'));
}

type FileParts = 'storage' | 'scanner' | 'challengerModel';

/** Where files lie, what scans them and the challenger's file, where that is not the default. */
function filesOf({ storage, clamd, challengerModel }: Config): Pick<BankParts, FileParts> {
  return {
    ...(storage.provider === 's3' ? { storage: createS3Storage(storage) } : {}),
    ...(clamd === undefined ? {} : { scanner: createClamd(clamd) }),
    ...(challengerModel === undefined ? {} : { challengerModel }),
  };
}

interface Server {
  uri: string;
  source: string;
  /** Whether another process may be at work on the same bank. */
  others: 'possible' | 'none';
  stop(): Promise<void>;
}

async function findServer(config: Config, logger: Logger): Promise<Server> {
  if (config.mongodbUri !== undefined) {
    const source = 'MONGODB_URI is set';
    return { uri: config.mongodbUri, source, others: 'possible', stop: () => Promise.resolve() };
  }
  const embedded = await startEmbeddedMongo({
    dataDir: config.dataDir,
    cacheDir: join(config.cacheDir, 'mongod'),
    environment: {
      systemBinary: config.mongodSystemBinary,
      path: config.executablePath,
      variables: childVariables(),
      download: 'allowed',
    },
    log: (sentence) => {
      logger.info(sentence);
    },
  });
  const joined = embedded.attached ? 'already running' : `found by ${embedded.source}`;
  return {
    uri: withDatabase(embedded.uri, embeddedDatabase),
    others: embedded.attached ? 'possible' : 'none',
    source: `embedded MongoDB ${embedded.version} on port ${embedded.port} (${joined})`,
    stop: () => embedded.stop(),
  };
}
