const form = document.getElementById('booking');
const text = document.getElementById('description');
const left = document.getElementById('left');

text.addEventListener('input', () => {
  const room = text.maxLength - text.value.length;
  left.textContent = room < 200 ? `${room} characters left` : '';
});

// Without a business the console asks who looks after the place.
form.addEventListener('submit', () => {
  if (!form.elements.business.value) form.elements.business.disabled = true;
});
