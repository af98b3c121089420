// Fields of a place: the device's position, and the chosen property's.
export function setPlace(form, lat, lon) {
  form.elements.lat.value = lat.toFixed(6);
  form.elements.lon.value = lon.toFixed(6);
  form.dispatchEvent(new CustomEvent('place', { detail: { lat, lon } }));
}

for (const button of document.querySelectorAll('[data-locate]')) {
  button.addEventListener('click', () => {
    const note = button.parentElement.querySelector('[data-locate-note]');
    if (!navigator.geolocation) {
      note.textContent = 'This browser does not tell its position; pick the place on the map.';
      return;
    }
    note.textContent = 'Asking the device…';
    navigator.geolocation.getCurrentPosition(
      position => {
        setPlace(button.form, position.coords.latitude, position.coords.longitude);
        note.textContent = `Found, to within ${Math.round(position.coords.accuracy)} m.`;
      },
      () => { note.textContent = 'The device did not tell; pick the place on the map or type it.'; },
      { enableHighAccuracy: true, timeout: 15_000 });
  });
}
