import { dateText, type PlainDate } from '#core/calendar.ts';
import { present } from '#core/assert.ts';
import type { Platform } from '#platform/platform.ts';
import type { RateStep } from '../interest/interest.rules.ts';
import { accountTypeModel, type AccountTypeVersion } from './account-type.model.ts';

export interface AccountTypes {
  /** What can be opened on a day: of each type, the version that took effect last. */
  offered(on: PlainDate): Promise<AccountTypeVersion[]>;
  /** A version by its id, also one that is no longer offered. */
  version(id: string): Promise<AccountTypeVersion>;
  /** The rates of a type over time, oldest first. */
  rates(code: string): Promise<RateStep[]>;
  /** What accounts opened under a version bear on a day, per cent a year. */
  rateOn(typeId: string, on: PlainDate): Promise<string>;
}

const mostVersions = 500;

export function createAccountTypes({ database }: Pick<Platform, 'database'>): AccountTypes {
  const versions = accountTypeModel(database.connection);
  // A version never changes, so that what was read once stays true.
  const read = new Map<string, AccountTypeVersion>();

  const inOrderOfEffect = () =>
    versions.find().sort({ effectiveFrom: 1, version: 1 }).limit(mostVersions).lean<AccountTypeVersion[]>();

  const version = async (id: string) => {
    const found = read.get(id) ?? (await versions.findOne({ _id: id }).lean<AccountTypeVersion>());
    const known = present(found, 'The type of an account');
    read.set(id, known);
    return known;
  };

  const rates = async (code: string) =>
    (await inOrderOfEffect())
      .filter((one) => one.code === code)
      .map(({ effectiveFrom, annualRate }) => ({ from: effectiveFrom, annualRate }));

  return {
    offered: async (on) => {
      const inEffect = (await inOrderOfEffect()).filter(({ effectiveFrom }) => effectiveFrom <= dateText(on));
      const latest = new Map(inEffect.map((one) => [one.code, one]));
      return [...latest.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
    },
    version,
    rates,
    rateOn: async (typeId, on) => {
      const { code, annualRate } = await version(typeId);
      return (await rates(code)).findLast(({ from }) => from <= dateText(on))?.annualRate ?? annualRate;
    },
  };
}
