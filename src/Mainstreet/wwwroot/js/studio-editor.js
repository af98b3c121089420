// The editor: CodeMirror over the page's text field, saving over the API. Without the library the field and its form stay as they are.
import { Refused, send, toast } from './api.js';

const form = document.getElementById('editor');
const state = document.getElementById('editor-state');
let view;
let saved = '';
let saving = false;
const lib = name => import(`/lib/codemirror/${name}.js`);

/** The open file, for other scripts of the page: its path, its text as typed, what is selected, and a way to put text in its place. */
export const editor = {
  project: form?.dataset.project ?? null,
  path: form?.dataset.path ?? null,
  ready: form ? open() : Promise.resolve(false),
  text: () => view ? view.state.sliceDoc() : form?.elements.content.value ?? '',
  selection: () => view ? view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to) : '',
  /** Line and column of the caret, from 1. */
  caret() {
    if (!view) return null;
    const line = view.state.doc.lineAt(view.state.selection.main.head);
    return { line: line.number, column: view.state.selection.main.head - line.from + 1, offset: view.state.selection.main.head };
  },
  replace(text) {
    if (view) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: fit(text) } });
    else if (form) form.elements.content.value = text;
  },
};

const addressOf = path => `/v1/projects/${form.dataset.project}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
const isChanged = () => Boolean(view) && view.state.sliceDoc() !== saved;
/** With the line ends of the open file. */
const fit = text => text.replace(/\r\n?|\n/g, view.state.lineBreak);
const say = text => { state.textContent = text; };

async function languageOf(path) {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const stream = async (mode, name) => (await lib('codemirror-language')).StreamLanguage.define((await lib(`codemirror-legacy-modes-mode-${mode}`))[name]);
  switch (ending) {
    case 'html': case 'htm': case 'svg': case 'xml': return (await lib('codemirror-lang-html')).html();
    case 'css': return (await lib('codemirror-lang-css')).css();
    case 'js': case 'mjs': case 'cjs': case 'jsx': return (await lib('codemirror-lang-javascript')).javascript({ jsx: ending === 'jsx' });
    case 'ts': case 'tsx': return (await lib('codemirror-lang-javascript')).javascript({ typescript: true, jsx: ending === 'tsx' });
    case 'json': return (await lib('codemirror-lang-json')).json();
    case 'py': return (await lib('codemirror-lang-python')).python();
    case 'md': return (await lib('codemirror-lang-markdown')).markdown();
    case 'cs': return stream('clike', 'csharp');
    case 'sh': return stream('shell', 'shell');
    default: return [];
  }
}

/** The file as it stands now; the page's own field has other line ends. Null when it is what we have. */
async function fetchFile(known) {
  const response = await fetch(addressOf(form.dataset.path), { headers: known ? { 'If-None-Match': `"${known}"` } : {}, credentials: 'same-origin', cache: 'no-store' });
  if (response.status === 304) return null;
  if (!response.ok) throw new Refused({ title: 'The file cannot be read.', detail: `Status ${response.status}.`, code: 'error' });
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()), sha: response.headers.get('ETag').replaceAll('"', '') };
}

async function open() {
  const field = form.elements.content;
  // What was typed before the editor came, or what could not be saved; a field's value has plain line ends, its default has the file's.
  const typed = field.value !== field.defaultValue.replace(/\r\n?/g, '\n') || document.querySelector('[role=alert]') ? field.value : null;
  let parts;
  let file;
  try {
    parts = await Promise.all(['state', 'view', 'commands', 'language', 'search', 'autocomplete'].map(name => lib(`codemirror-${name}`)));
    file = await fetchFile();
  } catch {
    // Without the library, or without the server, the plain field serves.
    return false;
  }
  const [{ EditorState }, { EditorView, keymap, lineNumbers, highlightActiveLine, highlightSpecialChars, drawSelection }, commands, language, search, autocomplete] = parts;
  const { tags } = await lib('lezer-highlight');
  const colours = language.HighlightStyle.define([
    { tag: [tags.keyword, tags.tagName, tags.modifier], color: 'var(--code-word)' },
    { tag: [tags.string, tags.attributeValue, tags.regexp], color: 'var(--code-text)' },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
    { tag: [tags.typeName, tags.className, tags.propertyName, tags.attributeName, tags.heading], color: 'var(--code-name)' },
    { tag: [tags.comment, tags.meta], color: 'var(--code-note)', fontStyle: 'italic' },
  ]);
  // Only where every line ends in CR LF is that the file's line end: a change of one line writes one line.
  const crlf = /\r\n/.test(file.text) && !/[^\r]\n|^\n/.test(file.text);
  const host = document.createElement('div');
  host.className = 'studio-code';
  // In a shadow root the editor's styles are constructed sheets, which the page's policy lets through.
  const root = host.attachShadow({ mode: 'open' });
  saved = file.text;
  form.dataset.sha = file.sha;
  view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: typed === null ? file.text : crlf ? typed.replaceAll('\n', '\r\n') : typed,
      extensions: [
        EditorState.lineSeparator.of(crlf ? '\r\n' : '\n'),
        lineNumbers(), highlightActiveLine(), highlightSpecialChars(), drawSelection(), commands.history(), language.bracketMatching(), autocomplete.closeBrackets(), search.highlightSelectionMatches(),
        language.syntaxHighlighting(colours), await languageOf(form.dataset.path),
        keymap.of([
          { key: 'Mod-s', preventDefault: true, run: () => { save(); return true; } },
          ...autocomplete.closeBracketsKeymap, ...commands.defaultKeymap, ...commands.historyKeymap, ...search.searchKeymap,
        ]),
        EditorView.lineWrapping,
        EditorView.clipboardInputFilter.of(fit),
        EditorView.contentAttributes.of({ 'aria-label': `Contents of ${form.dataset.path}`, 'aria-multiline': 'true', spellcheck: 'false' }),
        EditorView.updateListener.of(update => { if (update.docChanged) say(isChanged() ? 'Not saved yet' : ''); }),
        EditorView.theme({
          '&': { maxHeight: '36rem', color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '.92rem' },
          '&.cm-focused': { outline: 'none' },
          '.cm-scroller': { fontFamily: 'ui-monospace, monospace', overflow: 'auto', minHeight: '20rem' },
          '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--faint)', border: 'none' },
          '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
          '.cm-cursor': { borderLeftColor: 'var(--ink)' },
          '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)' },
          '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)' },
        }),
      ],
    }),
  });
  field.hidden = true;
  field.disabled = true;
  document.querySelector('label[for=content]').hidden = true;
  field.after(host);
  form.dispatchEvent(new CustomEvent('editor', { bubbles: true }));
  return true;
}

async function save({ over = false } = {}) {
  if (saving || !view) return;
  const text = view.state.sliceDoc();
  saving = true;
  say('Saving...');
  try {
    const message = form.elements.message.value.trim();
    const answer = await send('PUT', `${addressOf(form.dataset.path)}${message ? `?message=${encodeURIComponent(message)}` : ''}`, new Blob([text], { type: 'text/plain' }),
      over ? {} : { 'If-Match': `"${form.dataset.sha}"` });
    form.dataset.sha = answer.sha256;
    form.elements.sha.value = answer.sha256;
    form.elements.message.value = '';
    saved = text;
    document.getElementById('editor-conflict')?.remove();
    say(isChanged() ? 'Not saved yet' : answer.changed ? `Saved as change ${answer.head}` : 'Nothing had changed');
  } catch (error) {
    say('Not saved');
    if (error instanceof Refused && error.code === 'stale_version') conflict();
    else toast(error instanceof Refused ? error.message : 'It could not be saved.');
  } finally {
    saving = false;
  }
}

/** Somebody else wrote the file: the person decides. */
function conflict() {
  document.getElementById('editor-conflict')?.remove();
  const box = Object.assign(document.createElement('div'), { id: 'editor-conflict', className: 'alert info', tabIndex: -1 });
  box.setAttribute('role', 'alert');
  const button = (text, act) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet small', textContent: text });
    made.addEventListener('click', act);
    return made;
  };
  box.append(
    Object.assign(document.createElement('p'), { textContent: 'The file was changed elsewhere since you opened it.' }),
    button('Write mine over it', () => save({ over: true })), ' ',
    button('Take the other one', async () => {
      await take();
      box.remove();
    }));
  form.before(box);
  box.focus();
}

async function take() {
  const file = await fetchFile();
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: file.text } });
  saved = view.state.sliceDoc();
  form.dataset.sha = file.sha;
  form.elements.sha.value = file.sha;
  say('');
}

form?.addEventListener('submit', event => {
  if (!view) return;
  event.preventDefault();
  save();
});

document.addEventListener('keydown', event => {
  if (!view || event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  event.preventDefault();
  save();
});

window.addEventListener('beforeunload', event => {
  if (isChanged()) event.preventDefault();
});

// A change from elsewhere comes in by itself where nothing was typed.
document.addEventListener('live', async event => {
  if (!view || saving || event.detail.type !== 'project.committed' || event.detail.data?.projectId !== form.dataset.project) return;
  try {
    const file = await fetchFile(form.dataset.sha);
    if (!file || saving || file.sha === form.dataset.sha) return;
    if (isChanged()) conflict();
    else await take();
  } catch {
    toast('The file was deleted or moved elsewhere.');
  }
});
