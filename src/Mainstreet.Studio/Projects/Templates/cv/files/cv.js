import { api, slug } from './config.js';
import { contactOf, sectionsOf } from './resume.js';

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// The published CV, when it is named and can be reached; else the file beside this page.
async function read() {
  if (slug) {
    try {
      const response = await fetch(`${api}/v1/profiles/${encodeURIComponent(slug)}`);
      if (response.ok) return (await response.json()).resume;
    } catch {
      // Not reachable from here: the file stands in.
    }
  }
  const response = await fetch('resume.json');
  if (!response.ok) throw new Error(`Status ${response.status}`);
  return response.json();
}

function show(resume) {
  const basics = resume.basics ?? {};
  if (basics.name) {
    document.title = basics.name;
    document.getElementById('name').textContent = basics.name;
  }
  document.getElementById('label').textContent = basics.label ?? '';
  document.getElementById('summary').textContent = basics.summary ?? '';
  document.getElementById('contact').replaceChildren(...contactOf(basics).map(part => {
    const item = element('li');
    item.append(part.href ? element('a', part.text, { href: part.href }) : part.text);
    return item;
  }));
  document.getElementById('sections').replaceChildren(...sectionsOf(resume).map(section => {
    const made = element('section');
    made.append(element('h2', section.title), ...section.entries.map(entry => {
      const article = element('article');
      article.append(element('h3', entry.heading), element('p', entry.when, { class: 'when' }), element('p', entry.text));
      const points = element('ul');
      points.append(...entry.points.map(point => element('li', point)));
      if (entry.points.length > 0) article.append(points);
      return article;
    }));
    return made;
  }));
}

const status = document.getElementById('status');
try {
  show(await read());
  status.remove();
} catch {
  status.textContent = 'The CV cannot be read; resume.json must be a JSON Resume.';
}
