import type { Formats } from '#core/format.ts';
import type { Badge } from '#web/badge.ts';
import type { ApplicationDocument } from './document.model.ts';
import type { ItemState } from './document.rules.ts';

/** An item as the borrower reads it. */
export function borrowerBadge(state: ItemState, required: boolean): Badge {
  switch (state) {
    case 'missing':
      return required ? { kind: 'alert', text: 'To send' } : { kind: 'neutral', text: 'If you have it' };
    case 'asked':
      return { kind: 'alert', text: 'Asked for' };
    case 'received':
      return { kind: 'info', text: 'Received' };
    case 'verified':
      return { kind: 'ok', text: 'Accepted' };
    case 'rejected':
      return { kind: 'critical', text: 'Send again' };
    case 'infected':
      return { kind: 'critical', text: 'Not taken' };
  }
}

export function staffBadge(state: ItemState, required: boolean): Badge {
  switch (state) {
    case 'missing':
      return required ? { kind: 'alert', text: 'Missing' } : { kind: 'neutral', text: 'Optional' };
    case 'asked':
      return { kind: 'alert', text: 'Asked for' };
    case 'received':
      return { kind: 'info', text: 'To check' };
    case 'verified':
      return { kind: 'ok', text: 'Verified' };
    case 'rejected':
      return { kind: 'critical', text: 'Rejected' };
    case 'infected':
      return { kind: 'critical', text: 'Infected, removed' };
  }
}

/** `PDF, 1.2 MB, 3 March 2026, 09:12`. */
export function fileMeta({ type, bytes, uploadedAt }: ApplicationDocument, formats: Formats): string {
  return `${type.toUpperCase()}, ${sizeText(bytes, formats)}, ${formats.instant(uploadedAt)}`;
}

export function sizeText(bytes: number, { locale }: Formats): string {
  if (bytes < 1_000_000) return `${new Intl.NumberFormat(locale).format(Math.max(1, Math.round(bytes / 1_000)))} KB`;
  const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${oneDecimal.format(bytes / 1_000_000)} MB`;
}
