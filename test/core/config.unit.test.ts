import { describe, expect, it } from 'vitest';
import { ConfigFault, loadConfig } from '#config/config.ts';

const secret = 'x'.repeat(40);
const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db.internal/bank?replicaSet=rs0',
  SESSION_SECRETS: secret,
  PASSWORD_PEPPERS: `2026a:${secret}`,
  BLIND_INDEX_KEY: secret,
  KMS_PROVIDER: 'aws',
  KMS_KEY_ID: 'alias/cloudbank',
  AWS_REGION: 'eu-central-1',
  TRUST_PROXY_HOPS: '1',
};

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing on a laptop', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ production: false, port: 3000, host: '127.0.0.1', currency: 'USD', demoData: true });
    expect(config.secrets).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('knows time zones by every name they have', () => {
    for (const zone of ['UTC', 'Asia/Kolkata', 'America/New_York'])
      expect(loadConfig({ TIME_ZONE: zone }).timeZone).toBe(zone);
  });

  it('keeps uploaded files in the database and scans none, unless it is told', () => {
    expect(loadConfig({})).toMatchObject({ storage: { provider: 'gridfs' }, clamd: undefined });
    const s3 = { STORAGE_PROVIDER: 's3', S3_BUCKET: 'papers', S3_KMS_KEY_ID: 'alias/p', AWS_REGION: 'eu-west-1' };
    expect(loadConfig(s3).storage).toEqual({
      provider: 's3',
      bucket: 'papers',
      kmsKeyId: 'alias/p',
      region: 'eu-west-1',
    });
    expect(faultsOf({ ...s3, S3_KMS_KEY_ID: '' }).join()).toContain('S3_KMS_KEY_ID');
    expect(loadConfig({ CLAMD_HOST: 'clamd.internal' }).clamd).toEqual({ host: 'clamd.internal', port: 3310 });
    expect(loadConfig({ CLAMD_SOCKET: '/run/clamd.sock' }).clamd).toEqual({ path: '/run/clamd.sock' });
    expect(faultsOf({ CLAMD_SOCKET: '/run/clamd.sock', CLAMD_HOST: 'x' })).toHaveLength(1);
  });

  it('takes an empty variable as an unset one', () => {
    expect(loadConfig({ MONGODB_URI: '', PORT: '' }).mongodbUri).toBeUndefined();
  });

  it('lists every fault at once', () => {
    const faults = faultsOf({
      PORT: '99999',
      CURRENCY: 'XXX',
      TIME_ZONE: 'Mars/Phobos',
      MONGODB_URI: 'http://x',
      KMS_PROVIDER: 'aws',
    });
    expect(faults).toHaveLength(5);
    for (const name of ['PORT', 'CURRENCY', 'TIME_ZONE', 'MONGODB_URI', 'KMS_KEY_ID'])
      expect(faults.join('\n')).toContain(name);
  });

  it('of production starts with all that it needs', () => {
    expect(loadConfig(production)).toMatchObject({ production: true, demoData: false, trustProxyHops: 1 });
  });

  it.each([
    ['MONGODB_URI', 'no embedded server in production'],
    ['SESSION_SECRETS', 'no default secret'],
    ['PASSWORD_PEPPERS', 'no default secret'],
    ['BLIND_INDEX_KEY', 'no default secret'],
    ['KMS_PROVIDER', 'no local keys'],
    ['TRUST_PROXY_HOPS', 'no plain http'],
  ])('of production is refused without %s: %s', (name) => {
    const { [name as keyof typeof production]: _left, ...rest } = production;
    expect(faultsOf(rest).join('\n')).toContain(name);
  });

  it('of production refuses demonstration data, cheap password hashes and short secrets', () => {
    expect(faultsOf({ ...production, DEMO_DATA: 'on' })).toHaveLength(1);
    expect(faultsOf({ ...production, BCRYPT_COST: '8' })).toHaveLength(1);
    expect(faultsOf({ ...production, SESSION_SECRETS: 'short' })).toHaveLength(1);
  });

  it('still applies the rules of production when another variable is malformed', () => {
    const faults = faultsOf({ NODE_ENV: 'production', PORT: 'many' }).join('\n');
    for (const name of ['PORT', 'MONGODB_URI', 'SESSION_SECRETS', 'TRUST_PROXY_HOPS']) expect(faults).toContain(name);
  });

  it('never repeats a secret in a fault', () => {
    const faults = faultsOf({
      ...production,
      PASSWORD_PEPPERS: 'no-colon-but-a-secret-value-of-some-length-here',
    }).join('\n');
    expect(faults).not.toContain('secret-value');
  });
});
