// Where the courier is. Leaflet where it is served, else the same points drawn as plain SVG.
import { h } from './dom.js';

let loading = null;

function leaflet() {
  loading ??= (async () => {
    const library = await import('/lib/leaflet/leaflet-src.esm.js');
    if (!document.querySelector('link[href="/lib/leaflet/leaflet.css"]')) {
      const style = h('link', { rel: 'stylesheet', href: '/lib/leaflet/leaflet.css' });
      const ready = new Promise(resolve => { style.onload = style.onerror = resolve; });
      document.head.append(style);
      await ready;
    }
    return library;
  })();
  return loading;
}

const names = { shop: 'The shop', home: 'You', courier: 'The courier' };

/**
 * A figure with points {shop, home, courier}, each {lat, lon} or null; tiles is the address of a tile server or null.
 * Answers {figure, move(points), close()}.
 */
export function map({ tiles }) {
  const canvas = h('div', { class: 'canvas', role: 'region', 'aria-label': 'Map of the delivery' });
  const words = h('figcaption', null);
  const figure = h('figure', { class: 'map' }, canvas, words);
  let last = {};
  let move = draw;
  let close = () => {};
  let ended = false;

  function draw(points) {
    const present = Object.entries(points).filter(([, p]) => p);
    const side = 240;
    const lats = present.map(([, p]) => p.lat);
    const lons = present.map(([, p]) => p.lon);
    const mid = [(Math.min(...lats) + Math.max(...lats)) / 2, (Math.min(...lons) + Math.max(...lons)) / 2];
    const squeeze = Math.cos(mid[0] * Math.PI / 180);
    const span = Math.max(0.005, Math.max(...lats) - Math.min(...lats), (Math.max(...lons) - Math.min(...lons)) * squeeze) * 1.3;
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', `0 0 ${side} ${side}`);
    for (const [kind, p] of present) {
      const dot = document.createElementNS(svg.namespaceURI, 'circle');
      dot.setAttribute('class', `point ${kind}`);
      dot.setAttribute('cx', String(side / 2 + (p.lon - mid[1]) * squeeze / span * side));
      dot.setAttribute('cy', String(side / 2 - (p.lat - mid[0]) / span * side));
      dot.setAttribute('r', kind === 'courier' ? '8' : '6');
      svg.append(dot);
    }
    canvas.replaceChildren(svg);
  }

  async function begin() {
    const L = await leaflet();
    if (ended) return;
    canvas.replaceChildren();
    const view = L.map(canvas, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(tiles) });
    view.setView([last.courier ?? last.home ?? last.shop].map(p => [p.lat, p.lon])[0], 14);
    if (tiles) L.tileLayer(tiles, { maxZoom: 19 }).addTo(view);
    const marks = new Map();
    let moved = false;
    view.on('dragstart', () => { moved = true; });
    const place = (kind, p) => {
      if (marks.has(kind)) {
        if (p) marks.get(kind).setLatLng([p.lat, p.lon]);
        else { marks.get(kind).remove(); marks.delete(kind); }
      } else if (p) {
        marks.set(kind, L.circleMarker([p.lat, p.lon], { radius: kind === 'courier' ? 10 : 8, className: `point ${kind}`, fillOpacity: 1 }).bindTooltip(names[kind]).addTo(view));
      }
    };
    const fit = () => { if (!moved && marks.size > 0) view.fitBounds(L.featureGroup([...marks.values()]).getBounds().pad(0.2), { maxZoom: 15, animate: false }); };
    move = points => {
      for (const kind of Object.keys(names)) place(kind, points[kind]);
      fit();
    };
    move(last);
    const observer = new ResizeObserver(() => { view.invalidateSize({ animate: false }); fit(); });
    observer.observe(canvas);
    close = () => { observer.disconnect(); view.remove(); };
  }

  return {
    figure,
    move(points) {
      const first = Object.keys(last).length === 0;
      last = points;
      words.replaceChildren(...Object.entries(points).filter(([, p]) => p).map(([kind]) => h('span', { class: `key ${kind}` }, names[kind])));
      move(points);
      if (first) begin().catch(error => console.info('The map is drawn without Leaflet:', error.message));
    },
    close() {
      ended = true;
      close();
    },
  };
}
