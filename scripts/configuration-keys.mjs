// The keys of the configuration, table by table, from the schema that checks the file: what docs/configuration.md
// (configuration.mjs) and slowbrute.toml(5) (man.mjs) are made of.

/**
 * Tables in the order of the schema: `{ title, says, keys: [{ key, value, standard, means }] }`; the title of the first is
 * empty. `standard` is JSON, or '' where there is none.
 */
export function configurationTables(schema, title = '', says) {
  const entries = Object.entries(schema.properties ?? {});
  const own = entries.filter(([, one]) => !isTable(one));
  const inner = entries.filter(([, one]) => isTable(one));
  const keys = own.map(([key, one]) => ({
    key,
    value: meaningOf(one),
    standard: one.default === undefined ? '' : JSON.stringify(one.default),
    means: one.description ?? '',
  }));
  const bare = title.replace(/^\[+|\]+$/g, '');
  return [
    ...(keys.length > 0 ? [{ title, says, keys }] : []),
    ...inner.flatMap(([key, one]) => {
      const name = bare === '' ? key : `${bare}.${key}`;
      return one.type === 'array'
        ? configurationTables(one.items, `[[${name}]]`, one.description)
        : configurationTables(one, `[${name}]`, one.description);
    }),
  ];
}

/** The same as rows of tables in Markdown. */
export function configurationRows(schema) {
  return configurationTables(schema).flatMap(({ keys }) => keys.map(rowOf));
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A key as a row of a table in Markdown. */
export function rowOf({ key, value, standard, means }) {
  const given = standard === '' ? '' : `\`${standard}\``;
  return `| \`${key}\` | ${cell(value)} | ${cell(given)} | ${cell(means)} |`;
}

function isTable(schema) {
  return schema.type === 'object' || (schema.type === 'array' && schema.items?.type === 'object');
}

function meaningOf(schema) {
  if (schema.enum) return schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(meaningOf))].filter(Boolean).join(' or ');
  if (schema.type === 'array') return `list of ${meaningOf(schema.items)}`;
  if (schema.type === 'integer' || schema.type === 'number') {
    const least =
      schema.minimum ?? (schema.exclusiveMinimum === undefined ? null : `above ${schema.exclusiveMinimum}`);
    const most = schema.maximum;
    const kind = schema.type === 'integer' ? 'whole number' : 'number';
    const isOpen = most === undefined || most >= Number.MAX_SAFE_INTEGER;
    if (least === null && isOpen) return kind;
    return isOpen
      ? `${kind}, ${typeof least === 'string' ? least : `from ${least}`}`
      : `${kind}, ${least ?? ''} to ${most}`;
  }
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'null') return '`null`';
  if (schema.type === 'object') return 'table';
  return 'text';
}
