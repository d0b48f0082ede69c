import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import type { TransferParts } from './parts.ts';
import { maskedNameOf, type Receiver } from './sides.service.ts';
import type { TransferRecord, TransferSide } from './transfer.model.ts';

interface Sides {
  from: AccountRecord;
  receiver: Receiver;
}

/** The record of a transfer, with what each side sees sealed under a key of that side. */
export async function recordOf(
  parts: TransferParts,
  order: Sides & {
    key: string;
    number: string;
    partyId: string;
    amount: Money;
    reference: string;
    kind: TransferRecord['kind'];
    scheduleId?: string;
    on: PlainDate;
  },
): Promise<TransferRecord> {
  const { key, number, partyId, from, receiver, amount, reference, kind, scheduleId, on } = order;
  const { account } = receiver;
  const [payer, payee] = await Promise.all([
    parts.customers.names([partyId]).then((names) => names.get(partyId) ?? ''),
    receiver.relation === 'other' ? receiver.shownName : maskedNameOf(parts, account.partyId),
  ]);
  const side = (keyId: string, name: 'sent' | 'received', shown: string) =>
    sealSide(parts.platform, { keyId, key, side: name, shown, reference });
  return {
    _id: key,
    number,
    fromAccount: from._id,
    toAccount: account._id,
    fromPartyId: partyId,
    toPartyId: account.partyId,
    amount,
    currency: from.currency,
    kind,
    ...(scheduleId === undefined ? {} : { scheduleId }),
    sent: await side(partyId, 'sent', payee),
    // Who is paid learns who paid, as the rules on information accompanying transfers want it (Regulation (EU) 2023/1113).
    received: await side(account.partyId, 'received', payer),
    sentWords: wordsOf(parts.platform, reference),
    receivedWords: wordsOf(parts.platform, `${reference} ${payer}`),
    on: dateText(on),
    at: bsonDate(parts.platform.clock.now()),
  };
}

const mostWords = 12;

/** Keyed hashes of the words of a text, to find it by; nothing can be read from them. */
export function wordsOf({ vault }: Pick<Platform, 'vault'>, text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return [...new Set(words)].slice(0, mostWords).map((word) => vault.blindIndex('name-token', word));
}

async function sealSide(
  { vault }: Platform,
  facts: { keyId: string; key: string; side: 'sent' | 'received'; shown: string; reference: string },
): Promise<TransferSide> {
  const { keyId, key, side, shown, reference } = facts;
  const place = (field: string) => ({ collection: 'transfers', document: key, field: `${side}.${field}` });
  return {
    name: await vault.seal(keyId, place('name'), shown),
    reference: reference === '' ? null : await vault.seal(keyId, place('reference'), reference),
  };
}

/** What must be true together with the posting: the record, the audit entry, the notice to whom was paid. */
export function companionsOf(
  { audit, outbox, formats }: Platform,
  facts: Sides & { record: TransferRecord; actor: string },
): Companion[] {
  const { record, receiver, actor } = facts;
  const amount = formats.moneyWithCurrency(record.amount);
  const { account, relation } = receiver;
  const told = relation === 'other' ? account.holders : [];
  return [
    { collection: 'transfers', kind: 'insert', document: { ...record } },
    audit.entry({
      actor,
      action: 'transferred',
      subject: { type: 'account', id: record.fromAccount },
      details: { transfer: record.number, kind: record.kind, to: record.toAccount, amount, key: record._id },
    }),
    ...told.map((partyId) =>
      noticeRow(outbox, {
        partyId,
        title: `You received ${amount}`,
        text: `We booked ${amount} to your account ··${account.number.slice(-4)} on ${formats.date(record.on)}. The transfer is ${record.number}.`,
        href: `/transfer/${record._id}`,
      }),
    ),
  ];
}
