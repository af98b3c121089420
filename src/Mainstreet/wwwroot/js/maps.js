// Maps: Leaflet over the drawn fallback, with tiles where an address is configured, on plain ground where not.
// Shapes carry the classes of the drawn fallback, so the style sheet colours both, in light and dark.
let leaflet = null;

async function draw(figure) {
  const data = JSON.parse(figure.dataset.map);
  if (!data.leaflet || figure.querySelector('.canvas')) return;
  leaflet ??= await import('/lib/leaflet/leaflet-src.esm.js');
  const L = leaflet;
  const canvas = document.createElement('div');
  canvas.className = 'canvas';
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', figure.querySelector('svg').getAttribute('aria-label'));
  figure.querySelector('svg').replaceWith(canvas);
  const map = L.map(canvas, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(data.tiles) });
  canvas.addEventListener('focusin', () => map.scrollWheelZoom.enable(), { once: true });
  // A first view, since circles have no bounds without one.
  map.setView(data.points.length > 0 ? [data.points[0].lat, data.points[0].lon] : [40.73, -73.95], 10);
  if (data.tiles) L.tileLayer(data.tiles, { maxZoom: 19 }).addTo(map);

  const ground = L.featureGroup().addTo(map);
  for (const area of data.areas) {
    L.geoJSON(JSON.parse(area), {
      interactive: false,
      style: { className: data.tiles ? 'area over-tiles' : 'area', weight: 1, fillOpacity: 1 },
    }).addTo(ground);
  }
  const shapes = L.featureGroup().addTo(map);
  for (const circle of data.circles) {
    L.circle([circle.lat, circle.lon], { radius: circle.meters, className: 'radius', interactive: false }).addTo(shapes);
  }
  for (const point of data.points.sort((a, b) => (a.kind === 'ticket') - (b.kind === 'ticket'))) {
    const dot = L.circleMarker([point.lat, point.lon], {
      radius: point.kind === 'ticket' ? 9 : 7, className: `point ${point.kind}`, fillOpacity: 1,
    }).bindTooltip(point.label).addTo(shapes);
    if (point.href) dot.on('click', () => location.assign(point.href));
  }
  const bounds = shapes.getLayers().length > 0 ? shapes.getBounds() : ground.getLayers().length > 0 ? ground.getBounds() : L.latLngBounds([[40.5, -74.25], [40.92, -73.7]]);
  const fit = () => map.fitBounds(bounds.pad(0.08), { maxZoom: data.tiles ? 14 : 12, animate: false });
  fit();
  // A turned phone shows all of it again, until somebody has moved the map.
  let moved = false;
  map.on('dragstart', () => { moved = true; });
  canvas.addEventListener('wheel', () => { moved = true; }, { passive: true });
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (!moved) fit();
  }).observe(canvas);
  if (data.pick) pick(L, map, figure, shapes, () => { moved = true; });
}

function pick(L, map, figure, shapes, moved) {
  const form = figure.closest('form');
  const canvas = figure.querySelector('.canvas');
  canvas.dataset.pick = 'true';
  let mark = shapes.getLayers().find(l => l instanceof L.CircleMarker && !(l instanceof L.Circle));
  const put = (lat, lon) => {
    mark ??= L.circleMarker([lat, lon], { radius: 9, className: 'point ticket', fillOpacity: 1 }).addTo(map);
    mark.setLatLng([lat, lon]);
    for (const layer of shapes.getLayers()) if (layer instanceof L.Circle) layer.setLatLng([lat, lon]);
  };
  map.on('click', event => {
    moved();
    const { lat, lng } = event.latlng.wrap();
    form.elements.lat.value = lat.toFixed(6);
    form.elements.lon.value = lng.toFixed(6);
    put(lat, lng);
  });
  form.addEventListener('place', event => {
    moved();
    put(event.detail.lat, event.detail.lon);
    map.setView([event.detail.lat, event.detail.lon], Math.max(map.getZoom(), 11));
  });
}

const drawAll = root => { for (const figure of root.querySelectorAll('figure[data-map]')) draw(figure); };
drawAll(document);
document.addEventListener('region', event => drawAll(event.target));
