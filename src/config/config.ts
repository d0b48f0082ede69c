import { resolve } from 'node:path';
import { z } from 'zod';
import { currencies, type Currency } from '#core/money.ts';
import { present } from '#core/assert.ts';
import { isTimeZone, longSecret, pepperList, secretList, wholeNumber } from './settings.ts';

const hosts = ['127.0.0.1', 'localhost', '::1'];

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production']).default('development'),
  PORT: wholeNumber({ min: 0, max: 65_535 }).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional(),
  MONGOMS_SYSTEM_BINARY: z.string().min(1).optional(),
  PATH: z.string().default(''),
  DATA_DIR: z.string().min(1).default('.data'),
  CACHE_DIR: z.string().min(1).default('.cache'),
  CURRENCY: z.enum(currencies as [Currency, ...Currency[]]).default('USD'),
  LOCALE: z.enum(['en-US', 'en-GB', 'en-IN', 'de-DE', 'ja-JP']).default('en-US'),
  COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a two-letter country code')
    .default('US'),
  TIME_ZONE: z.string().refine(isTimeZone, 'must be an IANA time zone').default('UTC'),
  SESSION_SECRETS: secretList.optional(),
  PASSWORD_PEPPERS: pepperList.optional(),
  BLIND_INDEX_KEY: longSecret.optional(),
  KMS_PROVIDER: z.enum(['local', 'aws']).default('local'),
  KMS_KEY_ID: z.string().min(1).optional(),
  AWS_REGION: z.string().min(1).optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
  STORAGE_PROVIDER: z.enum(['gridfs', 's3']).default('gridfs'),
  S3_BUCKET: z.string().min(3).optional(),
  S3_KMS_KEY_ID: z.string().min(1).optional(),
  CHALLENGER_MODEL: z.string().min(1).optional(),
  CLAMD_SOCKET: z.string().startsWith('/', 'must be the absolute path of a socket').optional(),
  CLAMD_HOST: z.string().min(1).optional(),
  CLAMD_PORT: wholeNumber({ min: 1, max: 65_535 }).default(3310),
  TRUST_PROXY_HOPS: wholeNumber({ min: 0, max: 5 }).default(0),
  BCRYPT_COST: wholeNumber({ min: 4, max: 15 }).default(12),
  DEMO_DATA: z.enum(['on', 'off']).optional(),
  DRAIN_WAIT_MS: wholeNumber({ min: 0, max: 60_000 }).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
type Settings = z.infer<typeof schema>;

export interface GivenSecrets {
  session: string[];
  peppers: { id: string; secret: string }[];
  blindIndexKey: string;
}

export type StorageConfig =
  { provider: 'gridfs' } | { provider: 's3'; bucket: string; kmsKeyId: string; region: string; endpoint?: string };

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly mongodbUri: string | undefined;
  readonly mongodSystemBinary: string | undefined;
  readonly executablePath: string;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly currency: Currency;
  readonly locale: string;
  readonly country: string;
  readonly timeZone: string;
  /** Undefined outside production: then a laptop's own secrets are made and kept in the data directory. */
  readonly secrets: GivenSecrets | undefined;
  readonly kms: { provider: 'local' } | { provider: 'aws'; keyId: string; region: string; endpoint?: string };
  /** Where uploaded files lie; the embedded default is the database. */
  readonly storage: StorageConfig;
  /** The file of the model that says its word in the shadow; undefined where there is none. */
  readonly challengerModel: string | undefined;
  /** Undefined where nothing scans uploaded files, which then stay in quarantine. */
  readonly clamd: { path: string } | { host: string; port: number } | undefined;
  /** Proxies in front, counted exactly; from one on, pages are served over https by them. */
  readonly trustProxyHops: number;
  readonly bcryptCost: number;
  readonly demoData: boolean;
  readonly drainWaitMs: number;
  readonly logLevel: Settings['LOG_LEVEL'];
}

export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What production insists on (shared design, sections 2 and 12): no embedded server, no local keys, no default secrets, no plain http. */
function productionFaults(settings: Partial<Settings>): string[] {
  if (settings.NODE_ENV !== 'production') return [];
  const needed = ['MONGODB_URI', 'SESSION_SECRETS', 'PASSWORD_PEPPERS', 'BLIND_INDEX_KEY'] as const;
  const faults = needed
    .filter((name) => settings[name] === undefined)
    .map((name) => `${name} is needed in production and has no default`);
  if (settings.KMS_PROVIDER !== 'aws')
    faults.push('KMS_PROVIDER must be aws in production: local keys protect nothing');
  if (!settings.TRUST_PROXY_HOPS) {
    faults.push('TRUST_PROXY_HOPS must be at least 1 in production: pages are served by https only, behind a proxy');
  }
  if ((settings.BCRYPT_COST ?? 12) < 12) faults.push('BCRYPT_COST must be at least 12 in production');
  if (settings.DEMO_DATA === 'on') faults.push('DEMO_DATA must not be on in production');
  return faults;
}

function generalFaults(settings: Partial<Settings>): string[] {
  const faults: string[] = [];
  if (settings.KMS_PROVIDER === 'aws' && (settings.KMS_KEY_ID === undefined || settings.AWS_REGION === undefined)) {
    faults.push('KMS_KEY_ID and AWS_REGION are needed with KMS_PROVIDER=aws');
  }
  const s3 = ['S3_BUCKET', 'S3_KMS_KEY_ID', 'AWS_REGION'] as const;
  if (settings.STORAGE_PROVIDER === 's3' && s3.some((name) => settings[name] === undefined)) {
    faults.push('S3_BUCKET, S3_KMS_KEY_ID and AWS_REGION are needed with STORAGE_PROVIDER=s3');
  }
  if (settings.CLAMD_SOCKET !== undefined && settings.CLAMD_HOST !== undefined) {
    faults.push('CLAMD_SOCKET and CLAMD_HOST are two ways to the same scanner: set one');
  }
  return faults;
}

/** Reads the environment into a frozen configuration, or throws a ConfigFault that lists every fault at once. */
export function loadConfig(environment: Environment): Config {
  // An empty variable is an unset one: that is how shells and compose files clear a value.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  const shapeFaults = parsed.success
    ? []
    : parsed.error.issues.map(
        (issue) => `${String(issue.path[0])} ${issue.message.replace(/^Invalid/, 'is not valid: invalid')}`,
      );
  const loose = parsed.success ? parsed.data : looselyRead(given);
  const faults = [...shapeFaults, ...productionFaults(loose), ...generalFaults(loose)];
  if (!parsed.success || faults.length > 0) throw new ConfigFault(faults);
  return Object.freeze(toConfig(parsed.data));
}

/** With some variables malformed, the rules between variables still run over the good ones. */
function looselyRead(given: Environment): Partial<Settings> {
  const entries = Object.entries(schema.shape).flatMap(([name, field]) => {
    const parsed = field.safeParse(given[name]);
    if (parsed.success) return [[name, parsed.data]];
    return given[name] === undefined ? [] : [[name, given[name]]];
  });
  return Object.fromEntries(entries) as Partial<Settings>;
}

function kmsOf(settings: Settings): Config['kms'] {
  if (settings.KMS_PROVIDER === 'local') return { provider: 'local' };
  return {
    provider: 'aws',
    keyId: present(settings.KMS_KEY_ID, 'KMS_KEY_ID'),
    region: present(settings.AWS_REGION, 'AWS_REGION'),
    ...(settings.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: settings.AWS_ENDPOINT_URL }),
  };
}

function storageOf(settings: Settings): StorageConfig {
  if (settings.STORAGE_PROVIDER === 'gridfs') return { provider: 'gridfs' };
  return {
    provider: 's3',
    bucket: present(settings.S3_BUCKET, 'S3_BUCKET'),
    kmsKeyId: present(settings.S3_KMS_KEY_ID, 'S3_KMS_KEY_ID'),
    region: present(settings.AWS_REGION, 'AWS_REGION'),
    ...(settings.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: settings.AWS_ENDPOINT_URL }),
  };
}

function clamdOf({ CLAMD_SOCKET: path, CLAMD_HOST: host, CLAMD_PORT: port }: Settings): Config['clamd'] {
  if (path !== undefined) return { path };
  return host === undefined ? undefined : { host, port };
}

function secretsOf(settings: Settings): GivenSecrets | undefined {
  const { SESSION_SECRETS: session, PASSWORD_PEPPERS: peppers, BLIND_INDEX_KEY: blindIndexKey } = settings;
  return session && peppers && blindIndexKey ? { session, peppers, blindIndexKey } : undefined;
}

function toConfig(settings: Settings): Config {
  const production = settings.NODE_ENV === 'production';
  return {
    production,
    port: settings.PORT,
    host: settings.HOST,
    mongodbUri: settings.MONGODB_URI,
    mongodSystemBinary: settings.MONGOMS_SYSTEM_BINARY,
    executablePath: settings.PATH,
    dataDir: resolve(settings.DATA_DIR),
    cacheDir: resolve(settings.CACHE_DIR),
    currency: settings.CURRENCY,
    locale: settings.LOCALE,
    country: settings.COUNTRY,
    timeZone: settings.TIME_ZONE,
    secrets: secretsOf(settings),
    kms: kmsOf(settings),
    storage: storageOf(settings),
    challengerModel: settings.CHALLENGER_MODEL && resolve(settings.CHALLENGER_MODEL),
    clamd: clamdOf(settings),
    trustProxyHops: settings.TRUST_PROXY_HOPS,
    bcryptCost: settings.BCRYPT_COST,
    demoData: settings.DEMO_DATA === undefined ? !production : settings.DEMO_DATA === 'on',
    drainWaitMs: settings.DRAIN_WAIT_MS ?? (production ? 5_000 : 0),
    logLevel: settings.LOG_LEVEL,
  };
}

/** Where only this machine can reach the server. */
export function isLoopback(host: string): boolean {
  return hosts.includes(host);
}
