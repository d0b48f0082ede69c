import type { Formats } from '#core/format.ts';
import type { Role } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';

export interface FileForms {
  /** The form that was sent and refused, if any; the other one starts afresh. */
  failed?: { which: 'approve' | 'reject'; form: FormState };
}

export interface FileFacts extends FileForms {
  actor: { userId: string; roles: readonly Role[] };
  formats: Formats;
  /** A fresh key for a recommendation. */
  key: string;
}
