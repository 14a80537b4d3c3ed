// Text to the language of man pages (man(7) of groff and of mandoc): escapes, and the few macros that are used.

/** Text as it is, hyphens that are to be typed kept as such. */
export function plain(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll(/(?<=^|[\s"'([,])-{1,2}(?=\w)/g, (dashes) => '\\-'.repeat(dashes.length));
}

/** What is typed as it stands: every hyphen is one. */
export function code(text) {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}

export const bold = (text) => `\\fB${code(text)}\\fR`;
export const italic = (text) => `\\fI${code(text)}\\fR`;

/** A line of its own: a full stop or an apostrophe at its begin would be a macro. */
export function line(text) {
  return /^[.']/.test(text) ? `\\&${text}` : text;
}

/** A paragraph; a new sentence is a new line, as man(7) wants it. */
export function paragraph(text, before = '.PP') {
  return [before, ...sentences(text)];
}

export function sentences(text) {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .split(/(?<=[a-z)][.!?]) +(?=[A-Z"])/)
    .flatMap((one) => wrapped(plain(one)));
}

/** Lines of the source stay below 80 signs; what they are filled to is the reader's. */
function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== '' && last.length + word.length > 77) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map(line);
}

/** A term, and under it what it means. */
export function term(head, text) {
  return ['.TP', line(head), ...sentences(text === '' ? '\\ ' : text)];
}

/** Lines as they stand. */
export function example(text) {
  return ['.PP', '.EX', ...text.split('\n').map((one) => line(code(one))), '.EE'];
}

/** Bits of the macro .TH, in double quotes. */
export function heading(name, section, date, source, manual) {
  return `.TH "${name.toUpperCase().replaceAll('-', '\\-')}" "${section}" "${date}" "${source}" "${manual}"`;
}
