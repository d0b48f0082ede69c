// Keeps what is typed into a long form: `data-keep="/url"` on the form; a status line with `data-kept` inside it.
// Without it, "Save and come back later" does the same by hand.

const EVERY_MS = 20_000;

const SIGNED_OUT =
  'You have been signed out. Leave this page open, sign in in another window, and we keep what you typed here.';

/** Whether somebody has signed in again meanwhile: this page's forms then get the new session's token. */
async function isBackIn() {
  try {
    const page = await fetch(window.location.pathname, { credentials: 'same-origin', redirect: 'error' });
    if (!page.ok) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
    const token = fresh.querySelector('input[name="_csrf"]')?.value;
    if (!token) return false;
    for (const field of document.querySelectorAll('input[name="_csrf"]')) field.value = token;
    return true;
  } catch {
    return false;
  }
}

function watch(form) {
  const status = form.querySelector('[data-kept]');
  let isChanged = false;
  let isSending = false;
  let isOut = false;

  const say = (text) => {
    if (status) status.textContent = text;
  };

  async function keep() {
    if (!isChanged || isSending || form.dataset.sent === 'yes') return;
    if (isOut && !(await isBackIn())) return;
    isChanged = false;
    isSending = true;
    try {
      const answer = await fetch(form.dataset.keep, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams(new FormData(form)),
        credentials: 'same-origin',
        redirect: 'error',
        keepalive: true,
      });
      if (answer.ok) {
        isOut = false;
        say((await answer.json()).text);
      } else if (answer.status === 403) {
        isChanged = true;
        isOut = true;
        say(SIGNED_OUT);
      } else {
        say('This was changed in another window, so it is not kept by itself. Press save to use what you see here.');
      }
    } catch {
      isChanged = true;
      say('We cannot reach the bank at the moment. What you typed is on this page only; we try again.');
    } finally {
      isSending = false;
    }
  }

  form.addEventListener('input', () => {
    isChanged = true;
  });
  setInterval(keep, EVERY_MS);
  // A phone may throw the page away as soon as it is out of sight.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep();
  });
}

document.querySelectorAll('form[data-keep]').forEach(watch);
