import { z } from 'zod';
import { choiceField, emailField, longTextField, textField, versionField } from '#web/fields.ts';
import { enquiryTopics } from './enquiry.model.ts';

/** Of a customer we know who writes, so that only the matter is asked. */
export const customerContactForm = z.strictObject({
  topic: choiceField(enquiryTopics, 'Choose what it is about'),
  message: longTextField({ what: 'your message', max: 4_000 }),
});

export const strangerContactForm = z.strictObject({
  name: textField({ what: 'your name', max: 100, min: 2 }),
  email: emailField,
  ...customerContactForm.shape,
});

export const enquiryDoneForm = z.strictObject({ version: versionField });
