for (const block of document.querySelectorAll('.block.code')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-live', 'polite');
  const lines = [...block.querySelectorAll('.code-line')];
  const say = (word) => {
    button.textContent = word;
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  };
  // Where the clipboard is closed, the text is marked, ready for the keyboard.
  const mark = () => {
    getSelection().selectAllChildren(block.querySelector('code'));
    say('Selected');
  };
  button.addEventListener('click', () => {
    const text = lines.map((line) => line.textContent).join('\n');
    if (!navigator.clipboard) return mark();
    navigator.clipboard.writeText(text).then(() => say('Copied'), mark);
  });
  block.prepend(button);
}
