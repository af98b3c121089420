// The browser's offer to install the shop: kept until somebody wants it.
let offer = null;

window.addEventListener('beforeinstallprompt', event => {
  event.preventDefault();
  offer = event;
});

/** Whether the browser can be asked. */
export const canInstall = () => offer !== null;

export async function install() {
  const mine = offer;
  offer = null;
  await mine?.prompt();
}
