// Health and connections change without an event of their own: looked at again every ten seconds while the page is seen.
import { refresh } from './regions.js';

setInterval(() => { if (!document.hidden) refresh(); }, 10_000);
