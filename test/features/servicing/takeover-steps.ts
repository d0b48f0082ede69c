import type { TestPortal } from '#test/portal.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

export async function uploadedAt(portal: TestPortal, staff: Staff, file: string | Buffer): Promise<string> {
  const answer = await staff.upload('/loan-imports/upload', file);
  const id = /^\/loan-imports\/([0-9a-f-]{36})$/.exec(answer.headers.location ?? '')?.[1];
  if (id === undefined) throw new Error(`Not uploaded: ${answer.status} ${problem(answer.text)}`);
  await portal.platform.outbox.drain();
  return id;
}

/** Presses the button that the page shows. */
export async function confirmedAt(staff: Pick<Staff, 'get' | 'post'>, id: string) {
  const page = (await staff.get(`/loan-imports/${id}`)).text;
  const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? '';
  return staff.post(`/loan-imports/${id}/confirm`, { version });
}

export function problem(page: string): string {
  const summary = /id="error-summary"[\s\S]*?<ul>([\s\S]*?)<\/ul>/.exec(page)?.[1] ?? '';
  return decoded(summary.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')).trim();
}

export function decoded(html: string): string {
  return html.replaceAll('&#34;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
