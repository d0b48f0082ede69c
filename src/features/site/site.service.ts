import type { Model } from 'mongoose';
import { notFound } from '#core/errors.ts';
import { newId, newReference } from '#core/ids.ts';
import type { Customers } from '#features/customers/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { enquiryModel, type Enquiry, type EnquiryTopic } from './enquiry.model.ts';

export interface OpenedEnquiry {
  id: string;
  reference: string;
  topic: EnquiryTopic;
  state: Enquiry['state'];
  version: number;
  at: Date;
  name: string;
  email: string;
  message: string;
}

/** A customer by their party, anybody else by what they say of themselves. */
export type Sender = { partyId: string } | { name: string; email: string };

export interface Enquiries {
  /** Keeps a message; gives the reference that its writer can quote. */
  send(enquiry: { sender: Sender; topic: EnquiryTopic; message: string }): Promise<string>;
  list(query: {
    state: Enquiry['state'];
    page: number;
    size: number;
  }): Promise<{ enquiries: (Enquiry & { name: string })[]; total: number }>;
  find(id: string): Promise<OpenedEnquiry>;
  markDone(change: { actor: string; id: string; version: number }): Promise<void>;
}

interface Parts {
  platform: Platform;
  customers: Customers;
  enquiries: Model<Enquiry>;
}

export function createEnquiries(platform: Platform, deps: { customers: Customers }): Enquiries {
  const parts: Parts = { platform, ...deps, enquiries: enquiryModel(platform.database.connection) };
  return {
    send: (enquiry) => send(parts, enquiry),
    list: (query) => list(parts, query),
    find: (id) => find(parts, id),
    markDone: ({ actor, id, version }) =>
      commitTogether(platform.database, [
        {
          collection: 'enquiries',
          kind: 'update',
          filter: { _id: id, version, state: 'new' },
          change: { $set: { state: 'done' }, $inc: { version: 1 } },
        },
        platform.audit.entry({ actor, action: 'enquiry-done', subject: { type: 'enquiry', id } }),
      ]),
  };
}

async function send(parts: Parts, enquiry: Parameters<Enquiries['send']>[0]): Promise<string> {
  const { platform, customers, enquiries } = parts;
  const { sender, topic, message } = enquiry;
  const partyId =
    'partyId' in sender ? sender.partyId : await customers.addEnquirer({ fullName: sender.name, email: sender.email });
  const id = newId();
  const reference = newReference();
  const place = { collection: 'enquiries', document: id, field: 'message' };
  await enquiries.create({
    _id: id,
    reference,
    partyId,
    topic,
    message: await platform.vault.seal(partyId, place, message),
    state: 'new',
    version: 1,
    at: bsonDate(platform.clock.now()),
  });
  return reference;
}

async function list(parts: Parts, query: Parameters<Enquiries['list']>[0]): ReturnType<Enquiries['list']> {
  const { state, page, size } = query;
  const newest = parts.enquiries.find({ state }).sort({ at: -1, _id: -1 });
  const [found, total] = await Promise.all([
    newest
      .skip((page - 1) * size)
      .limit(size)
      .lean<Enquiry[]>(),
    parts.enquiries.countDocuments({ state }),
  ]);
  const names = await parts.customers.names(found.map((enquiry) => enquiry.partyId));
  return { enquiries: found.map((enquiry) => ({ ...enquiry, name: names.get(enquiry.partyId) ?? '' })), total };
}

async function find({ platform, customers, enquiries }: Parts, id: string): Promise<OpenedEnquiry> {
  const enquiry = await enquiries.findOne({ _id: id }).lean<Enquiry>();
  if (!enquiry) throw notFound('Enquiry');
  const person = await customers.person(enquiry.partyId);
  const place = { collection: 'enquiries', document: id, field: 'message' };
  const { reference, topic, state, version, at } = enquiry;
  const message = await platform.vault.open(place, enquiry.message);
  return { id, reference, topic, state, version, at, name: person.fullName, email: person.email, message };
}
