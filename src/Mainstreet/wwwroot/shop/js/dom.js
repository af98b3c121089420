// Elements out of data. Text is always text, never markup: what people typed cannot become part of the page.

/**
 * Makes an element. A property that starts with "on" is a listener, "class" and the rest are attributes; true is an
 * empty attribute, false and null are none. Children are nodes or text, nested lists allowed; null and false are left out.
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

/** Puts new content in an element; the keyboard stays on the part that has the same id, and goes to the heading when there is none. */
export function fill(element, ...children) {
  const focused = element !== document.activeElement && element.contains(document.activeElement) ? document.activeElement.id : null;
  element.replaceChildren(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false));
  if (focused === null) return element;
  const same = focused && document.getElementById(focused);
  if (same) same.focus({ preventScroll: true });
  // Gone, or disabled now.
  if (!same || document.activeElement !== same) focusHeading(element);
  return element;
}

/** Puts the keyboard, and with it what is read aloud, on the heading of a view. */
export function focusHeading(element) {
  const heading = element.querySelector('h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** A short word at the bottom of the page. */
export function toast(text) {
  const box = h('p', { class: 'toast' }, text);
  document.getElementById('toasts').append(box);
  setTimeout(() => box.remove(), 6000);
}

/** A box with what was refused. */
export function refusal(problem) {
  const lines = Object.entries(problem.errors ?? {}).map(([field, messages]) => h('li', null, `${field} ${[messages].flat().join(', ')}`));
  return h('div', { class: 'alert bad', role: 'alert', tabindex: '-1' },
    h('p', null, [problem.title, problem.detail].filter(Boolean).join(' ')), lines.length > 0 && h('ul', null, lines));
}

/** Text with marked words, as the search answers it (escaped HTML with mark elements): marks are kept, everything else is text. */
export function marked(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html').body;
  return [...parsed.childNodes].map(node => node.nodeName === 'MARK' ? h('mark', null, node.textContent) : node.textContent);
}
