import type { Formats } from '#core/format.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import type { OpenedItem } from './checklist.ts';
import type { ApplicationDocument } from './document.model.ts';
import { bounds, isMissing, mayRemove, uploadRule } from './document.rules.ts';
import { kindHints } from './document-texts.ts';
import { borrowerBadge, fileMeta } from './document-rows.view.ts';

export const accept = '.pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/jpeg,image/png,image/heic,image/heif';

/** What is not there and is not asked for any more. */
const notSent = { kind: 'neutral', text: 'Not sent' } as const;

interface PageFacts {
  application: Application;
  items: OpenedItem[];
  partyId: string;
  formats: Formats;
  form?: FormState;
}

/** `/loans/apply/:id/documents`: what one person on the file sends. */
export function documentsPage({ application, items, partyId, formats, form = emptyForm }: PageFacts) {
  const { _id, reference, state, productName } = application;
  const applicant = partyId === application.partyId;
  const waiting = items.filter((item) => isMissing(item) && mayUpload(item, application)).length;
  const own = applicant ? [{ text: productName, href: paths.application(_id) }] : [];
  return {
    title: 'Documents',
    crumbs: [{ text: 'Loans', href: paths.loans }, ...own, { text: 'Documents' }],
    head: {
      title: 'Documents',
      sub: `Application ${reference}. ${progress({ waiting, total: items.length, state })}`,
      ...(applicant ? { secondary: { href: paths.application(_id), text: 'Back to the application' } } : {}),
    },
    scripts: ['upload.js'],
    accept,
    form,
    items: items.map((item) => itemModel({ item, application, formats, form })),
    empty: items.length === 0,
  };
}

function progress({ waiting, total, state }: { waiting: number; total: number; state: string }): string {
  if (uploadRule(state) === 'none') return 'It takes no more documents.';
  if (total === 0) return 'This loan asks for no documents.';
  if (waiting === 0) return 'You have sent everything we asked for.';
  return waiting === 1 ? 'One document is still to send.' : `${waiting} documents are still to send.`;
}

function itemModel(facts: { item: OpenedItem; application: Application; formats: Formats; form: FormState }) {
  const { item, application, formats, form } = facts;
  const { kind, document, older, names, request } = item;
  const error = form.errors[`file-${kind}`];
  return {
    kind,
    headingId: `h-${kind}`,
    inputId: `file-${kind}`,
    title: item.label,
    hint: kindHints[kind],
    badge:
      mayUpload(item, application) || item.state !== 'missing' ? borrowerBadge(item.state, item.required) : notSent,
    asks: request && item.asks !== undefined ? { on: formats.instant(request.askedAt), text: item.asks } : undefined,
    reason: item.state === 'rejected' ? item.reason : undefined,
    infected: item.state === 'infected',
    current: document && fileModel({ document, names, application, formats }),
    older: older.map((one) => fileModel({ document: one, names, application, formats })),
    upload: mayUpload(item, application)
      ? {
          action: paths.uploadDocument(application._id, kind),
          text: document ? 'Send a new version' : 'Send this file',
          label: document ? `Choose a new file for: ${item.label}` : `Choose a file for: ${item.label}`,
        }
      : undefined,
    error,
  };
}

function mayUpload({ state, document, older }: OpenedItem, application: Application): boolean {
  const rule = uploadRule(application.state);
  if (rule === 'none' || (document && older.length + 1 >= bounds.versionsOfKind)) return false;
  return rule === 'any' || state === 'asked' || state === 'rejected' || state === 'infected';
}

function fileModel(facts: {
  document: ApplicationDocument;
  names: Map<string, string>;
  application: Application;
  formats: Formats;
}) {
  const { document, names, application, formats } = facts;
  const { _id, safety } = document;
  return {
    name: names.get(_id) ?? '',
    meta: fileMeta(document, formats),
    note: safety === 'quarantined' ? 'Not checked for malicious software yet.' : undefined,
    href: safety === 'infected' ? undefined : paths.documentFile(application._id, _id),
    remove: mayRemove(application.state, document) ? paths.removeDocument(application._id, _id) : undefined,
  };
}
