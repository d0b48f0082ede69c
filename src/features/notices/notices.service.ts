import type { Model } from 'mongoose';
import { z } from 'zod';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Outbox, OutboxRow } from '#platform/outbox.ts';
import type { Platform } from '#platform/platform.ts';
import { noticeModel, type Notice } from './notice.model.ts';

const topic = 'notice';

const payloadShape = z.strictObject({ partyId: z.string(), title: z.string(), text: z.string(), href: z.string() });
export type NoticeText = z.infer<typeof payloadShape>;

/**
 * A notice as a companion: it reaches the inbox after the transaction that it is written in has committed. With a `key`
 * it is delivered once, however often it is written.
 */
export function noticeRow(outbox: Pick<Outbox, 'row'>, notice: NoticeText, key?: string): Companion {
  return outbox.row({ topic, payload: notice, ...(key === undefined ? {} : { id: key }) });
}

export interface Notices {
  list(partyId: string, page: { page: number; size: number }): Promise<{ notices: Notice[]; total: number }>;
  unread(partyId: string): Promise<number>;
  /** The notice, marked as read; undefined where the party has none of that id. */
  read(partyId: string, noticeId: string): Promise<Notice | undefined>;
}

// The badge shows "99+", so that nobody's inbox costs more than this to count.
const countAtMost = 100;

export function createNotices(platform: Platform): Notices {
  const notices = noticeModel(platform.database.connection);
  platform.outbox.handle(topic, (row) => deliver(notices, row));
  return {
    list: async (partyId, { page, size }) => {
      const newest = notices.find({ partyId }).sort({ at: -1, _id: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .lean<Notice[]>(),
        notices.countDocuments({ partyId }),
      ]);
      return { notices: found, total };
    },
    unread: (partyId) => notices.countDocuments({ partyId, readAt: null }).limit(countAtMost).exec(),
    read: async (partyId, noticeId) => {
      const at = bsonDate(platform.clock.now());
      await notices.updateOne({ _id: noticeId, partyId, readAt: null }, { $set: { readAt: at } });
      return (await notices.findOne({ _id: noticeId, partyId }).lean<Notice>()) ?? undefined;
    },
  };
}

async function deliver(notices: Model<Notice>, row: OutboxRow): Promise<void> {
  const payload = payloadShape.parse(row.payload);
  try {
    await notices.create({ _id: row._id, ...payload, at: row.at, readAt: null });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
