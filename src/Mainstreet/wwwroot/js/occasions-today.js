// Messages change by the second while they go out, without an event each: looked at again while the page is seen.
import { refresh } from './regions.js';

setInterval(() => { if (!document.hidden) refresh(); }, 5_000);
