/** A signed-in visitor over real http: what is measured is what a browser waits for. */
export interface Browser {
  /** The text of a page; throws where it is not one. */
  get: (path: string) => Promise<string>;
}

export async function signIn(origin: string, person: { email: string; password: string }): Promise<Browser> {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: { method?: string; body?: URLSearchParams } = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(origin + path, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const form = await (await send('/login')).text();
  const token = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
  const entered = await send('/login', { method: 'POST', body: new URLSearchParams({ ...person, _csrf: token }) });
  if (entered.status !== 303) throw new Error(`The sign-in answered ${entered.status}`);
  return {
    get: async (path) => {
      const answer = await send(path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
      return answer.text();
    },
  };
}
