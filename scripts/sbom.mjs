// `npm run sbom`: build/slowbrute-VERSION.cdx.json, the bill of materials (CycloneDX 1.5, by `npm sbom` from the lock file), without
// what changes from run to run (serial number, time), and checked: every package that is needed is in it once, with its version,
// licence, hash and package URL, and every dependency named is one of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed } from './notices.mjs';
import { name, root, run, version } from './release-steps.mjs';

/** The bill as it is released. */
export function billOfMaterials() {
  const args = ['sbom', '--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx', '--loglevel=error'];
  const bill = JSON.parse(run('npm', args, { cwd: root }));
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  // whichever npm made it, and in whichever folder: the same bill
  delete bill.metadata.tools;
  const own = bill.metadata.component;
  const ref = `${name}@${version}`;
  for (const one of bill.dependencies) {
    if (one.ref === own['bom-ref']) one.ref = ref;
    one.dependsOn = one.dependsOn?.map((each) => (each === own['bom-ref'] ? ref : each)).sort();
  }
  Object.assign(own, { name, 'bom-ref': ref, purl: `pkg:npm/${name}@${version}` });
  bill.components.push(...leftOut(bill.components));
  bill.components.sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  bill.dependencies.sort((a, b) => (a.ref < b.ref ? -1 : 1));
  return bill;
}

/** Packages that the lock file has and npm leaves out: those that something for development asks for as well. */
function leftOut(components) {
  const refs = new Set(components.map((one) => one['bom-ref']));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).flatMap(([path, { dev, version: has, integrity, license }]) => {
    const label = path.replace(/^.*node_modules\//, '');
    const ref = `${label}@${has}`;
    if (path === '' || dev === true || refs.has(ref)) return [];
    refs.add(ref);
    const content = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
    return {
      'bom-ref': ref,
      type: 'library',
      name: label,
      version: has,
      purl: `pkg:npm/${label.replace('@', '%40')}@${has}`,
      hashes: [{ alg: 'SHA-512', content }],
      licenses: [{ license: { id: license } }],
    };
  });
}

/** Throws with what is wrong with it. */
export function checkBill(bill) {
  const wrong = [];
  if (bill.bomFormat !== 'CycloneDX') wrong.push(`its format is ${bill.bomFormat}`);
  if (bill.metadata?.component?.name !== name || bill.metadata.component.version !== version)
    wrong.push(`it is of ${bill.metadata?.component?.name} ${bill.metadata?.component?.version}`);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const refs = new Set([bill.metadata.component['bom-ref']]);
  for (const one of bill.components) {
    const label = `${one.name}@${one.version}`;
    if (refs.has(one['bom-ref'])) wrong.push(`${label} is in it twice`);
    refs.add(one['bom-ref']);
    if (!String(one.purl).startsWith('pkg:npm/')) wrong.push(`${label} has no package URL`);
    if (!(one.hashes?.length > 0)) wrong.push(`${label} has no hash`);
    const licences = (one.licenses ?? []).map(
      ({ license, expression }) => expression ?? license?.id ?? license?.name,
    );
    if (licences.length === 0 || !licences.every((each) => isAllowed(each)))
      wrong.push(`${label} has the licence ${licences.join(', ') || 'of nobody'}`);
  }
  for (const { ref, dependsOn = [] } of bill.dependencies)
    for (const each of [ref, ...dependsOn]) if (!refs.has(each)) wrong.push(`${each} is named and not in it`);
  const labels = new Set(bill.components.map((one) => `${one.name}@${one.version}`));
  for (const [path, { dev, version: has }] of Object.entries(packages)) {
    const label = `${path.replace(/^.*node_modules\//, '')}@${has}`;
    if (path !== '' && dev !== true && !labels.has(label)) wrong.push(`${label} is missing`);
  }
  if (wrong.length > 0) throw new Error(`the bill of materials: ${wrong.join('; ')}`);
  return bill.components.length;
}

if (process.argv[1] === import.meta.filename) {
  const bill = billOfMaterials();
  const count = checkBill(bill);
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, `build/slowbrute-${version}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(
    `build/slowbrute-${version}.cdx.json: ${count} packages, each with version, licence and hash\n`,
  );
}
