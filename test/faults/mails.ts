import type { Database } from '#platform/mongo.ts';
import type { Outbox } from '#platform/outbox.ts';

export const mailTopic = 'fault-mail';

/** A post office that counts: every handing over is kept, and the letterbox takes each mail once. */
export function deliverMails({ database, outbox }: { database: Database; outbox: Outbox }): void {
  const handedOver = database.db.collection<{ row: string }>('handedOver');
  const letterbox = database.db.collection<{ _id: string; key: unknown }>('letterbox');
  outbox.handle(mailTopic, async ({ _id, payload }) => {
    await handedOver.insertOne({ row: _id });
    await letterbox.updateOne({ _id }, { $setOnInsert: { key: payload.key } }, { upsert: true });
  });
}
