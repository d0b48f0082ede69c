import type { Formats } from '#core/format.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import type { OpenedItem } from './checklist.ts';
import type { ApplicationDocument } from './document.model.ts';
import { isMissing, underReview } from './document.rules.ts';
import type { PartyName } from './documents.service.ts';
import type { Badge } from '#web/badge.ts';
import { fileMeta, staffBadge } from './document-rows.view.ts';
import { kindTexts } from './document-texts.ts';

export interface FileDocumentsFacts {
  application: Application;
  people: PartyName[];
  items: OpenedItem[];
  formats: Formats;
  /** The form that failed: its errors stand at `reason-<document>`, `kind`, `partyId` or `text`. */
  form?: FormState;
}

/** The officer's panel: every person's documents, what to do with each, and asking for another. */
export function fileDocuments({ application, people, items, formats, form = emptyForm }: FileDocumentsFacts) {
  const { _id, state } = application;
  const open = underReview(state);
  const missing = items.filter(isMissing).length;
  const toCheck = items.filter((item) => item.state === 'received').length;
  return {
    note: `${counted(missing, 'missing')}, ${counted(toCheck, 'to check')}`,
    href: paths.officerDocuments(_id),
    form,
    people: people.map(({ partyId, name }, n) => ({
      name: n === 0 ? `${name} (applicant)` : name,
      headingId: `h-documents-${n + 1}`,
      items: items
        .filter((item) => item.partyId === partyId)
        .map((item) => itemModel({ item, application, formats, form, open })),
    })),
    request: open ? requestForm({ application, people, form }) : undefined,
  };
}

const counted = (count: number, what: string) => `${count === 0 ? 'none' : String(count)} ${what}`;

function requestForm({
  application,
  people,
  form,
}: {
  application: Application;
  people: PartyName[];
  form: FormState;
}) {
  const kinds = Object.entries(kindTexts).map(([value, text]) => ({ value, text }));
  return {
    action: paths.requestDocument(application._id),
    form,
    kinds: [{ value: '', text: 'Choose one' }, ...kinds],
    people: people.map(({ partyId, name }) => ({ value: partyId, text: name })),
    opened: ['kind', 'partyId', 'text'].some((name) => form.errors[name] !== undefined),
  };
}

function itemModel(facts: {
  item: OpenedItem;
  application: Application;
  formats: Formats;
  form: FormState;
  open: boolean;
}) {
  const { item, application, formats, form, open } = facts;
  const { document, older, names, request } = item;
  const judged = document?.judgedAt ? `Judged ${formats.instant(document.judgedAt)}` : undefined;
  return {
    title: item.label,
    badge: staffBadge(item.state, item.required),
    asks: request ? { on: formats.instant(request.askedAt), text: item.asks ?? '' } : undefined,
    reason: item.state === 'rejected' ? item.reason : undefined,
    judged,
    current: document && versionModel({ document, names, application, formats }),
    older: older.map((one) => versionModel({ document: one, names, application, formats })),
    judge: document && open && document.safety !== 'infected' ? judgeModel({ document, application, form }) : undefined,
  };
}

function versionModel(facts: {
  document: ApplicationDocument;
  names: Map<string, string>;
  application: Application;
  formats: Formats;
}) {
  const { document, names, application, formats } = facts;
  const { _id, version, safety } = document;
  const badges: Record<string, Badge | undefined> = {
    quarantined: { kind: 'alert', text: 'Not scanned' },
    infected: { kind: 'critical', text: 'Infected' },
  };
  return {
    name: names.get(_id) ?? '',
    meta: `Version ${version}. ${fileMeta(document, formats)}`,
    badge: badges[safety],
    href: safety === 'infected' ? undefined : paths.officerDocumentFile(application._id, _id),
    linkText: safety === 'clean' ? 'Download' : 'Download with a warning',
  };
}

function judgeModel({
  document,
  application,
  form,
}: {
  document: ApplicationDocument;
  application: Application;
  form: FormState;
}) {
  const { _id, revision, verdict } = document;
  const name = `reason-${_id}`;
  return {
    verify: verdict === 'verified' ? undefined : paths.judgeDocument(application._id, _id, 'verify'),
    reject: verdict === 'rejected' ? undefined : paths.judgeDocument(application._id, _id, 'reject'),
    revision: String(revision),
    reasonId: name,
    reasonValue: form.values[name] ?? '',
    error: form.errors[name],
  };
}

/** The officer's page of documents; the panel alone stands on the file. */
export function officerDocumentsPage(facts: FileDocumentsFacts) {
  const { application, form = emptyForm } = facts;
  const { _id, reference, productName } = application;
  return {
    title: `Documents of ${reference}`,
    crumbs: [
      { text: 'Queue', href: paths.officer },
      { text: reference, href: paths.officerApplication(_id) },
      { text: 'Documents' },
    ],
    head: {
      title: 'Documents',
      sub: `${productName}, application ${reference}`,
      secondary: { href: paths.officerApplication(_id), text: 'Back to the file' },
    },
    form,
    documents: fileDocuments(facts),
  };
}

/** Before staff open a file that nobody has looked at. */
export function warningPage(facts: { application: Application; document: ApplicationDocument; formats: Formats }) {
  const { application, document, formats } = facts;
  const { _id, reference } = application;
  return {
    title: 'This file has not been checked',
    crumbs: [
      { text: reference, href: paths.officerApplication(_id) },
      { text: 'Documents', href: paths.officerDocuments(_id) },
      { text: 'Not checked' },
    ],
    rows: [
      { label: 'Document', value: kindTexts[document.kind] },
      { label: 'File', value: fileMeta(document, formats) },
    ],
    action: paths.officerDocumentFile(_id, document._id),
    back: paths.officerDocuments(_id),
  };
}
