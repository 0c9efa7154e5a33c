'use strict';
(() => {
  // Texts that stand for no number; they come last in either order.
  const missing = new Set(['', '–', '-', 'undefined', 'unknown']);

  // The number that a text begins with, as in "3.33 ± 0.40", "10,000", "4 of 5", "95 %", "-∞"; NaN where there is none.
  const leading = (text) => {
    const match = /^[[(<≤≥≈~\s]*([-−+]?)(∞|(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?)/i.exec(text);
    if (!match[2]) return NaN;
    const size = match[2] === '∞' ? Infinity : Number(match[2].replaceAll(',', ''));
    return match[1] === '-' || match[1] === '−' ? -size : size;
  };

  // Compares words, and the numbers within them as numbers: "focal γ=0.5" before "focal γ=2".
  const collator = new Intl.Collator('en');
  const parts = (text) => text.split(/(\d+(?:\.\d+)?(?:e[-+]?\d+)?)/i);
  const natural = (a, b) => {
    const [left, right] = [parts(a), parts(b)];
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      const order = i % 2 ? Number(left[i]) - Number(right[i]) : collator.compare(left[i], right[i]);
      if (order) return order;
    }
    return left.length - right.length;
  };

  // The rows in the order of a column, stable; direction is 1 or -1.
  const sorted = (rows, column, direction) => {
    const text = (row) => row.cells[column].textContent.trim();
    const here = rows.filter((row) => !missing.has(text(row)));
    const gone = rows.filter((row) => missing.has(text(row)));
    const numeric = here.every((row) => !Number.isNaN(leading(text(row))));
    const compare = numeric ? (a, b) => leading(a) - leading(b) || 0 : natural;
    return here.sort((a, b) => direction * compare(text(a), text(b))).concat(gone);
  };

  // Each press of a heading goes on from ascending to descending to the order of the report.
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => {
        const next = { ascending: 'descending', descending: null }[heading.getAttribute('aria-sort')];
        const order = next === undefined ? 'ascending' : next;
        headings.forEach((other) => other.removeAttribute('aria-sort'));
        if (order) heading.setAttribute('aria-sort', order);
        body.append(...(order ? sorted(original.slice(), column, order === 'ascending' ? 1 : -1) : original));
      });
    });
  };

  for (const table of document.querySelectorAll('table.results')) {
    if (table.tBodies[0].rows.length > 1) makeSortable(table);
  }

  // A box that scrolls can be reached with the keyboard.
  const boxes = document.querySelectorAll('.table, pre, .canvas');
  const watcher = new ResizeObserver(() => boxes.forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
  }));
  boxes.forEach((box) => watcher.observe(box));

  // On a narrow screen the contents are closed at first, and figures can be shown in their full size.
  const narrow = matchMedia('(max-width: 40rem)');
  const contents = document.querySelector('nav details');
  if (contents && narrow.matches) contents.open = false;
  for (const figure of document.querySelectorAll('.figure')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Full size';
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(figure.classList.toggle('whole')));
    });
    const fit = () => narrow.matches ? figure.querySelector('figcaption').append(button) : button.remove();
    narrow.addEventListener('change', fit);
    fit();
  }
})();
