import type { Platform } from '#platform/platform.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import type { TransferParts } from './parts.ts';
import type { TransferRecord } from './transfer.model.ts';

/** A transfer as one side sees it: of the other side a name, and an account only where it is the person's as well. */
export interface ShownTransfer {
  key: string;
  number: string;
  side: 'sent' | 'received';
  kind: TransferRecord['kind'];
  scheduleId: string | undefined;
  amount: TransferRecord['amount'];
  currency: TransferRecord['currency'];
  /** The person's own account that it is about. */
  accountId: string;
  /** The other account, where the person holds it too. */
  otherAccountId: string | undefined;
  /** The masked name of whom was paid, or the name of who paid. */
  name: string;
  reference: string;
  on: string;
  at: Date;
  /** The number that it was sent to, as the sender typed it; never the number that it came from. */
  toNumber: string | undefined;
  /** Whether who sees it ordered it. */
  ordered: 'by-oneself' | 'by-another';
}

export async function findTransfer(
  parts: TransferParts,
  { partyId, key }: { partyId: string; key: string },
): Promise<ShownTransfer | undefined> {
  const record = await parts.transfers.findOne({ _id: key }).lean<TransferRecord>();
  if (!record) return undefined;
  const ids = [record.fromAccount, record.toAccount];
  const accounts = await parts.accounts
    .find({ _id: operators({ $in: ids }) }, { holders: 1, number: 1 })
    .lean<Pick<AccountRecord, '_id' | 'holders' | 'number'>[]>();
  const holds = (id: string) => accounts.some((account) => account._id === id && account.holders.includes(partyId));
  const sender = holds(record.fromAccount);
  if (!sender && !holds(record.toAccount)) return undefined;
  const side = sender ? 'sent' : 'received';
  const [accountId = '', otherId = ''] = sender ? ids : ids.toReversed();
  const { number, kind, scheduleId, amount, currency, on, at } = record;
  return {
    ...{ key, number, side, kind, scheduleId, amount, currency, accountId, on, at },
    otherAccountId: holds(otherId) ? otherId : undefined,
    ...(await openSide(parts.platform, { record, side })),
    toNumber: sender ? accounts.find((account) => account._id === record.toAccount)?.number : undefined,
    ordered: record.fromPartyId === partyId ? 'by-oneself' : 'by-another',
  };
}

export async function openSide(
  { vault }: Pick<Platform, 'vault'>,
  { record, side }: { record: TransferRecord; side: 'sent' | 'received' },
): Promise<{ name: string; reference: string }> {
  const { name, reference } = record[side];
  const place = (field: string) => ({ collection: 'transfers', document: record._id, field: `${side}.${field}` });
  return {
    name: await vault.open(place('name'), name),
    reference: reference ? await vault.open(place('reference'), reference) : '',
  };
}
