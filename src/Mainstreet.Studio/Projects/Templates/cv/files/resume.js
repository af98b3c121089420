// A JSON Resume (jsonresume.org) as plain sections; what is missing is left out.
const span = part => [part.startDate, part.endDate ?? (part.startDate ? 'today' : null)].filter(Boolean).join(' to ');

/** [{title, entries: [{heading, when, text, points}]}] */
export function sectionsOf(resume) {
  const work = (resume.work ?? []).map(w => ({
    heading: [w.position, w.name ?? w.company].filter(Boolean).join(', '), when: span(w), text: w.summary ?? '', points: w.highlights ?? [],
  }));
  const education = (resume.education ?? []).map(e => ({
    heading: [e.studyType, e.area, e.institution].filter(Boolean).join(', '), when: span(e), text: '', points: e.courses ?? [],
  }));
  const skills = (resume.skills ?? []).map(s => ({ heading: s.name ?? '', when: s.level ?? '', text: (s.keywords ?? []).join(', '), points: [] }));
  const languages = (resume.languages ?? []).map(l => ({ heading: l.language ?? '', when: l.fluency ?? '', text: '', points: [] }));
  return [['Work', work], ['Education', education], ['Skills', skills], ['Languages', languages]]
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => ({ title, entries }));
}

/** What to show under the name: text and, where it is a link, its address. */
export function contactOf(basics) {
  const place = [basics.location?.city, basics.location?.region].filter(Boolean).join(', ');
  return [
    place && { text: place },
    basics.email && { text: basics.email, href: `mailto:${basics.email}` },
    basics.url && /^https?:\/\//.test(basics.url) && { text: basics.url, href: basics.url },
  ].filter(Boolean);
}
