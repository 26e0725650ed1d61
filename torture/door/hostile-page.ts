/**
 * What a hostile page does to reach a daemon: every way that a browser has. It is given the daemon's addresses, a valid token and an
 * entry's id (it could have none of them), and answers with whatever it could read.
 */
export const hostilePage = `async ({ bases, token, id, full }) => {
  const read = [];
  const note = (what, status, text) => read.push([what, status, text]);
  const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  // Browsers make those wait who fail too often.
  const within = (work) => Promise.race([new Promise(work), soon(2000)]);
  const body = JSON.stringify({ name: 'planted', password: 'p', account: 'planted' });
  const paths = ['/passwords', '/passwords/' + id, '/users', '/login', '/status', '/lock', '/generate', '/exports', '/openapi.json', '/docs'];
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
  const types = [null, 'application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/x-ndjson'];
  const urls = bases.flatMap((base) => (full ? paths : paths.slice(0, 2)).map((path) => base + path));

  const asking = [];
  for (const url of urls) for (const method of methods) for (const type of types) for (const mode of ['cors', 'no-cors', 'same-origin']) {
    for (const referrerPolicy of ['unsafe-url', 'no-referrer']) asking.push(async () => {
      const headers = { authorization: 'Bearer ' + token, ...(type === null ? {} : { 'content-type': type }) };
      const sending = { method, mode, headers, referrerPolicy, credentials: 'include', redirect: 'manual', cache: 'no-store' };
      try {
        const answer = await fetch(url, method === 'GET' || method === 'HEAD' ? sending : { ...sending, body });
        note('fetch ' + method + ' ' + mode, answer.status, await answer.text());
      } catch { /* refused by the browser itself, or not to be read */ }
    });
  }
  const chosen = full ? asking : asking.filter((_, at) => at % 7 === 0);
  await Promise.all(Array.from({ length: 12 }, async () => { while (chosen.length > 0) await chosen.pop()(); }));

  const element = (name, set) => new Promise((resolve) => {
    const made = document.createElement(name);
    for (const event of ['load', 'error', 'canplay']) made.addEventListener(event, () => resolve(made));
    set(made);
    document.body.append(made);
    setTimeout(() => resolve(made), 1000);
  });
  const frame = async (set) => {
    const made = await element('iframe', set);
    try { note('iframe', 0, made.contentDocument.documentElement.textContent); } catch { /* another origin */ }
  };
  for (const url of urls) {
    await Promise.all([
      ...['img', 'script', 'video', 'embed'].map((name) => element(name, (made) => { made.src = url; })),
      element('script', (made) => { made.type = 'module'; made.src = url; }),
      element('object', (made) => { made.data = url; }),
      ...['stylesheet', 'preload', 'prefetch', 'icon', 'manifest'].map((rel) =>
        element('link', (made) => { made.rel = rel; made.href = url; if (rel === 'preload') made.as = 'fetch'; })),
      frame((made) => { made.src = url; }),
      import(url).then((found) => note('import', 200, JSON.stringify(found)), () => undefined),
    ]);
    for (const method of ['GET', 'POST']) for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
      await frame((made) => {
        made.name = 'frame-' + Math.random();
        const form = document.createElement('form');
        Object.assign(form, { action: url, method, enctype, target: made.name });
        const field = document.createElement('input');
        Object.assign(field, { name: '{"name":"planted","password":"p","x":"', value: '"}' });
        form.append(field);
        document.body.append(form);
        setTimeout(() => form.submit());
      });
    }
    for (const type of ['application/json', 'text/plain']) {
      try { navigator.sendBeacon(url, new Blob([body], { type })); } catch { /* the browser asks first */ }
    }
    await within((resolve) => {
      const asked = new XMLHttpRequest();
      asked.open('POST', url);
      asked.setRequestHeader('content-type', 'application/json');
      asked.withCredentials = true;
      asked.onloadend = () => { note('XMLHttpRequest', asked.status, asked.responseText); resolve(); };
      asked.send(body);
    });
    await within((resolve) => {
      const events = new EventSource(url);
      events.onopen = () => { note('EventSource', 200, 'open'); resolve(); };
      events.onerror = () => { events.close(); resolve(); };
    });
    await within((resolve) => {
      const socket = new WebSocket(url.replace('http', 'ws'), 'vault');
      socket.onopen = () => { note('WebSocket', 101, 'open'); resolve(); };
      socket.onerror = resolve;
    });
    for (const kind of [Worker, SharedWorker]) {
      try {
        const worker = new kind(url);
        worker.onmessage = ({ data }) => note('worker', 0, String(data));
      } catch { /* another origin */ }
    }
    try { await fetch(url, { method: 'POST', keepalive: true, mode: 'no-cors', body }); } catch { /* not to be read */ }
    const opened = window.open(url);
    await soon(50);
    try { note('window', 0, opened.document.documentElement.textContent); } catch { /* another origin */ }
    opened?.close();
  }
  await soon(300);
  return read;
}`;
