// A program of somebody else's, outside of the repository: its packages are those that client/ installed.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { program, type Daemon } from './harness.ts';

export const root = path.resolve(import.meta.dirname, '../..');
const packages = path.join(root, 'client/node_modules');
const run = promisify(execFile);

/** What `maitred types` prints. Throws with `code` and `stderr` when it fails. */
export async function types(daemon: Daemon, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, ['types', ...args, '--data-dir', daemon.dataDir], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A folder with these files, and these packages beside them. */
export function appWith(files: Record<string, string>, names: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'maitred-app-'));
  for (const name of names) {
    const place = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(path.join(packages, name), place);
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** The compiler's complaints about a folder with a tsconfig.json, "" for none. */
export async function complaints(folder: string): Promise<string> {
  try {
    await run(process.execPath, [path.join(packages, 'typescript/bin/tsc'), '--noEmit', '-p', folder]);
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

export const tsconfig = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'dom'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      types: [],
      ...more,
    },
    include: ['*.ts', '*.tsx'],
  });
